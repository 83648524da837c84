import Autodiff
import Testing

@testable import LaTeX

@Suite struct RoundTripTests {
  @Test func everyFormulaReadsBackAsItself() throws {
    var generator = SyntaxGenerator(random: Seeded(1))
    var kinds: Set<String> = []
    for k in 0..<8000 {
      let formula = generator.formula(1 + k % 5)
      let source = formula.latex
      let back = try #require(
        reading(source) { try Symbol(parsing: source) }, "formula \(k): \(source)")
      #expect(back == formula, "formula \(k): \(source) became \(back.latex)")
      #expect(back.latex == source)
      kinds.formUnion(constructs(of: formula))
    }
    #expect(kinds.count == 38, "\(kinds.sorted())")
  }

  private func reading(_ source: String, _ body: () throws -> Symbol) -> Symbol? {
    do {
      return try body()
    } catch {
      Issue.record("\((error as? FormulaError)?.pointing(into: source) ?? "\(error)")")
      return nil
    }
  }

  /// What the formula is made of, so that a generator that forgets a construct is noticed.
  private func constructs(of formula: Symbol) -> Set<String> {
    let own: String =
      switch formula {
      case .number: "number"
      case .name: "name"
      case .applied(let operation, _): operation.title
      case .power(_, _, let elementwise): elementwise ? "elementwise power" : "matrix power"
      case .series(let series, _, _, _, _): "\(series)"
      case .norm: "norm"
      case .magnitude: "magnitude"
      case .call: "call"
      }
    return formula.parts.reduce([own]) { $0.union(constructs(of: $1)) }
  }
}
