// The bug museum: classic mistakes in an LSTM, as data, and the checks that see them or do not.

import Autodiff
import Notebook

/// A mistake: other lines in the place of the right ones, in the pass, in the cell, or in both.
enum Mistake: CaseIterable {
  case missingSlope, slopeTwice, slopeOfPreActivation
  case noStateFromNext, noCellFromNext
  case inputGateForCandidate, cellAfterForBefore, stateAfterForBefore
  case gatesSwapped, batchNotSummed, timeNotSummed
  case wrongMemory, wrongOutput, wrongCandidate, wrongOrder

  // begin: bugs
  /// A line of the backward pass is wrong.
  func spoil<A: Algebra>(_ pass: inout Pass<A>) {
    switch self {
    case .missingSlope: pass.dhat_f = { $0.d.f }
    case .slopeTwice:
      pass.d_c = { m in
        let slope = 1 - m.c.tanh .* m.c.tanh
        return m.d.h .* m.o .* slope .* slope + m.next.c
      }
    case .slopeOfPreActivation: pass.dhat_f = { $0.d.f .* $0.forward.hat.f .* (1 - $0.forward.hat.f) }
    case .noStateFromNext: pass.d_h = { $0.loss }
    case .noCellFromNext: pass.d_c = { $0.d.h .* $0.o .* (1 - $0.c.tanh .* $0.c.tanh) }
    case .inputGateForCandidate: pass.d_i = { $0.d.c .* $0.i }
    case .cellAfterForBefore: pass.d_f = { $0.d.c .* $0.c }
    case .stateAfterForBefore: pass.dW_h = { $0.d.a * $0.h.transposed }
    case .gatesSwapped: pass.d_a = { A.stack([$0.hat.f, $0.hat.i, $0.hat.g, $0.hat.o]) }
    case .batchNotSummed: pass.d_b = { $0.d.a.columns([0]) }
    case .timeNotSummed: pass.sum = { later, _ in later }
    // From here on: the right gradient of the wrong cell below.
    case .wrongMemory:
      pass.d_f = { $0.d.c .* $0.g .* $0.before.c }
      pass.d_i = { $0.d.c .* $0.g }
      pass.d_g = { $0.d.c .* ($0.f .* $0.before.c + $0.i) }
      pass.toC = { $0.d.c .* $0.g .* $0.f }
    case .wrongOutput:
      pass.d_c = { $0.d.h .* $0.o + $0.next.c }
      pass.d_o = { $0.d.h .* $0.c }
    case .wrongCandidate: pass.dhat_g = { $0.d.g .* $0.g .* (1 - $0.g) }
    case .wrongOrder: pass.d_a = { A.stack([$0.hat.f, $0.hat.i, $0.hat.g, $0.hat.o]) }
    }
  }

  /// A line of the cell is wrong.
  func spoil<A: Algebra>(_ cell: inout Cell<A>) {
    switch self {
    case .wrongMemory: cell.memory = { f, c, i, g in (f .* c + i) .* g }
    case .wrongOutput: cell.output = { o, c in o .* c }
    case .wrongCandidate: cell.candidate = { $0.sigmoid }
    case .wrongOrder: cell.order = (i: 1, f: 0, g: 2, o: 3)
    default: break
    }
  }
  // end: bugs

  var isInTheCell: Bool { [.wrongMemory, .wrongOutput, .wrongCandidate, .wrongOrder].contains(self) }

  var title: Text {
    switch self {
    case .missingSlope: Text("σ′ missing at f", ko: "f에서 σ′ 빠뜨림")
    case .slopeTwice: Text("tanh′ twice at c", ko: "c에서 tanh′ 두 번")
    case .slopeOfPreActivation: Text("σ′ with f̂ for f", ko: "σ′에 f 대신 f̂")
    case .noStateFromNext: Text("no dh from t + 1", ko: "t + 1의 dh 빠뜨림")
    case .noCellFromNext: Text("no dc from t + 1", ko: "t + 1의 dc 빠뜨림")
    case .inputGateForCandidate: Text("di with i for g", ko: "di에 g 대신 i")
    case .cellAfterForBefore: Text("df with c_t for c_{t−1}", ko: "df에 c_{t−1} 대신 c_t")
    case .stateAfterForBefore: Text("dW_h with h_t for h_{t−1}", ko: "dW_h에 h_{t−1} 대신 h_t")
    case .gatesSwapped: Text("i and f swapped in da", ko: "da에서 i와 f 바뀜")
    case .batchNotSummed: Text("db of one example", ko: "db가 예제 하나의 몫")
    case .timeNotSummed: Text("weights of one step", ko: "가중치가 한 시점의 몫")
    case .wrongMemory: .symbols("c = (f ⊙ c + i) ⊙ g")
    case .wrongOutput: .symbols("h = o ⊙ c")
    case .wrongCandidate: .symbols("g = σ(ĝ)")
    case .wrongOrder: Text("gates stacked f, i, g, o", ko: "게이트를 f, i, g, o로 쌓음")
    }
  }
}

/// An LSTM under test: a cell, and a pass that claims to be its gradient. Without a bug it is the right one.
struct Subject {
  var bug: Mistake?

  var cell: Cell<Variable> {
    var cell = Cell<Variable>()
    bug?.spoil(&cell)
    return cell
  }

  func pass<A: Algebra>() -> Pass<A> {
    var pass = Pass<A>()
    bug?.spoil(&pass)
    return pass
  }

  /// The loss Σ_t Σ u_t ⊙ h_t of an example, where u are its y.
  func loss(_ example: Example) -> Double {
    total(example.record(cell: cell).steps.map(\.h.value), example.y)
  }

  private func total(_ h: [Matrix], _ u: [Matrix]) -> Double {
    zip(h, u).map { ($0 .* $1).total.scalar }.reduce(0, +)
  }

  /// The pass's gradients of that loss, or of any other whose ∂L/∂h_t are given.
  func derived(_ example: Example, upstream: [Matrix]? = nil, beyond: (h: Matrix, c: Matrix)? = nil) -> [Matrix] {
    let steps = example.record(cell: cell).steps.map { $0.map(\.value) }
    let zero = 0 * example.start.h
    return pass().run(W: example.W, steps, loss: upstream ?? example.y, beyond: beyond ?? (zero, zero)).values
  }
}

// MARK: - The checks

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
  /// A check that draws at random: the share of its draws that catch the bug.
  case share(Double)
}

/// A way to check an LSTM's gradient, and what it says of each bug.
struct MuseumCheck {
  let title: Text
  /// Whether it compares every entry in Float64 with a tight tolerance.
  let isStrong: Bool
  let verdict: (Subject) throws -> Verdict

  /// - Parameters:
  ///   - example: two examples a batch, several steps, a loss with random weights on every h_t.
  ///   - witness: PyTorch's, with several examples and steps.
  ///   - bound: of the small weights that two of the weak checks take.
  static func all(
    _ example: Example, _ witness: Witness, weights bound: Double = 0.1, formulas: @escaping (Subject) throws -> Bool,
    seed: UInt64
  )
    -> [MuseumCheck]
  {
    func said(_ passes: Bool) -> Verdict { passes ? .passed : .caught }
    func byDifferences(_ example: Example, _ subject: Subject) -> Bool {
      agree(
        subject.derived(example), differences(example, step: 6e-6, of: subject.loss), absolute: 1e-8, relative: 1e-7)
    }
    return [
      MuseumCheck(title: Text("differences", ko: "유한 차분"), isStrong: true) { said(byDifferences(example, $0)) },
      MuseumCheck(title: Text("own tape", ko: "그 셀의 테이프"), isStrong: true) { subject in
        let tape = Tape()
        let run = example.record(on: tape, cell: subject.cell)
        let terms = zip(run.steps, example.y).map { ($0.h .* tape.constant($1)).total }
        let gradients = tape.gradients(of: terms.dropFirst().reduce(terms[0]) { $0 + $1 })
        let found = run.variables.map { gradients[$0] }
        return said(agree(subject.derived(example), found, absolute: 1e-12, relative: 1e-12))
      },
      MuseumCheck(title: Text("formulas", ko: "수식"), isStrong: true) { said(try formulas($0)) },
      MuseumCheck(title: .symbols("PyTorch"), isStrong: true) { subject in
        let derived = subject.derived(witness.example, upstream: witness.upstream, beyond: witness.beyond)
        let h = witness.example.record(cell: subject.cell).steps.map(\.h.value)
        let largest = witness.gradients.map(\.largestMagnitude).max() ?? 0
        return said(
          agree(derived, witness.gradients, absolute: 1e-12 * largest, relative: 0)
            && agree(h, witness.h, absolute: 1e-12, relative: 0))
      },

      // Weaker ones, each in use somewhere.
      MuseumCheck(title: Text("tolerance", ko: "허용 오차"), isStrong: false) { subject in
        // A mean for a loss, small weights, and a tolerance that looks strict.
        let small = example.small(bound: bound, seed: seed)
        let count = Double(small.y.count * small.y[0].count)
        let mean = { (example: Example) in subject.loss(example) / count }
        let derived = subject.derived(small).map { (1 / count) * $0 }
        return said(agree(derived, differences(small, step: 1e-5, of: mean), absolute: 1e-2, relative: 0))
      },
      MuseumCheck(title: Text("one entry", ko: "성분 하나"), isStrong: false) { subject in
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
        return .share(Double(caught) / Double(draws))
      },
      MuseumCheck(title: .symbols("Σ softmax"), isStrong: false) { subject in
        // Every column of a softmax sums to 1: L is the batch size, whatever the network does.
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
        return said(agree(derived, found, absolute: 1e-8, relative: 1e-7))
      },
      MuseumCheck(title: .symbols("Float32"), isStrong: false) { subject in
        // A loss of 24 bits makes the quotient noisy: one number for all entries, and a wide tolerance.
        let small = example.small(bound: bound, seed: seed)
        let derived = subject.derived(small)
        let found = differences(small, step: 1e-3) { Double(Float(subject.loss($0))) }
        let error = globalNorm(zip(derived, found).map { $0 - $1 }) / (globalNorm(derived) + globalNorm(found))
        return said(error < 1e-2)
      },
      MuseumCheck(title: .symbols("T = 1"), isStrong: false) { subject in
        var alone = example.prefix(steps: 1)
        alone.start = (0 * alone.start.h, 0 * alone.start.c)
        let weights = differences(alone, step: 6e-6, of: subject.loss).prefix(3)
        return said(agree(Array(subject.derived(alone).prefix(3)), Array(weights), absolute: 1e-8, relative: 1e-7))
      },
      MuseumCheck(title: Text("batch 1", ko: "배치 1"), isStrong: false) {
        said(byDifferences(example.first(examples: 1), $0))
      },
    ]
  }
}

extension Example {
  /// The same with small weights, uniform between ±bound, biases and first states 0.
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

  func prefix(steps: Int) -> Example {
    var example = self
    (example.x, example.y) = (Array(x.prefix(steps)), Array(y.prefix(steps)))
    return example
  }

  func first(examples: Int) -> Example {
    func first(_ matrix: Matrix) -> Matrix { matrix.columns(Array(0..<examples)) }
    var example = self
    example.start = (first(start.h), first(start.c))
    (example.x, example.y) = (x.map(first), y.map(first))
    return example
  }
}
