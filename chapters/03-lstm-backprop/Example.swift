// An LSTM with its gates stacked, its data, and its computation on a tape.

import Autodiff
import Experiments
import Notebook
import Recurrent

/// An LSTM of a few units, and T steps of data for it.
struct Example {
  /// W_x: 4 hidden × inputs, W_h: 4 hidden × hidden; from top to bottom the rows of i, f, g, o.
  var W: (x: Matrix, h: Matrix)
  /// 4 hidden × 1.
  var b: Matrix
  /// h_0 and c_0: hidden × batch.
  var start: (h: Matrix, c: Matrix)
  /// x_1 … x_T, inputs × batch, at x[0] ….
  var x: [Matrix]
  /// y_1 … y_T, hidden × batch, at y[0] ….
  var y: [Matrix]

  var hidden: Int { W.h.columns }

  init(W: (x: Matrix, h: Matrix), b: Matrix, start: (h: Matrix, c: Matrix), x: [Matrix], y: [Matrix]) {
    (self.W, self.b, self.start, self.x, self.y) = (W, b, start, x, y)
  }

  init(inputs: Int, hidden: Int, batch: Int, steps: Int, seed: UInt64) {
    var random = Random(seed: seed)
    W = (random.normal(4 * hidden, inputs, deviation: 0.8), random.normal(4 * hidden, hidden, deviation: 0.8))
    b = random.normal(4 * hidden, 1, deviation: 0.3)
    start = (random.normal(hidden, batch, deviation: 0.5), random.normal(hidden, batch, deviation: 0.8))
    x = (0..<steps).map { _ in random.normal(inputs, batch) }
    y = (0..<steps).map { _ in random.uniform(hidden, batch, -1, 1) }
  }

  /// The example that chapter 2 works by hand forwards.
  static let worked: Example = {
    let (W, b) = (WorkedLSTM.cell.W, WorkedLSTM.cell.b)
    return Example(
      W: (.stack([W.xi, W.xf, W.xg, W.xo]), .stack([W.hi, W.hf, W.hg, W.ho])),
      b: .stack([b.i!, b.f!, b.g!, b.o!]), start: WorkedLSTM.start, x: WorkedLSTM.x, y: WorkedLSTM.y)
  }()

  /// Everything that gradients are taken of, in this order: W_x, W_h, b, h_0, c_0, x_1 … x_T.
  var values: [Matrix] { [W.x, W.h, b, start.h, start.c] + x }
  var names: [String] { ["W_x", "W_h", "b", "h_0", "c_0"] + x.indices.map { "x_\($0 + 1)" } }

  /// The same with other values, in the order of `values`.
  func with(_ values: [Matrix]) -> Example {
    Example(
      W: (values[0], values[1]), b: values[2], start: (values[3], values[4]), x: Array(values[5...]), y: y)
  }
}

extension Example {
  /// The library's cell with these weights.
  var cell: LSTMCell<Matrix> { LSTMCell(CellWeights(values: values), hidden: hidden) }

  /// ½ Σ_t ‖h_t − y_t‖² of h_1 … h_T.
  func loss(_ h: [Variable]) -> Variable {
    sum(
      zip(h, y).map { h, y in
        let e = h - h.tape.constant(y)
        return 0.5 * (e .* e).total
      })
  }
}

extension CellWeights {
  /// The weights W_x, W_h and b at the beginning of `Example.values`, with one bias.
  init(values: [A]) { self.init(W: (x: values[0], h: values[1]), b: (x: values[2], h: nil)) }
}

/// What an LSTM's step computes from its pre-activations. The bug museum replaces its lines.
struct Cell<A: Algebra> {
  /// The block of a_t that each gate reads.
  var order = (i: 0, f: 1, g: 2, o: 3)
  /// g_t from its pre-activation.
  var candidate: (A) -> A = { $0.tanh }
  /// c_t from f_t, c_{t−1}, i_t and g_t.
  var memory: (_ f: A, _ c: A, _ i: A, _ g: A) -> A = { f, c, i, g in f .* c + i .* g }
  /// h_t from o_t and c_t.
  var output: (_ o: A, _ c: A) -> A = { o, c in o .* c.tanh }
}

/// One step of the forward pass, as the backward pass needs it. Every quantity is hidden × batch, except x and a.
struct Forward<A> {
  /// x_t: inputs × batch.
  let x: A
  /// h_{t−1} and c_{t−1}.
  let before: (h: A, c: A)
  /// a_t = W_x x_t + W_h h_{t−1} + b: 4 hidden × batch.
  let a: A
  /// The pre-activations of the gates and of the candidate: the blocks of a_t.
  let hat: (i: A, f: A, g: A, o: A)
  let i, f, g, o: A
  let c, h: A

  func map<B>(_ transform: (A) -> B) -> Forward<B> {
    let t = transform
    return Forward<B>(
      x: t(x), before: (t(before.h), t(before.c)), a: t(a), hat: (t(hat.i), t(hat.f), t(hat.g), t(hat.o)), i: t(i),
      f: t(f), g: t(g), o: t(o), c: t(c), h: t(h))
  }
}

/// A run on a tape.
struct Run {
  let W: (x: Variable, h: Variable)
  let b: Variable
  let start: (h: Variable, c: Variable)
  let steps: [Forward<Variable>]
  /// ½ Σ_t ‖h_t − y_t‖².
  let loss: Variable

  /// In the order of `Example.values`.
  var variables: [Variable] { [W.x, W.h, b, start.h, start.c] + steps.map(\.x) }
}

extension Example {
  /// Records a run, with a name for every node.
  ///
  /// - Parameters:
  ///   - cell: the lines of a step.
  ///   - time: the index in the names of step t, from 0 (before the first) to T.
  func record(
    on tape: Tape = Tape(), cell: Cell<Variable> = Cell(), time: (Int) -> String = { "\($0)" }
  ) -> Run {
    func index(_ t: Int) -> String { time(t).count > 1 ? "{\(time(t))}" : time(t) }
    let W = (x: tape.variable(self.W.x, named: "W_x"), h: tape.variable(self.W.h, named: "W_h"))
    let b = tape.variable(self.b, named: "b")
    let start = (
      h: tape.variable(self.start.h, named: "h_\(index(0))"), c: tape.variable(self.start.c, named: "c_\(index(0))")
    )
    func block(_ k: Int) -> Range<Int> { k * hidden..<(k + 1) * hidden }
    var (h, c) = start
    var steps: [Forward<Variable>] = []
    var L: Variable?
    for t in 1...x.count {
      let x_t = tape.variable(x[t - 1], named: "x_\(index(t))")
      let y_t = tape.constant(y[t - 1], named: "y_\(index(t))")
      let before = (h: h, c: c)
      func named(_ name: String, _ value: Variable) -> Variable { value.named("\(name)_\(index(t))") }
      let a = named("a", W.x * x_t + W.h * h + b)
      let hat_i = named("\\hat{i}", a.rows(block(cell.order.i)))
      let hat_f = named("\\hat{f}", a.rows(block(cell.order.f)))
      let hat_g = named("\\hat{g}", a.rows(block(cell.order.g)))
      let hat_o = named("\\hat{o}", a.rows(block(cell.order.o)))
      let (i, f) = (named("i", hat_i.sigmoid), named("f", hat_f.sigmoid))
      let (g, o) = (named("g", cell.candidate(hat_g)), named("o", hat_o.sigmoid))
      c = named("c", cell.memory(f, c, i, g))
      h = named("h", cell.output(o, c))
      let hat = (i: hat_i, f: hat_f, g: hat_g, o: hat_o)
      steps.append(Forward(x: x_t, before: before, a: a, hat: hat, i: i, f: f, g: g, o: o, c: c, h: h))
      let e = h - y_t
      let term = 0.5 * (e .* e).total
      L = L.map { $0 + term } ?? term
    }
    return Run(W: W, b: b, start: start, steps: steps, loss: L!.named("L"))
  }
}

// MARK: - PyTorch

extension Example {
  /// A layer of PyTorch's `nn.LSTM` as an example. Its two biases are added: each has the gradient of the sum. There are no
  /// targets: y holds the outputs.
  init(_ torch: TorchRun) {
    let weights = torch.network.weights(layer: 0)
    self.init(
      W: weights.W, b: weights.b.x! + weights.b.h!, start: (torch.first[0][0], torch.first[0][1]), x: torch.inputs,
      y: torch.outputs)
  }
}

extension TorchRun {
  /// What comes back to h_T and c_T from beyond the last step.
  var beyond: (h: Matrix, c: Matrix) { (upstreamOfLast[0][0], upstreamOfLast[0][1]) }

  /// PyTorch's gradients in the order of `Example.values`. Those of its two biases are equal.
  var gradients: [Matrix] { gradientsOfWeights.prefix(3) + gradientsOfFirst[0] + gradientsOfInputs }
}
