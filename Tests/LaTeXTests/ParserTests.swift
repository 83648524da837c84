import Autodiff
import Testing

@testable import LaTeX

func parse(_ source: String) throws -> Symbol { try Symbol(parsing: source) }

private func product(_ a: Symbol, _ b: Symbol) -> Symbol { .applied(.matrixProduct, [a, b]) }
private func times(_ a: Symbol, _ b: Symbol) -> Symbol { .applied(.elementwiseProduct, [a, b]) }
private func plus(_ a: Symbol, _ b: Symbol) -> Symbol { .applied(.sum, [a, b]) }
private func minus(_ a: Symbol, _ b: Symbol) -> Symbol { .applied(.difference, [a, b]) }
private func quotient(_ a: Symbol, _ b: Symbol) -> Symbol { .applied(.elementwiseQuotient, [a, b]) }
private let a = Symbol.name("a")
private let b = Symbol.name("b")
private let c = Symbol.name("c")
private let W = Symbol.name("W")

@Suite struct ParserTests {
  @Test(arguments: [
    ("a b c", product(product(a, b), c)),
    ("a (b c)", product(a, product(b, c))),
    ("a \\cdot b", product(a, b)),
    ("2 \\times 3", product(.number(2), .number(3))),
    ("a \\odot b \\odot c", times(times(a, b), c)),
    ("a \\odot (b \\odot c)", times(times(a, b), c)),
    ("W^\\top a \\odot b", times(product(.applied(.transpose, [W]), a), b)),
    ("W (a \\odot b)", product(W, times(a, b))),
    ("a + b - c", minus(plus(a, b), c)),
    ("a + (b - c)", minus(plus(a, b), c)),
    ("a - (b + c)", minus(a, plus(b, c))),
    ("-a b", .applied(.negation, [product(a, b)])),
    ("-a + b", plus(.applied(.negation, [a]), b)),
    ("-2 a", product(.number(-2), a)),
    ("-(2 a)", product(.number(-2), a)),
    ("-3", .number(-3)),
    ("a / b", quotient(a, b)),
    ("a b / c", quotient(product(a, b), c)),
    ("\\frac{a + b}{c}", quotient(plus(a, b), c)),
    ("1{,}234.5", .number(1234.5)),
    ("10^{-3}", .power(.number(10), .number(-3), elementwise: true)),
    ("x^2", .power(.name("x"), .number(2), elementwise: true)),
    ("w^{i-j}", .power(.name("w"), minus(.name("i"), .name("j")), elementwise: true)),
    ("W_h^{i-j}", .power(.name("W_h"), minus(.name("i"), .name("j")), elementwise: false)),
    ("(W^\\top W)^k", .power(product(.applied(.transpose, [W]), W), .name("k"), elementwise: false)),
    ("W^{\\odot 2}", .power(W, .number(2), elementwise: true)),
    ("W^{\\top}", .applied(.transpose, [W])),
    ("\\tanh^2(a)", .power(.applied(.tanh, [a]), .number(2), elementwise: true)),
    ("\\tanh(a)^2", .power(.applied(.tanh, [a]), .number(2), elementwise: true)),
    ("\\tanh a \\odot b", times(.applied(.tanh, [a]), b)),
    ("\\sigma(a)", .applied(.sigmoid, [a])),
    ("\\sigma \\cdot a", product(.name("\\sigma"), a)),
    ("\\sigma_t", .name("\\sigma_t")),
    ("\\sigma'(a)", .call("\\sigma'", index: "", [a])),
    ("\\tanh'(a)", .call("\\tanh'", index: "", [a])),
    ("\\operatorname{relu}'(a)", .call("relu'", index: "", [a])),
    ("\\sigma_{\\max}(W)", .call("\\sigma_{\\max}", index: "", [W])),
    ("\\rho(W)", .call("\\rho", index: "", [W])),
    ("\\max(a, b)", .call("\\max", index: "", [a, b])),
    ("\\operatorname{diag}(a)", .diagonal(a)),
    ("\\operatorname{softmax}(a)", .applied(.softmax, [a])),
    ("\\operatorname{relu}(a)", .applied(.relu, [a])),
    ("\\operatorname{leakyrelu}_{0.01}(a)", .applied(.leakyRelu(0.01), [a])),
    ("\\operatorname{rows}_{0:3}(a)", .applied(.sliceRows(0..<3), [a])),
    ("\\operatorname{sumcolumns}(a)", .applied(.sumOfColumns, [a])),
    ("\\operatorname{sum}(a)", .applied(.total, [a])),
    ("\\operatorname{step}(a)", .applied(.slope(0), [a])),
    ("\\sqrt{a}", .applied(.squareRoot, [a])),
    ("\\lVert a \\rVert", .norm(a, index: "")),
    ("\\lVert W \\rVert_F^2", .power(.norm(W, index: "F"), .number(2), elementwise: true)),
    ("\\left\\lVert W \\right\\rVert_2", .norm(W, index: "2")),
    ("\\lvert a \\rvert", .magnitude(a)),
    ("\\left( a + b \\right) \\left[ c \\right]", product(plus(a, b), c)),
    ("\\{ a \\} b", product(a, b)),
    ("W \\begin{bmatrix} a \\\\ b \\end{bmatrix}", product(W, .applied(.stackRows(heights: []), [a, b]))),
    ("W [a; b]", product(W, .applied(.stackRows(heights: []), [a, b]))),
    (
      "\\begin{bmatrix} 0.9 & 10 \\\\ 0 & 0.9 \\end{bmatrix}^k",
      .power(
        .call("bmatrix", index: "2", [.number(0.9), .number(10), .number(0), .number(0.9)]), .name("k"),
        elementwise: false)
    ),
    (
      "\\sum_{t=1}^{T} a_t \\odot b_t + c",
      plus(
        .series(.sum, index: "t", from: .number(1), through: .name("T"), times(.name("a_t"), .name("b_t"))), c)
    ),
    (
      "a \\prod_{k=1}^{n} W_k",
      product(a, .series(.product, index: "k", from: .number(1), through: .name("n"), .name("W_k")))
    ),
    (
      "\\prod_{i \\ge k \\gt j} x_k",
      .series(
        .descendingProduct, index: "k", from: .name("i"), through: plus(.name("j"), .number(1)), .name("x_k"))
    ),
    ("\\frac{\\partial L}{\\partial c_t}", .name("\\frac{\\partial L}{\\partial c_t}")),
    ("\\partial L / \\partial c_t", .name("\\frac{\\partial L}{\\partial c_t}")),
    ("\\partial h_t / \\partial h_{t - 1} W", product(.name("\\frac{\\partial h_t}{\\partial h_{t-1}}"), W)),
    ("\\frac{\\partial^{2} L}{\\partial w^2}", .name("\\frac{\\partial^2 L}{\\partial w^2}")),
    ("\\frac{\\partial L / \\partial w}{2}", quotient(.name("\\frac{\\partial L}{\\partial w}"), .number(2))),
    ("a\\,b\\;c\\!", product(product(a, b), c)),
  ])
  func aConstructIsReadAs(source: String, formula: Symbol) throws {
    #expect(try parse(source) == formula)
  }

  @Test(arguments: [
    ("h_t", "h_t"), ("h_{t}", "h_t"), ("h_{t - 1}", "h_{t-1}"), ("W_{xf}", "W_{xf}"), ("W^{(k)}_h", "W_h^{(k)}"),
    ("h^\\prime_t", "h_t'"), ("h'_t", "h_t'"), ("\\hat y_t", "\\hat{y}_t"), ("\\hat{y_t}", "\\hat{y}_t"),
    ("\\tilde{c}", "\\tilde{c}"), ("\\overrightarrow{h}_{t}", "\\overrightarrow{h}_t"), ("\\mathbf{1}", "\\mathbf{1}"),
    ("\\mathcal{L}", "\\mathcal{L}"), ("x_\\text{in}", "x_{\\text{in}}"), ("x_{12}", "x_{12}"),
    ("W_{\\theta}", "W_\\theta"), ("W_{\\theta t}", "W_{\\theta t}"), ("\\sigma_{\\max}", "\\sigma_{\\max}"),
    ("\\partial L/\\partial W_{xf}", "\\frac{\\partial L}{\\partial W_{xf}}"), ("\\ell", "\\ell"),
    ("\\frac{\\partial L}{\\partial\\theta}", "\\frac{\\partial L}{\\partial \\theta}"), ("e_{t,j}", "e_{t,j}"),
    ("\\frac{\\partial^2 L}{\\partial x \\partial y}", "\\frac{\\partial^2 L}{\\partial x \\partial y}"),
    ("h_{t_1}", "h_{t_1}"), ("x^*", "x^{*}"),
  ])
  func aNameHasOneSpelling(source: String, canonical: String) throws {
    #expect(try canonicalName(source) == canonical)
    #expect(try canonicalName(canonical) == canonical)
  }
}
