// 2.11 How many numbers it takes: the parameters of RNN, LSTM and GRU, here, in Keras and in PyTorch.

import Autodiff
import LaTeX
import Notebook
import Recurrent

extension LSTMForward {
  func parameters(_ page: Page) throws {
    let (V, d, n) = (5000, 128, 256)
    /// How many numbers the weights of a network hold: those with PyTorch's two biases, and with one.
    func count(_ kind: RecurrentConfiguration.Kind) -> (twoBiases: Int, oneBias: Int) {
      var random = Random(seed: page.seed)
      let network = RecurrentNetwork(
        RecurrentConfiguration(kind, inputSize: d, hiddenSize: n), random: &random)
      let all = network.parameters.reduce(0) { $0 + $1.count }
      return (all, all - network["bias_hh_l0"].count)
    }
    let (rnn, lstm, gru) = (count(.rnn(.tanh)), count(.lstm), count(.gru()))
    var scope = Scope()
    for (name, number) in [
      ("V", V), ("d", d), ("n", n), ("P_{\\text{embedding}}", Matrix(rows: d, columns: V).count),
      ("P_{\\text{RNN}}", rnn.oneBias), ("P_{\\text{LSTM}}", lstm.oneBias), ("P_{\\text{GRU}}", gru.oneBias),
    ] {
      scope[name] = Matrix(Double(number))
    }
    try page.equation("counts", scope)

    // What Keras' `model.summary()` and PyTorch's parameters say of the recurrent layer by default.
    page.check(
      Text(
        "our counts = the numbers copied from Keras: one bias in RNN and LSTM, two in the GRU",
        ko: "Keras의 수 = 여기서 센 수: RNN과 LSTM은 편향 하나, GRU는 둘"),
      zip([rnn.oneBias, lstm.oneBias, gru.twoBiases], [98_560, 394_240, 296_448]).map { .equal($0, $1) })
    page.check(
      Text("our counts = those copied from PyTorch: two biases in all", ko: "PyTorch의 수 = 여기서 센 수: 모두 편향 둘"),
      zip([rnn, lstm, gru], [98_816, 395_264, 296_448]).map { .equal($0.twoBiases, $1) })
  }
}
