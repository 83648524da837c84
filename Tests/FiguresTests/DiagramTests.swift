import Autodiff
import Console
import Foundation
import Testing

@testable import Figures

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A step of a recurrent network with a loss, and pictures of it.
private struct Step {
  let tape = Tape()
  let loss: Variable

  init() {
    let W = tape.variable(Matrix([[0.5, -1], [0.25, 1]]), named: "W_h")
    let U = tape.variable(Matrix([[1], [-0.5]]), named: "W_x")
    let b = tape.variable(Matrix([[0.1], [0]]), named: "b")
    let h = tape.variable(Matrix([[0.2], [-0.4]]), named: "h_0")
    let x = tape.constant(Matrix(2), named: "x_1")
    let next = (W * h + U * x + b).tanh.named("h_1")
    loss = (next .* next).total.named("L")
  }

  /// - Parameters:
  ///   - weights: those of the layer.
  ///   - function: what the layer is said to be.
  ///   - isWhole: whether the loss is drawn too.
  static func picture(
    weights: [String] = ["W_h", "W_x", "b"], function: Autodiff.Operation? = .tanh, isWhole: Bool = true,
    name: String = "h_1"
  ) -> Diagram {
    var d = Diagram()
    let join = d.merge(at: 4, 2)
    let layer = d.layer(function, name, weights: weights, at: 8, 2)
    d.wire(d.quantity("h_0", at: 0, 2), join)
    d.wire(d.quantity("x_1", at: 4, 5), join)
    d.wire(join, layer)
    guard isWhole else {
      d.wire(layer, d.quantity("h_1", at: 12, 2))
      return d
    }
    let square = d.operation(.elementwiseProduct, key: "square", at: 12, 2)
    let sum = d.operation(.total, "L", at: 16, 2)
    d.wire(layer, square)
    d.wire(layer, square, via: [(8, 0), (12, 0)])
    d.wire(square, sum)
    d.wire(sum, d.quantity("L", at: 20, 2))
    return d
  }

  /// What the comparison says; nil if it finds no difference.
  func problem(_ diagram: Diagram, isPart: Bool = false) -> String? {
    do throws(Diagram.Problem) {
      _ = try diagram.match(tape.records, isPart: isPart)
      return nil
    } catch {
      return error.text.english
    }
  }
}

@Suite struct DiagramMatchTests {
  @Test func theRightPictureAgrees() {
    #expect(Step().problem(Step.picture()) == nil)
    #expect(Step().problem(Step.picture(isWhole: false), isPart: true) == nil)
  }

  @Test func whatTheTapeComputesBesidesMustBeDrawn() {
    #expect(Step().problem(Step.picture(isWhole: false)) == "the tape computes ⊙(h_1, h_1), which is not drawn")
  }

  @Test func aDifferenceIsNamed() {
    let step = Step()
    #expect(step.problem(Step.picture(name: "h_2")) == "the tape has no h_2")
    #expect(step.problem(Step.picture(function: .sigmoid)) == "h_1 is drawn as σ, and the tape computes it as: tanh")
    #expect(step.problem(Step.picture(weights: ["W_x", "W_h", "b"])) == "the wire h_0 → h_1: there the tape reads x_1")
    #expect(
      step.problem(Step.picture(weights: ["W_h", "W_x"]))
        == "h_1 has 3 weights on the tape, and in the picture 2 for 2 wires")
    var wireMissing = Step.picture()
    wireMissing.wires.removeLast(2)
    #expect(step.problem(wireMissing) == "no wire reaches L")
  }

  @Test func twoValuesWithOneNameAreNoName() {
    let step = Step()
    _ = step.tape.constant(Matrix(1), named: "x_1")
    #expect(step.problem(Step.picture()) == "the tape has two x_1")
  }

  // MARK: Boxes

  /// Two steps of a counter, h_t = a h_{t−1} + x_t, and the same with other weights at the second step.
  private func counter(_ second: String) -> (Diagram, Tape) {
    let tape = Tape()
    let (a, b) = (tape.variable(Matrix(0.5), named: "a"), tape.variable(Matrix(0.25), named: "b"))
    var h = tape.variable(Matrix(1), named: "h_0")
    var d = Diagram()
    var state = d.quantity("h_0", at: 0, 2)
    for t in 1...2 {
      let x = tape.constant(Matrix(Double(t)), named: "x_\(t)")
      h = ((t == 1 ? a : second == "a" ? a : b) * h + x).named("h_\(t)")
      let box = d.box("A", ["h_\(t)"], parameters: [t == 1 ? "a" : second], at: 8 * t - 3, 2)
      d.wire(state, box[0])
      d.wire(d.quantity("x_\(t)", at: 8 * t - 3, 6), box[0])
      state = box[0]
    }
    d.wire(state, d.quantity("h_2", at: 18, 2))
    return (d, tape)
  }

  @Test func boxesWithOneLabelComputeTheSame() throws {
    let (same, tape) = counter("a")
    _ = try same.match(tape.records, isPart: false)
    let (other, otherTape) = counter("b")
    let problem = #expect(throws: Diagram.Problem.self) { _ = try other.match(otherTape.records, isPart: false) }
    #expect(problem?.text.english == "two boxes are called A, and that of h_2 computes something else")
  }

  @Test func aBoxReadsNothingButItsWiresAndParameters() {
    var (d, tape) = counter("a")
    d.nodes[1].kind = .box("A", parameters: [])
    let problem = #expect(throws: Diagram.Problem.self) { _ = try d.match(tape.records, isPart: false) }
    #expect(problem?.text.english == "the box of h_1 reads a, to which no wire leads")
  }

  // MARK: Loops

  @Test func aLoopLeadsToTheNextStep() throws {
    let tape = Tape()
    let (W, h) = (tape.variable(Matrix(0.5), named: "W_h"), tape.variable(Matrix(1), named: "h_{t-1}"))
    (W * h).tanh.named("h_t")
    func loop(_ next: String) -> Diagram {
      var d = Diagram()
      let layer = d.layer(.tanh, "h_t", weights: ["W_h"], at: 4, 2)
      d.wire(layer, layer, via: [(7, 2), (7, 5), (1, 5), (1, 2)], next: next)
      d.wire(layer, d.quantity("h_t", at: 4, -1))
      return d
    }
    _ = try loop("h_{t-1}").match(tape.records, isPart: false)
    #expect(throws: Diagram.Problem.self) { _ = try loop("h_t").match(tape.records, isPart: false) }
  }
}

@Suite struct DiagramBackTests {
  private func panel(_ diagram: Diagram, _ style: Diagram.BackStyle = .init(), isPart: Bool = false) -> DiagramPanel {
    let step = Step()
    return DiagramPanel(diagram, step.tape, isPart: isPart).back(from: step.loss, style)
  }

  /// Both wires to the square carry L′ = 2h, half each, and the tape's gradient is their sum.
  @Test func whatTheWiresCarryAddsUpToTheGradient() throws {
    let step = Step()
    let picture = Step.picture()
    let match = try picture.match(step.tape.records, isPart: false)
    let h = step.tape.namedVariables.first { $0.name == "h_1" }!.variable
    let gradient = step.tape.gradients(of: step.loss)[h]
    let back = try picture.back(
      step.tape.records, match, from: step.loss.place, lossName: "L", gradients: ["h_1": gradient], .init())
    #expect(back.sums["h_1"] == gradient && gradient.norm > 0.1)
    #expect(throws: Diagram.Problem.self) {
      try picture.back(
        step.tape.records, match, from: step.loss.place, lossName: "L", gradients: ["h_1": 2 * gradient], .init())
    }
  }

  @Test func aValueThatLeavesTwiceIsRefused() {
    var twice = Step.picture(isWhole: false)
    twice.wire(Diagram.Port(node: 1), twice.quantity("h_1", at: 8, -2))
    let difference = #expect(throws: Diagrams.Difference.self) { try Diagrams([panel(twice, isPart: true)]) }
    #expect(difference?.text.english.contains("the wires that lead back to h_1 carry") == true)
  }

  @Test func termsAreThoseOfTheChainRule() throws {
    let drawing = try Diagrams([
      panel(Step.picture(), .init([(from: "h_0", to: "merge", text: .term)]))
    ]).drawings[0]
    let texts = drawing.lines.flatMap { $0.texts.map(\.terminal) }
    #expect(texts == ["Wₕᵀ (∂L/∂h₁ ⊙ (1 − h₁²))"])
  }

  @Test func aTextAtAWireThatIsNotThereIsRefused() {
    let style = Diagram.BackStyle([(from: "x_1", to: "L", text: .number)])
    #expect(throws: Diagrams.Difference.self) { try Diagrams([panel(Step.picture(), style)]) }
  }

  @Test func theThickestWireHasTheLargestGradient() throws {
    let drawing = try Diagrams([panel(Step.picture(), .init(decades: 3))]).drawings[0]
    let widths = drawing.lines.compactMap(\.width)
    #expect(widths.max() == 1 && widths.allSatisfy { 0...1 ~= $0 } && Set(widths).count > 2)
  }
}

@Suite struct DrawingTests {
  private func svg(_ diagram: Diagram) throws -> String {
    Figure.diagrams(try Diagrams([DiagramPanel(diagram, Step().tape)])).svg(id: "p", title: "h → h")
  }

  @Test func anSVGFileIsWellFormedAndFitsBothPages() throws {
    let svg = try svg(Step.picture().numbering(["h_0", "h_1"]).emphasising(["h_1"]))
    #expect(XMLParser(data: Data(svg.utf8)).parse())
    #expect(svg.contains("@media (prefers-color-scheme:dark)"))
    #expect(svg.contains("<desc id=\"p-desc\">h_1 = tanh(h_0, x_1); L = Σ(⊙(h_1, h_1))</desc>"))
  }

  @Test func aLineThroughAnotherShapeIsAFlaw() {
    var d = Step.picture(isWhole: false)
    d.nodes[2].at = Diagram.Point(6, 2)
    d.wires[0].path[0] = Diagram.Point(6, 2)
    #expect(throws: Diagrams.Difference.self) { try Diagrams([DiagramPanel(d, Step().tape, isPart: true)]) }
  }

  @Test func numbersWithoutRoomAreAFlaw() {
    let long = Step.picture().numbering(["h_1"], decimals: 15)
    #expect(throws: Never.self) { try Diagrams([DiagramPanel(long, Step().tape)]) }
    var crowded = long
    crowded.frame("x", from: (0, 0), to: (28, 2))
    let difference = #expect(throws: Diagrams.Difference.self) { try Diagrams([DiagramPanel(crowded, Step().tape)]) }
    #expect(difference?.text.english.contains("wider than") == true)
  }

  @Test func aTerminalShowsThePictureInBoxDrawingCharacters() throws {
    let lines = Figure.diagrams(try Diagrams([DiagramPanel(Step.picture(), Step().tape)])).terminal(width: 78)
    #expect(lines.contains { $0.contains("[tanh]") } && lines.allSatisfy { displayWidth($0) <= 78 })
    #expect(lines.contains(" h₀───────────┬───────▶[tanh]───────▶(⊙)────────▶(Σ)─────────▶L"), "\(lines)")
  }
}
