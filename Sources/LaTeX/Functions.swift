// The functions of the dialect. Which name stands for which operation follows from how operations are written
// (`Operation.notation`), so that each name is listed once.

import Autodiff

extension Parser {
  /// The operations that formulas write as functions of one argument, without an index.
  private static let functions: [Operation] = [
    .sigmoid, .tanh, .exp, .log, .relu, .slope(0), .softmax, .logSoftmax, .sumOfColumns, .sumOfRows, .total, .mean,
    .entryCount, .maximumOfRows, .maximumMask, .spread, .reduce,
  ]

  /// The functions with a command of their own, by its name: `\tanh`.
  static let functionCommands: [String: Operation] = named { latex, plain in latex == "\\\(plain)" ? plain : nil }

  /// What `\operatorname{name}` stands for. The sigmoid is read under this name too, and always written `\sigma`.
  static let operatorNames: [String: Operation] = named { latex, plain in latex == "\\sigma" ? "sigmoid" : plain }

  private static func named(_ name: (_ latex: String, _ plain: String) -> String?) -> [String: Operation] {
    var table: [String: Operation] = [:]
    for operation in functions {
      guard case .function(let latex, let plain, _) = operation.notation, let name = name(latex, plain) else {
        continue
      }
      table[name] = operation
    }
    return table
  }

  /// An operation that its index completes, such as the slope of a leaky ReLU or the range of rows.
  static func operation(named name: String, index: String) -> Operation? {
    switch name {
    case "leakyrelu": return Double(index).map { .leakyRelu($0) }
    case "slope": return Double(index).map { .slope($0 == 0 ? 0 : $0) }
    case "rows", "place":
      let bounds = index.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
      guard bounds.count == 2, let lower = bounds[0], let upper = bounds[1], lower <= upper else { return nil }
      return name == "rows" ? .sliceRows(lower..<upper) : .placeRows(lower..<upper)
    default: return nil
    }
  }

  /// The function whose derivative `\tanh'` and the like name; `nil` if the name is not that of such a derivative.
  static func differentiated(_ name: String, index: String) -> Operation? {
    guard name.last == "'" else { return nil }
    let name = String(name.dropLast())
    if name == "leakyrelu" { return operation(named: name, index: index) }
    guard index.isEmpty else { return nil }
    switch name == "\\sigma" ? .sigmoid : functionCommands[String(name.dropFirst())] ?? operatorNames[name] {
    case let operation? where [.sigmoid, .tanh, .exp, .log, .relu].contains(operation): return operation
    default: return nil
    }
  }
}

extension Operation {
  /// Whether its notation carries an index.
  var hasIndex: Bool {
    if case .function(_, _, let index) = notation { return !index.isEmpty }
    return false
  }
}
