// Confining a process before it runs a student's code: no files, no network, no other programs, limited time and memory. It
// works without root. Protections that the system does not offer are left out and reported.

import Console
import Foundation

/// Limits on this process that no code in it can lift again.
package enum Confinement {
  /// The protections that are in force.
  package struct Protections: Codable, Sendable, Equatable {
    /// Processor time, memory, growth of files.
    package var limits = true
    /// No file can be read, written, made or removed.
    package var files = false
    /// No connection can be opened and no program started.
    package var system = false

    package init() {}

    package var text: Text {
      let parts = [
        Text("time and memory limited", ko: "시간과 메모리 제한"),
        files
          ? Text("no files", ko: "파일 접근 차단")
          : Text("FILES NOT PROTECTED (no Landlock, no sandbox-exec)", ko: "파일이 보호되지 않음(Landlock, sandbox-exec 없음)"),
        system
          ? Text("no network, no other programs", ko: "통신과 다른 프로그램 차단")
          : Text("NETWORK NOT CUT OFF (no seccomp, no sandbox-exec)", ko: "통신이 끊기지 않음(seccomp, sandbox-exec 없음)"),
      ]
      return Text(
        "protection: " + parts.map(\.english).joined(separator: ", "),
        ko: "보호: " + parts.map(\.korean).joined(separator: ", "))
    }
  }

  /// Confines this process. File descriptors that are open stay usable. Returns the protections that are in force.
  package static func enter(seconds: Int, bytes: Int) -> Protections {
    ChildProcess.limitThisProcess(seconds: seconds, bytes: bytes)
    var protections = Protections()
    #if os(Linux) && (arch(x86_64) || arch(arm64))
      guard let call = systemCall else { return protections }
      // PR_SET_PDEATHSIG: the process is killed when the grader ends.
      _ = call(Number.prctl, 1, Int(SIGKILL), 0, 0, 0, 0)
      // PR_SET_NO_NEW_PRIVS: without it, an ordinary user may use neither Landlock nor seccomp.
      guard call(Number.prctl, 38, 1, 0, 0, 0, 0) == 0 else { return protections }
      protections.files = restrictFiles(call)
      protections.system = filterCalls(call)
    #else
      // `command` sets this variable where it starts the program with sandbox-exec.
      let isSandboxed = ProcessInfo.processInfo.environment["UNROLLED_SANDBOX"] == "1"
      (protections.files, protections.system) = (isSandboxed, isSandboxed)
    #endif
    return protections
  }

  /// The command that starts a program so that `enter` can confine it: the program itself on Linux, sandbox-exec on macOS.
  package static func command(_ path: String, _ arguments: [String]) -> (path: String, arguments: [String]) {
    #if os(macOS)
      let sandbox = "/usr/bin/sandbox-exec"
      if FileManager.default.isExecutableFile(atPath: sandbox) {
        let profile =
          "(version 1)(allow default)(deny network*)(deny file-write*)(deny process-fork)"
          + "(allow file-write* (literal \"/dev/null\"))"
        return ("/usr/bin/env", ["UNROLLED_SANDBOX=1", sandbox, "-p", profile, path] + arguments)
      }
    #endif
    return (path, arguments)
  }

  #if os(Linux) && (arch(x86_64) || arch(arm64))
    /// The C library's syscall(2). Swift cannot import functions with a variable number of arguments; on Linux they are called
    /// like any other function.
    private typealias SystemCall = @convention(c) (Int, Int, Int, Int, Int, Int, Int) -> Int

    private static var systemCall: SystemCall? {
      dlsym(nil, "syscall").map { unsafeBitCast($0, to: SystemCall.self) }
    }

    private enum Number {
      #if arch(x86_64)
        static let prctl = 157
        static let architecture: UInt32 = 0xC000_003E
        /// socket, connect, socketpair, clone, fork, vfork, execve, kill, chmod, fchmod, chown, fchown, lchown, ptrace, utime,
        /// setxattr, tkill, utimes, fchownat, fchmodat, utimensat, process_vm_writev, execveat, io_uring_setup, clone3,
        /// fchmodat2. And calls that can reach other processes, such as the grader: rt_sigqueueinfo, setpriority,
        /// sched_setparam, sched_setscheduler, setrlimit, sched_setaffinity, tgkill, rt_tgsigqueueinfo, prlimit64,
        /// sched_setattr, pidfd_send_signal.
        static let denied: [UInt32] = [
          41, 42, 53, 56, 57, 58, 59, 62, 90, 91, 92, 93, 94, 101, 132, 188, 200, 235, 260, 268, 280, 311, 322, 425,
          435,
          452, 129, 141, 142, 144, 160, 203, 234, 297, 302, 314, 424,
        ]
      #else
        static let prctl = 167
        static let architecture: UInt32 = 0xC000_00B7
        /// setxattr, fchmod, fchmodat, fchownat, fchown, utimensat, ptrace, kill, tkill, socket, socketpair, connect, clone,
        /// execve, process_vm_writev, execveat, io_uring_setup, clone3, fchmodat2. And calls that can reach other processes,
        /// such as the grader: sched_setparam, sched_setscheduler, sched_setaffinity, tgkill, rt_sigqueueinfo, setpriority,
        /// setrlimit, rt_tgsigqueueinfo, prlimit64, sched_setattr, pidfd_send_signal.
        static let denied: [UInt32] = [
          5, 52, 53, 54, 55, 88, 117, 129, 130, 198, 199, 203, 220, 221, 271, 281, 425, 435, 452, 118, 119, 122, 131,
          138, 140, 164, 240, 261, 274, 424,
        ]
      #endif
    }

    /// Applies a Landlock rule set that handles every kind of access to files and allows none. Returns whether it could.
    private static func restrictFiles(_ call: SystemCall) -> Bool {
      let version = call(444, 0, 0, 1, 0, 0, 0)
      guard version >= 1 else { return false }
      // Execute, write, read, list, remove, and make files of every kind; later versions add refer, truncate, device control.
      var handled: UInt64 = (1 << 13) - 1
      if version >= 2 { handled |= 1 << 13 }
      if version >= 3 { handled |= 1 << 14 }
      if version >= 5 { handled |= 1 << 15 }
      // Files; TCP from version 4; signals and sockets to processes outside from version 6.
      var attributes: [UInt64] = [handled]
      if version >= 4 { attributes.append(3) }
      if version >= 6 { attributes.append(3) }
      return attributes.withUnsafeBufferPointer { buffer in
        let set = call(444, Int(bitPattern: buffer.baseAddress), buffer.count * 8, 0, 0, 0, 0)
        guard set >= 0 else { return false }
        defer { close(Int32(set)) }
        return call(446, set, 0, 0, 0, 0, 0) == 0
      }
    }

    /// Applies a seccomp filter that makes the denied calls fail with EPERM. Returns whether it could.
    private static func filterCalls(_ call: SystemCall) -> Bool {
      struct Instruction {
        var code: UInt16
        var whenTrue: UInt8
        var whenFalse: UInt8
        var value: UInt32
      }
      struct Program {
        var count: UInt16
        var instructions: UnsafePointer<Instruction>?
      }
      let (load, equal, atLeast, give): (UInt16, UInt16, UInt16, UInt16) = (0x20, 0x15, 0x35, 0x06)
      let (kill, fail, allow): (UInt32, UInt32, UInt32) = (0x8000_0000, 0x0005_0001, 0x7FFF_0000)
      var filter = [
        Instruction(code: load, whenTrue: 0, whenFalse: 0, value: 4),
        Instruction(code: equal, whenTrue: 1, whenFalse: 0, value: Number.architecture),
        Instruction(code: give, whenTrue: 0, whenFalse: 0, value: kill),
        Instruction(code: load, whenTrue: 0, whenFalse: 0, value: 0),
        // The x32 calls of x86-64 have numbers of their own: all of them fail.
        Instruction(code: atLeast, whenTrue: 0, whenFalse: 1, value: 0x4000_0000),
        Instruction(code: give, whenTrue: 0, whenFalse: 0, value: fail),
      ]
      for number in Number.denied {
        filter.append(Instruction(code: equal, whenTrue: 0, whenFalse: 1, value: number))
        filter.append(Instruction(code: give, whenTrue: 0, whenFalse: 0, value: fail))
      }
      filter.append(Instruction(code: give, whenTrue: 0, whenFalse: 0, value: allow))
      return filter.withUnsafeBufferPointer { buffer in
        var program = Program(count: UInt16(buffer.count), instructions: buffer.baseAddress)
        return withUnsafePointer(to: &program) { pointer in
          // PR_SET_SECCOMP, SECCOMP_MODE_FILTER
          call(Number.prctl, 22, 2, Int(bitPattern: pointer), 0, 0, 0) == 0
        }
      }
    }
  #endif
}
