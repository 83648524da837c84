// Sections 3.16 and 3.17: the gradients that PyTorch prints for the example, and the errata.

import Autodiff
import Notebook

extension LSTMBackprop {
  /// 3.16: the loss of the example, and the gradients of the forget gate's rows.
  func pytorch(_ page: Page) {
    page.section("pytorch") {
      let example = Example.worked
      let states = example.forwards()
      let gradients = example.backwards(states)
      func line(_ name: String, _ numbers: [Double]) {
        let texts = numbers.map { NumberFormat.format($0, decimals: 4) }
        page.print(.symbols("\(name) \(texts.joined(separator: " "))"))
      }
      let errors = zip(states.h.dropFirst(), example.y).map { $0 - $1 }
      line("loss", [errors.map { 0.5 * ($0 .* $0).total.scalar }.reduce(0, +)])
      // Row by row, as PyTorch prints a matrix. Both biases have the gradient of their sum.
      line("weight_ih_l0", gradients.W.x.rows(2..<4).transposed.elements)
      line("weight_hh_l0", gradients.W.h.rows(2..<4).transposed.elements)
      line("bias_ih_l0", gradients.b.rows(2..<4).elements)
      line("bias_hh_l0", gradients.b.rows(2..<4).elements)
    }
  }

  /// 3.17: what refutes the errata was measured in 3.10 and 3.11.
  func errata(_ page: Page) {
    page.section("errata") {}
  }
}
