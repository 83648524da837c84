// The LSTM that the book works by hand, forwards in chapter 2 and backwards in chapter 3.

import Autodiff
import Recurrent

/// Two inputs, two units, round numbers, three steps. At the first step unit 1 keeps its content and unit 2 takes up something
/// new.
public enum WorkedLSTM {
  // begin: worked
  public static let cell = LSTMCell<Matrix>(
    W: (
      xf: Matrix([[1, 0], [-1, -1]]), xi: Matrix([[-1, -1], [1, 0.5]]), xg: Matrix([[0.5, 0], [0, 0.5]]),
      xo: Matrix([[1, 0.5], [-0.5, 0]]), hf: Matrix([[1, -1], [0, 2]]), hi: Matrix([[0, 2], [1, -1]]),
      hg: Matrix([[1, 0], [0, 1]]), ho: Matrix([[1, 1], [1, 0]])
    ),
    b: (f: Matrix([[1], [1]]), i: Matrix([[1], [1]]), g: Matrix([[-2], [0.5]]), o: Matrix([[0], [-1]])))
  /// h_0 and c_0.
  public static let start = (h: Matrix([[0.5], [-0.5]]), c: Matrix([[1], [-1]]))
  /// x_1, x_2, x_3.
  public static let x = [Matrix([[1], [2]]), Matrix([[-1], [1]]), Matrix([[0], [-2]])]
  /// y_1, y_2, y_3: what h_t should be, for the loss ½ Σ_t ‖h_t − y_t‖².
  public static let y = [Matrix([[0], [1]]), Matrix([[1], [-1]]), Matrix([[-1], [1]])]
  // end: worked

  /// The cell with its parameters on a tape, under the notes' names.
  public static func parameters(on tape: Tape) -> LSTMCell<Variable> {
    let (W, b) = (cell.W, cell.b)
    func named(_ value: Matrix, _ name: String) -> Variable { tape.variable(value, named: name) }
    return LSTMCell(
      W: (
        xf: named(W.xf, "W_{xf}"), xi: named(W.xi, "W_{xi}"), xg: named(W.xg, "W_{xg}"), xo: named(W.xo, "W_{xo}"),
        hf: named(W.hf, "W_{hf}"), hi: named(W.hi, "W_{hi}"), hg: named(W.hg, "W_{hg}"), ho: named(W.ho, "W_{ho}")
      ),
      b: (f: named(b.f!, "b_f"), i: named(b.i!, "b_i"), g: named(b.g!, "b_g"), o: named(b.o!, "b_o")))
  }

  /// Records the first steps on a tape under the notes' names: the parameters, x_t, f_t, i_t, g_t, o_t, c_t, h_t.
  ///
  /// - Parameter index: what the names of step t end in.
  public static func record(
    steps: Int, on tape: Tape, index: (Int) -> String = { "\($0)" }
  ) -> [LSTMCell<Variable>.Step] {
    let recorded = parameters(on: tape)
    func named(_ value: Matrix, _ name: String) -> Variable { tape.variable(value, named: name) }
    var h = named(start.h, "h_\(index(0))")
    var c = named(start.c, "c_\(index(0))")
    return (1...steps).map { t in
      let step = recorded.step(named(x[t - 1], "x_\(index(t))"), h, c)
      for (name, value) in [("f", step.f), ("i", step.i), ("g", step.g), ("o", step.o), ("c", step.c), ("h", step.h)] {
        value.named("\(name)_\(index(t))")
      }
      (h, c) = (step.h, step.c)
      return step
    }
  }

  /// Records all steps and the loss.
  public static func recordWithLoss(on tape: Tape) -> (steps: [LSTMCell<Variable>.Step], loss: Variable) {
    let steps = record(steps: 3, on: tape)
    let terms = zip(steps, y).map { step, y in
      let e = step.h - tape.constant(y)
      return 0.5 * (e .* e).total
    }
    return (steps, (terms[0] + terms[1] + terms[2]).named("L"))
  }
}
