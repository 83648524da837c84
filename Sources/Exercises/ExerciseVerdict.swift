// What is said of a student's version: that it is right, which mistake it is, or what can be seen in its numbers.

import Autodiff
import Console
import Foundation
import LaTeX

/// The verdict on one hole.
public struct ExerciseVerdict: Codable, Sendable {
  public enum State: String, Codable, Sendable, CaseIterable {
    case passed
    /// Nothing has been written yet.
    case open
    /// Wrong, as a known mistake is.
    case mistake
    /// Wrong in no known way.
    case wrong
    /// The program stopped: shapes, an index out of range, a division of whole numbers by zero.
    case trapped
    /// It did not end in time.
    case timeout
    /// The program ended itself, or was ended, before there was a verdict.
    case ended
    /// It threw an error.
    case failed

    public var text: Text {
      switch self {
      case .passed: Text("passed", ko: "통과")
      case .open: Text("open", ko: "아직 안 풂")
      case .mistake: Text("a known mistake", ko: "알려진 실수")
      case .wrong: Text("wrong", ko: "틀림")
      case .trapped: Text("it stopped", ko: "실행 중 멈춤")
      case .timeout: Text("no end in sight", ko: "끝나지 않음")
      case .ended: Text("it ended itself", ko: "스스로 끝남")
      case .failed: Text("it threw an error", ko: "오류를 던짐")
      }
    }
  }

  public var exercise: String
  public var state: State
  /// The name of the known mistake.
  public var mistake: String?
  /// What that says, or what else is known, one sentence each.
  public var facts: [Text] = []
  /// The student's formulas, as equations: "g_t = tanh(…)".
  public var formulas: [String] = []
  /// The result's name, its shape, some of the student's numbers and of the right ones.
  public var numbers: Numbers?
  /// What the student's code printed.
  public var printed = ""
  public var seconds = 0.0

  public struct Numbers: Codable, Sendable {
    public var name: String
    public var shape: String
    public var yours: [String]
    /// Empty for a prediction, which is not given away.
    public var right: [String]
    /// The sizes and the drawn numbers that they were computed for: "d = 2, n = 3, θ = 1.5".
    public var place: String
  }

  public init(exercise: String, state: State, facts: [Text] = []) {
    (self.exercise, self.state, self.facts) = (exercise, state, facts)
  }
}

extension Exercise {
  /// The verdict on a version of the hole. Runs it in this process: what traps, traps here.
  func verdict(on version: Version = .hole) -> ExerciseVerdict {
    let found = outcomes(of: version)
    var verdict = ExerciseVerdict(exercise: name, state: .wrong)
    for outcome in found {
      switch outcome {
      case .hole: return ExerciseVerdict(exercise: name, state: .open)
      case .failed(let error):
        return ExerciseVerdict(
          exercise: name, state: .failed, facts: [Text("It threw: \(error)", ko: "던진 오류: \(error)")])
      default: continue
      }
    }
    let right = outcomes(of: .solution)
    show(found, right, in: &verdict)
    if agree(found, right) {
      verdict.state = .passed
      return verdict
    }
    if hasBug, version != .given, agree(found, outcomes(of: .given)) {
      verdict.state = .open
      verdict.facts = [Text("The bug is still in it.", ko: "버그가 아직 그대로 있다.")]
      return verdict
    }
    for (k, mistake) in mistakes.enumerated() where agree(found, outcomes(of: .mistake(k))) {
      verdict.state = .mistake
      verdict.mistake = mistake.name
      verdict.facts = [mistake.text]
      return verdict
    }
    verdict.facts = facts(found, right)
    return verdict
  }

  /// The formula and the numbers of the first case that differs, or of the small one.
  private func show(_ found: [Outcome], _ right: [Outcome], in verdict: inout ExerciseVerdict) {
    func write(_ formulas: [Symbol?]) {
      verdict.formulas = formulas.enumerated().compactMap { k, formula in
        formula.map { "\(gives.name(k)) = \($0.unicode)" }
      }
    }
    // Where shapes do not fit there are no numbers; another case may have some.
    let wrong = found.indices.filter { !agree([found[$0]], [right[$0]]) }
    let one = wrong.first { if case .values = found[$0] { true } else { false } } ?? wrong.first ?? 0
    if case .misfit(_, let formulas) = found[one] { write(formulas) }
    guard case .values(let mine, let formulas) = found[one], case .values(let theirs, _) = right[one] else { return }
    write(formulas)
    // The first matrix that is wrong, or the first of all.
    let count = min(mine.count, theirs.count)
    guard count > 0 else { return }
    let k = (0..<count).first { !agree(mine[$0], theirs[$0]) } ?? 0
    let pair = (mine[k], theirs[k])
    func row(_ matrix: Matrix) -> [String] {
      let isWhole = matrix.elements.allSatisfy { $0 == $0.rounded() && abs($0) < 1e15 }
      let numbers = matrix.elements.prefix(6).map {
        isWhole
          ? NumberFormat.format($0, decimals: 0)
          : abs($0) >= 1e4 || abs($0) < 1e-3
            ? NumberFormat.format($0, significant: 4) : NumberFormat.format($0, decimals: 4)
      }
      return numbers + (matrix.count > 6 ? ["…"] : [])
    }
    verdict.numbers = .init(
      name: gives.name(k), shape: pair.0.shape != pair.1.shape || pair.0.count == 1 ? "" : pair.0.shape.description,
      yours: row(pair.0),
      right: kind == .prediction ? [] : row(pair.1), place: place(cases[one]))
  }

  // MARK: What the numbers say

  private func facts(_ found: [Outcome], _ right: [Outcome]) -> [Text] {
    var facts: [Text] = []
    func say(_ english: String, ko korean: String) { facts.append(Text(english, ko: korean)) }
    let cases = cases
    let isRight = zip(found, right).map { agree([$0], [$1]) }
    var mine: [[Matrix]] = []
    var theirs: [[Matrix]] = []
    var places: [Int] = []
    var misfits: [Misfit] = []
    for (k, outcomes) in zip(found, right).enumerated() {
      switch outcomes {
      case (.misfit(let misfit, _), _): misfits.append(misfit)
      case (.values(let a, _), .values(let b, _)):
        mine.append(a)
        theirs.append(b)
        places.append(k)
      default: continue
      }
    }
    // Shapes inside the formula.
    if let misfit = misfits.first {
      facts.append(misfit.text)
      if let repair = repair(found, right) { facts.append(repair) }
      if places.allSatisfy({ isRight[$0] }), !places.isEmpty {
        say("Where the shapes do fit, the numbers are right.", ko: "모양이 맞는 크기에서는 값이 맞다.")
      }
      return facts
    }
    // Not finite.
    if let (k, bad) = mine.enumerated().lazy.compactMap({ k, list in
      list.lazy.flatMap(\.elements).first { !$0.isFinite }.map { (k, $0) }
    }).first {
      let word = NumberFormat.format(bad, decimals: 0)
      let sizes = placeText(cases[places[k]])
      return [
        Text(
          "An entry is \(word)\(sizes.english): a logarithm, a root or a quotient of what it cannot take?",
          ko: "성분 하나가 \(word.with(.copula))\(sizes.korean). 로그, 제곱근, 나눗셈에 넣을 수 없는 값이 들어갔는가?")
      ]
    }
    // Another number of matrices.
    if let k = mine.indices.first(where: { mine[$0].count != theirs[$0].count }) {
      let (a, b) = (mine[k].count, theirs[k].count)
      return [
        Text("It gives \(a) \(a == 1 ? "matrix" : "matrices") where \(b) are wanted.", ko: "행렬이 \(b)개여야 하는데 \(a)개를 낸다.")
      ]
    }
    let flatMine = mine.map { $0.flatMap(\.elements) }
    let flatTheirs = theirs.map { $0.flatMap(\.elements) }
    let isTransposed = zip(mine, theirs).allSatisfy { a, b in
      zip(a, b).allSatisfy { $0.rows == $1.columns && agree($0.transposed, $1) }
    }
    if isTransposed, theirs.contains(where: { $0.contains { $0.rows > 1 && $0.columns > 1 } }) {
      return [Text("It is the transpose of what is right.", ko: "맞는 값을 전치한 것이다.")]
    }
    // Another shape.
    for (k, (a, b)) in zip(mine, theirs).enumerated() {
      guard let place = a.indices.first(where: { a[$0].shape != b[$0].shape }) else { continue }
      let name = gives.name(place)
      let sizes = placeText(cases[places[k]])
      say(
        "\(name) is \(a[place].shape) and should be \(b[place].shape)\(sizes.english).",
        ko: "\(name)의 모양이 \(a[place].shape)인데 \(b[place].shape.description.with(.must)) 한다\(sizes.korean).")
      if sameSum(a[place], b[place].sumOfColumns) || sameSum(a[place].sumOfColumns, b[place]) {
        say("Summed over the columns it is right.", ko: "열에 걸쳐 더하면 맞다.")
      }
      return facts
    }
    // Not used.
    let unused = unusedNames(found[0], right[0])
    if !unused.isEmpty {
      let names = unused.joined(separator: ", ")
      say(
        "\(names) \(unused.count == 1 ? "does" : "do") not occur in your formula.",
        ko: "식에 \(names.with(.subject)) 나오지 않는다.")
    }
    if flatMine.allSatisfy({ $0.allSatisfy { $0 == 0 } }) {
      say("Every entry is 0.", ko: "모든 성분이 0이다.")
      return facts
    }
    // A common factor, the same in every case or one of the sizes.
    let factors = zip(flatMine, flatTheirs).map { Exercise.factor($0, $1) }
    if kind != .prediction, let factor = Exercise.common(factors) {
      if abs(factor + 1) < 1e-9 {
        say("Every entry has the wrong sign.", ko: "모든 성분의 부호가 반대다.")
      } else {
        let number = Exercise.short(factor, significant: 4)
        say("Every entry is \(number) times what it should be.", ko: "모든 성분이 맞는 값의 \(number)배다.")
      }
      return facts
    }
    if factors.allSatisfy({ $0 != nil }), factors.count > 1 {
      for letter in Set(cases.flatMap { $0.sizes.keys }).subtracting([""]).sorted() {
        let sizes = places.map { Double(cases[$0].sizes[letter] ?? 1) }
        guard Set(sizes).count > 1 else { continue }
        if Exercise.common(zip(factors, sizes).map { $0! / $1 }).map({ abs(abs($0) - 1) < 1e-9 }) == true {
          say("Every entry is \(letter) times too large.", ko: "모든 성분이 맞는 값의 \(letter)배다.")
          return facts
        }
        if Exercise.common(zip(factors, sizes).map { $0! * $1 }).map({ abs(abs($0) - 1) < 1e-9 }) == true {
          say(
            "Every entry is divided by \(letter): a mean instead of a sum.",
            ko: "모든 성분이 \(letter.with(.by)) 나뉘어 있다. 합이 아니라 평균이다.")
          return facts
        }
      }
    }
    if kind == .prediction, let a = flatMine[0].first, let b = flatTheirs[0].first {
      if a == -b {
        say("The size is right, the sign is not.", ko: "크기는 맞고 부호가 반대다.")
      } else if a < b {
        say("That is too small.", ko: "너무 작다.")
      } else {
        say("That is too large.", ko: "너무 크다.")
      }
      return facts
    }
    // The first case that differs.
    let shown = places.firstIndex { !isRight[$0] } ?? 0
    let entries = entriesFacts(mine[shown], theirs[shown])
    // Right but for one sign, or for one factor that should be transposed.
    if let repair = repair(found, right) {
      return facts + (mine[shown].count > 1 ? entries.prefix(1) : []) + [repair]
    }
    // Right without the sums.
    let letters = Set(parameters.flatMap(\.letters))
    func isRightWhere(_ condition: (Case) -> Bool) -> Bool {
      let chosen = places.filter { condition(cases[$0]) }
      return !chosen.isEmpty && chosen.allSatisfy { isRight[$0] }
    }
    if letters.contains("T"), isRightWhere({ $0.sizes["T"] == 1 }) {
      say(
        "For a sequence of one step it is right: what is carried from step to step, or a sum over the steps, is wrong.",
        ko: "한 시점짜리 수열에서는 맞다. 시점에서 시점으로 넘겨주는 값이나 시점에 걸친 합이 틀렸다.")
    } else if letters.contains("B"), isRightWhere({ $0.sizes["B"] == 1 }) {
      say(
        "For a batch of one example it is right: what is done with several, such as a sum over the batch, is wrong.",
        ko: "예제가 하나뿐인 배치에서는 맞다. 예제가 여럿일 때의 처리, 이를테면 배치에 걸친 합이 틀렸다.")
    } else if letters.isSuperset(of: ["B", "T"]), isRightWhere({ $0.sizes["B"] == 1 && $0.sizes["T"] == 1 }) {
      say(
        "For one step of one example it is right: both what is done with several steps and what is done with several "
          + "examples is wrong, such as the sums over them.",
        ko: "한 시점, 예제 하나에서는 맞다. 시점이 여럿일 때와 예제가 여럿일 때의 처리, 이를테면 시점과 배치에 걸친 합이 틀렸다.")
    } else if let k = isRight.indices.first(where: { isRight[$0] && !parameters.isEmpty }) {
      let (good, bad) = (place(cases[k]), place(cases[places[shown]]))
      if good == bad {
        say("It is right for some of the numbers tried, and wrong for others.", ko: "시험한 값 가운데 일부에서만 맞다.")
      } else {
        say("It is right where \(good), and wrong where \(bad).", ko: "\(good)일 때는 맞고, \(bad)일 때는 틀리다.")
      }
    }
    return facts + entries
  }

  /// Which of a case's matrices and entries differ.
  private func entriesFacts(_ mine: [Matrix], _ theirs: [Matrix]) -> [Text] {
    var facts: [Text] = []
    let wrong = mine.indices.filter { !agree(mine[$0], theirs[$0]) }
    guard let first = wrong.first else { return facts }
    if mine.count > 1 {
      let (bad, good) = (wrong.map(gives.name), mine.indices.filter { !wrong.contains($0) }.map(gives.name))
      let (badList, goodList) = (bad.joined(separator: ", "), good.joined(separator: ", "))
      facts.append(
        good.isEmpty
          ? Text("All of \(badList) differ.", ko: "\(badList.with(.subject)) 모두 다르다.")
          : Text(
            "Wrong: \(badList). Right: \(goodList).", ko: "틀린 것은 \(badList), 맞는 것은 \(goodList.with(.copula))."))
    }
    let (a, b) = (mine[first], theirs[first])
    guard b.count > 1 else {
      let difference = Exercise.short(a.elements[0] - b.elements[0], significant: 3)
      return facts + [
        Text("It is off by \(difference).", ko: "맞는 값보다 \(Exercise.distance(a.elements[0] - b.elements[0])).")
      ]
    }
    let scale = max(b.largestMagnitude, 1e-3)
    let bad = a.elements.indices.filter { abs(a.elements[$0] - b.elements[$0]) > 1e-9 * scale }
    let name = gives.name(first)
    let offset = a.elements[bad[0]] - b.elements[bad[0]]
    if bad.count == b.count {
      if a.elements.indices.allSatisfy({ abs(a.elements[$0] - b.elements[$0] - offset) <= 1e-9 * scale }) {
        let number = Exercise.short(offset, significant: 3)
        return facts + [
          Text(
            "Every entry of \(name) is off by the same \(number).",
            ko: "\(name)의 모든 성분이 맞는 값보다 똑같이 \(Exercise.distance(offset)).")
        ]
      }
      // Of several matrices one may have a factor that the others have not.
      if mine.count > 1, let factor = Exercise.factor(a.elements, b.elements) {
        let number = Exercise.short(factor, significant: 4)
        return facts + [
          abs(factor + 1) < 1e-9
            ? Text("Every entry of \(name) has the wrong sign.", ko: "\(name)의 모든 성분의 부호가 반대다.")
            : Text(
              "Every entry of \(name) is \(number) times what it should be.",
              ko: "\(name)의 모든 성분이 맞는 값의 \(number)배다.")
        ]
      }
      return facts + [Text("Every entry of \(name) differs.", ko: "\(name)의 모든 성분이 다르다.")]
    }
    let rows = Set(bad.map { $0 % a.rows }).sorted()
    let columns = Set(bad.map { $0 / a.rows }).sorted()
    let (row, column) = (bad[0] % a.rows, bad[0] / a.rows)
    let place =
      rows.count < a.rows && rows.count * a.columns == bad.count
      ? Text(
        "\(rows.count == 1 ? "row" : "rows") \(Exercise.list(rows)) of \(name)", ko: "\(name)의 \(Exercise.list(rows))행")
      : columns.count < a.columns && columns.count * a.rows == bad.count
        ? Text(
          "\(columns.count == 1 ? "column" : "columns") \(Exercise.list(columns)) of \(name)",
          ko: "\(name)의 \(Exercise.list(columns))열")
        : Text(
          "\(bad.count) of the \(b.count) entries of \(name), the first in row \(row), column \(column) (from 0)",
          ko: "\(name)의 성분 \(b.count)개 가운데 \(bad.count)개, 처음은 \(row)행 \(column)열(0부터)")
    return facts + [Text("Only these differ: \(place.english).", ko: "다른 곳은 다음뿐이다. \(place.korean).")]
  }

  private func sameSum(_ a: Matrix, _ b: Matrix) -> Bool { a.shape == b.shape && agree(a, b) }

  private static func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ", ") }

  /// The sizes of a case and the numbers that were drawn for it: "d = 2, n = 3, θ = 1.5"; empty where there are none.
  private func place(_ one: Case) -> String {
    let letters = Set(parameters.flatMap(\.letters)).filter { Int($0) == nil }
    var parts = letters.sorted().map { "\($0) = \(one.sizes[$0] ?? 0)" }
    for (parameter, (_, value)) in zip(parameters, draw(one).values) where !letters.contains(parameter.name) {
      switch value {
      case .number(let x): parts.append("\(parameter.unicode) = \(Exercise.short(x, significant: 4))")
      case .integer(let x): parts.append("\(parameter.unicode) = \(Exercise.short(Double(x), significant: 4))")
      case .integers(let list):
        let shown = list.prefix(8).map(String.init) + (list.count > 8 ? ["…"] : [])
        parts.append("\(parameter.unicode) = [\(shown.joined(separator: ", "))]")
      default: break
      }
    }
    return parts.joined(separator: ", ")
  }

  /// The same as a half-sentence.
  private func placeText(_ one: Case) -> Text {
    let place = place(one)
    return place.isEmpty ? .symbols("") : Text(" where \(place)", ko: "(\(place))")
  }

  /// How far off a number is, in Korean: "7만큼 작다".
  private static func distance(_ offset: Double) -> String {
    "\(short(abs(offset), significant: 3))만큼 \(offset < 0 ? "작다" : "크다")"
  }

  /// A number without zeros that say nothing: −7 for a whole one, 0.25 for 0.250.
  static func short(_ x: Double, significant: Int) -> String {
    let allowed = 1e-9 * max(1, abs(x))
    if abs(x) < 1e15, abs(x - x.rounded()) <= allowed, x.rounded() != 0 || x == 0 {
      return NumberFormat.format(x.rounded(), decimals: 0)
    }
    for digits in 1..<significant {
      let text = NumberFormat.format(x, significant: digits)
      if let value = Double(text.replacingOccurrences(of: "−", with: "-")), abs(value - x) <= 1e-9 * abs(x) {
        return text
      }
    }
    return NumberFormat.format(x, significant: significant)
  }

  /// x where a = x · b in every entry; nil where there is none.
  private static func factor(_ a: [Double], _ b: [Double]) -> Double? {
    guard a.count == b.count, let largest = b.indices.max(by: { abs(b[$0]) < abs(b[$1]) }), b[largest] != 0 else {
      return nil
    }
    let factor = a[largest] / b[largest]
    let allowed = 1e-9 * abs(b[largest]) * max(1, abs(factor))
    return zip(a, b).allSatisfy { abs($0 - factor * $1) <= allowed } ? factor : nil
  }

  /// The factor that all cases have; nil where one has none or another.
  private static func common(_ factors: [Double?]) -> Double? {
    guard let first = factors.first ?? nil else { return nil }
    return factors.allSatisfy { $0.map { abs($0 - first) <= 1e-9 * abs(first) } == true } ? first : nil
  }

  /// Parameters that the right formula has and the student's has not.
  private func unusedNames(_ found: Outcome, _ right: Outcome) -> [String] {
    guard case .values(_, let mine) = found, case .values(_, let theirs) = right else { return [] }
    guard mine.allSatisfy({ $0 != nil }), theirs.allSatisfy({ $0 != nil }) else { return [] }
    let used = mine.reduce(into: Set<String>()) { $0.formUnion($1!.leafNames) }
    let wanted = theirs.reduce(into: Set<String>()) { $0.formUnion($1!.leafNames) }
    return wanted.subtracting(used).sorted().map { Symbol.name($0).unicode }
  }
}

extension Symbol {
  /// The names in it.
  fileprivate var leafNames: Set<String> {
    switch self {
    case .name(let name): [name]
    case .applied(_, let inputs): inputs.reduce(into: []) { $0.formUnion($1.leafNames) }
    default: []
    }
  }
}
