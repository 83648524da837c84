import Testing

@testable import LaTeX

/// The letters of a formula, each with its index.
@Suite struct LetterTests {
  @Test(arguments: [
    ("h_t = \\tanh(W_{xf} x_t + b)", ["h_t", "W_{xf}", "x_t", "b"]),
    // Steps, numbers and running indices tell no meanings apart.
    ("h_0 + h_{t-1} + h_{T} + h_{t-\\tau+1}", ["h_t", "h_t", "h_t", "h_t"]),
    ("\\hat{f}_t + \\overrightarrow{h}_t + \\bar{p}", ["\\hat{f}_t", "\\overrightarrow{h}_t", "\\bar{p}"]),
    ("\\sum_{j=1}^{T} w^k", ["T", "w", "k"]),
    ("\\frac{\\partial L}{\\partial b_f} \\odot \\sigma(a)", ["L", "b_f", "\\sigma", "a"]),
    ("C^{\\text{AR}} + \\operatorname{sum}(2.5)", ["C"]),
    ("\\begin{bmatrix} 1 & x \\\\ y & 2 \\end{bmatrix}", ["x", "y"]),
    ("\\lVert A \\rVert_2 \\lt \\rho(A)", ["A", "\\rho", "A"]),
  ])
  func theyAreRead(_ formula: String, _ letters: [String]) throws {
    #expect(try IndexedLetter.all(inLaTeX: formula).map(\.latex) == letters)
  }
}
