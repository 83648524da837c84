// What the parts of a picture are called, in labels and in messages.

import Autodiff
import LaTeX

extension Diagram {
  /// What a problem calls an output: its name, or what computes it.
  func title(_ port: Port) -> String {
    if let name = nodes[port.node].names[port.output] { return name.asFormula }
    return title(ofNode: port.node)
  }

  func title(ofNode node: Int) -> String {
    if let name = nodes[node].names.first ?? nil { return name.asFormula }
    switch nodes[node].kind {
    case .operation(let operation): return operation.glyph
    case .layer(let function, let weights): return (function?.glyph ?? "") + weights[0].asFormula
    default: return nodes[node].key
    }
  }
}

extension String {
  /// A name or formula of the notes' dialect as Unicode text.
  var asFormula: String { (try? Symbol(parsing: self))?.unicode ?? Symbol.name(self).unicode }
}

extension Figure.Label {
  /// A label from a name in the notes' dialect, or from a formula that serves as a name: `i_t \odot g_t`.
  init(name: String) { self.init(name.asFormula) }
}

extension Diagram.Node {
  enum Part { case quantity, dots, operation, layer, merge, box }

  var part: Part {
    switch kind {
    case .quantity, .number: .quantity
    case .dots: .dots
    case .operation: .operation
    case .layer: .layer
    case .merge: .merge
    case .box: .box
    }
  }
}

extension Diagram {
  /// The name one time step earlier: h_{t-1} for h_t, h_3 for h_4.
  static func before(_ name: String) -> String? {
    if name.hasSuffix("_t") { return String(name.dropLast(2)) + "_{t-1}" }
    guard let number = name.split(separator: "_").last.flatMap({ Int($0) }), number > 0 else { return nil }
    return String(name.dropLast("\(number)".count)) + "\(number - 1)"
  }
}

extension Operation {
  /// What a picture writes into the circle or box: σ, tanh, ⊙, +, 1−.
  var glyph: String {
    switch self {
    case .complement(let number): return (number == number.rounded() ? "\(Int(number))" : "\(number)") + "−"
    case .scaling(let factor): return "\(factor)·"
    case .offset(let number): return "+\(number)"
    case .matrixProduct: return "×"
    case .crossEntropy: return "−log p"
    case .stackRows: return "[ ; ]"
    case .total, .sumOfColumns, .sumOfRows: return "Σ"
    default: break
    }
    switch notation {
    case .infix(_, let plain), .function(_, let plain, _), .superscript(_, let plain): return plain
    case .minusSign: return "−"
    case .fraction: return "÷"
    case .root: return "√"
    case .juxtaposed: return "·"
    case .column: return "[ ; ]"
    }
  }
}
