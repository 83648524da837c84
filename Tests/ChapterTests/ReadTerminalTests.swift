// `--read` on a pseudo terminal, which Python's standard library has: keys go in, the screen comes out, and however the
// program ends, the terminal is what it was before.

import Foundation
import Notebook
import Testing

@Suite struct ReadTerminalTests {
  /// Arguments: the program, its signal at the end or 0, then pairs of a text to wait for and keys to press. Prints whether the
  /// terminal's settings are the old ones, the exit status, and the whole output.
  static let driver = """
    import fcntl, os, pty, select, struct, sys, termios, time
    program, number, steps = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    child, terminal = pty.fork()
    if child == 0:
        os.execve(program, [program, "--read", "--lang", "ko"], dict(os.environ, TERM="xterm", NO_COLOR=""))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 60, 0, 0))
    before, output, ended = termios.tcgetattr(terminal), b"", False
    deadline = time.time() + 120
    def more():
        global output, ended
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                piece = os.read(terminal, 65536)
            except OSError:
                piece = b""
            output, ended = output + piece, not piece
    for text, keys in zip(steps[::2], steps[1::2]):
        start = len(output)
        while text.encode() not in output[start:] and not ended and time.time() < deadline:
            more()
        changed = termios.tcgetattr(terminal)[3] != before[3]
        os.write(terminal, keys.encode())
    if number:
        os.kill(child, number)
    while not ended and time.time() < deadline:
        more()
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            more()
            break
    after = termios.tcgetattr(terminal)
    print("restored" if changed and after[3] == before[3] else "not restored", flush=True)
    status = os.waitpid(child, os.WNOHANG)[1]
    print(-(status & 127) if status & 127 else status >> 8, flush=True)
    os.write(1, output)
    """

  /// Nil where the test is left out: without Python, and on macOS, whose Python cannot wait for a child without ending it.
  private static let python: String? = {
    #if os(Linux)
      return ["/usr/bin/python3", "/usr/local/bin/python3"].first(where: FileManager.default.isExecutableFile)
    #else
      return nil
    #endif
  }()

  /// The folder of the build, in which the chapters' programs are too.
  private static let products: String = {
    let words = CommandLine.arguments + [ChildProcess.ownPath]
    let bundle = words.first { $0.contains(".xctest") }.flatMap { word in
      word.range(of: ".xctest").map { String(word[..<$0.lowerBound]) }
    }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    return bundle.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path } ?? "\(root)/.build/debug"
  }()

  private func drive(signal: Int32 = 0, _ steps: String...) throws -> (state: [String], output: String) {
    let python = try #require(Self.python)
    let program = Self.products + "/gru"
    let outcome = try ChildProcess.run(
      python, ["-c", Self.driver, program, "\(signal)"] + steps, environment: ["LANG": "ko_KR.UTF-8"], limit: 150,
      kept: 1 << 20)
    let parts = outcome.output.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    #expect(outcome.errors == "")
    return (Array(parts.prefix(2)), parts.last ?? "")
  }

  @Test(.enabled(if: python != nil)) func itIsReadPageByPageAndGivesTheTerminalBack() throws {
    let (state, output) = try drive("4. GRU", "\r", "4.1", "/리셋\r", "리", "q")
    #expect(state == ["restored", "0"])
    // A screen of its own, a page of the section that ran, the bar, the old screen, and the summary on it.
    #expect(output.hasPrefix("\u{1B}[?1049h"))
    #expect(output.contains("r_t = σ(W_{xr} x_t") && output.contains("1/"))
    #expect(output.contains("\u{1B}[?1049l"))
    #expect(output.components(separatedBy: "\u{1B}[?1049l").last?.contains("개 통과, 0개 실패") == true)
  }

  @Test(.enabled(if: python != nil), arguments: [SIGINT, SIGTERM, SIGHUP, SIGILL])
  func aSignalGivesTheTerminalBackToo(_ number: Int32) throws {
    let (state, output) = try drive(signal: number, "4. GRU", "")
    #expect(state == ["restored", "\(-number)"])
    #expect(output.contains("\u{1B}[?1049l"))
  }
}
