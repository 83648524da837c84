// The pictures of the cell: whole, beside that of chapter 1, with the worked example's numbers, and a layer at a time.

import Autodiff
import Experiments
import Notebook

extension LSTMForward {
  /// The whole cell.
  func pictureOfTheCell(_ page: Page) { page.diagram("lstm", cell.diagram, cell.tape) }

  /// The cell of chapter 1, and below it that of this chapter.
  func pictureOfBothCells(_ page: Page, _ runs: Runs) {
    // The network of chapter 1, with the weights of the candidate.
    let plain = Tape()
    let (W, b) = (runs.worked.parameters.W, runs.worked.parameters.b)
    let (W_h, W_x) = (plain.variable(W.hg, named: "W_h"), plain.variable(W.xg, named: "W_x"))
    let h = plain.variable(runs.worked.start.h, named: "h_{t-1}")
    let x = plain.constant(runs.worked.x[0], named: "x_t")
    (W_h * h + W_x * x + plain.variable(b.g, named: "b")).tanh.named("h_t")
    page.diagram(
      "rnn-lstm",
      [DiagramPanel(Diagram.rnn(label: "RNN"), plain), DiagramPanel(Diagram.lstm(label: "LSTM"), cell.tape)])
  }

  /// The cell at step t, and a tape of it.
  private var cell: (diagram: Diagram, tape: Tape) {
    let tape = Tape()
    _ = WorkedLSTM.record(steps: 1, on: tape) { $0 == 0 ? "{t-1}" : "t" }
    return (Diagram.lstm().naming(["f_t", "i_t", "g_t", "o_t"]), tape)
  }

  /// The first step of the worked example, with all its numbers.
  func pictureWithNumbers(_ page: Page) {
    let tape = Tape()
    _ = WorkedLSTM.record(steps: 1, on: tape)
    page.diagram(
      "lstm-numbers",
      Diagram.lstm(t: "1", before: "0").naming(["f_1", "i_1", "g_1", "o_1"])
        .numbering(["c_0", "h_0", "x_1", "f_1", "i_1", "g_1", "o_1", "keep", "write", "c_1", "tanh", "h_1"]),
      tape)
  }

  /// A layer of the cell in colour, what it sees and where its numbers go; two layers in two pictures, one below the other.
  ///
  /// - Parameter layers: each with the operations that its numbers go to, or that act on them.
  func picture(_ page: Page, _ name: String, _ layers: [(name: String, targets: [String])]) {
    let panels = layers.map { layer in
      DiagramPanel(
        cell.diagram.emphasising(["h_{t-1}", "x_t", "join", "\(layer.name)_t"], plain: layer.targets), cell.tape)
    }
    page.diagram(name, panels)
  }

  /// Three steps with the line of the cell state: at each step one product and one sum.
  func pictureOfTheLine(_ page: Page) {
    let tape = Tape()
    let d = Diagram.lstm(through: WorkedLSTM.record(steps: 3, on: tape))
    let line = (1...3).flatMap { ["keep \($0)", "c_\($0)"] }
    page.diagram("line", d.colouringLines(["c_0"] + line, 0), tape)
  }
}
