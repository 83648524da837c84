// Section 3.14: what a pass that is cut off after a window of steps misses.

import Autodiff
import Experiments
import Notebook

/// The window lengths and the forget biases that are compared.
private let windows = [1, 2, 4, 8, 16, 32]
private let biases = [0, 1, 3]

extension LSTMBackprop {
  func truncation(_ page: Page) {
    page.section("truncation") {
      let T = 64
      let found = truncationErrors(steps: T, seeds: page.seeds(5))
      func percent(_ x: Double) -> String { NumberFormat.format(100 * x, significant: 2) }
      page.table(
        [Text("window", ko: "창")] + biases.map { .symbols("b_f = \($0)") },
        windows.enumerated().map { k, window in
          ["\(window)"]
            + biases.map { bias in
              let sorted = found[bias]!.map { $0[k] }.sorted()
              let middle = page.number("bias-\(bias)-window-\(window)", 100 * sorted[2], significant: 2)
              return "\(middle) % (\(percent(sorted[0])) … \(percent(sorted[4])))"
            }
        })
      let medians = biases.map { median(found[$0]!) }
      page.check(
        Text("a wider window is nearer to the full gradient", ko: "창이 넓을수록 온전한 기울기에 가깝다"),
        medians.allSatisfy { curve in zip(curve, curve.dropFirst()).allSatisfy { $0 > $1 } },
        detail: Text("medians, every b_f", ko: "중앙값, 모든 b_f"))
      page.check(
        Text("the more is kept, the more is cut off", ko: "많이 간직하는 신경망일수록 많이 잘린다"),
        windows.indices.allSatisfy { k in medians[0][k] < medians[1][k] && medians[1][k] < medians[2][k] },
        detail: Text("medians, every window", ko: "중앙값, 모든 창"))
      truncatedPassIsExact(page)
      page.figure(
        "truncation",
        .lineChart(
          LineChart(
            x: .init("k", .logarithmic), y: .init("%", limits: 0...100),
            series: zip(biases, medians).map { bias, errors in
              .init("b_f = \(bias)", zip(windows, errors).map { (Double($0), 100 * $1) }, hasMarkers: true)
            })),
        title: "The relative error of a truncated gradient against the window k, for forget biases 0, 1 and 3")
    }
  }

  /// ‖truncated − full‖ / ‖full‖ for each forget bias: a list of seeds, each a list of windows.
  private func truncationErrors(steps T: Int, seeds: [UInt64]) -> [Int: [[Double]]] {
    var found: [Int: [[Double]]] = [:]
    for bias in biases {
      found[bias] = seeds.map { seed in
        let example = Example.sequence(forgetBias: bias, steps: T, batch: 64, seed: seed)
        let steps = example.record().steps.map { $0.map(\.value) }
        let full = Pass<Matrix>().run(example, steps)
        return windows.map { relativeError(Pass<Matrix>().run(example, steps, window: $0), full) }
      }
    }
    return found
  }

  /// ‖a − b‖ / ‖b‖ over W_x, W_h and b together.
  private func relativeError(_ a: ByHand<Matrix>, _ b: ByHand<Matrix>) -> Double {
    let parts = [(a.W.x, b.W.x), (a.W.h, b.W.h), (a.b, b.b)]
    return globalNorm(parts.map { $0 - $1 }) / globalNorm(parts.map { $1 })
  }

  /// The truncated pass gives the exact gradient of windows whose first states are constants. 50 steps leave a shorter
  /// window at the end, and something comes back from beyond the last step.
  private func truncatedPassIsExact(_ page: Page) {
    let example = Example.sequence(forgetBias: 1, steps: 50, batch: 2, seed: page.seed)
    let steps = example.record().steps.map { $0.map(\.value) }
    let zero = 0 * example.start.h
    let beyond = (h: 0.5 * example.y[0], c: example.y[1])
    let loss = zip(steps, example.y).map { $0.h - $1 }
    func pass(_ window: Int?) -> ByHand<Matrix> {
      Pass<Matrix>().run(W: example.W, steps, loss: loss, beyond: beyond, window: window, zero: (zero, zero))
    }
    let cut = pass(16)
    page.check(
      Text("truncated = the windows apart, each with its first state given", ko: "자른 기울기 = 첫 상태만 넘겨받은 창들의 합"),
      .column(of: [cut.W.x, cut.W.h, cut.b] + cut.x),
      equals: .column(of: gradientsOfWindows(of: 16, example, steps, beyond: beyond)))
    page.check(
      Text("one window over all steps = the full pass", ko: "창 하나로 다 덮으면 온전한 역전파"),
      .column(of: pass(50).values), hasSameBitsAs: .column(of: pass(nil).values))
    // With a loss at the last step alone, nothing of it comes to the first input.
    let upstream = steps.indices.map { $0 == 49 ? loss[49] : zero }
    func toFirstInput(_ window: Int?) -> Matrix {
      Pass<Matrix>().run(
        W: example.W, steps, loss: upstream, beyond: (zero, zero), window: window, zero: (zero, zero)
      ).x[0]
    }
    let (short, whole) = (toFirstInput(32), toFirstInput(nil))
    page.check(
      Text("loss at T only: ∂L/∂x_1 is exactly 0 with a window of 32", ko: "손실이 T에만 있으면 창 32에서 ∂L/∂x_1은 정확히 0"),
      .equal(short.elements.count { $0 == 0 }, short.count, named: "k = 32"),
      .equal(whole.elements.count { $0 == 0 }, 0, named: "k = 50"),
      note: Text("entries that are 0", ko: "0인 성분"))
  }

  /// The tape's gradients of W_x, W_h and b, summed over windows that are run apart, and those of all inputs.
  ///
  /// - Parameter beyond: ∂L/∂h_T and ∂L/∂c_T from beyond the last step.
  private func gradientsOfWindows(
    of length: Int, _ example: Example, _ steps: [Forward<Matrix>], beyond: (h: Matrix, c: Matrix)
  ) -> [Matrix] {
    let T = steps.count
    var sums = [0 * example.W.x, 0 * example.W.h, 0 * example.b]
    var inputs: [Matrix] = []
    for first in stride(from: 0, to: T, by: length) {
      let range = first..<min(first + length, T)
      var part = example
      (part.x, part.y) = (Array(example.x[range]), Array(example.y[range]))
      part.start = steps[first].before
      let tape = Tape()
      let run = part.record(on: tape)
      var total = run.loss
      if range.upperBound == T, let last = run.steps.last {
        total = total + weightedSum([last.h], by: [beyond.h]) + weightedSum([last.c], by: [beyond.c])
      }
      let gradients = tape.gradients(of: total)
      sums = zip(sums, [run.W.x, run.W.h, run.b]).map { $0 + gradients[$1] }
      inputs += run.steps.map { gradients[$0.x] }
    }
    return sums + inputs
  }
}
