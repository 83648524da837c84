// Section 4.8: how many numbers a GRU learns.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension GatedRecurrentUnitChapter {
  func parameters(_ page: Page) throws {
    try page.section("parameters") {
      let (d, n) = (128, 256)
      /// The numbers of a network, counted one by one.
      func count(_ kind: RecurrentConfiguration.Kind, bias: Bool = true) -> Int {
        var random = Random(seed: 1)
        return RecurrentNetwork(
          RecurrentConfiguration(kind, inputSize: d, hiddenSize: n, bias: bias), random: &random
        ).parameters.reduce(0) { $0 + $1.count }
      }
      let kinds: [(name: String, kind: RecurrentConfiguration.Kind, blocks: Int)] = [
        ("RNN", .rnn(.tanh), 1), ("LSTM", .lstm, 4), ("GRU", .gru(), 3),
      ]
      var scope = Scope()
      scope.integers["d"] = d
      scope.integers["n"] = n
      for kind in kinds {
        let weights = count(kind.kind, bias: false)
        scope.values["p_{\\text{\(kind.name)}}"] = Matrix(Double(weights + kind.blocks * n))
      }
      try page.equation("counts", scope)
      try page.equation("ratio", scope)
      page.table(
        [
          .symbols("d = 128, n = 256"), Text("one bias a block", ko: "블록마다 편향 하나"),
          Text("two, as in PyTorch", ko: "PyTorch처럼 둘"),
        ],
        kinds.map { ["\($0.name)", "\(count($0.kind, bias: false) + $0.blocks * n)", "\(count($0.kind))"] })
      page.check(
        Text("counted over the weights: 295680 and, with two biases, 296448", ko: "가중치를 세면 295680, 편향이 둘이면 296448"),
        .equal(count(.gru(), bias: false) + 3 * n, 295_680), .equal(count(.gru()), 296_448))
      page.check(
        Text("3/4 of the LSTM's, with two biases each too", ko: "편향이 둘씩이어도 LSTM의 3/4"),
        .equal(4 * count(.gru()), 3 * count(.lstm)))
    }
  }
}
