// The tape: a flat list of nodes, each a value and the operation that made it. Gradients come from one loop over it,
// last node first.

/// Records operations as they are computed, so that they can be differentiated.
///
/// Nodes are values in arrays, not objects that point to each other: a chain of a million operations overflows no stack,
/// neither on the way back nor when the tape is freed. A tape is passed on by its variables; it is never global.
public final class Tape {
  /// The origin of a node.
  enum Origin {
    /// A value from outside that gradients are wanted for.
    case variable
    /// A value from outside that is never differentiated.
    case constant
    case operation(Operation)
  }

  /// What is known of a node.
  struct Node {
    var value: Matrix
    let origin: Origin
    /// Where its inputs begin in `inputIndices`, and how many they are.
    let firstInput: Int
    let inputCount: Int
    /// Whether it depends on a variable.
    let isDifferentiable: Bool
    /// What a fused operation keeps for its way back.
    let saved: [Matrix]
    var name: String?
    /// When it was recorded: a variable from before a rewind does not know the time of the node in its place.
    let birth: UInt64
    /// When its value was last set: what was computed from it earlier has no gradient any more.
    var change: UInt64
  }

  /// The first `count` are the tape's. Behind them may stand nodes from before a rewind: each is let go when another takes
  /// its place. A step like the one before then finds its memory where that left it, instead of asking the system again.
  // Its own methods alone change these, and none while another does: no need to check that a thousand times a step.
  @exclusivity(unchecked) private(set) var nodes: [Node] = []
  @exclusivity(unchecked) private var inputIndices: [Int] = []
  /// How many nodes have ever been recorded. Rewinding does not turn it back.
  @exclusivity(unchecked) private var clock: UInt64 = 0

  /// The gradients of the last time, in whose memory the next ones are put, unless somebody still reads them.
  private var lastGradients: Found?
  private let spare = Spare()

  /// Kept by marks: an address may be another tape's once this one is gone.
  fileprivate final class Identity: Sendable {}
  private let identity = Identity()

  public init() {}

  /// The number of nodes.
  @exclusivity(unchecked) public private(set) var count = 0

  // MARK: Recording

  /// A value that gradients are wanted for: a weight, an initial state.
  ///
  /// - Parameter name: what the notes call it, in their dialect: `W_{hf}`.
  public func variable(_ value: Matrix, named name: String? = nil) -> Variable {
    append(value, .variable, isDifferentiable: true, name: name)
  }

  /// A value that is never differentiated: data.
  public func constant(_ value: Matrix, named name: String? = nil) -> Variable {
    append(value, .constant, isDifferentiable: false, name: name)
  }

  /// A node whose inputs have already been appended, from `start` on; nil for none.
  private func append(
    _ value: Matrix, _ origin: Origin, from start: Int? = nil, isDifferentiable: Bool, name: String? = nil,
    saved: [Matrix] = []
  ) -> Variable {
    let start = start ?? inputIndices.count
    let node = Node(
      value: value, origin: origin, firstInput: start, inputCount: inputIndices.count - start,
      isDifferentiable: isDifferentiable, saved: saved, name: name, birth: clock, change: clock)
    if count < nodes.count { nodes[count] = node } else { nodes.append(node) }
    count += 1
    clock += 1
    return Variable(tape: self, node: count - 1, birth: clock - 1)
  }

  func record(_ operation: Operation, _ inputs: [Variable]) -> Variable {
    for input in inputs { check(input) }
    if case .fused(let fused) = operation { return record(fused, inputs, as: operation) }
    let matrices = inputs.map { nodes[$0.node].value }
    let shapes = matrices.map { $0.shape }
    let operation = operation.resolved(for: shapes)
    if let problem = operation.problem(with: shapes, label: { self.label(inputs[$0].node) }) { fail(problem) }
    let (start, isDifferentiable) = appendPlaces(of: inputs)
    takeSpare()
    return append(
      operation.result(matrices, spare), .operation(operation), from: start, isDifferentiable: isDifferentiable)
  }

  /// Appends where the inputs stand: from where on, and whether one depends on a variable.
  private func appendPlaces(of inputs: [Variable]) -> (start: Int, isDifferentiable: Bool) {
    let start = inputIndices.count
    var isDifferentiable = false
    for input in inputs {
      inputIndices.append(input.node)
      if nodes[input.node].isDifferentiable { isDifferentiable = true }
    }
    return (start, isDifferentiable)
  }

  /// The same for a fused operation, which looks at the shapes itself.
  private func record(_ fused: FusedOperation, _ inputs: [Variable], as operation: Operation) -> Variable {
    let (start, isDifferentiable) = appendPlaces(of: inputs)
    let (output, kept) = fused.value(inputs.map { nodes[$0.node].value })
    return append(
      output, .operation(operation), from: start, isDifferentiable: isDifferentiable,
      saved: isDifferentiable ? kept : [])
  }

  // The same for one input and for two, where a glance says that the shapes fit: small networks are made of such steps,
  // and three arrays a step would take longer than the numbers in it.

  func record(_ operation: Operation, _ a: Variable) -> Variable {
    check(a)
    guard operation.fits(nodes[a.node].value.shape) else { return record(operation, [a]) }
    takeSpare()
    let x = nodes[a.node].value
    let y = operation.result(x, x, spare) ?? operation.result([x])
    let start = inputIndices.count
    inputIndices.append(a.node)
    return append(
      y, .operation(operation), from: start,
      isDifferentiable: nodes[a.node].isDifferentiable)
  }

  func record(_ operation: Operation, _ a: Variable, _ b: Variable) -> Variable {
    check(a)
    check(b)
    let (x, y) = (nodes[a.node].value, nodes[b.node].value)
    guard operation.fits(x.shape, y.shape) else { return record(operation, [a, b]) }
    takeSpare()
    let result = operation.result(x, y, spare) ?? operation.result([x, y])
    let start = inputIndices.count
    inputIndices.append(a.node)
    inputIndices.append(b.node)
    return append(
      result, .operation(operation), from: start,
      isDifferentiable: nodes[a.node].isDifferentiable || nodes[b.node].isDifferentiable)
  }

  /// What stands in the next node's place from before a rewind may become its value.
  private func takeSpare() {
    if count < nodes.count { spare.take(from: &nodes[count].value) }
  }

  /// Stops the program if a variable is another tape's, or from before a rewind.
  func check(_ variable: Variable) {
    require(variable.tape === self, "a variable of another tape")
    require(
      variable.node < count && nodes[variable.node].birth == variable.birth,
      "a variable that was recorded before the tape was rewound: take its value before rewinding")
  }

  /// A node's name, or what made it and its number.
  func label(_ node: Int) -> String {
    if let name = nodes[node].name { return name }
    return switch nodes[node].origin {
    case .variable: "variable \(node)"
    case .constant: "constant \(node)"
    case .operation(let operation): "\(operation.title), node \(node)"
    }
  }

  func name(_ node: Int, _ name: String) { nodes[node].name = name }

  /// A copy, not a slice: a slice would make the next recording copy all of `inputIndices`.
  func inputs(of node: Int) -> [Int] {
    let (first, count) = (nodes[node].firstInput, nodes[node].inputCount)
    return Array(inputIndices[first..<first + count])
  }

  /// Stops the program where a gradient is asked of a value that none reaches: zeros would be a wrong answer.
  func checkDifferentiable(_ variable: Variable) {
    require(
      nodes[variable.node].isDifferentiable,
      "\(label(variable.node)) depends on no variable and gets no gradient: record it with variable(_:)")
  }

  // MARK: Rewinding

  /// A point on a tape to come back to.
  public struct Mark: Sendable {
    fileprivate let tape: Identity
    fileprivate let count: Int
    fileprivate let time: UInt64
  }

  /// The current end of the tape.
  public var mark: Mark { Mark(tape: identity, count: count, time: clock) }

  /// Forgets what was recorded after the mark (by default, everything) and keeps the memory for what comes next.
  ///
  /// Variables from before the mark stay valid; later ones trap when used. Traps if the tape has already been rewound to
  /// before the mark.
  public func rewind(to mark: Mark? = nil) {
    let length = mark?.count ?? 0
    if let mark {
      require(mark.tape === identity, "a mark of another tape")
      require(length <= count && (length == 0 || nodes[length - 1].birth < mark.time), "a mark that was itself rewound")
    }
    if length < count { inputIndices.removeSubrange(nodes[length].firstInput...) }
    count = length
  }

  /// Replaces the value of a variable or constant, as an optimiser's step does. Nodes computed from it are not computed
  /// anew: rewind to before them. Their gradients would mix old values and new ones, and trap. Traps on another shape,
  /// and on the result of an operation.
  public func update(_ variable: Variable, to value: Matrix) {
    check(variable)
    let old = nodes[variable.node].value.shape
    require(old == value.shape, "\(label(variable.node)) is \(old) and cannot become \(value.shape)")
    if case .operation = nodes[variable.node].origin {
      fail("\(label(variable.node)) is computed and cannot be replaced")
    }
    nodes[variable.node].value = value
    nodes[variable.node].change = clock
  }

  // MARK: Gradients

  /// A derivative rule: the gradient that δ sends to input k, of that input's shape, or nil for none. The default is the
  /// calculus of `Operation`; tests and the bug museum put others in its place. Fused operations bring their own.
  public typealias Rule = (_ operation: Operation, _ δ: Matrix, _ k: Int, _ inputs: [Matrix], _ output: Matrix) ->
    Matrix?

  /// ∂L/∂v for every node v that L depends on, as numbers.
  ///
  /// - Parameters:
  ///   - output: L itself (1 × 1), or any node together with its own gradient.
  ///   - seed: ∂L/∂output, of its shape; by default 1, which needs a scalar output.
  ///   - rule: what to use instead of the operations' own rules.
  public func gradients(of output: Variable, seed: Matrix? = nil, rule: Rule? = nil) -> Gradients {
    check(output)
    let seed = checkedSeed(seed, for: output)
    guard let rule else { return Gradients(tape: self, found: reverse(from: output.node, seed: seed), time: clock) }
    // (A rule from outside gets no memory from before: what it returns may be anybody's.)
    let found = reverse(
      from: output.node, seed: seed, through: nil, reading: { self.nodes[$0].value },
      rule: { operation, δ, k, x, y in
        let sent = rule(operation, δ, k, x, y)
        if let sent, sent.shape != x[k].shape {
          fail("\(operation.title) gave its input \(k), \(x[k].shape), a gradient of \(sent.shape)")
        }
        return sent
      },
      add: { Kernels.add($1, into: &$0) })
    return Gradients(tape: self, found: Found(found), time: clock)
  }

  /// The reverse loop on numbers with the calculus' own rules: what `reverse` below computes, bit for bit, with fewer
  /// arrays. A rule's gradient goes straight into the sum that it belongs to where `Kernels` knows how.
  private func reverse(from output: Int, seed: Matrix) -> Found {
    var old: [Matrix?] = []
    if isKnownUniquelyReferenced(&lastGradients), let last = lastGradients { old = last.release() }
    var gradients = [Matrix?](repeating: nil, count: output + 1)
    var isOwn = [Bool](repeating: false, count: output + 1)
    gradients[output] = seed
    /// Before the first term of a gradient.
    func begin(_ input: Int) {
      if input < old.count { spare.take(from: &old[input]) } else { spare.clear() }
      isOwn[input] = true
    }
    // What a slice sends back is its δ with zeros around it, the size of the whole: T slices would cost T² to add. So δ
    // is added where it belongs and the zeros are not, once the sum is such that they would leave every bit as it is.
    var ignoresZeros = [Bool](repeating: false, count: output + 1)
    let (nodes, inputIndices) = (nodes, inputIndices)
    for place in stride(from: output, through: 0, by: -1) {
      guard nodes[place].isDifferentiable, case .operation(let operation) = nodes[place].origin,
        let δ = gradients[place]
      else { continue }
      let (first, count) = (nodes[place].firstInput, nodes[place].inputCount)
      for k in first..<first + count where nodes[inputIndices[k]].change > nodes[place].birth {
        failOnUpdate(of: inputIndices[k], after: place)
      }
      if case .fused(let fused) = operation {
        let inputs = inputIndices[first..<first + count]
        let sent = Matrix.pullback(
          of: fused, δ, inputs: inputs.map { nodes[$0].value }, output: nodes[place].value, saved: nodes[place].saved)
        for (input, gradient) in zip(inputs, sent) where nodes[input].isDifferentiable {
          guard let gradient else { continue }
          if gradients[input] == nil {
            gradients[input] = gradient
          } else {
            Kernels.add(gradient, into: &gradients[input]!)
          }
        }
        continue
      }
      if case .stackRows(let heights) = operation {
        // As the rule says, but with the tops of the parts counted on: T parts would cost T² to count from the first.
        var top = 0
        for k in 0..<count {
          let (input, height) = (inputIndices[first + k], heights[k])
          if nodes[input].isDifferentiable {
            if gradients[input] == nil { begin(input) }
            Kernels.addRows(of: δ, from: top, height: height, into: &gradients[input], spare)
          }
          top += height
        }
        continue
      }
      for k in 0..<count {
        let input = inputIndices[first + k]
        guard nodes[input].isDifferentiable else { continue }
        if operation.isSlice, gradients[input] != nil {
          if !ignoresZeros[input] { ignoresZeros[input] = !Kernels.hasNegativeZero(gradients[input]!) }
          if ignoresZeros[input], Kernels.addSlice(operation, δ, into: &gradients[input]!) { continue }
        }
        if gradients[input] != nil { spare.clear() } else if !operation.passesOn(to: k) { begin(input) }
        let isDone = Kernels.addPullback(
          operation, δ, to: k, nodes[inputIndices[first]].value, nodes[inputIndices[first + count - 1]].value,
          output: nodes[place].value, into: &gradients[input], spare)
        if isDone { continue }
        let inputs = inputIndices[first..<first + count].map { nodes[$0].value }
        guard let sent = operation.pullback(δ, to: k, inputs: inputs, output: nodes[place].value) else { continue }
        if gradients[input] == nil {
          gradients[input] = sent
          isOwn[input] = false
        } else {
          Kernels.add(sent, into: &gradients[input]!)
        }
      }
    }
    let found = Found(gradients, isOwn: isOwn)
    lastGradients = found
    return found
  }

  private func failOnUpdate(of input: Int, after node: Int) -> Never {
    fail("\(label(input)) was updated after \(label(node)) was computed from it: rewind, and compute it again")
  }

  /// ∂L/∂v for the given variables, recorded on this tape: differentiate them again for second derivatives.
  ///
  /// A variable that the output does not depend on gets zeros.
  public func differentiableGradients(
    of output: Variable, seed: Matrix? = nil, withRespectTo variables: [Variable]
  ) -> [Variable] {
    check(output)
    for variable in variables {
      check(variable)
      checkDifferentiable(variable)
    }
    let seed = constant(checkedSeed(seed, for: output))
    let found = reverse(
      from: output.node, seed: seed, through: nil,
      reading: { Variable(tape: self, node: $0, birth: self.nodes[$0].birth) },
      rule: { $0.pullback($1, to: $2, inputs: $3, output: $4) },
      add: { $0 = $0 + $1 })
    return variables.map { v in
      (v.node < found.count ? found[v.node] : nil) ?? constant(Matrix(nodes[v.node].value.shape))
    }
  }

  private func checkedSeed(_ seed: Matrix?, for output: Variable) -> Matrix {
    let shape = nodes[output.node].value.shape
    if let seed {
      require(seed.shape == shape, "the gradient of \(label(output.node)) must be \(shape), not \(seed.shape)")
      return seed
    }
    require(
      shape == Shape(1, 1), "\(label(output.node)) is \(shape): only a scalar has a gradient by itself; give a seed")
    return Matrix(1)
  }

  /// The reverse loop, over any algebra: from the output back to the first node, each node's gradient is complete when it
  /// is reached, and is sent on to its inputs.
  ///
  /// - Parameters:
  ///   - through: where to go: nil for everything that depends on a variable.
  ///   - reading: a node's value in the algebra.
  func reverse<A: Algebra>(
    from output: Int, seed: A, through: ((Int) -> Bool)?, reading: (Int) -> A,
    rule: (Operation, A, Int, [A], A) -> A?, add: (inout A, A) -> Void
  ) -> [A?] {
    var gradients = [A?](repeating: nil, count: output + 1)
    gradients[output] = seed
    func send(_ gradient: A?, to node: Int) {
      guard let gradient else { return }
      if gradients[node] == nil {
        gradients[node] = gradient
      } else {
        add(&gradients[node]!, gradient)
      }
    }
    for node in stride(from: output, through: 0, by: -1) {
      guard let δ = gradients[node], case .operation(let operation) = nodes[node].origin else { continue }
      let inputs = inputs(of: node)
      func isWanted(_ input: Int) -> Bool { self.nodes[input].isDifferentiable && (through?(input) ?? true) }
      guard inputs.contains(where: isWanted) else { continue }
      for input in inputs where nodes[input].change > nodes[node].birth { failOnUpdate(of: input, after: node) }
      let x = inputs.map(reading)
      let y = reading(node)
      if case .fused(let fused) = operation {
        let sent = A.pullback(of: fused, δ, inputs: x, output: y, saved: nodes[node].saved)
        for (input, gradient) in zip(inputs, sent) where isWanted(input) { send(gradient, to: input) }
      } else {
        for (k, input) in inputs.enumerated() where isWanted(input) {
          send(rule(operation, δ, k, x, y), to: input)
        }
      }
    }
    return gradients
  }
}

/// What the way back found: a gradient for each node, nil where none came.
final class Found {
  private(set) var matrices: [Matrix?]
  /// Which of them are no copies of others, so that their memory may be written when they are needed no more.
  private let isOwn: [Bool]

  init(_ matrices: [Matrix?], isOwn: [Bool] = []) {
    self.matrices = matrices
    self.isOwn = isOwn
  }

  var count: Int { matrices.count }
  subscript(_ node: Int) -> Matrix? { matrices[node] }

  /// Gives away those that are its own and lets the others go.
  func release() -> [Matrix?] {
    var released: [Matrix?] = []
    swap(&released, &matrices)
    for k in released.indices where k >= isOwn.count || !isOwn[k] { released[k] = nil }
    return released
  }
}

/// The gradients of one output with respect to every node of a tape.
public struct Gradients {
  let tape: Tape
  let found: Found
  let time: UInt64

  /// ∂L/∂v, of v's shape: zeros where L does not depend on v. Traps on a constant, and on what depends on constants only:
  /// the way back does not go there.
  public subscript(_ variable: Variable) -> Matrix {
    tape.check(variable)
    tape.checkDifferentiable(variable)
    require(
      variable.node >= found.count || variable.birth < time,
      "\(tape.label(variable.node)) was recorded after these gradients were computed and the tape was rewound")
    if variable.node < found.count, let gradient = found[variable.node] { return gradient }
    return Matrix(variable.value.shape)
  }
}

// MARK: - Jacobians

extension Tape {
  /// ∂y/∂x, every entry: row i + j·rows is y's entry (i, j), column likewise x's, so for columns it is the usual matrix.
  ///
  /// One reverse loop an entry of y.
  public func jacobian(of y: Variable, withRespectTo x: Variable) -> Matrix {
    let (outputs, inputs) = (y.value.count, x.value.count)
    var jacobian = Matrix(rows: outputs, columns: inputs)
    var seed = Matrix(y.value.shape)
    for row in 0..<outputs {
      seed.elements[row] = 1
      let gradient = gradients(of: y, seed: seed)[x]
      for column in 0..<inputs { jacobian.elements[row + column * outputs] = gradient.elements[column] }
      seed.elements[row] = 0
    }
    return jacobian
  }
}
