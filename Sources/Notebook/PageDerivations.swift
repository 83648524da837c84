// Derivations: the formula of a gradient, read off the tape.

import Autodiff

extension Page {
  /// Prints the derivation of ∂L/∂v from the tape: one term for each named node that uses v, and the rules applied on the way.
  ///
  /// - Returns: the gradient's formula, for comparing it with the notes' equation.
  @discardableResult
  public func derivation(of variable: Variable, in loss: Variable) -> Symbol {
    let derivation = variable.tape.derivation(of: variable, in: loss)
    let name = Symbol.name(derivation.gradientName).unicode
    var line = Line(padded("    \(name) =", to: 55) + " ")
    line.spans.append((Text("from the tape, by the chain rule", ko: "테이프에서 연쇄 법칙으로 읽음")(language), .faint))
    write(line)
    for (number, path) in derivation.paths.enumerated() {
      let rules = path.operations.reversed().map { $0.ruleName(language) }
      var seen: [String] = []
      for rule in rules.reversed() where !seen.contains(rule) { seen.append(rule) }
      let sign = number == 0 ? "  " : "+ "
      let through = Text("through \(Symbol.name(path.through).unicode)", ko: "\(Symbol.name(path.through).unicode) 경유")
      let reason = "\(through(language)): \(seen.joined(separator: ", "))"
      let term = "      \(sign)\(path.term.unicode)"
      if displayWidth(term) < 55, displayWidth(reason) <= Page.width - 56 {
        var line = Line(padded(term, to: 56))
        line.spans.append((reason, .faint))
        write(line)
      } else {
        for part in wrapped(term, width: Page.width, indentation: 10) { write(Line(part)) }
        for part in wrapped("          " + reason, width: Page.width, indentation: 12) {
          write(Line(part, style: .faint))
        }
      }
    }
    return derivation.gradient
  }
}
