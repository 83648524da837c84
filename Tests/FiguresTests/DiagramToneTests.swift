import Autodiff
import Testing

@testable import Figures

/// Which parts of a picture are in colour and which are pale.
@Suite struct DiagramToneTests {
  /// x → a = tanh x, which b and c are made of.
  private var diagram: Diagram {
    var d = Diagram()
    let a = d.operation(.tanh, "a", at: 3, 0)
    d.wire(d.quantity("x", at: 0, 0), a)
    d.wire(a, d.operation(.sigmoid, "b", at: 6, 0))
    d.wire(a, d.operation(.negation, "c", at: 3, 3))
    return d
  }

  private func tones(_ diagram: Diagram) -> [Diagram.Tone] { diagram.wires.map { diagram.tone(of: $0) } }

  @Test func aResultIsInColourOnTheWayToWhatIsShown() {
    #expect(tones(diagram.emphasising(["a", "b"], 1)) == [.pale, .colour(1), .pale])
    #expect(tones(diagram.emphasising(["a"], plain: ["c"], 1)) == [.pale, .pale, .colour(1)])
  }

  @Test func aResultThatNothingShownReadsLeavesInColour() {
    #expect(tones(diagram.emphasising(["a"], 1)) == [.pale, .colour(1), .colour(1)])
  }

  @Test func emphasisTakesTheOtherColoursAway() {
    let tones = diagram.colouring(["c"], 0).emphasising(["b"], 1).tones
    #expect(tones == ["b": .colour(1)])
  }
}

@Suite struct ItalicTests {
  @Test func anAccentedLetterIsAVariable() {
    var writer = SVGWriter()
    for letter in ["z", "z\u{304}", "h\u{20D7}", "0"] { writer.text(Figure.Label(letter), 0, 0) }
    #expect(writer.body.map { $0.contains("italic") } == [true, true, true, false])
  }
}
