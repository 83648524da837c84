import Autodiff
import Testing

@testable import Figures

/// Constants without a name, and numbers of very different size.
struct DiagramNumberTests {
  /// h_1 = h_0 + 0 on a tape, with the 0 drawn as `number`.
  private func picture(_ number: Double) -> (diagram: Diagram, tape: Tape) {
    let tape = Tape()
    let h = tape.variable(Matrix([[0.5], [0.000_001_5]]), named: "h_0")
    _ = (h + tape.constant(Matrix(rows: 2, columns: 1))).named("h_1")
    var d = Diagram()
    let sum = d.operation(.sum, "h_1", at: 4, 0)
    d.wire(d.quantity("h_0", at: 0, 0), sum)
    d.wire(d.number(number, at: 4, 3), sum)
    d.wire(sum, d.quantity("h_1", at: 12, 0))
    return (d, tape)
  }

  @Test func aNumberIsAConstantThatHoldsNothingElse() throws {
    let (diagram, tape) = picture(0)
    _ = try Diagrams([DiagramPanel(diagram, tape)])
    let (wrong, same) = picture(1)
    #expect(throws: Diagrams.Difference.self) { try Diagrams([DiagramPanel(wrong, same)]) }
  }

  @Test func aNumberThatNothingReadsIsAnError() {
    let (whole, tape) = picture(0)
    var diagram = whole
    _ = diagram.number(0, at: 0, 3)
    #expect(throws: Diagrams.Difference.self) { try Diagrams([DiagramPanel(diagram, tape)]) }
  }

  @Test func significantDigits() throws {
    let (diagram, tape) = picture(0)
    let drawn = try Diagrams([DiagramPanel(diagram.numbering(["h_1"], significant: 2), tape)])
    #expect(drawn.drawings[0].lines.last?.texts.map(\.terminal) == ["0.50", "1.5e−06"])
  }
}
