// The engine of the exercises: what passes, what is seen in wrong numbers, and what surrounds it.

import Autodiff
import Console
import Foundation
import Testing

@testable import Exercises

private enum Layer {
  static func right(da: Traced, W: Traced, h: Traced) -> Traced { (W.transposed * da) .* (1 - h .* h) }
  static func noDerivative(da: Traced, W: Traced, h: Traced) -> Traced { W.transposed * da }
  static func noTranspose(da: Traced, W: Traced, h: Traced) -> Traced { (W * da) .* (1 - h .* h) }
  static func sum(a: [Traced], h: [Traced]) -> Traced { Exercises.sum(zip(a, h).map { $0 * $1.transposed }) }
  static func loop(W: Traced, h: Traced, T: Int) -> [Traced] { states(W, h, T) { _, h in h } }
}

/// ∂L/∂h of a = W h: Wᵀ da.
private func product(_ hole: @escaping (Traced, Traced, Traced) throws -> Traced) -> Exercise {
  Exercise(
    .formula, "product", level: 1, title: Text("A product", ko: "곱"), equation: "double",
    given: .matrix("a_t", "n", "B"), .matrix("W", "n", "d"), .matrix("h_t", "d", "B", .state), gives: "y_t",
    hole: hole, solution: Layer.right,
    mistakes: [
      KnownMistake("no-derivative", Text("tanh′ is missing", ko: "tanh′이 빠졌다"), Layer.noDerivative),
      KnownMistake("no-transpose", Text("W as it is", ko: "W 그대로"), Layer.noTranspose),
    ],
    hints: [Text("one", ko: "하나"), Text("two", ko: "둘"), Text("three", ko: "셋")],
    why: Text("because", ko: "그래서"), matters: Text("it matters", ko: "중요하다"))
}

/// Σ_t a_t h_tᵀ.
private func series(_ hole: @escaping ([Traced], [Traced]) throws -> Traced) -> Exercise {
  Exercise(
    .function, "series", level: 2, title: Text("A sum", ko: "합"), equation: "double",
    given: .sequence("a_#", "n", "B"), .sequence("h_#", "d", "B"), gives: "Y",
    hole: hole, solution: Layer.sum, mistakes: [], hints: [],
    why: Text("", ko: ""), matters: Text("", ko: ""))
}

/// h_t = W h_{t−1}, T times.
private func loop(_ hole: @escaping (Traced, Traced, Int) throws -> [Traced]) -> Exercise {
  Exercise(
    .function, "loop", level: 2, title: Text("A loop", ko: "반복"), equation: "double",
    given: .matrix("W", "n", "n", .small), .matrix("h_0", "n", "B"), .size("T"), gives: "h_#",
    hole: hole, solution: Layer.loop, mistakes: [], hints: [],
    why: Text("", ko: ""), matters: Text("", ko: ""))
}

private func states(_ W: Traced, _ h: Traced, _ T: Int, _ change: (Int, Traced) -> Traced) -> [Traced] {
  var all: [Traced] = []
  var last = h
  for t in 1...T {
    last = change(t, W * last)
    all.append(last)
  }
  return all
}

private func prediction(_ hole: @escaping () throws -> Double) -> Exercise {
  Exercise(
    .prediction, "guess", level: 1, title: Text("A number", ko: "수"), equation: "double", gives: "p", within: 0.01,
    hole: hole, solution: { 0.5 },
    mistakes: [KnownMistake("double", Text("twice", ko: "두 배"), { 1 })],
    measured: { 0.5 }, hints: [], why: Text("", ko: ""), matters: Text("", ko: ""))
}

@Suite struct ExerciseVerdictTests {
  @Test(arguments: 0..<5) func everyEqualFormPasses(number: Int) {
    let forms: [(Traced, Traced, Traced) throws -> Traced] = [
      { da, W, h in (W.transposed * da) .* (1 - h .* h) },
      { da, W, h in (da.transposed * W).transposed .* ((1 - h) .* (h + 1)) },
      { da, W, h in W.transposed * da - (W.transposed * da) .* h .* h },
      { da, W, h in -1 * ((h .* h - 1) .* (W.transposed * da)) },
      { da, W, h in 0.5 * (W.transposed * (2 * da)) .* (1 - h .* h) },
    ]
    #expect(product(forms[number]).verdict().state == .passed)
  }

  @Test func anEmptyHoleIsOpen() { #expect(product { _, _, _ in throw Hole() }.verdict().state == .open) }

  @Test func aMistakeIsRecognisedByItsValues() {
    let verdict = product { da, W, h in (da.transposed * W).transposed }.verdict()
    #expect(verdict.state == .mistake && verdict.mistake == "no-derivative")
    #expect(verdict.formulas == ["y_t = (a_tᵀ W)ᵀ"])
    #expect(verdict.numbers?.name == "y_t" && verdict.numbers?.shape == "4 × 3")
    #expect(verdict.numbers?.yours != verdict.numbers?.right)
    // Where shapes do not fit in general, by the case in which they do.
    #expect(product { da, W, h in (W * da) .* (1 - h .* h) }.verdict().mistake == "no-transpose")
  }

  @Test func shapesThatDoNotFitAreNamedWithTheirFormulas() {
    let verdict = product { da, W, h in W * h .* h }.verdict()
    #expect(verdict.state == .wrong)
    #expect(verdict.facts.first?.english == "elementwise product: W h_t (2 × 3) and h_t (4 × 3) do not fit together")
    #expect(verdict.formulas == ["y_t = W h_t ⊙ h_t"])
    #expect(verdict.facts.first?.korean.contains("원소별 곱: W h_t (2 × 3)") == true)
  }

  private func fact(_ exercise: Exercise) -> String {
    let verdict = exercise.verdict()
    #expect(verdict.state == .wrong)
    #expect(verdict.facts.allSatisfy { $0.english != $0.korean })
    return verdict.facts.map(\.english).joined(separator: " ")
  }

  @Test func wrongNumbersAreDescribed() {
    func right(_ da: Traced, _ W: Traced, _ h: Traced) -> Traced { (W.transposed * da) .* (1 - h .* h) }
    #expect(fact(product { -right($0, $1, $2) }) == "Every entry has the wrong sign.")
    #expect(fact(product { 2 * right($0, $1, $2) }) == "Every entry is 2 times what it should be.")
    #expect(fact(product { right($0, $1, $2).transposed }) == "It is the transpose of what is right.")
    #expect(fact(product { (1 / Double($2.value!.columns)) * right($0, $1, $2) }).contains("divided by B"))
    #expect(fact(product { da, W, h in W.transposed * da .* (1 - h) }).contains("Every entry of y_t differs"))
    #expect(fact(product { da, W, h in 0 * right(da, W, h) }).contains("Every entry is 0."))
    #expect(fact(product { da, W, h in right(da, W, h) ./ (0 * h) }).contains("An entry is"))
    #expect(fact(product { da, W, h in 3 * (W.transposed * da) }).contains("h_t does not occur in your formula."))
    #expect(fact(product { right($0, $1, $2) + 0.25 }).contains("off by the same 0.25"))
    #expect(fact(product { right($0, $1, $2).sumOfColumns }).contains("y_t is 4 × 1 and should be 4 × 3"))
    #expect(
      fact(
        product { da, W, h in
          let y = right(da, W, h)
          return Traced.stack([2 * y.rows(0..<1), y.rows(1..<y.value!.rows)])
        }
      ).contains("Only these differ: row 0 of y_t"))
  }

  @Test func whatWouldBeRightWithoutSumsIsSaid() {
    #expect(series { a, h in sum(zip(a, h).map { $0 * $1.transposed }) }.verdict().state == .passed)
    #expect(fact(series { a, h in a[0] * h[0].transposed }).contains("For a sequence of one step it is right"))
    #expect(
      fact(
        series { a, h in
          sum(zip(a, h).map { x, y in x.columns([0]) * y.columns([0]).transposed })
        }
      ).contains("For a batch of one example it is right"))
    #expect(
      fact(series { a, h in a[0].columns([0]) * h[0].columns([0]).transposed })
        .contains("For one step of one example it is right"))
  }

  @Test func aSequenceSaysWhichStepsAreRight() {
    #expect(loop { states($0, $1, $2) { _, h in h } }.verdict().state == .passed)
    #expect(fact(loop { states($0, $1, $2) { t, h in t == 1 ? h : 3 * h + 1 } }).contains("Wrong: h_2. Right: h_1."))
    #expect(fact(loop { W, h, T in [W * h] }) == "It gives 1 matrix where 2 are wanted.")
  }

  @Test func aPredictionMayBeNearAndIsNotGivenAway() {
    #expect(prediction { 0.495 }.verdict().state == .passed)
    #expect(prediction { 1.005 }.verdict().mistake == "double")
    let low = prediction { 0.2 }.verdict()
    #expect(low.facts.map(\.english) == ["That is too small."] && low.numbers?.right == [])
    #expect(prediction { -0.5 }.verdict().facts.map(\.english) == ["The size is right, the sign is not."])
  }

  @Test func anErrorIsAVerdict() {
    struct Oops: Error {}
    #expect(prediction { throw Oops() }.verdict().state == .failed)
  }

  /// Both readings of a hole at once: the numbers are those of matrices alone.
  @Test func numbersAreThoseOfMatrices() {
    func cell<A: Algebra>(_ W: A, _ h: A, _ b: A) -> A { tanh(W * h + b) .* sigmoid(h) - sum([h, 2 * h]) }
    var random = Random(seed: 3)
    let (W, h, b) = (random.normal(3, 3), random.normal(3, 2), random.normal(3, 1))
    let traced = cell(Traced(W, named: "W"), Traced(h, named: "h"), Traced(b, named: "b"))
    #expect(traced.value?.hasSameBits(as: cell(W, h, b)) == true)
    #expect(traced.formula?.unicode == "tanh(W h + b) ⊙ σ(h) − (h + 2 h)")
  }
}

@Suite struct ExerciseProcessTests {
  @Test func onlyTheNonceMakesAVerdict() throws {
    let passed = try JSONEncoder().encode(ExerciseVerdict(exercise: "e", state: .passed))
    func verdict(_ report: Data, _ end: ChildOutcome.End) -> ExerciseVerdict.State {
      var outcome = ChildOutcome(end: end)
      outcome.report = report
      outcome.output = String(decoding: passed, as: UTF8.self)
      return ExerciseProcess.verdict(on: "e", outcome, nonce: "n0", limit: 1).state
    }
    #expect(verdict(Data("n0\n".utf8) + passed, .exit(0)) == .passed)
    #expect(verdict(passed, .exit(0)) == .ended)
    #expect(verdict(Data("n1\n".utf8) + passed, .exit(0)) == .ended)
    #expect(verdict(Data(), .signal(SIGILL)) == .trapped)
    #expect(verdict(Data(), .timeout) == .timeout)
    #expect(verdict(Data(), .signal(SIGXCPU)) == .timeout)
    #expect(
      ExerciseProcess.verdict(
        on: "other",
        {
          var outcome = ChildOutcome(end: .exit(0))
          outcome.report = Data("n0\n".utf8) + passed
          return outcome
        }(), nonce: "n0", limit: 1
      ).state == .ended)
  }
}

@Suite struct ExerciseProgramTests {
  private static let holes = """
    enum Exercises {
      // begin: product
      // EN: Write the
      // product.
      // KO: 곱을
      // 쓴다.
      //
      // a  a_t  n × B
      static func product() {
        throw Hole()
      }
      // end: product

      // begin: guess
      // EN: Guess.
      // KO: 맞힌다.
      static func guess() {
        throw Hole()
      }
      // end: guess
    }

    """

  /// A temporary checkout with the files of one chapter's exercises.
  private final class Checkout {
    let root = FileManager.default.temporaryDirectory.path + "/unrolled-\(UUID().uuidString)"
    var folder: String { root + "/chapters/07-tiny" }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// A file of the chapter, or, with a path from /, of the checkout.
    private func path(_ name: String) -> String { name.hasPrefix("/") ? root + name : folder + "/" + name }

    func write(_ name: String, _ text: String) throws {
      try makeFolder(URL(fileURLWithPath: path(name)).deletingLastPathComponent().path)
      try writeAtomically(text, to: path(name))
    }

    func read(_ name: String) throws -> String { try readText(path(name)) }

    /// Replaces text in a file, which must have it.
    func edit(_ name: String, _ old: String, _ new: String) throws {
      let text = try read(name)
      try #require(text.contains(old))
      try write(name, text.replacingOccurrences(of: old, with: new))
    }
  }

  private static func context(_ language: Language) -> ExerciseContext {
    ExerciseContext(title: language == .korean ? "7. 작은 장" : "7. A tiny chapter") { $0 == "double" ? "7.1" : "" }
  }

  private final class Bench {
    let checkout = Checkout()
    var lines: [String] = []
    var exercises: [Exercise]
    init(_ exercises: [Exercise]) throws {
      self.exercises = exercises
      for file in ["Exercises.swift", "Exercises.holes"] { try checkout.write(file, ExerciseProgramTests.holes) }
      try checkout.write(
        "Solutions.swift",
        "enum Solutions {\n  // begin: product\n  static func product() { right }\n  // end: product\n}\n")
    }
    func run(_ arguments: String...) throws -> Int32 {
      lines = []
      return try ExerciseProgram(
        exercises: exercises, chapter: "tiny", number: "07", folder: checkout.folder, root: checkout.root,
        isTerminal: false, environment: [:], output: { [self] in lines.append($0) }, errors: { _ in },
        context: ExerciseProgramTests.context, judge: { $0.verdict() }
      ).run(arguments)
    }
    var text: String { lines.joined(separator: "\n") }
  }

  private func bench(
    _ hole: @escaping (Traced, Traced, Traced) throws -> Traced = { _, _, _ in throw Hole() }
  ) throws -> Bench { try Bench([product(hole), prediction { 0.5 }]) }

  @Test func allOfThemAreShortAndNameTheNext() throws {
    let bench = try bench()
    #expect(try bench.run() == 1)
    #expect(bench.lines.first == "7. A tiny chapter: exercises")
    #expect(bench.text.contains("○ product") && bench.text.contains("✓ guess") && bench.text.contains("1 of 2 passed"))
    #expect(bench.lines.last == "  next: swift run tiny exercise product")
    #expect(try bench.run("--lang", "ko") == 1 && bench.text.contains("2개 가운데 1개 통과"))
    let wrong = try self.bench { da, W, h in W.transposed * da }
    #expect(try wrong.run() == 1 && wrong.text.contains("✗ product") && wrong.text.contains("no-derivative"))
    let right = try self.bench { da, W, h in (W.transposed * da) .* (1 - h .* h) }
    #expect(try right.run() == 0 && right.text.contains("2 of 2 passed") && !right.text.contains("next:"))
  }

  @Test func oneOfThemInDetail() throws {
    let bench = try bench { da, W, h in W.transposed * da }
    #expect(try bench.run("product") == 1)
    for part in [
      "Write the product.", "section 7.1, equation double", "Exercises.swift:2", "y_t = Wᵀ a_t", "tanh′ is missing",
    ] {
      #expect(bench.text.contains(part), "\(part)")
    }
    #expect(try bench.run("product", "--lang=ko") == 1)
    for part in ["곱을 쓴다.", "7.1절, 수식 double", "tanh′이 빠졌다", "맞는 값"] { #expect(bench.text.contains(part), "\(part)") }
    let right = try self.bench { da, W, h in (W.transposed * da) .* (1 - h .* h) }
    #expect(try right.run("product") == 0 && right.text.contains("it matters") && right.text.contains("exercise guess"))
    #expect(try right.run("guess") == 0)
  }

  @Test func hintsComeOneAfterTheOtherAndStayAtTheLast() throws {
    let bench = try bench()
    for (word, number) in [("one", 1), ("two", 2), ("three", 3), ("three", 3)] {
      #expect(try bench.run("product", "--hint") == 0)
      #expect(bench.text.contains("hint \(number) of 3") && bench.text.contains("  \(word)"))
    }
    #expect(bench.text.contains("--solution"))
    _ = try bench.run("product", "--reset")
    #expect(try bench.run("product", "--hint", "--lang", "ko") == 0 && bench.text.contains("하나"))
    // What stands there is no reason to fail.
    try bench.checkout.write("/.build/exercises/07-tiny", "product 999\nnonsense\n")
    #expect(try bench.run("product", "--hint") == 0 && bench.text.contains("three"))
  }

  @Test func theSolutionAndWhyItIsRight() throws {
    let bench = try bench()
    #expect(try bench.run("product", "--solution") == 0)
    #expect(bench.text.contains("static func product() { right }") && bench.text.contains("because"))
  }

  @Test func aHoleIsRestoredAndTheTextKept() throws {
    let bench = try bench()
    #expect(try bench.run("product", "--reset") == 0 && bench.text.contains("nothing to restore"))
    try bench.checkout.edit("Exercises.swift", "throw Hole()", "return 1")
    #expect(try bench.run("product", "--reset") == 0)
    let text = try bench.checkout.read("Exercises.swift")
    #expect(
      text.components(separatedBy: "return 1").count == 2 && text.components(separatedBy: "throw Hole()").count == 2)
    #expect(try bench.checkout.read(".Exercises.kept/product-1.swift").components(separatedBy: "return 1").count == 3)
    // The rest, without a name; a second text of one name is kept beside the first.
    #expect(try bench.run("--reset") == 0)
    #expect(try bench.checkout.read("Exercises.swift") == Self.holes)
    try bench.checkout.edit("Exercises.swift", "// end: product", "")
    let error = #expect(throws: BadInput.self) { try bench.run("product", "--reset") }
    #expect(error?.description.contains("--reset and no name") == true)
    #expect(try bench.run("--reset") == 0 && bench.text.contains("Exercises-2.swift"))
  }

  @Test func jsonHoldsTheVerdicts() throws {
    let bench = try bench { da, W, h in W.transposed * da }
    #expect(try bench.run("--json") == 1)
    let value = try JSONSerialization.jsonObject(with: Data(bench.text.utf8)) as? [String: Any]
    #expect(value?["schema"] as? String == "unrolled-exercises" && value?["passed"] as? Int == 1)
    let first = (value?["exercises"] as? [[String: Any]])?.first
    // docs/json.md names every key.
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../docs/json.md"
    let document = try readText(page)
    for key in (value ?? [:]).keys.sorted() + (first ?? [:]).keys.sorted() {
      #expect(document.contains("`\(key)`"), "docs/json.md: \(key)")
    }
    #expect(first?["verdict"] as? String == "mistake" && first?["mistake"] as? String == "no-derivative")
  }

  @Test(arguments: [
    ["nothing"], ["--hint"], ["--solution"], ["product", "guess"], ["product", "--hint", "--solution"],
    ["--json", "--hint"],
    ["--lang", "fr"], ["--what"], ["--json=1"], ["product", "--watch", "--hint"],
  ]) func whatCannotBeUsedIsSaidInOneLine(arguments: [String]) throws {
    let bench = try bench()
    let program = { (words: [String]) in
      try ExerciseProgram(
        exercises: bench.exercises, chapter: "tiny", number: "07", folder: bench.checkout.folder,
        root: bench.checkout.root, isTerminal: false, environment: [:], output: { _ in }, errors: { _ in },
        context: Self.context, judge: { $0.verdict() }
      ).run(words)
    }
    let error = #expect(throws: BadInput.self) { try program(arguments) }
    #expect(error?.description.contains("\n") == false)
  }

  @Test func aChapterWithoutExercisesSaysSo() throws {
    let bench = try Bench([])
    let error = #expect(throws: BadInput.self) { try bench.run() }
    #expect(error?.description == "this chapter has no exercises yet")
    #expect(try bench.run("--json") == 0 && bench.text.contains("\"count\": 0"))
    #expect(try bench.run("--help") == 0)
  }
}
