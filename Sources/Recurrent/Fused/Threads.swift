// Sharing the work of a fused cell among threads.

#if !hasFeature(Embedded)
  import Dispatch
#endif

/// How many threads share the work. No two parts of the work add to the same number, so the results have the same bits
/// with any number of threads.
struct Threads: Sendable {
  let count: Int

  /// Traps unless `count` is at least 1.
  init(_ count: Int) {
    require(count >= 1, "a fused layer computes with one thread or more, not \(count)")
    self.count = count
  }

  /// Calls `body` with ranges that together make up 0..<total, each on its own thread, and returns when all have
  /// finished. Embedded Swift has no threads: there one call does all the work.
  ///
  /// - Parameter chunk: every range begins at a multiple of this.
  func share(_ total: Int, chunk: Int = 1, _ body: (Range<Int>) -> Void) {
    #if hasFeature(Embedded)
      body(0..<total)
    #else
      let chunks = (total + chunk - 1) / chunk
      let parts = min(count, chunks)
      if parts <= 1 { return body(0..<total) }
      withoutActuallyEscaping(body) { body in
        // Each part writes to its own memory, which the compiler cannot check.
        nonisolated(unsafe) let body = body
        DispatchQueue.concurrentPerform(iterations: parts) { part in
          body(chunks * part / parts * chunk..<min(total, chunks * (part + 1) / parts * chunk))
        }
      }
    #endif
  }
}
