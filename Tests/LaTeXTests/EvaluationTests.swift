import Autodiff
import Testing

@testable import LaTeX

@Suite struct EvaluationTests {
  private static func scope() -> Scope {
    var scope = Scope(integers: ["t": 4, "T": 3, "k": 2, "i": 1, "j": 2, "n": 3])
    scope["A"] = Matrix([[1, 2], [3, 4]])
    scope["B"] = Matrix([[0, 1], [1, 0]])
    scope["x"] = Matrix(column: [1, -2])
    scope["y"] = Matrix(column: [3, 5])
    scope["r"] = Matrix([[10, 20]])
    scope["s"] = Matrix(2)
    for t in 0...5 { scope["h_\(t)"] = Matrix(column: [Double(t), 1]) }
    scope["W_{hf}"] = Matrix(7)
    scope["\\alpha_{1,2}"] = Matrix(0.25)
    scope["x_{k,0}"] = Matrix(9)
    scope["W^{(3)}_h"] = Matrix(11)
    scope["\\partial h_4 / \\partial h_3"] = Matrix(13)
    scope["\\partial L / \\partial c_t"] = Matrix(17)
    for k in 1...3 { scope["M_\(k)"] = Matrix([[Double(k), 1], [0, 1]]) }
    scope.functions["\\sigma_{\\max}"] = { Matrix($0[0].norm) }
    return scope
  }

  @Test(arguments: [
    ("A B", [[2, 1], [4, 3]]), ("A \\odot B", [[0, 2], [3, 0]]), ("A^\\top", [[1, 3], [2, 4]]), ("A x", [[-3], [-5]]),
    ("2 A", [[2, 4], [6, 8]]), ("A s", [[2, 4], [6, 8]]), ("A + x", [[2, 3], [1, 2]]),
    ("A + r", [[11, 22], [13, 24]]),
    ("1 - A", [[0, -1], [-2, -3]]), ("r \\odot x \\odot A", [[10, 40], [-60, -160]]),
    ("x \\odot (r \\odot A)", [[10, 40], [-60, -160]]), ("\\frac{A}{s}", [[0.5, 1], [1.5, 2]]),
    ("A / r", [[0.1, 0.1], [0.3, 0.2]]),
    ("h_{t-1}", [[3], [1]]), ("h_{T + 2}", [[5], [1]]), ("W_{hf}", [[7]]), ("\\alpha_{ij}", [[0.25]]),
    ("\\alpha_{i,j}", [[0.25]]), ("x_{k,0}", [[9]]), ("W_h^{(t-1)}", [[11]]),
    ("\\frac{\\partial h_t}{\\partial h_{t-1}}", [[13]]), ("\\frac{\\partial L}{\\partial c_t}", [[17]]), ("T", [[3]]),
    ("x^2", [[1], [4]]), ("x^{-1}", [[1], [-0.5]]), ("A^2", [[7, 10], [15, 22]]), ("A^0", [[1, 0], [0, 1]]),
    ("A^{\\odot 2}", [[1, 4], [9, 16]]), ("10^{-3}", [[0.001]]), ("2^{T}", [[8]]), ("s^k", [[4]]),
    ("\\begin{bmatrix} 0.9 & 10 \\\\ 0 & 0.9 \\end{bmatrix}^1", [[0.9, 10], [0, 0.9]]),
    ("\\begin{bmatrix} A & x \\end{bmatrix}", [[1, 2, 1], [3, 4, -2]]), ("[x; s]", [[1], [-2], [2]]),
    ("\\sum_{k=1}^{T} h_k", [[6], [3]]), ("\\sum_{k=2}^{1} h_k", [[0]]), ("\\prod_{k=2}^{1} M_k", [[1]]),
    ("\\prod_{k=1}^{3} M_k", [[6, 4], [0, 1]]), ("\\prod_{3 \\ge k \\ge 1} M_k", [[6, 10], [0, 1]]),
    ("\\prod_{3 \\ge k \\gt 3} M_k", [[1]]), ("\\sum_{i=1}^{2} \\sum_{j=1}^{i} j", [[4]]),
    ("\\lVert x \\rVert^2", [[5]]), ("\\lVert y \\rVert_2^2", [[34]]), ("\\lVert A \\rVert_F^2", [[30]]),
    ("\\lvert x \\rvert", [[1], [2]]), ("\\operatorname{diag}(x)", [[1, 0], [0, -2]]), ("\\max(x, 0)", [[1], [0]]),
    ("\\min(x, y)", [[1], [-2]]), ("\\operatorname{relu}(x)", [[1], [0]]), ("\\operatorname{relu}'(x)", [[1], [0]]),
    ("\\operatorname{leakyrelu}_{0.5}(x)", [[1], [-1]]), ("\\operatorname{rows}_{1:2}(A)", [[3, 4]]),
    ("\\operatorname{rows}_{0:i}(A)", [[1, 2]]), ("\\operatorname{sumcolumns}(A)", [[3], [7]]),
    ("\\operatorname{sumrows}(A)", [[4, 6]]), ("\\operatorname{sum}(A)", [[10]]), ("\\operatorname{mean}(A)", [[2.5]]),
    ("\\operatorname{count}(A)", [[4]]), ("\\sqrt{4}", [[2]]), ("-x", [[-1], [2]]),
    ("4 (128 \\cdot 256 + 256^2 + 256)", [[394_240]]), ("A \\operatorname{spread}(s)", [[2, 4], [6, 8]]),
  ])
  func aFormulaHasThisValue(source: String, rows: [[Double]]) throws {
    let value = try Self.scope().evaluate(try parse(source))
    #expect(isClose(value, Matrix(rows), 1e-12), "\(value)")
  }

  @Test func theRunsFunctionsAreTheFormulas() throws {
    let scope = Self.scope()
    let x = try #require(scope["x"])
    func value(_ source: String) throws -> Matrix { try scope.evaluate(try parse(source)) }
    #expect(try value("\\tanh(x)").hasSameBits(as: x.tanh))
    #expect(try value("\\sigma(x)").hasSameBits(as: x.sigmoid))
    #expect(try value("\\operatorname{softmax}(x)").hasSameBits(as: x.softmax))
    #expect(try value("e^{s}").hasSameBits(as: Matrix(2).exp))
    #expect(isClose(try value("\\tanh'(x)"), try value("1 - \\tanh^2(x)")))
    #expect(isClose(try value("\\sigma'(x)"), try value("\\sigma(x) \\odot (1 - \\sigma(x))")))
    #expect(isClose(try value("y^{0.5}"), try value("\\sqrt{y}")))
    #expect(isClose(try value("\\sigma_{\\max}(A)"), try value("\\lVert A \\rVert_2")))
    #expect(isClose(try value("\\tanh(s)"), try value("\\frac{e^s - e^{-s}}{e^s + e^{-s}}")))
    #expect(isClose(try value("\\tanh(s)"), try value("2 \\sigma(2 s) - 1")))
  }

  @Test(arguments: [
    ("C", "‘C’"), ("h_{t+9}", "here ‘h_{13}’"), ("W_{hg}", "there is ‘W_{hf}’"), ("A + [x; x]", "2 × 2"),
    ("A [x; x]", "2 columns meet 4 rows"), ("x \\odot r", "differ"), ("x y", "1 columns meet 2 rows"),
    ("A^{-1}", "whole number"),
    ("A^{0.5}", "whole number"), ("x^A", "exponent"), ("[A; x]", "columns differ"),
    ("\\operatorname{diag}(A)", "column"),
    ("\\operatorname{reduce}(A)", "shape"), ("\\operatorname{rows}_{0:9}(A)", "rows 0..<9"), ("\\rho(A)", "‘\\rho’"),
    ("\\operatorname{unknown}(A)", "‘unknown’"), ("\\sum_{t=1}^{0.5} x", "whole number"),
    ("\\sum_{t=1}^{10^{9}} x", "terms"),
    ("\\lVert x \\rVert_\\infty", "norm"), ("\\begin{bmatrix} A & 1 \\end{bmatrix}", "beside"),
    ("\\sum_{k=1}^{2} M_k [x; x]", "2 columns meet 4 rows"), ("\\prod_{k=1}^{2} h_k", "1 columns meet 2 rows"),
    ("\\operatorname{rows}_{a:b}(A)", "range"), ("B^{\\odot 2} C_t", "‘C_t’"),
  ])
  func whatDoesNotFitIsAnErrorAndNoTrap(source: String, hint: String) throws {
    let formula = try parse(source)
    do {
      let value = try Self.scope().evaluate(formula)
      Issue.record("\(source) is \(value)")
    } catch {
      #expect("\(error)".contains(hint), "\(source): \(error)")
    }
  }

  @Test func aFunctionsErrorIsPassedOn() throws {
    struct Failure: Error, CustomStringConvertible { var description: String { "does not converge" } }
    var scope = Self.scope()
    scope.functions["\\rho"] = { _ in throw Failure() }
    let formula = try parse("\\rho(A)")
    do {
      _ = try scope.evaluate(formula)
      Issue.record("no error")
    } catch {
      #expect("\(error)".contains("does not converge"))
    }
  }

  @Test func anIndexIsOnlyBoundInsideItsSeries() throws {
    let scope = Self.scope()
    let inside = try scope.evaluate(try parse("\\sum_{k=1}^{T} h_k + h_k"))
    #expect(isClose(inside, Matrix(column: [8, 4])))
    var shadowed = scope
    shadowed["k"] = Matrix(100)
    #expect(isClose(try shadowed.evaluate(try parse("\\sum_{k=1}^{3} k + k")), Matrix(106)))
  }
}
