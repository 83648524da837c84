// Operations on numbers: what shapes they take, what they compute, and how matrices read the derivative rules.

extension Operation {
  /// The result on matrices. Traps where `problem(with:)` finds something.
  public func value(_ x: [Matrix]) -> Matrix {
    if let problem = problem(count: x.count, shape: { x[$0].shape }, label: { _ in "" }) { fail(problem) }
    return result(x)
  }

  /// The same on matrices whose shapes are known to fit.
  func result(_ x: [Matrix]) -> Matrix {
    switch self {
    case .matrixProduct: Kernels.product(x[0], x[1])
    case .transpose: Kernels.transpose(x[0])
    case .sum: Kernels.add(x[0], x[1])
    case .bias: Kernels.addColumn(x[0], x[1])
    case .difference: Kernels.subtract(x[0], x[1])
    case .negation: Kernels.negate(x[0])
    case .elementwiseProduct: Kernels.multiply(x[0], x[1])
    case .elementwiseQuotient: Kernels.divide(x[0], x[1])
    case .scaling(let factor): Kernels.scale(x[0], by: factor)
    case .offset(let number): Kernels.offset(x[0], by: number)
    case .complement(let number): Kernels.complement(x[0], to: number)
    case .sigmoid: Kernels.sigmoid(x[0])
    case .tanh: Kernels.tanh(x[0])
    case .relu: Kernels.relu(x[0])
    case .leakyRelu(let slope): Kernels.leakyRelu(x[0], slope)
    case .slope(let negative): Kernels.slope(x[0], negative)
    case .exp: Kernels.exp(x[0])
    case .log: Kernels.log(x[0])
    case .squareRoot: Kernels.squareRoot(x[0])
    case .softmax: Kernels.softmax(x[0])
    case .logSoftmax: Kernels.logSoftmax(x[0])
    case .crossEntropy(let classes): Kernels.crossEntropy(x[0], classes)
    case .oneHot(let classes): Matrix(rows: x[0].rows, columns: x[0].columns) { $0 == classes[$1] ? 1 : 0 }
    case .sumOfColumns: Kernels.reduce(x[0], to: Shape(x[0].rows, 1))
    case .sumOfRows: Kernels.reduce(x[0], to: Shape(1, x[0].columns))
    case .total: Kernels.reduce(x[0], to: Shape(1, 1))
    case .mean: Matrix(Kernels.reduce(x[0], to: Shape(1, 1)).scalar / Double(x[0].count))
    case .entryCount: Matrix(Double(x[0].count))
    case .maximumOfRows: Kernels.maximumOfRows(x[0])
    case .maximumMask: Kernels.maximumMask(x[0])
    case .spread: Kernels.spread(x[0], to: x[1].shape)
    case .reduce: Kernels.reduce(x[0], to: x[1].shape)
    case .stackRows: Kernels.stackRows(x)
    case .sliceRows(let range): Kernels.sliceRows(x[0], range)
    case .placeRows(let range): Kernels.placeRows(x[0], range, in: x[1].shape)
    case .gatherColumns(let indices): Kernels.gatherColumns(x[0], indices)
    case .scatterColumns(let indices): Kernels.scatterColumns(x[0], indices, in: x[1].shape)
    case .masked(let mask, let fill): Kernels.masked(x[0], mask, fill)
    case .fused(let fused): fused.forward(x).output
    }
  }

  /// `+` between an n × m and an n × 1 means a bias; every other operation is itself.
  func resolved(for x: [Matrix]) -> Operation {
    guard self == .sum, x.count == 2, x[0].shape != x[1].shape, x[1].shape == Shape(x[0].rows, 1) else { return self }
    return .bias
  }

  // MARK: Shapes

  /// What is wrong with inputs of these shapes, naming the operation and the shapes; nil where they fit.
  ///
  /// - Parameter label: what to call input k, so that a tape can name its nodes.
  public func problem(with shapes: [Shape], label: (Int) -> String = { _ in "" }) -> String? {
    problem(count: shapes.count, shape: { shapes[$0] }, label: label)
  }

  /// The same for so many inputs, of which `shape` gives one shape at a time: recording asks this for every node.
  func problem(count: Int, shape: (Int) -> Shape, label: (Int) -> String) -> String? {
    if case .fused = self { return nil }  // looks at its inputs itself
    if let expected = inputCount, count != expected { return "\(title) takes \(expected) inputs, not \(count)" }
    if count == 0 { return "\(title) needs at least one part" }
    guard let misfit = misfit(count, shape) else { return nil }
    let inputs = (0..<count).map { label($0).isEmpty ? "\(shape($0))" : "\(label($0)) (\(shape($0)))" }
    return "\(title) of \(inputs.joined(separator: " and ")): \(misfit)"
  }

  private func misfit(_ count: Int, _ shape: (Int) -> Shape) -> String? {
    func unless(_ fits: Bool, _ complaint: @autoclosure () -> String) -> String? { fits ? nil : complaint() }
    let (a, b) = (shape(0), shape(count - 1))
    switch self {
    case .matrixProduct: return unless(a.columns == b.rows, "\(a.columns) columns meet \(b.rows) rows")
    case .sum, .difference, .elementwiseProduct, .elementwiseQuotient: return unless(a == b, "the shapes differ")
    case .bias: return unless(b == Shape(a.rows, 1), "the bias must be a column of \(a.rows)")
    case .crossEntropy(let classes), .oneHot(let classes):
      let bad = classes.first { $0 < 0 || $0 >= a.rows }
      return unless(classes.count == a.columns, "\(classes.count) classes for \(a.columns) columns")
        ?? bad.map { "class \($0) is not among \(a.rows) rows" }
    case .softmax, .logSoftmax, .maximumOfRows, .maximumMask:
      return unless(a.rows > 0, "a column without entries has no maximum")
    case .mean: return unless(a.count > 0, "there is nothing to average")
    case .spread: return unless(a.spreads(to: b), "the first cannot be spread to the second")
    case .reduce: return unless(b.spreads(to: a), "the first cannot be summed down to the second")
    case .stackRows(let heights):
      let parts = (0..<count).map(shape)
      return unless(parts.map { $0.rows } == heights, "the heights are not \(describe(heights))")
        ?? unless(parts.allSatisfy { $0.columns == a.columns }, "the numbers of columns differ")
    case .sliceRows(let range):
      return unless(range.lowerBound >= 0 && range.upperBound <= a.rows, "rows \(describe(range)) are not all there")
    case .placeRows(let range):
      let fits = a == Shape(range.count, b.columns) && range.lowerBound >= 0 && range.upperBound <= b.rows
      return unless(fits, "the first does not fill rows \(describe(range)) of the second")
    case .gatherColumns(let indices):
      return indices.first(outside: 0..<a.columns).map { "index \($0) is not among \(a.columns) columns" }
    case .scatterColumns(let indices):
      return unless(
        a == Shape(b.rows, indices.count), "\(indices.count) indices need a \(b.rows) × \(indices.count) matrix")
        ?? indices.first(outside: 0..<b.columns).map { "index \($0) is not among \(b.columns) columns" }
    case .masked(let mask, _): return unless(mask.count == a.count, "the mask has \(mask.count) flags")
    default: return nil
    }
  }

  // Spelled out: Embedded Swift does not print arrays and ranges.
  private func describe(_ numbers: [Int]) -> String { "[" + numbers.map { "\($0)" }.joined(separator: ", ") + "]" }
  private func describe(_ range: Range<Int>) -> String { "\(range.lowerBound)..<\(range.upperBound)" }
}

// MARK: - Matrices read the rules as arithmetic

extension Matrix: Algebra {
  public static func apply(_ operation: Operation, _ inputs: [Matrix]) -> Matrix {
    operation.resolved(for: inputs).value(inputs)
  }

  public static func pullback(
    of fused: FusedOperation, _ δ: Matrix, inputs: [Matrix], output: Matrix, saved: [Matrix]
  ) -> [Matrix?] {
    let gradients = fused.backward(δ, inputs, output, saved)
    require(
      gradients.count == inputs.count, "\(fused.name) gave \(gradients.count) gradients for \(inputs.count) inputs")
    for (k, gradient) in gradients.enumerated() where gradient.map({ $0.shape != inputs[k].shape }) ?? false {
      fail("\(fused.name) gave its input \(k), \(inputs[k].shape), a gradient of \(gradient!.shape)")
    }
    return gradients
  }

  public static func add(_ term: Matrix, to sum: inout Matrix?) {
    if sum == nil { sum = term } else { Kernels.add(term, into: &sum!) }
  }

  public var knownRows: Int? { rows }
}
