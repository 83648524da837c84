// The tape: a flat list of nodes, each a value and the operation that made it. Gradients come from one loop over it, last node
// first.

/// Records operations as they are computed, so that they can be differentiated.
///
/// Nodes are values in one array, not objects that point to each other: a chain of a million operations overflows no stack,
/// neither on the way back nor when the tape is freed. Every variable knows its tape; there is no global one.
public final class Tape {
  /// Where a node's value comes from.
  enum Origin {
    /// From outside, and gradients are wanted for it.
    case variable
    /// From outside, and never differentiated.
    case constant
    case operation(Operation)
  }

  struct Node {
    var value: Matrix
    let origin: Origin
    /// The places of its inputs on the tape.
    let inputs: [Int]
    /// Whether it depends on a variable.
    let isDifferentiable: Bool
    /// What a fused operation keeps for its way back.
    let saved: [Matrix]
    var name: String?
    /// When it was recorded. A variable from before a rewind has another time than the node that is now in its place.
    let birth: Int
    /// When its value was last set. What was computed from it before that has no gradient any more.
    var change: Int
  }

  private(set) var nodes: [Node] = []
  /// How many nodes have ever been recorded. Rewinding does not turn it back.
  private var clock = 0

  public init() {}

  /// The number of nodes.
  public var count: Int { nodes.count }

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

  /// Computes an operation on the nodes in these places and records it. Traps where their shapes do not fit.
  func record(_ operation: Operation, _ inputs: [Int]) -> Variable {
    let x = inputs.map { nodes[$0].value }
    let operation = operation.resolved(for: x)
    let problem = operation.problem(count: x.count, shape: { x[$0].shape }, label: { label(inputs[$0]) })
    if let problem { fail(problem) }
    let isDifferentiable = inputs.contains { nodes[$0].isDifferentiable }
    guard case .fused(let fused) = operation else {
      return append(operation.result(x), .operation(operation), inputs, isDifferentiable: isDifferentiable)
    }
    let (y, saved) = fused.forward(x)
    return append(
      y, .operation(operation), inputs, isDifferentiable: isDifferentiable, saved: isDifferentiable ? saved : [])
  }

  private func append(
    _ value: Matrix, _ origin: Origin, _ inputs: [Int] = [], isDifferentiable: Bool, saved: [Matrix] = [],
    name: String? = nil
  ) -> Variable {
    nodes.append(
      Node(
        value: value, origin: origin, inputs: inputs, isDifferentiable: isDifferentiable, saved: saved, name: name,
        birth: clock, change: clock))
    clock += 1
    return variable(at: nodes.count - 1)
  }

  func variable(at node: Int) -> Variable { Variable(tape: self, node: node, birth: nodes[node].birth) }

  func name(_ node: Int, _ name: String) { nodes[node].name = name }

  // MARK: Going back

  /// The reverse loop, over any algebra. When a node is reached its gradient δ is complete, and its operation's rule sends a
  /// term of the gradient on to each of its inputs.
  ///
  /// - Parameters:
  ///   - seed: the gradient of the output.
  ///   - value: a node's value in the algebra.
  ///   - isWanted: whether a node gets a gradient.
  ///   - rule: the derivative rule: `Operation.pullback`, or what a test puts in its place.
  /// - Returns: a gradient for each node up to the output; nil where no term came.
  func reverse<A: Algebra>(
    from output: Int, seed: A, value: (Int) -> A, isWanted: (Int) -> Bool,
    rule: (_ operation: Operation, _ δ: A, _ k: Int, _ inputs: [A], _ output: A) -> A?
  ) -> [A?] {
    var gradients = [A?](repeating: nil, count: output + 1)
    gradients[output] = seed
    for node in stride(from: output, through: 0, by: -1) {
      let inputs = nodes[node].inputs
      guard let δ = gradients[node], case .operation(let operation) = nodes[node].origin,
        inputs.contains(where: isWanted)
      else { continue }
      checkUnchanged(inputs, since: node)
      let (x, y) = (inputs.map(value), value(node))
      var fused: [A?]?
      if case .fused(let cell) = operation {
        fused = A.pullback(of: cell, δ, inputs: x, output: y, saved: nodes[node].saved)
      }
      for (k, input) in inputs.enumerated() where isWanted(input) {
        let term = if let fused { fused[k] } else { rule(operation, δ, k, x, y) }
        if let term { A.add(term, to: &gradients[input]) }
      }
    }
    return gradients
  }

  // MARK: Rewinding and updating

  /// A point on a tape to come back to.
  public struct Mark {
    fileprivate let tape: Tape
    fileprivate let count, time: Int
  }

  /// The current end of the tape.
  public var mark: Mark { Mark(tape: self, count: count, time: clock) }

  /// Forgets what was recorded after the mark; without a mark, everything.
  ///
  /// Variables from before the mark stay valid; later ones trap when used. Traps on another tape's mark, and if the tape has
  /// already been rewound to before the mark.
  public func rewind(to mark: Mark? = nil) {
    let length = mark?.count ?? 0
    if let mark {
      require(mark.tape === self, "a mark of another tape")
      require(length <= count && (length == 0 || nodes[length - 1].birth < mark.time), "a mark that was itself rewound")
    }
    nodes.removeLast(count - length)
  }

  /// Replaces the value of a variable or constant, as an optimiser's step does. Nodes computed from it keep their values: rewind
  /// to before them. Asking for their gradients traps, because they would mix the old value with the new one. Traps on another
  /// shape, and on the result of an operation.
  public func update(_ variable: Variable, to value: Matrix) {
    check(variable)
    let (label, old) = (label(variable.node), nodes[variable.node].value.shape)
    require(old == value.shape, "\(label) is \(old) and cannot become \(value.shape)")
    if case .operation = nodes[variable.node].origin { fail("\(label) is computed and cannot be replaced") }
    nodes[variable.node].value = value
    nodes[variable.node].change = clock
  }

  // MARK: Checks

  /// The place of a variable. Stops the program if it is another tape's, or from before a rewind.
  func place(of variable: Variable) -> Int {
    check(variable)
    return variable.node
  }

  /// Stops the program if a variable is another tape's, or from before a rewind.
  func check(_ variable: Variable) {
    require(variable.tape === self, "a variable of another tape")
    require(
      variable.node < count && nodes[variable.node].birth == variable.birth,
      "a variable that was recorded before the tape was rewound: take its value before rewinding")
  }

  /// Stops the program where a gradient is asked of a value that depends on no variable: zeros would be a wrong answer.
  func checkDifferentiable(_ variable: Variable) {
    require(
      nodes[variable.node].isDifferentiable,
      "\(label(variable.node)) depends on no variable and gets no gradient: record it with variable(_:)")
  }

  private func checkUnchanged(_ inputs: [Int], since node: Int) {
    for input in inputs where nodes[input].change > nodes[node].birth {
      fail("\(label(input)) was updated after \(label(node)) was computed from it: rewind, and compute it again")
    }
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
}
