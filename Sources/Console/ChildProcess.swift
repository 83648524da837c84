// A program run beside this one: with a time limit that ends it and all that it started, with what it prints kept apart
// from what it reports, and with limits on what it may use.

import Foundation

/// How a child ended, and what it left.
package struct ChildOutcome: Sendable {
  package enum End: Sendable, Equatable {
    case exit(Int32)
    case signal(Int32)
    case timeout
  }
  package var end: End
  /// What it wrote, up to a limit; the rest was read and thrown away.
  package var output = ""
  package var errors = ""
  /// What it wrote to the descriptor `ChildProcess.reportDescriptor`.
  package var report = Data()
  package var seconds = 0.0

  package init(end: End) { self.end = end }
}

package enum ChildProcess {
  /// Where a child reports what nothing else may: neither its output nor its errors.
  package static let reportDescriptor: Int32 = 3

  private static let spawning = NSLock()

  /// Runs a program to its end, or to the end of its time.
  ///
  /// - Parameters:
  ///   - path: the executable.
  ///   - arguments: without its name.
  ///   - environment: all of it.
  ///   - folder: where it works; nil: where this program does.
  ///   - input: what it reads on its standard input.
  ///   - limit: seconds of wall time.
  ///   - kept: how many bytes of each stream are kept.
  package static func run(
    _ path: String, _ arguments: [String], environment: [String: String], folder: String? = nil,
    input: String = "", limit: Double, kept: Int = 65_536
  ) throws -> ChildOutcome {
    var actions = FileActions()
    defer { actions.destroy() }
    // One at a time: a pipe that is not yet marked to be closed in children must not come into another one.
    spawning.lock()
    var isSpawning = true
    func endSpawning() {
      if isSpawning { spawning.unlock() }
      isSpawning = false
    }
    defer { endSpawning() }
    let pipes = try (0..<4).map { _ in try Pipe() }
    defer { for pipe in pipes { pipe.closeAll() } }
    // 0 in, 1 out, 2 errors, 3 report.
    for (target, pipe) in pipes.enumerated() {
      actions.duplicate(target == 0 ? pipe.reading : pipe.writing, onto: Int32(target))
    }
    var attributes = Attributes()
    defer { attributes.destroy() }
    attributes.makeOwnGroup()

    let start = ContinuousClock.now
    var child: pid_t = 0
    // posix_spawn cannot change the folder everywhere; a shell can.
    let command =
      folder.map { ["/bin/sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", $0, path] + arguments } ?? [path]
      + arguments
    let words = command.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    let failure = posix_spawn(&child, command[0], &actions.value, &attributes.value, words, variables)
    if failure != 0 { throw BadInput("cannot run \(path): \(String(cString: strerror(failure)))") }
    endSpawning()
    // So little fits into any pipe. It has a reader, this program, even if the child is gone already.
    input.utf8.withContiguousStorageIfAvailable { _ = write(pipes[0].writing, $0.baseAddress, $0.count) }
    pipes[0].closeReading()
    pipes[0].closeWriting()
    for pipe in pipes[1...] { pipe.closeWriting() }

    var outcome = ChildOutcome(end: .timeout)
    var found = [Data(), Data(), Data()]
    var isOpen = [true, true, true]
    var status: Int32 = 0
    var hasEnded = false
    var graceUntil: ContinuousClock.Instant?
    let deadline = start + .seconds(limit)
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      if !hasEnded, waitpid(child, &status, WNOHANG) == child {
        hasEnded = true
        // What it started must not hold its pipes open.
        kill(-child, SIGKILL)
        graceUntil = ContinuousClock.now + .seconds(1)
      }
      if hasEnded, !isOpen.contains(true) { break }
      if let graceUntil, ContinuousClock.now > graceUntil { break }
      if !hasEnded, ContinuousClock.now > deadline {
        kill(-child, SIGKILL)
        kill(child, SIGKILL)
        waitpid(child, &status, 0)
        outcome.seconds = (ContinuousClock.now - start) / .seconds(1)
        outcome.output = text(found[0])
        outcome.errors = text(found[1])
        outcome.report = found[2]
        return outcome
      }
      var polled = (0..<3).filter { isOpen[$0] }.map {
        pollfd(fd: pipes[$0 + 1].reading, events: Int16(POLLIN), revents: 0)
      }
      if poll(&polled, nfds_t(polled.count), 20) <= 0 { continue }
      for one in polled where one.revents != 0 {
        let stream = (0..<3).first { pipes[$0 + 1].reading == one.fd }!
        let count = read(one.fd, &buffer, buffer.count)
        if count <= 0 {
          isOpen[stream] = false
        } else if found[stream].count < kept {
          found[stream].append(contentsOf: buffer[0..<min(count, kept - found[stream].count)])
        }
      }
    }
    outcome.seconds = (ContinuousClock.now - start) / .seconds(1)
    // The macros of wait.h.
    outcome.end = status & 0x7F == 0 ? .exit((status >> 8) & 0xFF) : .signal(status & 0x7F)
    outcome.output = text(found[0])
    outcome.errors = text(found[1])
    outcome.report = found[2]
    return outcome
  }

  private static func text(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }

  /// The path of this program's executable.
  package static var ownPath: String {
    #if os(Linux)
      if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") { return path }
    #endif
    return Bundle.main.executablePath ?? CommandLine.arguments[0]
  }

  /// Limits this process, for good, before it runs code that nobody knows: seconds of processor time, bytes of memory; no
  /// file may grow, no core is left behind.
  package static func limitThisProcess(seconds: Int, bytes: Int) {
    func limit(_ value: Int, atMost most: Int? = nil) -> rlimit {
      rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(most ?? value))
    }
    // First SIGXCPU, which says what it is; a second later SIGKILL for those who ignore it.
    var (time, memory, file, core) = (limit(seconds, atMost: seconds + 1), limit(bytes), limit(0), limit(0))
    #if canImport(Glibc)
      setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &time)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &file)
      setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
      setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &memory)
    #else
      setrlimit(RLIMIT_CPU, &time)
      setrlimit(RLIMIT_FSIZE, &file)
      setrlimit(RLIMIT_CORE, &core)
      _ = memory  // macOS has the limit and does not keep it
    #endif
  }

  // MARK: - Handles

  private final class Pipe {
    private(set) var reading: Int32 = -1
    private(set) var writing: Int32 = -1

    /// Both ends above the descriptors that a child gets, and closed in it.
    init() throws {
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { throw BadInput("cannot make a pipe: \(String(cString: strerror(errno)))") }
      (reading, writing) = (Self.raised(ends[0]), Self.raised(ends[1]))
    }

    private static func raised(_ descriptor: Int32) -> Int32 {
      let new = fcntl(descriptor, F_DUPFD_CLOEXEC, 10)
      close(descriptor)
      return new
    }

    func closeReading() {
      if reading >= 0 { close(reading) }
      reading = -1
    }

    func closeWriting() {
      if writing >= 0 { close(writing) }
      writing = -1
    }

    func closeAll() {
      closeReading()
      closeWriting()
    }
  }

  private struct FileActions {
    #if os(Linux)
      var value = posix_spawn_file_actions_t()
    #else
      var value: posix_spawn_file_actions_t?
    #endif
    init() { posix_spawn_file_actions_init(&value) }
    mutating func duplicate(_ from: Int32, onto to: Int32) { posix_spawn_file_actions_adddup2(&value, from, to) }
    mutating func destroy() { posix_spawn_file_actions_destroy(&value) }
  }

  private struct Attributes {
    #if os(Linux)
      var value = posix_spawnattr_t()
    #else
      var value: posix_spawnattr_t?
    #endif
    init() { posix_spawnattr_init(&value) }
    mutating func makeOwnGroup() {
      posix_spawnattr_setflags(&value, Int16(POSIX_SPAWN_SETPGROUP))
      posix_spawnattr_setpgroup(&value, 0)
    }
    mutating func destroy() { posix_spawnattr_destroy(&value) }
  }
}
