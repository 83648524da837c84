// A child process: its streams, its end, and the end of its time.

import Console
import Foundation
import Testing

@Suite struct ChildProcessTests {
  private func shell(_ script: String, limit: Double = 10, input: String = "") throws -> ChildOutcome {
    try ChildProcess.run("/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"], input: input, limit: limit)
  }

  @Test func streamsAreKeptApart() throws {
    let outcome = try shell("read x; echo out $x; echo err >&2; echo rep >&3; exit 3", input: "in\n")
    #expect(outcome.end == .exit(3) && outcome.output == "out in\n" && outcome.errors == "err\n")
    #expect(String(decoding: outcome.report, as: UTF8.self) == "rep\n")
    #expect(try shell("kill -SEGV $$").end == .signal(SIGSEGV))
  }

  @Test func theTimeLimitEndsItAndWhatItStarted() throws {
    let outcome = try shell("echo $$; sleep 60 & echo $!; while true; do :; done", limit: 0.5)
    #expect(outcome.end == .timeout && outcome.seconds < 10)
    // Both are gone, or are being buried.
    for pid in outcome.output.split(separator: "\n").compactMap({ pid_t($0) }) {
      var tries = 0
      while kill(pid, 0) == 0, tries < 100, !isZombie(pid) {
        usleep(20_000)
        tries += 1
      }
      #expect(tries < 100)
    }
    // One that leaves another behind holding its output ends at once, too.
    #expect(try shell("sleep 60 & exit 0").seconds < 10)
  }

  private func isZombie(_ pid: pid_t) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
    return text.contains(") Z ")
  }

  @Test func aFloodOfOutputIsCut() throws {
    let outcome = try shell("yes | head -c 1000000")
    #expect(outcome.end == .exit(0) && outcome.output.utf8.count == 65_536)
  }
}
