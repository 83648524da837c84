// 1.19 In PyTorch: the numbers that the lines of PyTorch in the notes print for the example on paper.

import Autodiff
import Notebook

extension VanishingGradient {
  func pytorch(_ page: Page) throws {
    let example = Example.onPaper
    let tape = Tape()
    let run = example.record(on: tape)
    let gradients = tape.gradients(of: run.loss)
    let (dW_x, dW_h, db) = (gradients[run.W.x], gradients[run.W.h], gradients[run.b])
    // PyTorch's layer has two biases, whose sum is b: each has the gradient of b.
    let all = [dW_x, dW_h, db, db]
    var cut = all
    clip(&cut, toNorm: 0.1)
    func row(_ matrix: Matrix) -> String {
      (0..<matrix.rows).map { row in
        "[" + (0..<matrix.columns).map { NumberFormat.format(matrix[row, $0], decimals: 4) }.joined(separator: ", ")
          + "]"
      }.joined(separator: " ")
    }
    let (loss, norm) = (run.loss.value.scalar, globalNorm(all))
    page.print(.symbols("L = \(page.number("paper-loss", loss, decimals: 4))"))
    page.print(.symbols("∂L/∂W_h = \(row(dW_h))"))
    page.print(.symbols("‖u‖ = \(page.number("norm-two-biases", norm, decimals: 4))"))
    page.print(
      Text("∂L/∂W_h, clipped = \(row(cut[1]))", ko: "클리핑한 ∂L/∂W_h = \(row(cut[1]))"))
    page.number("norm-one-bias", globalNorm([dW_x, dW_h, db]), decimals: 4)
    page.check(
      Text("clipped, the norm over all four is θ", ko: "클리핑하면 넷을 합친 노름이 θ다"), Matrix(globalNorm(cut)),
      equals: Matrix(0.1))
  }
}
