// Evaluates formulas on the numbers of a run.

import Autodiff

/// What the names of a formula stand for.
public struct Scope {
  /// Matrices by canonical name (see `canonicalName`).
  public var values: [String: Matrix]
  /// Index variables and sizes, such as t, k, T. They are substituted into the indexes of names: with t = 4, `h_{t-1}` is
  /// `h_3`.
  public var integers: [String: Int]
  /// Functions by the name that `Symbol.call` uses, followed by `_index` if the call has an index:
  /// `\sigma_{\max}`, `\rho`, `f_t`.
  public var functions: [String: ([Matrix]) throws -> Matrix]
  /// If set, every name has a random value. A name with a value in `values` keeps the shape of that value.
  var sample: Sample?
  private let names = NameCache()

  public init(
    values: [String: Matrix] = [:], integers: [String: Int] = [:],
    functions: [String: ([Matrix]) throws -> Matrix] = [:]
  ) {
    self.values = values
    self.integers = integers
    self.functions = functions
  }

  /// The matrix with this name, in any spelling; `nil` if there is none or the text is not a name.
  public subscript(_ name: String) -> Matrix? {
    get { (try? canonicalName(name)).flatMap { values[$0] } }
    set { if let canonical = try? canonicalName(name) { values[canonical] = newValue } }
  }

  /// The value of a formula.
  ///
  /// - A name is looked up with the integers substituted into its indexes (with t = 4, `h_{t-1}` is `h_3`; with i = 1 and
  ///   j = 2, `\alpha_{ij}` is `\alpha_{1,2}`), then as it is spelled, then among the integers. `e`, `\pi` and `\infty` are
  ///   numbers unless the scope has a value for them.
  /// - In + − ⊙ and quotients a scalar, a column or a row is repeated to the shape of the other operand. In a matrix product
  ///   a 1 × 1 matrix is a factor for every entry.
  /// - Powers with a whole exponent are repeated products; other elementwise powers are exp(exponent · log(base)).
  /// - An empty sum is 0 and an empty product 1, both 1 × 1.
  /// - `\lVert x \rVert`, and the same with index F, is √Σ x². With index 2 it is the same for a column or a row, and for
  ///   other matrices the scope's function `\sigma_{\max}`.
  ///
  /// - Throws: `FormulaError` for unknown names and functions, and for shapes that do not match.
  public func evaluate(_ formula: Symbol) throws(FormulaError) -> Matrix {
    switch formula {
    case .number(let value): return Matrix(value)
    case .name(let name): return try value(of: name)
    case .applied(let operation, let inputs): return try apply(operation, inputs)
    case .power(let base, let exponent, let elementwise): return try power(base, exponent, elementwise)
    case .series(let series, let index, let from, let through, let body):
      return try self.series(series, index, from, through, body)
    case .norm(let x, let index): return try norm(try evaluate(x), index)
    case .magnitude(let x): return try evaluate(x).map(\.magnitude)
    case .call(let name, let index, let arguments): return try call(name, index, arguments)
    }
  }

  // MARK: Names

  private func value(of name: String) throws(FormulaError) -> Matrix {
    let full = names.parsed(name)
    let substituted = full?.mapScripts(substituted).spelling ?? name
    let canonical = full?.spelling ?? name
    for known in [substituted, canonical] {
      if let value = values[known] { return sample?.value(of: known, value.shape) ?? value }
    }
    if let integer = integers[canonical] { return Matrix(Double(integer)) }
    switch canonical {
    case "e": return Matrix(2.718281828459045)
    case "\\pi": return Matrix(Double.pi)
    case "\\infty": return Matrix(Double.infinity)
    default: break
    }
    if let sample { return sample.value(of: substituted, nil) }
    let shown = substituted == canonical ? "‘\(canonical)’" : "‘\(canonical)’ (here ‘\(substituted)’)"
    let near = Self.near(substituted, among: Array(values.keys) + Array(integers.keys))
    let hint =
      near.isEmpty ? "" : "; there is \(near.map { "‘\($0)’" }.joined(separator: ", "))"
    throw FormulaError("\(shown) has no value\(hint)")
  }

  /// The index with the integers substituted: with t = 4, `t-1` is 3.
  private func substituted(_ script: Script) -> Script {
    if integers.isEmpty { return script }
    var parts: [[Script.Item]] = [[]]
    var separators: [Script.Item] = []
    // Brackets, commas, colons and semicolons separate parts, each of which may be a sum.
    for item in script.items {
      switch item {
      case .mark(","), .mark(":"), .mark("("), .mark(")"), .mark(";"):
        separators.append(item)
        parts.append([])
      default: parts[parts.count - 1].append(item)
      }
    }
    var items = substituted(parts[0])
    for (separator, part) in zip(separators, parts.dropFirst()) {
      items.append(separator)
      items += substituted(part)
    }
    return Script(items: items)
  }

  private func substituted(_ part: [Script.Item]) -> [Script.Item] {
    // Two variables side by side, as in ij, are two indexes.
    let variables = part.compactMap { item -> Int? in
      if case .variable(let name) = item { return integers[name] }
      return nil
    }
    if part.count > 1, variables.count == part.count {
      return Array(variables.map { Self.items(of: $0) }.joined(separator: [.mark(",")]))
    }
    return Self.sum(part, integers).map(Self.items) ?? part
  }

  private static func items(of integer: Int) -> [Script.Item] {
    (integer < 0 ? [.mark("-")] : []) + [.number("\(integer.magnitude)")]
  }

  /// The value of `t`, `t-1`, `i+j-2`, `-3`; `nil` for anything else.
  private static func sum(_ items: [Script.Item], _ integers: [String: Int]) -> Int? {
    var total = 0
    var sign: Int? = 1
    for (k, item) in items.enumerated() {
      switch item {
      case .mark("+") where sign == nil: sign = 1
      case .mark("-") where sign == nil || k == 0: sign = -1
      case .number(let digits):
        guard let value = Int(digits), let known = sign else { return nil }
        let (result, overflow) = total.addingReportingOverflow(known * value)
        if overflow { return nil }
        total = result
        sign = nil
      case .variable(let name):
        guard let value = integers[name], let known = sign else { return nil }
        let (result, overflow) = total.addingReportingOverflow(known &* value)
        if overflow { return nil }
        total = result
        sign = nil
      default: return nil
      }
    }
    return sign == nil ? total : nil
  }

  /// Up to three known names with the smallest edit distance, for an error message.
  private static func near(_ name: String, among known: [String]) -> [String] {
    let limit = max(1, name.count / 3)
    return known.map { (name: $0, distance: distance(Array(name), Array($0))) }
      .filter { $0.distance <= limit }
      .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
      .prefix(3).map(\.name)
  }

  /// The edit distance: how many characters must be inserted, deleted or replaced.
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
        diagonal = above
      }
    }
    return row[b.count]
  }

  // MARK: Operations

  /// The value of the operation, after a check of the shapes.
  private func checked(_ operation: Operation, _ inputs: [Matrix]) throws(FormulaError) -> Matrix {
    if let problem = operation.problem(with: inputs.map(\.shape)) { throw FormulaError(problem) }
    return operation.value(inputs)
  }

  private func apply(_ operation: Operation, _ inputs: [Symbol]) throws(FormulaError) -> Matrix {
    var x: [Matrix] = []
    switch operation {
    case .sum, .bias, .difference:
      // All terms of a long sum are collected, so that they are repeated to one common shape.
      return try sum(.applied(operation, inputs))
    case .elementwiseProduct:
      var factors: [Symbol] = []
      Self.collectFactors(.applied(operation, inputs), into: &factors)
      for factor in factors { x.append(try evaluate(factor)) }
      let spread = try self.spread(x, operation)
      var result = spread[0]
      for factor in spread.dropFirst() { result = Operation.elementwiseProduct.value([result, factor]) }
      return result
    default:
      for input in inputs { x.append(try evaluate(input)) }
    }
    switch operation {
    case .elementwiseQuotient where x.count == 2:
      let spread = try self.spread(x, operation)
      return operation.value(spread)
    case .matrixProduct where x.count == 2 && (x[0].count == 1 || x[1].count == 1):
      if x[0].count == 1 { return Operation.scaling(x[0].scalar).value([x[1]]) }
      return Operation.scaling(x[1].scalar).value([x[0]])
    case .stackRows: return try checked(.stackRows(heights: x.map(\.rows)), x)
    // The operation that uses the result repeats it to the shape of the other operand.
    case .spread where x.count == 1: return x[0]
    case .reduce where x.count == 1, .placeRows where x.count == 1, .scatterColumns where x.count == 1:
      throw FormulaError("a \(operation.title) needs a shape, which a formula does not give")
    default: return try checked(operation, x)
    }
  }

  private func sum(_ formula: Symbol) throws(FormulaError) -> Matrix {
    var terms: [(isNegative: Bool, symbol: Symbol)] = []
    Self.collectTerms(formula, isNegative: false, into: &terms)
    var x: [Matrix] = []
    for term in terms { x.append(try evaluate(term.symbol)) }
    let spread = try self.spread(x, .sum)
    var result = terms[0].isNegative ? Operation.negation.value([spread[0]]) : spread[0]
    for (term, value) in zip(terms, spread).dropFirst() {
      result = (term.isNegative ? Operation.difference : .sum).value([result, value])
    }
    return result
  }

  private static func collectTerms(
    _ formula: Symbol, isNegative: Bool, into terms: inout [(isNegative: Bool, symbol: Symbol)]
  ) {
    if case .applied(let operation, let x) = formula, x.count == 2,
      operation == .sum || operation == .bias || operation == .difference
    {
      collectTerms(x[0], isNegative: isNegative, into: &terms)
      collectTerms(x[1], isNegative: isNegative != (operation == .difference), into: &terms)
    } else {
      terms.append((isNegative, formula))
    }
  }

  private static func collectFactors(_ formula: Symbol, into factors: inout [Symbol]) {
    if case .applied(.elementwiseProduct, let x) = formula {
      for input in x { collectFactors(input, into: &factors) }
    } else {
      factors.append(formula)
    }
  }

  /// All matrices in the shape of the largest; each must be a scalar, a column or a row that fits, or have that shape.
  private func spread(_ x: [Matrix], _ operation: Operation) throws(FormulaError) -> [Matrix] {
    guard var largest = x.first else { throw FormulaError("\(operation.title) of nothing") }
    for matrix in x where Operation.spread.problem(with: [matrix.shape, largest.shape]) != nil { largest = matrix }
    var result: [Matrix] = []
    for matrix in x {
      if matrix.shape == largest.shape {
        result.append(matrix)
      } else if Operation.spread.problem(with: [matrix.shape, largest.shape]) == nil {
        result.append(Operation.spread.value([matrix, largest]))
      } else {
        throw FormulaError(
          operation.problem(with: [matrix.shape, largest.shape])
            ?? "\(operation.title) of \(matrix.shape) and \(largest.shape): the shapes differ")
      }
    }
    return result
  }

  // MARK: Powers

  private func power(_ base: Symbol, _ exponent: Symbol, _ elementwise: Bool) throws(FormulaError) -> Matrix {
    let raised = try evaluate(exponent)
    guard raised.count == 1 else { throw FormulaError("an exponent is a number, not a \(raised.shape) matrix") }
    let value = raised.scalar
    // e^x has the same bits as exp(x).
    if base == .name("e"), values["e"] == nil, integers["e"] == nil { return Operation.exp.value([raised]) }
    let x = try evaluate(base)
    let isWhole = value == value.rounded() && value.magnitude <= 1_000_000
    if elementwise || x.count == 1 {
      if isWhole {
        let power = Self.power(x, Int(value.magnitude), one: Matrix(x.shape, repeating: 1)) {
          Operation.elementwiseProduct.value([$0, $1])
        }
        return value < 0 ? power.map { 1 / $0 } : power
      }
      return Operation.exp.value([Operation.scaling(value).value([Operation.log.value([x])])])
    }
    guard isWhole, value >= 0 else {
      throw FormulaError("a matrix can be raised to a whole number from 0, not to \(value)")
    }
    guard x.rows == x.columns else { throw FormulaError("power of a \(x.shape) matrix, which is not square") }
    return Self.power(x, Int(value), one: .identity(x.rows)) { Operation.matrixProduct.value([$0, $1]) }
  }

  /// The product of `exponent` copies of x, multiplied from the left.
  private static func power(
    _ x: Matrix, _ exponent: Int, one: Matrix, _ product: (Matrix, Matrix) -> Matrix
  ) -> Matrix {
    if exponent == 0 { return one }
    var result = x
    for _ in 1..<exponent { result = product(result, x) }
    return result
  }

  // MARK: Series, norms, functions

  private func series(
    _ series: Symbol.Series, _ index: String, _ from: Symbol, _ through: Symbol, _ body: Symbol
  ) throws(FormulaError) -> Matrix {
    let first = try integer(from)
    let last = try integer(through)
    let isDescending = series == .descendingProduct
    let count = isDescending ? first - last : last - first
    if count < 0 { return Matrix(series == .sum ? 0 : 1) }
    if count >= 1_000_000 { throw FormulaError("a series of \(count + 1) terms") }
    var inner = self
    inner.values[index] = nil
    var result: Matrix?
    for k in 0...count {
      inner.integers[index] = isDescending ? first - k : first + k
      let value = try inner.evaluate(body)
      guard let sofar = result else {
        result = value
        continue
      }
      if series == .sum {
        let spread = try self.spread([sofar, value], .sum)
        result = Operation.sum.value(spread)
      } else if sofar.count == 1 || value.count == 1 {
        result =
          sofar.count == 1
          ? Operation.scaling(sofar.scalar).value([value]) : Operation.scaling(value.scalar).value([sofar])
      } else {
        result = try checked(.matrixProduct, [sofar, value])
      }
    }
    return result ?? Matrix(0)
  }

  private func integer(_ bound: Symbol) throws(FormulaError) -> Int {
    let value = try evaluate(bound)
    guard value.count == 1, value.scalar == value.scalar.rounded(), value.scalar.magnitude < 1e15 else {
      throw FormulaError("‘\(bound.latex)’ is not a whole number, as a bound must be")
    }
    return Int(value.scalar)
  }

  private func norm(_ x: Matrix, _ index: String) throws(FormulaError) -> Matrix {
    switch index {
    case "", "F": return Matrix(x.norm)
    case "2":
      if x.rows == 1 || x.columns == 1 { return Matrix(x.norm) }
      return try run("\\sigma_{\\max}", [x])
    default: throw FormulaError("no norm has the index ‘\(index)’: 2, F or none")
    }
  }

  private func run(_ name: String, _ x: [Matrix]) throws(FormulaError) -> Matrix {
    guard let function = functions[name] else { throw FormulaError("the function ‘\(name)’ is not known here") }
    do {
      return try function(x)
    } catch let error as FormulaError {
      throw error
    } catch {
      throw FormulaError("‘\(name)’: \(error)")
    }
  }

  private func call(_ name: String, _ index: String, _ arguments: [Symbol]) throws(FormulaError) -> Matrix {
    var x: [Matrix] = []
    for argument in arguments { x.append(try evaluate(argument)) }
    let full = index.isEmpty ? name : "\(name)_\(index.count == 1 ? index : "{\(index)}")"
    if functions[full] != nil { return try run(full, x) }
    if functions[name] != nil, index.isEmpty { return try run(name, x) }

    if name == "bmatrix" { return try blocks(x, columns: Int(index) ?? 1) }
    if name == "\\max" || name == "\\min", index.isEmpty {
      let spread = try self.spread(x, .sum)
      var result = spread[0]
      for value in spread.dropFirst() {
        let (a, b) = (result, value)
        result = Matrix(
          rows: a.rows, columns: a.columns,
          elements: zip(a.elements, b.elements).map { a, b in
            a.isNaN || b.isNaN ? .nan : name == "\\max" ? Swift.max(a, b) : Swift.min(a, b)
          })
      }
      return result
    }
    guard x.count == 1 else { throw FormulaError("the function ‘\(full)’ of \(x.count) arguments is not known here") }
    if let operation = Parser.differentiated(name, index: index),
      let slope = operation.pullback(
        Matrix(x[0].shape, repeating: 1), to: 0, inputs: x, output: operation.value(x))
    {
      return slope
    }
    switch name {
    case "diag":
      guard x[0].columns == 1 else { throw FormulaError("diag takes a column, not a \(x[0].shape) matrix") }
      return .diagonal(x[0].elements)
    case "rows":
      if let script = Script(parsing: index),
        let slice = Parser.operation(named: name, index: substituted(script).spelling)
      {
        return try checked(slice, x)
      }
      throw FormulaError("rows needs its range as an index, as in 0:3")
    default: throw FormulaError("the function ‘\(full)’ is not known here")
    }
  }

  /// A matrix of blocks, given row by row.
  private func blocks(_ cells: [Matrix], columns: Int) throws(FormulaError) -> Matrix {
    guard columns > 0, cells.count % columns == 0, !cells.isEmpty else {
      throw FormulaError("a bmatrix with ragged rows")
    }
    var rows: [Matrix] = []
    for start in stride(from: 0, to: cells.count, by: columns) {
      let blocks = cells[start..<start + columns]
      let height = cells[start].rows
      if let bad = blocks.first(where: { $0.rows != height }) {
        throw FormulaError("a block of \(bad.rows) rows stands beside one of \(height)")
      }
      rows.append(
        Matrix(rows: height, columns: blocks.reduce(0) { $0 + $1.columns }, elements: blocks.flatMap(\.elements)))
    }
    return try checked(.stackRows(heights: rows.map(\.rows)), rows)
  }
}
