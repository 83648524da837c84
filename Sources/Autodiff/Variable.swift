// A reference to a node of a tape. Operators on variables compute a value and record the operation.

/// A node of a tape.
public struct Variable {
  /// The tape that it lives on.
  public let tape: Tape
  let node: Int
  /// When the node was recorded: after a rewind another node may stand in its place.
  let birth: Int

  /// Its numbers.
  public var value: Matrix {
    tape.check(self)
    return tape.nodes[node].value
  }

  public var shape: Shape {
    tape.check(self)
    return tape.nodes[node].value.shape
  }

  /// What the notes call it, if it was named.
  public var name: String? {
    tape.check(self)
    return tape.nodes[node].name
  }

  /// Gives the node its name in the notes, in their dialect: `c_t`, `h_{t-1}`. Derivations stop at named nodes.
  @discardableResult
  public func named(_ name: String) -> Variable {
    tape.check(self)
    tape.name(node, name)
    return self
  }
}

extension Variable: Algebra {
  public static func apply(_ operation: Operation, _ inputs: [Variable]) -> Variable {
    require(!inputs.isEmpty, "\(operation.title) of nothing")
    let tape = inputs[0].tape
    return tape.record(operation, inputs.map { tape.place(of: $0) })
  }

  public static func apply(_ operation: Operation, _ a: Variable) -> Variable {
    a.tape.record(operation, [a.tape.place(of: a)])
  }

  public static func apply(_ operation: Operation, _ a: Variable, _ b: Variable) -> Variable {
    a.tape.record(operation, [a.tape.place(of: a), a.tape.place(of: b)])
  }

  /// Traps: a hand-written pullback computes with matrices and records nothing that could be differentiated again.
  public static func pullback(
    of fused: FusedOperation, _ δ: Variable, inputs: [Variable], output: Variable, saved: [Matrix]
  ) -> [Variable?] {
    fail("\(fused.name) is fused and has no second derivatives: record it as small operations instead")
  }

  public var knownRows: Int? { shape.rows }

  /// The parts one above the other; all have the same number of columns.
  public static func stack(_ parts: [Variable]) -> Variable {
    apply(.stackRows(heights: parts.map { $0.shape.rows }), parts)
  }
}

extension Variable {
  /// Whether it depends on a variable of its tape, so that it can have a gradient.
  public var isDifferentiable: Bool {
    tape.check(self)
    return tape.nodes[node].isDifferentiable
  }

  /// Its formula over named nodes, as `Tape.formula(of:)` reads it.
  public var formula: Symbol { tape.formula(of: self) }
}

extension Tape {
  /// The named nodes, in the order of recording.
  public var namedVariables: [(name: String, variable: Variable)] {
    (0..<count).compactMap { place in
      let node = nodes[place]
      return node.name.map { ($0, variable(at: place)) }
    }
  }
}
