import Autodiff
import LaTeX
import Testing

@testable import Notebook

@Suite struct PageTests {
  private func output(_ language: Language = .english, _ body: (Page) throws -> Void) rethrows -> [String] {
    try page(language: language, body).output(of: "s") ?? []
  }

  @Test func entriesStandBelowEachOther() {
    let lines = output { page in
      page.entries([
        (Text("by hand", ko: "손으로"), Matrix(column: [0.5, -1])), (.symbols("tape"), Matrix(column: [12, 0.25])),
      ])
    }
    #expect(lines == ["    by hand   0.5000  −1.0000", "    tape     12.0000   0.2500"])
    let long = output { page in page.entries([(.symbols("a"), Matrix(rows: 2, columns: 4))], decimals: 1, limit: 3) }
    #expect(long == ["    a  0.0  0.0  0.0  …"])
  }

  @Test func aTableIsPrintedInTheLanguageOfTheRunAndKept() {
    let transcript = page(language: .korean) { page in
      page.table([Text("n", ko: "개수"), Text("error", ko: "오차")], [["1", "0.5"], ["10", "12.25"]])
    }
    #expect(transcript.output(of: "s") == ["    개수   오차", "    ───────────", "    1      0.5", "    10    12.25"])
    #expect(transcript.tables.map(\.header) == [["개수", "오차"]])
  }

  @Test func aFigureIsForTheTerminalAndNotForTheNotesOutput() {
    let figure = Figure.lineChart(LineChart(x: .init("x"), y: .init("y"), series: [.init("a", [(0, 0), (1, 1)])]))
    let transcript = page { page in
      page.print(.symbols("before"))
      page.figure("f", figure, title: "F")
      page.print(.symbols("after"))
    }
    #expect(transcript.output(of: "s") == ["  before", "", "  after"])
    #expect(transcript.sections[0].lines.count > 10)
    #expect(transcript.figures.map(\.name) == ["f"] && transcript.figures[0].svg.contains("F"))
  }

  @Test func emptyLinesAtTheEndsOfASectionAreNoOutput() {
    let lines = output { page in
      page.print()
      page.print(.symbols("a  "))
      page.print()
      page.print(.symbols("b"))
      page.print()
    }
    #expect(lines == ["  a", "", "  b"])
  }

  @Test func aNumberIsPrintedAsItIsQuoted() {
    let transcript = page { page in
      #expect(page.number("a", 1234.5678, significant: 2) == "1235")
      #expect(page.number("b", -0.5, decimals: 2) == "−0.50")
    }
    #expect(transcript.numbers.map(\.text) == ["1235", "−0.50"])
    #expect(transcript.numbers.map(\.value) == [1234.5678, -0.5] && transcript.numbers.map(\.section) == ["s", "s"])
  }

  @Test func aDerivationNamesEveryUseAndTheRulesOnTheWay() throws {
    let tape = Tape()
    let w = tape.variable(Matrix(0.5)).named("w")
    let h = (w .* tape.constant(Matrix(1)).named("x")).tanh.named("h")
    let loss = (h .* w).named("L")
    var gradient: Symbol?
    let english = output { gradient = $0.derivation(of: w, in: loss) }
    #expect(english[0].hasPrefix("    ∂L/∂w =") && english[0].hasSuffix("from the tape, by the chain rule"))
    #expect(english.contains { $0.hasSuffix("through h: tanh, elementwise product") })
    #expect(english.contains { $0.hasPrefix("      + ") && $0.hasSuffix("through L: elementwise product") })
    let korean = output(.korean) { $0.derivation(of: w, in: loss) }
    #expect(korean.contains { $0.hasSuffix("h 경유: tanh, 원소별 곱") })
    // What is returned is the gradient: its numbers are the tape's.
    let gradients = tape.gradients(of: loss)
    let value = try Scope(tape, gradients: gradients).evaluate(#require(gradient))
    #expect(value.largestDifference(from: gradients[w]) < 1e-15)
  }

  #if compiler(>=6.2)
    @Test func whatIsWrittenOutsideOfASectionTraps() async {
      await #expect(processExitsWith: .failure) { page { $0.section("t") {} } }
      await #expect(processExitsWith: .failure) {
        page { page in
          page.number("a", 1, decimals: 0)
          page.number("a", 1, decimals: 0)
        }
      }
      await #expect(processExitsWith: .failure) {
        let checkout = try Checkout { page in
          page.section("one") {}
          page.check(.symbols("late"), true)
        }
        try checkout.run()
      }
      await #expect(processExitsWith: .failure) {
        let checkout = try Checkout { page in page.number("early", 1, decimals: 0) }
        try checkout.run()
      }
      await #expect(processExitsWith: .failure) {
        page { $0.check(.symbols("a"), Matrix(1), equals: Matrix(1), tolerance: 0) }
      }
    }
  #endif
}

@Suite struct TapeScopeTests {
  @Test func aTapesNamesHaveItsValuesAndGradients() throws {
    let tape = Tape()
    let w = tape.variable(Matrix(3)).named("w")
    let x = tape.constant(Matrix(2)).named("x_1")
    let loss = (w .* w .* x).named("J")
    let scope = Scope(tape, gradients: tape.gradients(of: loss), loss: "J")
    #expect(scope.values["w"] == Matrix(3) && scope.values["x_1"] == Matrix(2) && scope.values["J"] == Matrix(18))
    #expect(scope.values["\\frac{\\partial J}{\\partial w}"] == Matrix(12))
    #expect(scope.values["\\frac{\\partial J}{\\partial x_1}"] == nil)
    #expect(Scope(tape).values.count == 3)
  }

  @Test func aSequenceIsNumberedFromWhereItBegins() {
    var scope = Scope()
    scope.set("h_#", [Matrix(1), Matrix(2)], from: 9)
    #expect(scope.values == ["h_9": Matrix(1), "h_{10}": Matrix(2)])
    #expect(Scope.indexed("W_h^{(#)}", 3) == "W_h^{(3)}")
  }

  @Test func spectraAreOfOneFiniteMatrix() throws {
    var scope = Scope.withSpectra
    scope.values["A"] = Matrix(rows: 2, columns: 2, elements: [2, 0, 0, -3])
    scope.values["B"] = Matrix(rows: 1, columns: 2, elements: [3, 4])
    scope.values["N"] = Matrix(rows: 1, columns: 1, elements: [.nan])
    func value(_ latex: String) throws -> Double { try scope.evaluate(Symbol(parsing: latex)).elements[0] }
    #expect(try abs(value("\\sigma_{\\max}(A)") - 3) < 1e-12)
    #expect(try abs(value("\\rho(A)") - 3) < 1e-9)
    #expect(try abs(value("\\sigma_{\\max}(B)") - 5) < 1e-12)
    for latex in ["\\rho(B)", "\\sigma_{\\max}(N)", "\\rho(N)", "\\rho(A, A)"] {
      #expect(throws: FormulaError.self) { try value(latex) }
    }
  }
}
