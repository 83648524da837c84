// Writing to the standard output and the standard error, for all programs.

import Foundation

/// Prints a line on the standard output. Where it cannot be written, the program ends: quietly if its reader has gone, as
/// after `| head`, else with a line on the standard error and status 2, since a result that is lost is no success.
public func printLine(_ line: String) {
  guard let problem = write(line + "\n", to: STDOUT_FILENO) else { return }
  if problem == EPIPE { exit(128 + SIGPIPE) }
  let program = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "unrolled"
  printError("\(program): cannot write to the standard output: \(String(cString: strerror(problem)))")
  exit(ExitStatus.badInput)
}

/// Prints a line on the standard error. Where nobody can read it, nobody can be told.
public func printError(_ line: String) { _ = write(line + "\n", to: STDERR_FILENO) }

/// Shows a text in the last row of the terminal behind the standard error, in place of the one before; an empty text clears
/// it.
public func showProgress(_ text: String) { _ = write("\r\u{1B}[2K\(text)", to: STDERR_FILENO) }

/// Writes a text completely. Returns nil, or the system's number for the problem.
private func write(_ text: String, to file: Int32) -> Int32? {
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let count = bytes.withUnsafeBytes { write(file, $0.baseAddress!, $0.count) }
    if count < 0, errno != EINTR { return errno }
    bytes = bytes.dropFirst(max(count, 0))
  }
  return nil
}

/// Opens the standard descriptors that the caller has closed, so that no file of the program gets their numbers. What is
/// written to them fails all the same.
func occupyStandardDescriptors() {
  for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
    _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
  }
}
