import Autodiff
import Testing

@testable import LaTeX

@Suite struct ErrorTests {
  @Test(arguments: [
    ("a $ b", 3, "$"), ("$$a$$", 1, "$"), ("|x|", 1, "\\lvert"), ("a < b", 3, "\\lt"), ("a > b", 3, "\\gt"),
    ("a \\tag{1}", 3, "\\tag"), ("\\widetilde{c}", 1, "\\tilde"), ("\\substack{a}", 1, "\\substack"),
    ("\\boxed{a}", 1, "\\boxed"), ("a \\\\[4pt] b", 3, "\\\\"), ("\\foo x", 1, "\\foo"), ("\\|x\\|", 1, "\\lVert"),
    ("a % b", 3, "comment"), ("a ⊙ b", 3, "\\odot"), ("a − b", 3, "write -"), ("가", 1, "가"),
  ])
  func whatTheDialectForbidsSaysWhatToWriteInstead(source: String, column: Int, hint: String) {
    expectError(source, column: column, hint: hint)
  }

  @Test(arguments: [
    ("", 1, "missing"), ("a +", 4, "missing"), ("a + + b", 5, "missing"), ("+ a", 1, "begin"),
    ("(a", 1, "never closed"),
    ("a)", 2, "closes"), ("(a]", 3, "does not close"), ("a \\odot -b", 9, "brackets"), ("x^2^3", 4, "second exponent"),
    ("x_1_2", 4, "index"), ("x^10", 3, "braces"), ("x_10", 3, "braces"), ("W^T", 3, "\\top"), ("2 3", 3, "\\cdot"),
    ("1e-3", 2, "10^{-3}"), ("a / b c", 7, "brackets"), ("\\tanh W x", 9, "bracket"), ("\\tanh + a", 7, "argument"),
    ("\\sigma x", 8, "\\sigma"), ("\\tanh^{-1}(x)", 6, "whole number"), ("\\frac{a}", 9, "braces"),
    ("\\frac12", 6, "braces"), ("\\sqrt[3]{x}", 6, "square roots"), ("\\sum_t x_t", 1, "bounds"),
    ("\\sum_{t=1} x_t", 12, "upper bound"), ("\\sum_{T \\ge t \\ge 1} x_t", 7, "upwards"),
    ("\\frac{\\partial (a b)}{\\partial x}", 16, "name"), ("\\frac{\\partial L}{a}", 19, "partial"),
    ("A \\times B", 3, "side by side"), ("\\begin{cases} a \\end{cases}", 1, "cases"),
    ("\\begin{bmatrix} a & b \\\\ c \\end{bmatrix}", 1, "cells"), ("\\begin{bmatrix} a", 1, "never closed"),
    ("\\left( a \\right]", 16, "does not close"), ("a = b", 3, "equation"), ("(a, b)", 3, "comma"),
    ("\\operatorname{relu}_{2}(x)", 1, "no index"), ("\\tanh(a, b)", 1, "one argument"), ("\\max a", 6, "brackets"),
    ("\\text{", 1, "never closed"), ("x_{}", 4, "empty"), ("\\lVert x", 1, "never closed"), ("\\", 1, "name"),
    ("W^{-\\top}", 3, "inverse"), ("\\hat{}", 6, "name"), ("x^{(k)}^2'", 10, "prime"),
  ])
  func whatCannotBeReadIsNamedWithItsColumn(source: String, column: Int, hint: String) {
    expectError(source, column: column, hint: hint)
  }

  private func expectError(_ source: String, column: Int, hint: String) {
    do {
      let formula = try parse(source)
      Issue.record("‘\(source)’ was read as \(formula.latex)")
    } catch let error as FormulaError {
      #expect(error.position == Position(line: 1, column: column), "\(source): \(error)")
      #expect(error.message.contains(hint), "\(source): \(error)")
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test func anErrorPointsIntoItsLine() throws {
    let source = "\\begin{aligned}\na &= b \\\\\n  &= c \\odot\n\\end{aligned}"
    do {
      _ = try Equation(parsing: source)
      Issue.record("was read")
    } catch {
      #expect(error.position == Position(line: 4, column: 1))
      #expect(error.description.hasPrefix("line 4, column 1: "))
      #expect(error.pointing(into: source).hasPrefix("\\end{aligned}\n^ "))
    }
    let single = FormulaError("wrong", at: Position(line: 1, column: 3))
    #expect(single.description == "column 3: wrong")
    #expect(single.pointing(into: "a $ b") == "a $ b\n  ^ wrong")
  }

  @Test(arguments: [
    ("a", 1, "relation"), ("= a", 1, "missing"), ("a = ", 5, "missing"), ("a = b \\\\ c = d", 7, "aligned"),
    ("a = b, \\quad c = d", 14, "own row"), ("a = b \\quad c = d", 13, "own row"), ("a = 640,000", 8, "{,}"),
    ("\\begin{aligned} a &= b", 23, "end{aligned}"), ("\\begin{align} a = b \\end{align}", 1, "aligned"),
    ("a = b (c", 7, "never closed"), ("a = b \\quad (t = 1", 7, "never closed"), ("a = b. c", 8, "comment"),
    ("\\begin{aligned} a &= b \\\\[4pt] c &= d \\end{aligned}", 24, "alone"),
    ("\\begin{aligned} a \\\\ b &= c \\end{aligned}", 17, "relation"),
  ])
  func anEquationThatHidesSomethingIsRefused(source: String, column: Int, hint: String) {
    do {
      _ = try Equation(parsing: source)
      Issue.record("‘\(source)’ was read")
    } catch {
      #expect(error.position?.column == column, "\(source): \(error)")
      #expect(error.message.contains(hint), "\(source): \(error)")
    }
  }

  @Test func depthAndLengthAreLimited() {
    func nested(_ open: String, _ close: String, _ count: Int) -> String {
      String(repeating: open, count: count) + "x" + String(repeating: close, count: count)
    }
    for (open, close) in [
      ("(", ")"), ("{", "}"), ("\\frac{", "}{2}"), ("\\sqrt{", "}"), ("\\tanh ", ""), ("\\hat ", ""), ("x_{", "}"),
      ("x^{", "}"), ("\\sum_{t=1}^{2} ", ""), ("\\lVert ", "\\rVert"), ("\\left(", "\\right)"),
      ("\\begin{bmatrix}", "\\end{bmatrix}"), ("\\max(", ")"), ("x^{(", ")}"),
    ] {
      #expect(throws: FormulaError.self, "\(open)") { try parse(nested(open, close, 900)) }
      #expect(throws: FormulaError.self, "\(open)") { try parse(nested(open, close, 100_000)) }
    }
    #expect(throws: Never.self) { try parse(nested("(", ")", 90)) }
    #expect(throws: FormulaError.self) { try parse(Array(repeating: "a", count: 900).joined(separator: " + ")) }
    #expect(throws: FormulaError.self) { try parse(Array(repeating: "a", count: 900).joined(separator: " ")) }
    #expect(throws: Never.self) { try parse(Array(repeating: "a", count: 250).joined(separator: " + ")) }
    #expect(throws: FormulaError.self) { try parse(String(repeating: "-", count: 900) + "x") }
    // Refused while it is read, before the whole is deep.
    for operation in [" + ", " ", " \\odot "] {
      let chain = Array(repeating: "a", count: 900).joined(separator: operation)
      #expect { try parse(chain) } throws: { "\($0)".contains("terms or factors") }
    }
    // Within the limits of each chain, but not of the whole.
    let long = Array(repeating: "a", count: 200).joined(separator: " + ")
    #expect(throws: FormulaError.self) { try parse("(\(long) + (\(long) + b)) c") }
    let index = String(repeating: "a,", count: 5000)
    #expect { try parse("x_{\(index)}") } throws: { "\($0)".contains("tokens") }
  }

  /// Deletions, insertions, swaps and splices of real formulas: every outcome is a formula or an error.
  @Test func noInputTraps() {
    var random = Seeded(31)
    let pieces = [
      "\\", "{", "}", "(", ")", "^", "_", "&", "\\\\", "\\frac", "\\partial", "\\sum", "\\prod", "\\left", "\\right",
      "'",
      "\\top", "\\odot", "\\begin{bmatrix}", "\\end{bmatrix}", "\\begin{aligned}", "\\end{aligned}", "=", "\\ge",
      "\\gt",
      "\\text{x}", "\\quad", ",", ".", "-", "+", "/", "9", "{,}", "\\sigma", "\\tanh", "\\hat", "[", "]", ";", " ",
      "\n", "한", "|",
      "\\operatorname{rows}_{3:1}", "\\lVert", "\\rVert", "\\max", "\\mathbf{", "\\infty", "0", "\u{301}", "\r\n",
    ]
    let scope = ShapedGenerator.scope(1)
    var read = 0
    for k in 0..<12_000 {
      var characters = Array(Curriculum.all[k % Curriculum.all.count])
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = Int.random(in: 0...characters.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0 where at < characters.count: characters.remove(at: at)
        case 1 where at < characters.count: characters.swapAt(at, Int.random(in: 0..<characters.count, using: &random))
        case 2:
          let other = Array(random.pick(Curriculum.all))
          characters.insert(contentsOf: other.prefix(Int.random(in: 0...other.count, using: &random)), at: at)
        case 3: characters.removeSubrange(0..<at)
        default: characters.insert(contentsOf: random.pick(pieces), at: at)
        }
      }
      let source = String(characters)
      var formulas: [Symbol] = []
      if let equation = try? Equation(parsing: source) {
        _ = equation.lines(width: 40)
        _ = equation.latex
        formulas += equation.steps.flatMap { [$0.left, $0.right] }
      }
      if let formula = try? Symbol(parsing: source) { formulas.append(formula) }
      _ = try? canonicalName(source)
      for formula in formulas {
        read += 1
        #expect((try? Symbol(parsing: formula.latex)) == formula, "\(source): \(formula.latex)")
        _ = formula.lines(width: 30)
        _ = try? scope.evaluate(formula)
      }
    }
    #expect(read > 1000)
  }
}
