// A terminal that a program has for itself: keys without Enter, and a screen that gives way to the old one at the end.
//
// However the program ends, the terminal is restored: on return, after an error, on a signal, after a trap.

import Foundation

/// The terminal at the standard input and output.
package enum Terminal {
  /// Whether both are one, so that keys can be read and a screen be drawn.
  package static var isPresent: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

  /// The window's size in characters; 80 × 24 where the terminal does not say.
  package static var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Runs the body with the terminal for itself.
  package static func take<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return try body() }
    for number in endings { signal(number, endOnSignal) }
    signal(SIGTSTP, stopOnSignal)
    enterScreen()
    defer {
      leaveScreen()
      for number in endings + [SIGTSTP] { signal(number, SIG_DFL) }
    }
    return try body()
  }

  /// Shows lines, one below the other from the top; the rest of the screen is emptied.
  package static func draw(_ lines: [String]) {
    show("\u{1B}[H" + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J")
  }

  /// Writes over the last row, and leaves the cursor at its start.
  package static func drawLastRow(_ line: String) { show("\u{1B}[\(size.rows);1H\u{1B}[K\(line)\r") }

  /// Waits for bytes from the keyboard. Returns nil if the window's size has changed or the program was stopped and goes on,
  /// and no bytes at all if the terminal is gone.
  package static func bytes() -> [UInt8]? {
    let known = size
    var source = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    while true {
      let count = poll(&source, 1, 200)
      if count < 0 || size != known { return nil }
      if count == 0 { continue }
      var buffer = [UInt8](repeating: 0, count: 256)
      let length = read(STDIN_FILENO, &buffer, buffer.count)
      return Array(buffer.prefix(max(0, length)))
    }
  }

  private static func show(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { return }
      bytes = bytes.dropFirst(max(0, count))
    }
  }
}

// MARK: - What signals may use

/// The signals that end a program, the traps of Swift among them.
private let endings = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGBUS, SIGSEGV]

/// The terminal's settings before it was taken, and whether it is taken now.
private nonisolated(unsafe) var settings = termios()
private nonisolated(unsafe) var isTaken = false

/// The other screen, without a cursor; and back.
private let enter: StaticString = "\u{1B}[?1049h\u{1B}[?25l"
private let leave: StaticString = "\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l"
private let trapped: StaticString = "a trap ended the program: its message is seen without --read\n"

private func put(_ text: StaticString, _ descriptor: Int32 = STDOUT_FILENO) {
  _ = write(descriptor, text.utf8Start, text.utf8CodeUnitCount)
}

private func enterScreen() {
  var raw = settings
  raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
  withUnsafeMutableBytes(of: &raw.c_cc) { codes in
    codes[Int(VMIN)] = 1
    codes[Int(VTIME)] = 0
  }
  tcsetattr(STDIN_FILENO, TCSANOW, &raw)
  put(enter)
  isTaken = true
}

private func leaveScreen() {
  guard isTaken else { return }
  isTaken = false
  put(leave)
  tcsetattr(STDIN_FILENO, TCSANOW, &settings)
}

/// Restores the terminal and lets the signal do what it does by itself.
private func endOnSignal(_ number: Int32) {
  leaveScreen()
  let isTrap = number == SIGILL || number == SIGTRAP || number == SIGABRT || number == SIGFPE || number == SIGBUS
  if isTrap || number == SIGSEGV { put(trapped, STDERR_FILENO) }
  signal(number, SIG_DFL)
  raise(number)
}

/// Restores the terminal while the program is stopped, and takes it again when it goes on.
private func stopOnSignal(_ number: Int32) {
  leaveScreen()
  kill(getpid(), SIGSTOP)
  enterScreen()
}
