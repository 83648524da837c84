import Autodiff
import Testing

@testable import LaTeX

@Suite struct UnicodeTests {
  @Test(arguments: [
    ("f_t \\odot c_{t-1} + i_t \\odot g_t", "f_t ⊙ c_{t−1} + i_t ⊙ g_t"),
    (
      "\\frac{\\partial L}{\\partial h_t} \\odot o_t \\odot (1 - \\tanh^2(c_t))", "∂L/∂h_t ⊙ o_t ⊙ (1 − tanh²(c_t))"
    ),
    ("W_{xf} x_t + W_{hf} h_{t-1} + b_f", "W_{xf} x_t + W_{hf} h_{t−1} + b_f"),
    ("W^\\top a", "Wᵀ a"),
    ("\\frac{\\partial L}{\\partial h_t} x_t^\\top", "(∂L/∂h_t) x_tᵀ"),
    ("W^\\top \\frac{\\partial L}{\\partial h_t}", "Wᵀ ∂L/∂h_t"),
    ("\\hat{y}_t", "ŷ_t"),
    ("\\frac{\\theta}{\\lVert g \\rVert} g", "(θ/‖g‖) g"),
    ("\\frac{a + b}{c}", "(a + b)/c"),
    ("w^{i-j}", "wⁱ⁻ʲ"),
    ("w^{T}", "w^T"),
    ("W^{\\odot 2}", "W^{⊙2}"),
    ("\\sum_{t=1}^{T} x_t", "Σ_{t=1}^T x_t"),
    ("\\prod_{i \\ge k \\gt j} x_k", "∏_{i ≥ k > j} x_k"),
    ("\\sqrt{x}", "√(x)"),
    ("\\lVert x \\rVert_2^2", "‖x‖_2²"),
    ("\\lvert x \\rvert", "|x|"),
    ("[h; x]", "[h; x]"),
    ("10^{-3}", "10⁻³"),
    ("-3 a", "−3 a"),
    ("\\sigma_{\\max}(W)", "σ_{max}(W)"),
    ("\\operatorname{leakyrelu}_{0.01}(x)", "leakyrelu_{0.01}(x)"),
    ("W_h^{(k)}", "W_h⁽ᵏ⁾"),
    ("\\frac{\\partial^2 L}{\\partial w^2}", "∂²L/∂w²"),
    ("\\sigma'(a)", "σ′(a)"),
    ("2 \\cdot 3", "2 · 3"),
  ])
  func aFormulaStandsOnOneLine(source: String, line: String) throws {
    #expect(try parse(source).unicode == line)
  }

  @Test(arguments: [
    ("\\frac{\\theta}{\\lVert g \\rVert} g", ["  θ", "───── g", " ‖g‖"]),
    ("\\frac{a}{b} \\odot c", ["a/b ⊙ c"]),
    ("1 + \\frac{e^x - e^{-x}}{2}", ["     eˣ − e⁻ˣ", "1 + ──────────", "        2"]),
    ("\\sum_{t=1}^{T} x_t", [" T", " Σ  x_t", "t=1"]),
    ("\\left(\\frac{a + b}{c}\\right)^2 d", ["⎛ a + b ⎞²", "⎜───────⎟  d", "⎝   c   ⎠"]),
  ])
  func whatWouldBeAmbiguousTakesSeveralLines(source: String, lines: [String]) throws {
    let shown = try parse(source).lines()
    #expect(shown == lines, "\(shown.joined(separator: "\n"))")
  }

  @Test func relationsStandBelowEachOther() throws {
    let equation = try Equation(
      parsing: """
        \\begin{aligned}
        \\frac{\\partial L}{\\partial c_t} &= \\frac{\\partial L}{\\partial h_t} \\odot o_t \\odot \\tanh'(c_t) + f_{t+1} \\\\
        &= a \\quad (t = 1, \\ldots, T) \\\\
        x &\\le \\frac{a + b}{c}, \\quad \\text{if } \\lVert g \\rVert \\gt \\theta
        \\end{aligned}
        """)
    #expect(
      equation.lines(width: 80) == [
        "∂L/∂c_t = ∂L/∂h_t ⊙ o_t ⊙ tanh′(c_t) + f_{t+1}",
        "        = a   (t = 1, …, T)",
        "           a + b",
        "x       ≤ ───────,  if ‖g‖ > θ",
        "             c",
      ])
  }

  @Test(arguments: [40, 60, 80])
  func aLongSumIsBrokenToTheWidth(width: Int) throws {
    let terms = (1...12).map { "W_{\($0)} (a_{\($0)} \\odot b_{\($0)})" }.joined(separator: " + ")
    let equation = try Equation(parsing: "h_t = \(terms) - c")
    let lines = equation.lines(width: width)
    #expect(lines.count > 2)
    #expect(lines.allSatisfy { $0.count <= width })
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("      + ") || $0.hasPrefix("      − ") })
    #expect(lines.map(\.trimmed).joined(separator: " ") == equation.unicode[0])
    let alone = try parse(terms).lines(width: width)
    #expect(alone.allSatisfy { $0.count <= width })
  }

  /// Whatever is generated has lines, none wider than its box.
  @Test func everyFormulaHasLines() {
    var generator = SyntaxGenerator(random: Seeded(21))
    for k in 0..<1000 {
      let formula = generator.formula(1 + k % 5)
      let lines = formula.lines(width: 60)
      #expect(!lines.isEmpty && lines.contains { !$0.isEmpty })
      #expect(!formula.unicode.contains("\\") && !lines.joined().contains("\\"), "\(formula.unicode)")
    }
  }
}
