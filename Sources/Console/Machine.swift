// What a build needs of the processor, and how a program uses memory.

import Foundation

/// What this build needs of the processor, and how it uses memory.
enum Machine {
  /// Ends the program with a message where the modules were built for AVX2 and FMA, or for AVX-512, and this processor lacks them:
  /// without this, the first loop would end in an illegal instruction.
  ///
  /// Plain C calls and nothing else: the linker may have taken even the helpers that copy Swift values from a module
  /// built for them.
  @inline(never)
  static func requireSupport() {
    #if (NEEDS_AVX2 || NEEDS_AVX512) && os(Linux)
      guard let file = fopen("/proc/cpuinfo", "r") else { return }
      var line = [CChar](repeating: 0, count: 8192)
      while fgets(&line, 8192, file) != nil {
        if strncmp(line, "flags", 5) != 0 { continue }
        #if NEEDS_AVX512
          let isSupported = hasAVX512(line)
          let message: StaticString =
            "this build needs a processor with AVX-512 and this one has not: run 'swift package clean', build here\n"
        #else
          let isSupported = hasAVX2(line)
          let message: StaticString =
            "this build needs a processor with AVX2 and FMA and this one has not: run 'swift package clean', build here\n"
        #endif
        if !isSupported {
          _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
          exit(ExitStatus.badInput)
        }
        break
      }
      fclose(file)
    #endif
  }

  /// Lets the process keep what it frees. A training step asks for the same large matrices as the one before; by default
  /// glibc gives such memory back in between, and the system clears every page of it before it hands it out again.
  static func keepMemory() {
    #if canImport(Glibc)
      // <malloc.h> is not among the headers that Swift imports: its function by name, its constants by value.
      guard let place = dlsym(nil, "mallopt") else { return }
      let mallopt = unsafeBitCast(place, to: (@convention(c) (Int32, Int32) -> Int32).self)
      let (trimThreshold, mapThreshold): (Int32, Int32) = (-1, -3)
      _ = mallopt(mapThreshold, 32 << 20)  // the largest that it takes
      _ = mallopt(trimThreshold, 1 << 30)
    #endif
  }

  /// Whether a line such as the flags of Linux's /proc/cpuinfo lists both, ended by a 0.
  static func hasAVX2(_ flags: [CChar]) -> Bool {
    hasWord(" avx2", flags) && hasWord(" fma", flags)
  }

  /// Whether it lists the parts of AVX-512 that compilers mean by x86-64-v4.
  static func hasAVX512(_ flags: [CChar]) -> Bool {
    hasAVX2(flags) && hasWord(" avx512f", flags) && hasWord(" avx512bw", flags) && hasWord(" avx512cd", flags)
      && hasWord(" avx512dq", flags) && hasWord(" avx512vl", flags)
  }

  private static func hasWord(_ word: StaticString, _ flags: [CChar]) -> Bool {
    flags.withUnsafeBufferPointer { line in
      var start = line.baseAddress!
      while let found = strstr(start, UnsafeRawPointer(word.utf8Start).assumingMemoryBound(to: CChar.self)) {
        let next = found[word.utf8CodeUnitCount]
        if next == 0 || next == 32 || next == 10 { return true }
        start = UnsafePointer(found) + 1
      }
      return false
    }
  }
}
