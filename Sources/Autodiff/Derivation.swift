// Equations and chain-rule steps, read off a tape: the pullbacks that compute gradients are applied to formulas instead of
// matrices.

/// The gradient of a named node as a sum: one term for each named node (or the output) that is computed from it.
public struct Derivation: Sendable {
  /// One term: the named node that is computed from this one, and the gradient that it sends back.
  public struct Path: Sendable {
    /// The named node at the far end.
    public let through: String
    /// That node as a function of named nodes, unnamed ones expanded.
    public let value: Symbol
    /// The operations on the way, from the far end towards the node.
    public let operations: [Operation]
    /// The gradient of the far end, pulled back along the path.
    public let term: Symbol
  }

  /// The node's name, and the name of its gradient, as `\frac{\partial L}{\partial h_t}`.
  public let name: String
  public let gradientName: String
  /// The paths, in the order in which the run recorded their far ends.
  public let paths: [Path]

  /// The gradient: the sum of all paths' terms; 0 if there is none.
  public var gradient: Symbol {
    paths.reduce(.number(0)) { Symbol.apply(.sum, [$0, $1.term]) }
  }
}

extension Tape {
  /// What the notes call the gradient of the node `name` of a loss called `loss`.
  public static func gradientName(of name: String, loss: String) -> String {
    "\\frac{\\partial \(loss)}{\\partial \(name)}"
  }

  /// The formula of a node: its operation over named nodes, unnamed ones expanded.
  ///
  /// Unnamed constants of one entry are written as numbers; other unnamed leaves get the name `x_{number}`.
  public func formula(of variable: Variable) -> Symbol {
    check(variable)
    return formula(ofNode: variable.node)
  }

  private func formula(ofNode node: Int) -> Symbol {
    var done: [Int: Symbol] = [:]
    return expansion(of: node, isRoot: true, done: &done)
  }

  private func symbol(of node: Int) -> Symbol {
    if let name = nodes[node].name { return .name(name) }
    if case .constant = nodes[node].origin, nodes[node].value.count == 1 {
      return .number(nodes[node].value.elements[0])
    }
    return .name("x_{\(node)}")
  }

  /// Visits unnamed nodes in post-order with an explicit stack: recursion would overflow on a long chain.
  ///
  /// - Parameters:
  ///   - isRoot: whether to expand `root` even if it is named.
  ///   - done: the formulas of nodes that are expanded already.
  private func expansion(of root: Int, isRoot: Bool, done: inout [Int: Symbol]) -> Symbol {
    var stack = [root]
    while let node = stack.last {
      if done[node] != nil {
        stack.removeLast()
        continue
      }
      guard case .operation(let operation) = nodes[node].origin, nodes[node].name == nil || (node == root && isRoot)
      else {
        done[node] = symbol(of: node)
        stack.removeLast()
        continue
      }
      let inputs = nodes[node].inputs
      let missing = inputs.filter { done[$0] == nil }
      if missing.isEmpty {
        done[node] = Symbol.apply(operation, inputs.map { done[$0]! })
        stack.removeLast()
      } else {
        stack.append(contentsOf: missing)
      }
    }
    return done[root]!
  }

  /// The derivation of ∂L/∂v for a loss L (`output`, 1 × 1) and a node v, which may be L itself. An unnamed L is called `L`.
  ///
  /// The chain rule, stopped at named nodes: for every named node u in which v appears directly (not through another
  /// named node), the gradient of u is pulled back to v through the unnamed operations between them.
  public func derivation(of variable: Variable, in output: Variable) -> Derivation {
    check(variable)
    check(output)
    checkDifferentiable(variable)
    require(
      nodes[output.node].value.shape == Shape(1, 1),
      "\(label(output.node)) is \(nodes[output.node].value.shape): only a scalar's gradients are derived")
    let loss = nodes[output.node].name ?? "L"
    let name = variable.node == output.node ? loss : nodes[variable.node].name ?? "x_{\(variable.node)}"
    let gradientName = Tape.gradientName(of: name, loss: loss)
    if variable.node == output.node {
      let itself = Derivation.Path(through: loss, value: formula(ofNode: output.node), operations: [], term: .number(1))
      return Derivation(name: name, gradientName: gradientName, paths: [itself])
    }
    var paths: [Derivation.Path] = []
    // The nodes that depend on v through unnamed nodes only. A named one ends its path.
    var reached: Set<Int> = [variable.node]
    guard variable.node < output.node else {
      return Derivation(name: name, gradientName: gradientName, paths: [])
    }
    let relevant = ancestors(of: output.node)
    for node in (variable.node + 1)...output.node where relevant.contains(node) {
      let users = nodes[node].inputs
      guard users.contains(where: { reached.contains($0) && ($0 == variable.node || nodes[$0].name == nil) }) else {
        continue
      }
      reached.insert(node)
      if nodes[node].name != nil || node == output.node {
        paths.append(path(from: node, to: variable.node, within: reached, loss: loss, output: output.node))
      }
    }
    return Derivation(name: name, gradientName: gradientName, paths: paths)
  }

  private func path(
    from far: Int, to near: Int, within reached: Set<Int>, loss: String, output: Int
  ) -> Derivation.Path {
    var operations: [Operation] = []
    var expanded: [Int: Symbol] = [:]
    let seed: Symbol =
      far == output ? .number(1) : .name(Tape.gradientName(of: nodes[far].name ?? "x_{\(far)}", loss: loss))
    let gradients: [Symbol?] = reverse(
      from: far, seed: seed, value: { self.expansion(of: $0, isRoot: false, done: &expanded) },
      isWanted: { reached.contains($0) && ($0 == near || self.nodes[$0].name == nil) },
      rule: { operation, δ, k, x, y in
        operations.append(operation)
        return operation.pullback(δ, to: k, inputs: x, output: y)
      })
    return Derivation.Path(
      through: nodes[far].name ?? loss, value: formula(ofNode: far), operations: operations,
      term: gradients[near] ?? .number(0))
  }

  /// The nodes that `node` depends on, itself included.
  private func ancestors(of node: Int) -> Set<Int> {
    var found: Set<Int> = [node]
    var stack = [node]
    while let next = stack.popLast() {
      for input in nodes[next].inputs where found.insert(input).inserted { stack.append(input) }
    }
    return found
  }
}
