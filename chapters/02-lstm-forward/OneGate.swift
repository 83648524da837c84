// 2.13 One gate learns to open.

import Autodiff
import Notebook

extension LSTMForward {
  func oneGate(_ page: Page) {
    let path = learnToOpen(updates: 10_000, learningRate: 1)
    for updates in [10, 10_000] {
      page.number("closed-\(updates)", path[updates].closed, decimals: 3)
      page.number("open-\(updates)", path[updates].open, decimals: 3)
    }
    page.check(
      Text("it begins half open", ko: "처음에는 반쯤 열려 있다"), Matrix(column: [path[0].closed, path[0].open]),
      hasSameBitsAs: Matrix(column: [0.5, 0.5]))
    page.check(
      Text("every update opens it further at m = 1", ko: "갱신할 때마다 m = 1에서 더 열린다"),
      .above(zip(path, path.dropFirst()).map { $1.open - $0.open }.min()!, 0, named: "min Δ"),
      .above(path[10_000].open, 0.98))
    page.check(
      Text("and in the end it is nearly shut at m = 0", ko: "끝에는 m = 0에서 거의 닫힌다"), .below(path[10_000].closed, 0.02))
    page.check(
      Text("its loss falls with every update", ko: "손실은 갱신할 때마다 준다"),
      .above(zip(path, path.dropFirst()).map { $0.loss - $1.loss }.min()!, 0, named: "min Δ"))
    page.check(
      Text(
        "from update 10 on, ten times as many updates bring the loss below 1/5 of what it was",
        ko: "갱신 10번부터는 횟수가 열 배가 되면 손실이 1/5보다 작아진다"),
      [100, 1000, 10_000].map { .above(path[$0 / 10].loss / path[$0].loss, 5) })
    page.figure(
      "one-gate-loss",
      .lineChart(
        LineChart(
          x: .init("#", .logarithmic), y: .init("L", .logarithmic),
          series: [
            .init("", (1...10_000).filter { $0 < 100 || $0 % 100 == 0 }.map { (Double($0), path[$0].loss) })
          ])),
      title: "Loss of one gate against the number # of updates")
  }
}

/// Trains a gate σ(w m + b) by gradient descent from w = b = 0: it must let a value of ±1 pass where m = 1 and stop it where
/// m = 0. Returns the gate for m = 0 and for m = 1, and the loss, before each update.
func learnToOpen(updates: Int, learningRate: Double) -> [(closed: Double, open: Double, loss: Double)] {
  let m = Matrix([[0, 0, 1, 1]])
  let value = Matrix([[-1, 1, -1, 1]])
  var parameters = [Matrix(0), Matrix(0)]
  var optimizer = SGD(learningRate: learningRate)
  let tape = Tape()
  return (0...updates).map { _ in
    tape.rewind()
    let (w, b) = (tape.variable(parameters[0]), tape.variable(parameters[1]))
    // begin: one-gate
    let gate = (w * tape.constant(m) + b).sigmoid
    let error = gate .* tape.constant(value) - tape.constant(m .* value)
    let loss = (error .* error).mean
    // end: one-gate
    let gradients = tape.gradients(of: loss)
    optimizer.step(&parameters, gradients: [gradients[w], gradients[b]])
    return (gate.value[0, 0], gate.value[0, 3], loss.value.scalar)
  }
}
