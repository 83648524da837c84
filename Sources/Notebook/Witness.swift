// Witnesses: matrices with their origin (by hand, the tape, finite differences, PyTorch). A check of two witnesses writes its
// line in both languages.

import Autodiff
import Reference

/// A matrix and where it comes from.
///
/// ```swift
/// page.check("∂L/∂W_x", .byHand(dW_x), equals: .tape(gradients[W_x]))     // ✓ ∂L/∂W_x: by hand = tape
/// page.check("h_1 … h_T", .tape(h), equals: .pytorch(fixture.outputs))    // ✓ h_1 … h_T: tape = PyTorch
/// ```
public struct Witness {
  /// Its name in a check's line.
  public let title: Text
  public let value: Matrix

  /// A witness of another kind than those below: `Witness(Text("the cell of chapter 2", ko: "2장의 셀"), h)`.
  public init(_ title: Text, _ value: Matrix) {
    self.title = title
    self.value = value
  }

  /// Computed by a formula that was derived by hand.
  public static func byHand(_ value: Matrix) -> Witness { Witness(Text("by hand", ko: "손 계산"), value) }
  /// Computed by the tape.
  public static func tape(_ value: Matrix) -> Witness { Witness(Text("tape", ko: "테이프"), value) }
  public static func finiteDifferences(_ value: Matrix) -> Witness {
    Witness(Text("finite differences", ko: "유한 차분"), value)
  }
  /// Read from a reference file that PyTorch made.
  public static func pytorch(_ value: Matrix) -> Witness { Witness(.symbols("PyTorch"), value) }
  /// Computed by a fused cell, whose backward pass is written by hand.
  public static func fused(_ value: Matrix) -> Witness { Witness(Text("fused cell", ko: "합친 셀"), value) }
}

extension Page {
  /// Checks that two witnesses are the same matrix: |a − b| < tolerance · largest |b| in every entry.
  ///
  /// - Parameter quantity: what both of them are, in symbols: `∂L/∂W_x`. For words, which need both languages, use `Text`.
  public func check(
    _ quantity: String, _ a: Witness, equals b: Witness, tolerance: Double = 1e-12, scale: Double? = nil
  ) {
    check(.symbols(quantity), a, equals: b, tolerance: tolerance, scale: scale)
  }

  /// The same, for a quantity named in words.
  public func check(
    _ quantity: Text, _ a: Witness, equals b: Witness, tolerance: Double = 1e-12, scale: Double? = nil
  ) {
    check(Self.claim(quantity, a, b), a.value, equals: b.value, tolerance: tolerance, scale: scale)
  }

  /// The tape's gradients agree with finite differences.
  ///
  /// - Parameter quantity: whose gradients; nil where the section has no others.
  public func check(_ quantity: Text? = nil, gradients result: GradientCheck) {
    let claim = Text("tape = finite differences", ko: "테이프 = 유한 차분")
    guard let quantity else { return check(claim, result) }
    check(Text("\(quantity.english): \(claim.english)", ko: "\(quantity.korean): \(claim.korean)"), result)
  }

  /// Checks that two witnesses have the same bits.
  public func check(_ quantity: String, _ a: Witness, hasSameBitsAs b: Witness) {
    check(Self.claim(.symbols(quantity), a, b), a.value, hasSameBitsAs: b.value)
  }

  /// What several witnesses give for one quantity, one below the other, for comparing by eye.
  public func entries(_ quantity: String, _ witnesses: [Witness]) {
    entries(
      witnesses.map { witness in
        let title = Text(
          "\(quantity), \(witness.title(.english))", ko: "\(quantity), \(witness.title(.korean))")
        return (title, witness.value)
      })
  }

  private static func claim(_ quantity: Text, _ a: Witness, _ b: Witness) -> Text {
    Text(
      "\(quantity(.english)): \(a.title(.english)) = \(b.title(.english))",
      ko: "\(quantity(.korean)): \(a.title(.korean)) = \(b.title(.korean))")
  }

  /// A reference file of Tests/Fixtures: `page.fixture("rnn")` is rnn.safetensors, made by generate.py with PyTorch.
  /// Throws where it cannot be read.
  public func fixture(_ name: String) throws -> Safetensors {
    try Safetensors(contentsOf: "\(root)/Tests/Fixtures/\(name).safetensors")
  }
}

extension Matrix {
  /// All entries of several matrices in one column, one matrix after the other: for comparing them at once.
  public static func column(of matrices: [Matrix]) -> Matrix { Matrix(column: matrices.flatMap(\.elements)) }
}
