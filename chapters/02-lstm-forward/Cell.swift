// The cell, line by line as in the notes, and the example that the notes work by hand.

import Autodiff
import Experiments
import Recurrent

/// The parameters of an LSTM: for f, i, g and o a weight on the input, a weight on the state, and a bias.
struct Parameters<A: RecurrentAlgebra> {
  /// W.xf … W.xo: hidden × inputs. W.hf … W.ho: hidden × hidden.
  var W: (xf: A, xi: A, xg: A, xo: A, hf: A, hi: A, hg: A, ho: A)
  /// hidden × 1.
  var b: (f: A, i: A, g: A, o: A)

  init(W: (xf: A, xi: A, xg: A, xo: A, hf: A, hi: A, hg: A, ho: A), b: (f: A, i: A, g: A, o: A)) {
    (self.W, self.b) = (W, b)
  }

  /// The same parameters over another algebra. `transform` gets each with its name in the notes.
  func map<B>(_ transform: (_ name: String, _ value: A) -> B) -> Parameters<B> {
    Parameters<B>(
      W: (
        transform("W_{xf}", W.xf), transform("W_{xi}", W.xi), transform("W_{xg}", W.xg), transform("W_{xo}", W.xo),
        transform("W_{hf}", W.hf), transform("W_{hi}", W.hi), transform("W_{hg}", W.hg), transform("W_{ho}", W.ho)
      ),
      b: (transform("b_f", b.f), transform("b_i", b.i), transform("b_g", b.g), transform("b_o", b.o)))
  }

  /// The parameters of one of the book's cells. Traps on one without biases.
  init(_ cell: LSTMCell<A>) {
    self.init(W: cell.W, b: (f: cell.b.f!, i: cell.b.i!, g: cell.b.g!, o: cell.b.o!))
  }

  /// The book's cell with these parameters.
  var cell: LSTMCell<A> { LSTMCell(W: W, b: (b.f, b.i, b.g, b.o)) }

  /// One step, from x_t (inputs × batch), h_{t−1} and c_{t−1} (hidden × batch).
  func step(_ x_t: A, _ h: A, _ c: A) -> Step<A> {
    // begin: step
    let f_t = (W.xf * x_t + W.hf * h + b.f).sigmoid
    let i_t = (W.xi * x_t + W.hi * h + b.i).sigmoid
    let g_t = (W.xg * x_t + W.hg * h + b.g).tanh
    let o_t = (W.xo * x_t + W.ho * h + b.o).sigmoid
    let c_t = f_t .* c + i_t .* g_t
    let h_t = o_t .* c_t.tanh
    // end: step
    return Step(f: f_t, i: i_t, g: g_t, o: o_t, c: c_t, h: h_t)
  }
}

/// What a step computes: the gates f, i and o, the candidate g, and c_t and h_t, each hidden × batch.
struct Step<A> {
  let f, i, g, o, c, h: A
}

extension Parameters: Sendable where A: Sendable {}

extension Step where A: RecurrentAlgebra {
  init(_ step: LSTMCell<A>.Step) {
    self.init(f: step.f, i: step.i, g: step.g, o: step.o, c: step.c, h: step.h)
  }
}

/// An LSTM together with its data.
struct Example: Sendable {
  var parameters: Parameters<Matrix>
  /// h_0 and c_0: hidden × batch.
  var start: (h: Matrix, c: Matrix)
  /// x_1 … x_T, inputs × batch, at x[0] ….
  var x: [Matrix]

  /// The example that is worked by hand.
  static let worked = Example(
    parameters: Parameters(WorkedLSTM.cell), start: WorkedLSTM.start, x: WorkedLSTM.x)

  /// Random parameters, states and inputs.
  static func random(inputs: Int, hidden: Int, batch: Int, steps: Int, seed: UInt64) -> Example {
    var random = Random(seed: seed)
    func weight(_ columns: Int) -> Matrix { random.normal(hidden, columns, deviation: 0.8) }
    let W = (
      xf: weight(inputs), xi: weight(inputs), xg: weight(inputs), xo: weight(inputs), hf: weight(hidden),
      hi: weight(hidden), hg: weight(hidden), ho: weight(hidden)
    )
    let b = (f: weight(1), i: weight(1), g: weight(1), o: weight(1))
    let start = (h: random.uniform(hidden, batch, -0.9, 0.9), c: random.normal(hidden, batch))
    let x = (0..<steps).map { _ in random.normal(inputs, batch) }
    return Example(parameters: Parameters(W: W, b: b), start: start, x: x)
  }

  // begin: unroll
  /// All steps of the sequence, each from the two states of the step before.
  func unroll() -> [Step<Matrix>] {
    var (h, c) = start
    return x.map { x_t in
      let step = parameters.step(x_t, h, c)
      (h, c) = (step.h, step.c)
      return step
    }
  }
  // end: unroll

  /// Records all steps on a tape, every quantity under its name in the notes.
  ///
  /// - Parameter usesCell: whether the book's `LSTMCell` computes the steps instead of `Parameters.step`.
  func record(on tape: Tape, usesCell: Bool = false) -> [Step<Variable>] {
    let named = parameters.map { tape.variable($1, named: $0) }
    var h = tape.variable(start.h, named: "h_0")
    var c = tape.variable(start.c, named: "c_0")
    return x.enumerated().map { place, matrix in
      let t = place + 1
      let x_t = tape.constant(matrix, named: "x_\(t)")
      let step = usesCell ? Step(named.cell.step(x_t, h, c)) : named.step(x_t, h, c)
      for (name, value) in [("f", step.f), ("i", step.i), ("g", step.g), ("o", step.o), ("c", step.c), ("h", step.h)] {
        value.named("\(name)_\(t)")
      }
      (h, c) = (step.h, step.c)
      return step
    }
  }

  /// A copy with all entries of b_f or b_i replaced: ±1000 makes a gate exactly 1 or 0 for any input.
  func saturated(f: Double? = nil, i: Double? = nil) -> Example {
    var copy = self
    if let f { copy.parameters.b.f = parameters.b.f.map { _ in f } }
    if let i { copy.parameters.b.i = parameters.b.i.map { _ in i } }
    return copy
  }
}
