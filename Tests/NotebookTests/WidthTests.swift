import Autodiff
import LaTeX
import Testing

@testable import Notebook

@Suite struct WidthTests {
  private static let english = "every entry of the gradient that this chapter derives by hand agrees with the tape's"
  private static let korean = "이 장에서 손으로 유도한 기울기의 모든 성분이 테이프가 계산한 기울기의 성분과 하나하나 일치한다"

  /// Texts of every length: where a line is exactly full is where it would become too wide.
  @Test(arguments: Language.allCases)
  func noLineIsWiderThanThePage(_ language: Language) throws {
    let words = Self.english + " " + Self.english + " " + Self.english
    let morphemes = Self.korean + " " + Self.korean + " " + Self.korean
    let transcript = page(language: language) { page in
      for length in 1...120 {
        let claim = Text(String(words.prefix(length)), ko: String(morphemes.prefix(length)))
        page.print(claim)
        page.check(claim, true)
        for detail in [5, 20, 40, 60, 100] {
          page.check(claim, false, detail: Text(String(words.prefix(detail)), ko: String(morphemes.prefix(detail))))
        }
      }
    }
    let lines = try #require(transcript.output(of: "s"))
    #expect(lines.count > 1000)
    for line in lines { #expect(displayWidth(line) <= Page.width, "\(line)") }
    #expect(lines.contains { displayWidth($0) == Page.width })
  }

  @Test(arguments: Language.allCases)
  func derivationsAndEquationsAreBrokenToo(_ language: Language) throws {
    let tape = Tape()
    let names = (1...9).map { "W_{long,\($0)}" }
    let weights = names.map { tape.variable(Matrix(1)).named($0) }
    var sum = weights[0] .* weights[1]
    for weight in weights.dropFirst() { sum = sum + weight .* weights[0] .* weight.tanh }
    let loss = (sum .* sum).named("L")
    let latex = "L = " + names.map { "\($0)" }.joined(separator: " + ")
    let transcript = try page(equations: ["e": latex], language: language) { page in
      page.derivation(of: weights[0], in: loss)
      try page.equation("e", Scope(tape))
    }
    let lines = try #require(transcript.output(of: "s"))
    #expect(lines.count > 4)
    for line in lines { #expect(displayWidth(line) <= Page.width, "\(line)") }
  }

  @Test func headingsOfSectionsAreBrokenToo() throws {
    let checkout = try Checkout()
    let title = "## 7.2 " + Self.korean + " " + Self.korean
    try checkout.edit("notes.ko.md", "## 7.2 둘째", title)
    for line in try checkout.run("--lang=ko").lines { #expect(displayWidth(line) <= Page.width) }
  }
}
