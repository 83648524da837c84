// The lines of a backward pass read as formulas, beside the formulas that the tape derives.

import Autodiff
import LaTeX
import Notebook

extension LSTMBackprop {
  /// Every gradient of a subject's pass, read as a formula, beside what the tape of its cell derives.
  func lines(_ subject: Subject, _ page: Page) -> [(name: String, pass: Symbol, tape: Symbol)] {
    let tape = Tape()
    let run = example(page).record(on: tape, cell: subject.cell, time: aroundT)
    let nodes = Dictionary(uniqueKeysWithValues: tape.namedVariables.map { ($0.name, $0.variable) })
    func node(_ name: String, _ t: Int) -> String {
      if ["W_x", "W_h", "b"].contains(name) { return name }
      let time = aroundT(t)
      return "\(name)_\(time.count > 1 ? "{\(time)}" : time)"
    }
    let steps = run.steps.map { $0.map { Symbol.name($0.name!) } }
    var lines: [(name: String, pass: Symbol, tape: Symbol)] = []
    let pass: Pass<Symbol> = subject.pass()
    _ = pass.run(
      W: (.name("W_x"), .name("W_h")), steps, loss: (1...3).map { .name(node("h", $0)) - .name(node("y", $0)) },
      beyond: (.number(0), .number(0))
    ) { name, t, gradient in
      let derivation = tape.derivation(of: nodes[node(name, t)]!, in: run.loss)
      lines.append((node(name, t), gradient, column(derivation.gradient)))
      return .name(derivation.gradientName)  // later lines use the gradient by this name
    }
    return lines
  }

  /// The names of all formulas of a subject that differ from the notes' or the tape's: lines of its pass, nodes of its cell,
  /// blocks of a_t.
  func wrongLines(_ subject: Subject, _ page: Page) throws -> [String] {
    let tape = Tape()
    let example = example(page)
    let run = example.record(on: tape, cell: subject.cell, time: aroundT)
    let scope = Scope(tape, gradients: tape.gradients(of: run.loss))
    var wrong = lines(subject, page).filter { !$0.pass.isIdentical(to: $0.tape, in: scope) }.map(\.name)
    let nodes = Dictionary(uniqueKeysWithValues: tape.namedVariables.map { ($0.name, $0.variable) })
    func compare(_ name: String, _ formula: Symbol) {
      if nodes[name].map({ !$0.formula.isIdentical(to: formula, in: scope) }) ?? true { wrong.append(name) }
    }
    for step in try page.equation(named: "cell").steps {
      if case .name(let name) = step.left { compare(name, step.right) }
    }
    // a_t = [î_t; f̂_t; ĝ_t; ô_t] = W_x x_t + W_h h_{t−1} + b: the order of the blocks, and the sum.
    let sides = try page.equation(named: "pre-activations").sides
    guard sides.count == 3, case .name(let a) = sides[0], case .applied(.stackRows, let blocks) = sides[1] else {
      return wrong + ["pre-activations"]
    }
    compare(a, sides[2])
    for (k, block) in blocks.enumerated() {
      let rows = k * example.hidden..<(k + 1) * example.hidden
      if case .name(let name) = block { compare(name, .applied(.sliceRows(rows), [sides[0]])) }
    }
    return wrong
  }

  /// The tape writes ∂L/∂a_t as a sum of blocks, each placed into zeros. Returns the same as the blocks stacked, as the
  /// notes write it, and any other formula unchanged.
  func column(_ formula: Symbol) -> Symbol {
    var blocks: [(rows: Range<Int>, block: Symbol)] = []
    func collect(_ formula: Symbol) -> Bool {
      switch formula {
      case .applied(.sum, let terms): return terms.allSatisfy(collect)
      case .applied(.placeRows(let rows), let inner):
        blocks.append((rows, inner[0]))
        return true
      default: return false
      }
    }
    guard collect(formula) else { return formula }
    blocks.sort { $0.rows.lowerBound < $1.rows.lowerBound }
    var end = 0
    for block in blocks {
      if block.rows.lowerBound != end { return formula }
      end = block.rows.upperBound
    }
    return .stack(blocks.map(\.block))
  }
}
