// The exhibits of the bug museum: classic bugs in an LSTM and its gradient, as data.

import Autodiff
import Experiments
import Notebook

/// A bug: lines that replace the right ones, in the pass, in the cell, or in both.
enum ClassicBug: CaseIterable {
  case missingSlope, slopeTwice, slopeOfPreActivation
  case noStateFromNext, noCellFromNext
  case inputGateForCandidate, cellAfterForBefore, stateAfterForBefore
  case gatesSwapped, batchNotSummed, timeNotSummed
  case wrongMemory, wrongOutput, wrongCandidate, wrongOrder

  /// Replaces lines of the backward pass.
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
    // From here on the pass is the right gradient of the wrong cell below.
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

  /// Replaces a line of the cell.
  func spoil<A: Algebra>(_ cell: inout Cell<A>) {
    switch self {
    case .wrongMemory: cell.memory = { f, c, i, g in (f .* c + i) .* g }
    case .wrongOutput: cell.output = { o, c in o .* c }
    case .wrongCandidate: cell.candidate = { $0.sigmoid }
    case .wrongOrder: cell.order = (i: 1, f: 0, g: 2, o: 3)
    default: break
    }
  }

  /// Whether the cell is wrong, with a pass that is right for that cell.
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
    case .gatesSwapped: Text("i and f swapped in δ", ko: "δ에서 i와 f 바뀜")
    case .batchNotSummed: Text("db of one example", ko: "db가 예제 하나의 몫")
    case .timeNotSummed: Text("weights of one step", ko: "가중치가 한 시점의 몫")
    case .wrongMemory: .symbols("c = (f ⊙ c + i) ⊙ g")
    case .wrongOutput: .symbols("h = o ⊙ c")
    case .wrongCandidate: .symbols("g = σ(ĝ)")
    case .wrongOrder: Text("gates stacked f, i, g, o", ko: "게이트를 f, i, g, o로 쌓음")
    }
  }
}

/// An LSTM under test: a cell, and a pass that claims to be its gradient. Without a bug both are right.
struct Subject {
  var bug: ClassicBug?

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

  /// The loss Σ_t ⟨u_t, h_t⟩ of an example, whose y are the weights u.
  func loss(_ example: Example) -> Double {
    weightedSum(example.record(cell: cell).steps.map(\.h), by: example.y).value.scalar
  }

  /// The pass's gradients of that loss, in the order of `Example.values`.
  ///
  /// - Parameters:
  ///   - upstream: ∂L/∂h_t of another loss.
  ///   - beyond: what comes back to h_T and c_T from beyond the last step; zeros by default.
  func derived(_ example: Example, upstream: [Matrix]? = nil, beyond: (h: Matrix, c: Matrix)? = nil) -> [Matrix] {
    let steps = example.record(cell: cell).steps.map { $0.map(\.value) }
    let zero = 0 * example.start.h
    return pass().run(W: example.W, steps, loss: upstream ?? example.y, beyond: beyond ?? (zero, zero)).values
  }
}
