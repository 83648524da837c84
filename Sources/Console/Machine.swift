// Checks that the processor can run this build, and tunes the memory allocator.

import Foundation

/// The processor and the memory of the machine that runs this program.
enum Machine {
  /// Exits with a message if the modules were built for AVX2 and FMA, or for AVX-512, and this processor lacks them. Without
  /// this check, the first loop would end in an illegal instruction.
  ///
  /// It uses plain C calls only, because the linker may take even the helper functions that copy Swift values from a module
  /// that was built with these instructions.
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

  /// Makes the allocator keep freed memory. Every training step allocates the same large matrices; by default glibc returns
  /// such memory to the system after each step, which clears every page before it hands it out again.
  static func keepMemory() {
    #if canImport(Glibc)
      // Swift does not import <malloc.h>: the function is looked up by name, and its constants are written as numbers.
      guard let place = dlsym(nil, "mallopt") else { return }
      let mallopt = unsafeBitCast(place, to: (@convention(c) (Int32, Int32) -> Int32).self)
      let (trimThreshold, mapThreshold): (Int32, Int32) = (-1, -3)
      _ = mallopt(mapThreshold, 32 << 20)  // the largest value that mallopt accepts
      _ = mallopt(trimThreshold, 1 << 30)
    #endif
  }

  /// Whether the flags line of Linux's /proc/cpuinfo, ended by a 0, lists `avx2` and `fma`.
  static func hasAVX2(_ flags: [CChar]) -> Bool {
    hasWord(" avx2", flags) && hasWord(" fma", flags)
  }

  /// Whether it lists the parts of AVX-512 that make up x86-64-v4.
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
