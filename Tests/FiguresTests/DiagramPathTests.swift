import Autodiff
import Testing

@testable import Figures

@Suite struct DiagramPathTests {
  /// h_1 = h_0 + tanh(W h_0 + b + c).
  private func residual() -> (tape: Tape, diagram: Diagram) {
    let tape = Tape()
    func given(_ name: String, _ rows: Int, _ columns: Int) -> Variable {
      tape.variable(Matrix(rows: rows, columns: columns), named: name)
    }
    let h = given("h_0", 2, 1)
    _ = (h + (given("W", 2, 2) * h + given("b", 2, 1) + given("c", 2, 1)).tanh.named("u")).named("h_1")
    var d = Diagram()
    let input = d.quantity("h_0", at: 0, 8)
    let u = d.layer(.tanh, "u", weights: ["W", "b", "c"], at: 4, 4)
    let sum = d.operation(.sum, "h_1", at: 0, 2)
    d.wire(input, sum)
    d.wire(input, u, via: [(0, 6), (4, 6)])
    d.wire(u, sum, via: [(4, 2)])
    d.wire(sum, d.quantity("h_1", at: 0, -2))
    return (tape, d)
  }

  @Test func aLayerHasAsManyBiasesAsTheTape() throws {
    let (tape, diagram) = residual()
    _ = try diagram.match(tape.records, isPart: false)
    var other = diagram
    other.nodes[1].kind = .layer(.tanh, weights: ["W", "b"])
    #expect(throws: Diagram.Problem.self) { try other.match(tape.records, isPart: false) }
  }

  @Test func onlyTheWiresOfAPathAreColoured() {
    let path = residual().diagram.tracing(["h_0", "u", "h_1"], 2)
    #expect(path.wires.map { path.tone(of: $0) } == [.pale, .colour(2), .colour(2), .pale])
    let plain = residual().diagram.tracing(["h_0", "h_1", "h_1"], 0, isRestPale: false)
    #expect(plain.wires.map { plain.tone(of: $0) } == [.colour(0), .plain, .plain, .colour(0)])
  }
}
