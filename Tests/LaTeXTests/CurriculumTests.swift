import Autodiff
import Testing

@testable import LaTeX

/// The notes' equations, one family a group.
enum Curriculum {
  static let recurrent = [
    "h_t = \\tanh(W_x x_t + W_h h_{t-1} + b)",
    "y_t = W_y h_t + b_y",
    "\\frac{\\partial h_t}{\\partial h_{t-1}} = \\operatorname{diag}(1 - h_t^2) W_h",
    "\\frac{\\partial h_i}{\\partial h_j} = \\prod_{i \\ge k \\gt j} \\frac{\\partial h_k}{\\partial h_{k-1}} = \\prod_{i \\ge k \\gt j} \\operatorname{diag}(1 - h_k^2) W_h",
    "\\frac{\\partial J}{\\partial W_h} = \\sum_{t=1}^{T} \\frac{\\partial J}{\\partial W_h^{(t)}}",
    "\\lVert \\frac{\\partial h_i}{\\partial h_j} \\rVert_2 \\le \\left( \\sigma_{\\max}(W_h) \\gamma \\right)^{i-j}",
    "\\rho(A) = 0.9, \\quad \\text{so } A^k \\to 0",
    "A^k = \\begin{bmatrix} 0.9 & 10 \\\\ 0 & 0.9 \\end{bmatrix}^k",
    "g = \\frac{\\theta}{\\lVert g \\rVert} g \\quad (\\lVert g \\rVert \\gt \\theta)",
    "g = \\min\\left(1, \\frac{\\theta}{\\lVert g \\rVert}\\right) g",
    "g \\cdot \\theta / \\lVert g \\rVert = \\frac{\\theta g}{\\lVert g \\rVert}",
    "w^{k} \\lt 1",
    "h_t = \\operatorname{leakyrelu}_{0.01}(W_x x_t + W_h h_{t-1} + b)",
  ]

  static let lstm = [
    "f_t = \\sigma(W_{xf} x_t + W_{hf} h_{t-1} + b_f)",
    "i_t = \\sigma(W_{xi} x_t + W_{hi} h_{t-1} + b_i)",
    "g_t = \\tanh(W_{xg} x_t + W_{hg} h_{t-1} + b_g)",
    "c_t = f_t \\odot c_{t-1} + i_t \\odot g_t",
    "h_t = o_t \\odot \\tanh(c_t).",
    "W_x x_t + W_h h_{t-1} = W \\begin{bmatrix} h_{t-1} \\\\ x_t \\end{bmatrix}",
    "\\tanh x = 2 \\sigma(2 x) - 1",
    "\\tanh x = \\frac{e^x - e^{-x}}{e^x + e^{-x}}",
    "\\tanh'(x) = 1 - \\tanh^2(x)",
    "\\sigma'(x) = \\sigma(x) (1 - \\sigma(x))",
    "4 (128 \\cdot 256 + 256^2 + 256) = 394{,}240",
    "5000 \\times 128 = 640{,}000",
    """
    \\begin{aligned}
    \\frac{\\partial L}{\\partial c_t}
      &= \\frac{\\partial L}{\\partial h_t} \\odot o_t \\odot \\tanh'(c_t)
         + \\frac{\\partial L}{\\partial c_{t+1}} \\odot f_{t+1} \\\\
      &= \\frac{\\partial L}{\\partial h_t} \\odot o_t \\odot \\left(1 - \\tanh^2(c_t)\\right) \\\\
      &\\quad + \\frac{\\partial L}{\\partial c_{t+1}} \\odot f_{t+1}
    \\end{aligned}
    """,
    "\\frac{\\partial L}{\\partial o_t} = \\frac{\\partial L}{\\partial h_t} \\odot \\tanh(c_t)",
    "\\frac{\\partial L}{\\partial a_t} = \\frac{\\partial L}{\\partial f_t} \\odot f_t \\odot (1 - f_t)",
    "\\frac{\\partial L}{\\partial W} = \\sum_{t=1}^{T} \\frac{\\partial L}{\\partial a_t} \\begin{bmatrix} h_{t-1} \\\\ x_t \\end{bmatrix}^\\top",
    "\\frac{\\partial L}{\\partial b} = \\sum_{t=1}^{T} \\operatorname{sumcolumns}(\\partial L / \\partial a_t)",
    "\\partial c_t / \\partial c_{t-1} = \\operatorname{diag}(f_t) + R_t",
    "\\frac{\\partial L}{\\partial h_{t-1}} = W_{hf}^\\top \\delta_f + W_{hi}^\\top \\delta_i + W_{ho}^\\top \\delta_o + W_{hg}^\\top \\delta_g",
  ]

  static let gru = [
    "z_t = \\sigma(W_{xz} x_t + W_{hz} h_{t-1} + b_z)",
    "\\tilde{h}_t = \\tanh(W_{xh} x_t + W_{hh} (r_t \\odot h_{t-1}) + b_h)",
    "\\tilde{h}_t = \\tanh(W_{xh} x_t + r_t \\odot (W_{hh} h_{t-1} + b_{hh}) + b_h)",
    "h_t = z_t \\odot h_{t-1} + (1 - z_t) \\odot \\tilde{h}_t",
    "\\frac{\\partial h_t}{\\partial h_{t-1}} = \\operatorname{diag}(z_t) + R_t",
    "\\overrightarrow{h}_t = \\tanh(\\overrightarrow{W} x_t + \\overrightarrow{U} \\overrightarrow{h}_{t-1})",
    "y_t = V [\\overrightarrow{h}_t; \\overleftarrow{h}_t] + b_y",
  ]

  static let attention = [
    "e_{t,j} = s_t^\\top h_j",
    "e_{t,j} = \\frac{s_t^\\top h_j}{\\sqrt{d}}",
    "e_{t,j} = v^\\top \\tanh(W_s s_{t-1} + W_h h_j)",
    "\\alpha_t = \\operatorname{softmax}(e_t)",
    "\\alpha_{t,j} = \\frac{\\exp(e_{t,j})}{\\sum_{k=1}^{n} \\exp(e_{t,k})}",
    "c_t = \\sum_{j=1}^{n} \\alpha_{t,j} h_j",
    "\\frac{\\partial L}{\\partial e} = \\alpha \\odot \\left( \\delta - \\operatorname{sumrows}(\\delta \\odot \\alpha) \\right)",
    "\\hat{y}_t = \\operatorname{softmax}(W_y [c_t; s_t] + b_y)",
    "\\mathcal{L} = -\\sum_{t=1}^{T} \\log(p_t)",
    "\\frac{\\partial^2 L}{\\partial w^2} \\approx \\frac{L_{+} - 2 L + L_{-}}{\\epsilon^2}",
  ]

  static let all = recurrent + lstm + gru + attention
}

@Suite struct CurriculumTests {
  @Test(arguments: Curriculum.all)
  func anEquationReadsBackAsItself(source: String) throws {
    let equation = try Equation(parsing: source)
    #expect(!equation.steps.isEmpty)
    let back = try Equation(parsing: equation.latex)
    #expect(back.steps.map(\.left) == equation.steps.map(\.left))
    #expect(back.steps.map(\.right) == equation.steps.map(\.right))
    #expect(back.steps.map(\.relation) == equation.steps.map(\.relation))
    #expect(back.latex == equation.latex)
    #expect(equation.lines(width: 100).allSatisfy { $0.count <= 100 && !$0.contains("\\") })
  }

  @Test func aDerivationHasOneStepARelation() throws {
    let equation = try Equation(parsing: Curriculum.lstm[12])
    #expect(equation.steps.count == 2)
    #expect(equation.steps.map(\.line) == [3, 5])
    #expect(equation.steps.map(\.column) == [4, 4])
    #expect(equation.steps[0].right.isIdentical(to: equation.steps[1].right))
    #expect(equation.steps[1].left == equation.steps[0].right)
    let chain = try Equation(parsing: Curriculum.recurrent[3])
    #expect(chain.steps.count == 2)
    let comments = try Equation(parsing: Curriculum.recurrent[6])
    #expect(comments.rows[0].comment == ", \\quad \\text{so } A^k \\to 0")
    #expect(try Equation(parsing: Curriculum.lstm[4]).rows[0].comment == ".")
  }
}
