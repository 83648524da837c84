// The checks of the bug museum: ways to check an LSTM's gradient, strong and weak, and what each says of a subject.

import Autodiff
import Experiments
import Notebook

/// Central differences of a loss over every entry of every value of an example.
func differences(_ example: Example, step: Double, of loss: (Example) -> Double) -> [Matrix] {
  var values = example.values
  return values.indices.map { k in
    let original = values[k]
    var found = original
    for j in 0..<original.columns {
      for i in 0..<original.rows {
        let x = original[i, j]
        values[k][i, j] = x + step
        let above = loss(example.with(values))
        values[k][i, j] = x - step
        let below = loss(example.with(values))
        values[k][i, j] = x
        found[i, j] = (above - below) / ((x + step) - (x - step))
      }
    }
    return found
  }
}

/// Whether every entry of every matrix agrees: |a − b| ≤ absolute + relative · max(|a|, |b|).
func agree(_ a: [Matrix], _ b: [Matrix], absolute: Double, relative: Double) -> Bool {
  zip(a, b).allSatisfy { a, b in
    a.shape == b.shape
      && zip(a.elements, b.elements).allSatisfy { abs($0 - $1) <= absolute + relative * max(abs($0), abs($1)) }
  }
}

/// What a check says of a subject.
enum Verdict: Equatable {
  case caught
  case passed
  /// A check that draws entries at random: the share of its draws that catch the bug.
  case share(Double)
}

/// A way to check an LSTM's gradient.
struct MuseumCheck {
  let title: Text
  /// Whether it compares every entry in Float64 with a tight tolerance.
  let isStrong: Bool
  let verdict: (Subject) throws -> Verdict

  /// A check that passes or does not.
  init(_ title: Text, isStrong: Bool = false, passes: @escaping (Subject) throws -> Bool) {
    (self.title, self.isStrong) = (title, isStrong)
    verdict = { try passes($0) ? .passed : .caught }
  }

  /// A weak check that draws at random, with the share of its draws that catch the bug.
  init(_ title: Text, caught share: @escaping (Subject) -> Double) {
    (self.title, isStrong) = (title, false)
    verdict = { .share(share($0)) }
  }
}

/// What the checks compute on.
struct Bench {
  /// Two examples a batch, several steps, a loss with random weights on every h_t.
  let example: Example
  /// A run of PyTorch with several examples and steps.
  let torch: TorchRun
  /// The bound of the small weights that two of the weak checks take.
  var bound = 0.1
  let seed: UInt64

  private func agreesWithDifferences(_ example: Example, _ subject: Subject) -> Bool {
    agree(subject.derived(example), differences(example, step: 6e-6, of: subject.loss), absolute: 1e-8, relative: 1e-7)
  }

  // MARK: Strong checks

  var differencesOfEveryEntry: MuseumCheck {
    MuseumCheck(Text("differences", ko: "유한 차분"), isStrong: true) { agreesWithDifferences(example, $0) }
  }

  var ownTape: MuseumCheck {
    MuseumCheck(Text("own tape", ko: "그 셀의 테이프"), isStrong: true) { subject in
      let run = example.record(cell: subject.cell)
      let gradients = run.loss.tape.gradients(of: weightedSum(run.steps.map(\.h), by: example.y))
      return agree(subject.derived(example), run.variables.map { gradients[$0] }, absolute: 1e-12, relative: 1e-12)
    }
  }

  var pytorch: MuseumCheck {
    MuseumCheck(.symbols("PyTorch"), isStrong: true) { subject in
      let theirs = Example(torch)
      let derived = subject.derived(theirs, upstream: torch.upstream, beyond: torch.beyond)
      let h = theirs.record(cell: subject.cell).steps.map(\.h.value)
      let largest = torch.gradients.map(\.largestMagnitude).max() ?? 0
      return agree(derived, torch.gradients, absolute: 1e-12 * largest, relative: 0)
        && agree(h, torch.outputs, absolute: 1e-12, relative: 0)
    }
  }

  // MARK: Weak checks, each in use somewhere

  /// A mean for a loss, small weights, and a tolerance that looks strict.
  var tolerance: MuseumCheck {
    MuseumCheck(Text("tolerance", ko: "허용 오차")) { subject in
      let small = example.small(bound: bound, seed: seed)
      let count = Double(small.y.count * small.y[0].count)
      let mean = { (example: Example) in subject.loss(example) / count }
      let derived = subject.derived(small).map { (1 / count) * $0 }
      return agree(derived, differences(small, step: 1e-5, of: mean), absolute: 1e-2, relative: 0)
    }
  }

  var oneEntry: MuseumCheck {
    func share(_ subject: Subject) -> Double {
      let derived = Array(subject.derived(example).prefix(3))
      let found = Array(differences(example, step: 6e-6, of: subject.loss).prefix(3))
      var random = Random(seed: seed)
      let draws = 400
      let caught = (0..<draws).count { _ in
        let k = random.index(below: derived.count)
        let entry = random.index(below: derived[k].count)
        let (a, b) = (derived[k].elements[entry], found[k].elements[entry])
        return abs(a - b) > 1e-8 + 1e-7 * max(abs(a), abs(b))
      }
      return Double(caught) / Double(draws)
    }
    return MuseumCheck(Text("one entry", ko: "성분 하나"), caught: share)
  }

  /// Every column of a softmax sums to 1, so this loss is the batch size for any network.
  var sumOfSoftmax: MuseumCheck {
    MuseumCheck(.symbols("Σ softmax")) { subject in
      let h = example.record(cell: subject.cell).steps.map { $0.h.value }
      let tape = Tape()
      let last = tape.variable(h[h.count - 1])
      var upstream = h.map { 0 * $0 }
      upstream[h.count - 1] = tape.gradients(of: last.softmax.total)[last]
      let derived = subject.derived(example, upstream: upstream)
      let found = differences(example, step: 6e-6) { example in
        let h = example.record(cell: subject.cell).steps.map { $0.h.value }
        return h[h.count - 1].softmax.total.scalar
      }
      return agree(derived, found, absolute: 1e-8, relative: 1e-7)
    }
  }

  /// A loss of 24 bits makes the quotient noisy, so a wide tolerance is compared with one number for all entries.
  var float32: MuseumCheck {
    MuseumCheck(.symbols("Float32")) { subject in
      let small = example.small(bound: bound, seed: seed)
      let derived = subject.derived(small)
      let found = differences(small, step: 1e-3) { Double(Float(subject.loss($0))) }
      let error = globalNorm(zip(derived, found).map { $0 - $1 }) / (globalNorm(derived) + globalNorm(found))
      return error < 1e-2
    }
  }

  var oneStep: MuseumCheck {
    MuseumCheck(.symbols("T = 1")) { subject in
      var alone = example.prefix(steps: 1)
      alone.start = (0 * alone.start.h, 0 * alone.start.c)
      let weights = differences(alone, step: 6e-6, of: subject.loss).prefix(3)
      return agree(Array(subject.derived(alone).prefix(3)), Array(weights), absolute: 1e-8, relative: 1e-7)
    }
  }

  var batchOfOne: MuseumCheck {
    MuseumCheck(Text("batch 1", ko: "배치 1")) { agreesWithDifferences(example.first(examples: 1), $0) }
  }
}

extension Example {
  /// The same with small weights, uniform between ±bound, and zeros for the biases and first states.
  func small(bound: Double = 0.1, seed: UInt64) -> Example {
    var random = Random(seed: seed)
    var example = self
    example.W = (
      random.uniform(W.x.rows, W.x.columns, -bound, bound), random.uniform(W.h.rows, W.h.columns, -bound, bound)
    )
    example.b = 0 * b
    example.start = (0 * start.h, 0 * start.c)
    return example
  }

  /// Its first steps.
  func prefix(steps: Int) -> Example {
    var example = self
    (example.x, example.y) = (Array(x.prefix(steps)), Array(y.prefix(steps)))
    return example
  }

  /// The first columns of its batch.
  func first(examples: Int) -> Example {
    func first(_ matrix: Matrix) -> Matrix { matrix.columns(Array(0..<examples)) }
    var example = self
    example.start = (first(start.h), first(start.c))
    (example.x, example.y) = (x.map(first), y.map(first))
    return example
  }
}
