// Reading and replacing whole files.

import Foundation

/// The bytes of a regular file. Throws if it cannot be read, is not a regular file or is larger than 2 GiB.
func readFile(_ path: String) throws(ReferenceError) -> [UInt8] {
  func failure(_ what: String) -> ReferenceError { ReferenceError(what).about(path) }
  guard !path.utf8.contains(0) else { throw failure("a path cannot hold a NUL character; correct the path") }
  var info = stat()
  guard stat(path, &info) == 0 else {
    throw failure(errno == ENOENT ? "no such file; check the path" : "cannot be read: \(reason()); check the path")
  }
  switch info.st_mode & S_IFMT {
  case S_IFREG: break
  case S_IFDIR: throw failure("is a directory; name a .safetensors file in it")
  default: throw failure("is not a regular file; copy what it holds into one")  // reading a pipe may never end
  }
  guard info.st_size <= 1 << 31 else {
    throw failure("takes \(info.st_size) bytes; files of at most 2 GiB are read, split it")
  }

  let file = open(path, O_RDONLY)
  guard file >= 0 else { throw failure("cannot be read: \(reason()); check who may read it") }
  defer { close(file) }
  var bytes = [UInt8](repeating: 0, count: Int(info.st_size))
  var filled = 0
  while filled < bytes.count {
    let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress! + filled, min($0.count - filled, 1 << 30)) }
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else { throw failure("cannot be read: \(reason()); check the disk") }
    guard count > 0 else { break }  // the file became shorter in the meantime
    filled += count
  }
  bytes.removeLast(bytes.count - filled)
  return bytes
}

/// Creates or replaces the file at `path`. On failure it throws, and the file is left as it was.
func replaceFile(_ path: String, with bytes: [UInt8]) throws(ReferenceError) {
  func failure(_ what: String) -> ReferenceError { ReferenceError(what).about(path) }
  guard !path.utf8.contains(0) else { throw failure("a path cannot hold a NUL character; correct the path") }
  var target = path
  var info = stat()
  if stat(path, &info) == 0 {
    // The rename below would replace a device or a link by a file: refuse a device, and replace the target of a link.
    guard info.st_mode & S_IFMT == S_IFREG else {
      let kind = info.st_mode & S_IFMT == S_IFDIR ? "is a directory" : "is not a regular file"
      throw failure("\(kind); name a file to write")
    }
    if let real = realpath(path, nil) {
      target = String(cString: real)
      free(real)
    }
  }

  let folder = target.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(target[...$0]) } ?? ""
  let temporary = folder + ".unrolled-" + String(UInt64.random(in: 0...(.max)), radix: 36) + ".tmp"
  let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o666)
  guard file >= 0 else { throw failure("its folder cannot be written to: \(reason()); choose another folder") }

  // `reason()` reads errno, which the next system call may change.
  var problem: String?
  var written = 0
  while written < bytes.count, problem == nil {
    let count = bytes.withUnsafeBytes { write(file, $0.baseAddress! + written, min($0.count - written, 1 << 30)) }
    if count >= 0 { written += count } else if errno != EINTR { problem = reason() }
  }
  if problem == nil, fsync(file) != 0 { problem = reason() }
  if close(file) != 0, problem == nil { problem = reason() }
  if problem == nil, rename(temporary, target) != 0 { problem = reason() }
  if let problem {
    unlink(temporary)
    throw failure("cannot be written: \(problem); nothing was changed, correct this and write again")
  }
}

/// The system's message for the last failed call.
private func reason() -> String { String(cString: strerror(errno)) }
