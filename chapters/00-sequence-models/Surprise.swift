// 0.9 Surprise: entropy, cross-entropy and divergence, and what they say about the accuracy.

import Autodiff
import LaTeX
import Notebook

extension SequenceModels {
  func surprise(_ page: Page, _ truth: Pasts) throws {
    let orders = Array(0...5)
    var scope = Scope()
    var rows: [[String]] = []
    for m in orders {
      let entropy = addEntropy("\(m)", .last(m), truth, to: &scope)
      if m == 5 { continue }
      rows.append([
        "\(m)", NumberFormat.percent(truth.ceiling(.last(m))),
        page.number("entropy-\(m)", entropy, decimals: 4),
        page.number("perplexity-\(m)", Elementary.exp(entropy), decimals: 3),
      ])
    }
    let floor = addEntropy("{\\text{all}}", .everything, truth, to: &scope)
    try page.equation("entropy", scope, for: ("\\tau", orders))
    try page.equation("markov-entropy", scope)
    page.table(
      [.symbols("τ"), Text("best accuracy", ko: "최고 정확도"), .symbols("H_τ"), Text("perplexity", ko: "혼잡도")], rows)
    page.print()
    try page.equation("entropy-falls", scope, for: ("\\tau", [0, 1, 2, 3]))
    try page.equation("entropy-floor", scope)
    try crossEntropy(page, truth, floor: floor)
    try page.equation("bracket", scope, for: ("\\tau", orders))
    compareBoldAndTimid(page, truth)
  }

  /// Puts J, Q, H and A of a view into the scope, and returns the entropy H.
  ///
  /// H is summed past by past and not from J: −log of the share that this view gives to what comes.
  private func addEntropy(_ name: String, _ view: View, _ truth: Pasts, to scope: inout Scope) -> Double {
    let table = truth.table(view)
    let entropy = truth.occurring.reduce(0.0) { sum, c in
      let seen = table[view.look(truth.pasts[c])]!
      return (0...1).reduce(sum) {
        $0 - truth.weights[c][$1] * Elementary.log(seen[$1] / (seen[0] + seen[1]))
      }
    }
    let shares = truth.matrix(view)
    scope.values["J_\(name)"] = shares
    scope.values["H_\(name)"] = Matrix(entropy)
    scope.values["A_\(name)"] = Matrix(truth.ceiling(view))
    scope.values["Q_\(name)"] = Matrix(rows: 2, columns: shares.columns) { y, j in
      shares[y, j] / (shares[0, j] + shares[1, j])
    }
    return entropy
  }

  /// The cross-entropy of any model: here of a network after a short training.
  private func crossEntropy(_ page: Page, _ truth: Pasts, floor: Double) throws {
    var random = Random(seed: page.seed)
    let sample = Rhythm().draw(64, of: steps, &random)
    let network = learned(from: sample, predicted: predicted, units: 8, updates: 100, seed: page.seed).parameters
    let predictions = truth.predictions(network)
    let places = truth.occurring
    func matrix(_ entry: (_ y: Int, _ c: Int) -> Double) -> Matrix {
      Matrix(rows: 2, columns: places.count) { entry($0, places[$1]) }
    }
    let crossEntropy = truth.crossEntropy(predictions)
    var model = Scope()
    model.values["J"] = matrix { truth.weights[$1][$0] }
    model.values["P"] = matrix { Rhythm().probability(of: $0, after: truth.pasts[$1]) }
    model.values["Q"] = matrix { predictions[$0, $1] }
    model.values["L"] = Matrix(crossEntropy)
    model.values["H"] = Matrix(floor)
    model.values["D"] = Matrix(crossEntropy - floor)
    try page.equation("cross-entropy", model)
    try page.equation("divergence", model)
    page.number("trained-cross-entropy", crossEntropy, decimals: 4)
    page.number("divergence", crossEntropy - floor, decimals: 4)
    page.check(
      Text("the network written by hand has nothing to learn: L = H", ko: "가중치를 손으로 적은 신경망은 더 배울 것이 없다: L = H"),
      Matrix(truth.crossEntropy(truth.predictions(shiftRegister()))), equals: Matrix(floor))
  }

  /// Two models: a bold one that is wrong where the rhythm is least sure, and a timid one that is right everywhere.
  private func compareBoldAndTimid(_ page: Page, _ truth: Pasts) {
    // begin: bold-and-timid
    let bold = Rhythm(strikes: [[0.51, 1.0 / 16], [15.0 / 16, 0.49]])
    let timid = Rhythm(strikes: [[0.49, 0.49], [0.51, 0.51]])
    // end: bold-and-timid
    let rivals = [("bold", bold), ("timid", timid)].map { name, rhythm in
      let predictions = Matrix(rows: 2, columns: truth.pasts.count) {
        rhythm.probability(of: $0, after: truth.pasts[$1])
      }
      let accuracy = truth.accuracy(.everything, truth.answers(predictions))
      return (name: name, loss: truth.crossEntropy(predictions), accuracy: accuracy)
    }
    for rival in rivals {
      page.number("\(rival.name)-loss", rival.loss, decimals: 3)
      percent(page, "\(rival.name)-accuracy", rival.accuracy)
    }
    page.check(
      Text("the lower loss, and less often right", ko: "손실은 낮은데 덜 맞힌다"),
      .above(rivals[1].loss - rivals[0].loss, 0.1, named: "ΔL"),
      .above(100 * (rivals[1].accuracy - rivals[0].accuracy), 10, named: "Δ %"))
  }
}
