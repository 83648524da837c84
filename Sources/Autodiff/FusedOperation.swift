// Several operations in one, derived by hand.

/// One operation that stands for many, with a value and a pullback written by hand. It is the one exception to the rule that
/// derivatives are read from `Operation.pullback`; tests compare each fused operation with the small operations it stands for.
///
/// Two fused operations are equal if they are the same object.
public final class FusedOperation: Hashable, Sendable {
  /// What formulas and messages call it.
  public let name: String
  /// The output, and what the pullback needs of the way forward.
  let forward: @Sendable (_ inputs: [Matrix]) -> (output: Matrix, saved: [Matrix])
  /// The inputs' gradients, in order; nil where there is none.
  let backward: @Sendable (_ δ: Matrix, _ inputs: [Matrix], _ output: Matrix, _ saved: [Matrix]) -> [Matrix?]

  /// - Parameters:
  ///   - name: what formulas and messages call it.
  ///   - forward: inputs to output, and what to keep for the way back.
  ///   - backward: the output's gradient δ, the inputs, the output and what was kept, to one gradient an input, each of
  ///     its input's shape (the tape checks that), or nil where an input has none.
  public init(
    name: String,
    forward: @escaping @Sendable (_ inputs: [Matrix]) -> (output: Matrix, saved: [Matrix]),
    backward: @escaping @Sendable (_ δ: Matrix, _ inputs: [Matrix], _ output: Matrix, _ saved: [Matrix]) -> [Matrix?]
  ) {
    self.name = name
    self.forward = forward
    self.backward = backward
  }

  public static func == (a: FusedOperation, b: FusedOperation) -> Bool { a === b }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
