// 2.11 How many numbers it takes: the parameters of RNN, LSTM and GRU, here, in Keras and in PyTorch.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension LSTMForward {
  func parameters(_ page: Page) throws {
    let (V, D, H) = (5000, 128, 256)
    // begin: count
    /// How many numbers the weights of a network hold: those with PyTorch's two biases, and with one.
    func count(_ kind: RecurrentConfiguration.Kind) -> (twoBiases: Int, oneBias: Int) {
      var random = Random(seed: page.seed)
      let network = RecurrentNetwork(
        RecurrentConfiguration(kind, inputSize: D, hiddenSize: H), random: &random)
      let all = network.parameters.reduce(0) { $0 + $1.count }
      return (all, all - network["bias_hh_l0"].count)
    }
    // end: count
    let (rnn, lstm, gru) = (count(.rnn(.tanh)), count(.lstm), count(.gru()))
    let embedding = Matrix(rows: D, columns: V).count
    let dense = Matrix(rows: 1, columns: H).count + Matrix(rows: 1, columns: 1).count
    var scope = Scope()
    for (name, number) in [
      ("V", V), ("D", D), ("H", H), ("N_{\\text{emb}}", embedding), ("N_{\\text{RNN}}", rnn.oneBias),
      ("N_{\\text{LSTM}}", lstm.oneBias), ("N_{\\text{GRU}}", gru.oneBias), ("N_{\\text{out}}", dense),
    ] {
      scope[name] = Matrix(Double(number))
    }
    try page.equation("counts", scope)

    // What Keras' `model.summary()` and PyTorch's parameters say of the recurrent layer by default.
    let keras = [98_560, 394_240, 296_448]
    let torch = [98_816, 395_264, 296_448]
    let ours = [rnn, lstm, gru]
    page.print()
    page.print(
      Text(
        "The recurrent layer's parameters, and the whole model's with the count that Keras has:",
        ko: "순환 층의 매개변수, 그리고 Keras의 수로 센 모델 전체:"))
    page.table(
      [
        .symbols(""), Text("one bias", ko: "편향 하나"), Text("two biases", ko: "편향 둘"), .symbols("Keras"),
        .symbols("PyTorch"), Text("model", ko: "모델 전체"),
      ],
      ["RNN", "LSTM", "GRU"].enumerated().map { k, name in
        [name] + [ours[k].oneBias, ours[k].twoBiases, keras[k], torch[k], embedding + keras[k] + dense].map { "\($0)" }
      })
    page.check(
      Text(
        "our counts = the numbers copied from Keras: one bias in RNN and LSTM, two in the GRU",
        ko: "Keras의 수 = 여기서 센 수: RNN과 LSTM은 편향 하나, GRU는 둘"),
      zip([rnn.oneBias, lstm.oneBias, gru.twoBiases], keras).map { .equal($0, $1) })
    page.check(
      Text("our counts = those copied from PyTorch: two biases in all", ko: "PyTorch의 수 = 여기서 센 수: 모두 편향 둘"),
      zip(ours, torch).map { .equal($0.twoBiases, $1) })
  }
}
