// What a tape holds, for readers other than the reverse loop: a picture compares itself with it.

extension Tape {
  /// A node of the tape as it was recorded.
  public struct Record: Sendable {
    public let name: String?
    /// Nil for a value from outside.
    public let operation: Operation?
    /// The places of its inputs in `records`.
    public let inputs: [Int]
    public let value: Matrix
    /// Whether it depends on a variable, so that it has a gradient.
    public let isDifferentiable: Bool
  }

  /// The nodes in the order of recording.
  public var records: [Record] {
    nodes.map { node in
      var operation: Operation?
      if case .operation(let recorded) = node.origin { operation = recorded }
      return Record(
        name: node.name, operation: operation, inputs: node.inputs, value: node.value,
        isDifferentiable: node.isDifferentiable)
    }
  }
}

extension Variable {
  /// Its place in the tape's `records`.
  public var place: Int { tape.place(of: self) }
}
