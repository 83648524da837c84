// What can be seen in wrong numbers: a list of diagnoses, tried in order.

import Autodiff
import Console
import Foundation
import LaTeX

/// Compares the outcomes of a wrong function with those of the solution. `facts` are the sentences that the student reads.
struct Diagnosis {
  private let exercise: Exercise
  private let cases: [Exercise.Case]
  private let found: [Exercise.Outcome]
  private let right: [Exercise.Outcome]
  /// For each case, whether the version is right in it.
  private let isRight: [Bool]
  /// The shapes that did not fit, from the cases in which they did not.
  private var misfits: [Misfit] = []
  /// The cases in which both have numbers, and these numbers: `mine` are the student's, `theirs` the solution's.
  private var places: [Int] = []
  private var mine: [[Matrix]] = []
  private var theirs: [[Matrix]] = []

  init(_ exercise: Exercise, found: [Exercise.Outcome], right: [Exercise.Outcome]) {
    (self.exercise, self.found, self.right) = (exercise, found, right)
    cases = exercise.cases
    isRight = zip(found, right).map { exercise.agree([$0], [$1]) }
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
  }

  /// The facts, one sentence each. Shapes come first: only where they are right do the entries mean anything.
  var facts: [Text] {
    let shapes: [() -> [Text]?] = [shapesInside, notFinite, numberOfMatrices, transposed, otherShape]
    for diagnosis in shapes {
      if let facts = diagnosis() { return facts }
    }
    let entries: [() -> [Text]?] = [allZero, constantFactor, sizeFactor, prediction, oneChange]
    for diagnosis in entries {
      if let facts = diagnosis() { return unusedNames + facts }
    }
    return unusedNames + rightElsewhere + differentEntries
  }

  // MARK: Shapes

  /// Shapes that do not fit inside the formula.
  private func shapesInside() -> [Text]? {
    guard let misfit = misfits.first else { return nil }
    var facts = [misfit.text]
    if let repair = exercise.repair(found, right) { facts.append(repair) }
    if places.allSatisfy({ isRight[$0] }), !places.isEmpty {
      facts.append(Text("Where the shapes do fit, the numbers are right.", ko: "모양이 맞는 크기에서는 값이 맞다."))
    }
    return facts
  }

  private func notFinite() -> [Text]? {
    for (list, place) in zip(mine, places) {
      guard let bad = list.flatMap(\.elements).first(where: { !$0.isFinite }) else { continue }
      let word = NumberFormat.format(bad, decimals: 0)
      let sizes = condition(cases[place])
      return [
        Text(
          "An entry is \(word)\(sizes.english): a logarithm, a root or a quotient of what it cannot take?",
          ko: "성분 하나가 \(word.with(.copula))\(sizes.korean). 로그, 제곱근, 나눗셈에 넣을 수 없는 값이 들어갔는가?")
      ]
    }
    return nil
  }

  private func numberOfMatrices() -> [Text]? {
    guard let k = mine.indices.first(where: { mine[$0].count != theirs[$0].count }) else { return nil }
    let (a, b) = (mine[k].count, theirs[k].count)
    return [
      Text("It gives \(a) \(a == 1 ? "matrix" : "matrices") where \(b) are wanted.", ko: "행렬이 \(b)개여야 하는데 \(a)개를 낸다.")
    ]
  }

  private func transposed() -> [Text]? {
    let isTransposed = zip(mine, theirs).allSatisfy { a, b in
      zip(a, b).allSatisfy { $0.rows == $1.columns && exercise.agree($0.transposed, $1) }
    }
    guard isTransposed, theirs.contains(where: { $0.contains { $0.rows > 1 && $0.columns > 1 } }) else { return nil }
    return [Text("It is the transpose of what is right.", ko: "맞는 값을 전치한 것이다.")]
  }

  private func otherShape() -> [Text]? {
    for (k, (a, b)) in zip(mine, theirs).enumerated() {
      guard let place = a.indices.first(where: { a[$0].shape != b[$0].shape }) else { continue }
      let name = exercise.result.name(place)
      let sizes = condition(cases[places[k]])
      let shape = Text(
        "\(name) is \(a[place].shape) and should be \(b[place].shape)\(sizes.english).",
        ko: "\(name)의 모양이 \(a[place].shape)인데 \(b[place].shape.description.with(.must)) 한다\(sizes.korean).")
      func isSame(_ a: Matrix, _ b: Matrix) -> Bool { a.shape == b.shape && exercise.agree(a, b) }
      let isRightSummed = isSame(a[place], b[place].sumOfColumns) || isSame(a[place].sumOfColumns, b[place])
      return isRightSummed ? [shape, Text("Summed over the columns it is right.", ko: "열에 걸쳐 더하면 맞다.")] : [shape]
    }
    return nil
  }

  // MARK: Entries

  /// Parameters that the solution's formula has and the student's has not.
  private var unusedNames: [Text] {
    guard case .values(_, let mine) = found[0], case .values(_, let theirs) = right[0] else { return [] }
    guard mine.allSatisfy({ $0 != nil }), theirs.allSatisfy({ $0 != nil }) else { return [] }
    let used = mine.reduce(into: Set<String>()) { $0.formUnion($1!.leafNames) }
    let wanted = theirs.reduce(into: Set<String>()) { $0.formUnion($1!.leafNames) }
    let unused = wanted.subtracting(used).sorted().map { Symbol.name($0).unicode }
    if unused.isEmpty { return [] }
    let names = unused.joined(separator: ", ")
    return [
      Text(
        "\(names) \(unused.count == 1 ? "does" : "do") not occur in your formula.",
        ko: "식에 \(names.with(.subject)) 나오지 않는다.")
    ]
  }

  private func allZero() -> [Text]? {
    guard mine.allSatisfy({ $0.allSatisfy { $0.elements.allSatisfy { $0 == 0 } } }) else { return nil }
    return [Text("Every entry is 0.", ko: "모든 성분이 0이다.")]
  }

  /// For each case, the x with mine = x · theirs; nil if there is none.
  private var factors: [Double?] {
    zip(mine, theirs).map { Diagnosis.factor($0.flatMap(\.elements), $1.flatMap(\.elements)) }
  }

  /// One factor, the same in every case.
  private func constantFactor() -> [Text]? {
    guard exercise.kind != .prediction, let factor = Diagnosis.common(factors) else { return nil }
    if abs(factor + 1) < 1e-9 { return [Text("Every entry has the wrong sign.", ko: "모든 성분의 부호가 반대다.")] }
    let number = Exercise.short(factor, significant: 4)
    return [Text("Every entry is \(number) times what it should be.", ko: "모든 성분이 맞는 값의 \(number)배다.")]
  }

  /// A factor that is one of the sizes, or one divided by it.
  private func sizeFactor() -> [Text]? {
    let factors = factors.compactMap { $0 }
    guard factors.count == places.count, factors.count > 1 else { return nil }
    func isOne(_ ratios: [Double]) -> Bool { Diagnosis.common(ratios).map { abs(abs($0) - 1) < 1e-9 } == true }
    for letter in Set(cases.flatMap { $0.sizes.keys }).subtracting([""]).sorted() {
      let sizes = places.map { Double(cases[$0].sizes[letter] ?? 1) }
      guard Set(sizes).count > 1 else { continue }
      if isOne(zip(factors, sizes).map { $0 / $1 }) {
        return [Text("Every entry is \(letter) times too large.", ko: "모든 성분이 맞는 값의 \(letter)배다.")]
      }
      if isOne(zip(factors, sizes).map { $0 * $1 }) {
        return [
          Text(
            "Every entry is divided by \(letter): a mean instead of a sum.",
            ko: "모든 성분이 \(letter.with(.by)) 나뉘어 있다. 합이 아니라 평균이다.")
        ]
      }
    }
    return nil
  }

  /// A prediction is told only on which side it is.
  private func prediction() -> [Text]? {
    guard exercise.kind == .prediction, let a = mine[0].first?.elements.first, let b = theirs[0].first?.elements.first
    else { return nil }
    if a == -b { return [Text("The size is right, the sign is not.", ko: "크기는 맞고 부호가 반대다.")] }
    return a < b
      ? [Text("That is too small.", ko: "너무 작다.")] : [Text("That is too large.", ko: "너무 크다.")]
  }

  /// Right but for one sign, or for one factor that should be transposed.
  private func oneChange() -> [Text]? {
    guard let repair = exercise.repair(found, right) else { return nil }
    return (mine[shown].count > 1 ? differentEntries.prefix(1) : []) + [repair]
  }

  /// The first case with numbers in which the version is wrong, as an index into `places`.
  private var shown: Int { places.firstIndex { !isRight[$0] } ?? 0 }

  /// Cases in which the version is right: without the sums over steps or examples, or for other numbers.
  private var rightElsewhere: [Text] {
    let letters = Set(exercise.parameters.flatMap(\.letters))
    func isRightWhere(_ condition: (Exercise.Case) -> Bool) -> Bool {
      let chosen = places.filter { condition(cases[$0]) }
      return !chosen.isEmpty && chosen.allSatisfy { isRight[$0] }
    }
    if letters.contains("T"), isRightWhere({ $0.sizes["T"] == 1 }) {
      return [
        Text(
          "For a sequence of one step it is right: what is carried from step to step, or a sum over the steps, is wrong.",
          ko: "한 시점짜리 시퀀스에서는 맞다. 시점에서 시점으로 넘겨주는 값이나 시점에 걸친 합이 틀렸다.")
      ]
    }
    if letters.contains("B"), isRightWhere({ $0.sizes["B"] == 1 }) {
      return [
        Text(
          "For a batch of one example it is right: what is done with several, such as a sum over the batch, is wrong.",
          ko: "예제가 하나뿐인 배치에서는 맞다. 예제가 여럿일 때의 처리, 이를테면 배치에 걸친 합이 틀렸다.")
      ]
    }
    if letters.isSuperset(of: ["B", "T"]), isRightWhere({ $0.sizes["B"] == 1 && $0.sizes["T"] == 1 }) {
      return [
        Text(
          "For one step of one example it is right: both what is done with several steps and what is done with several "
            + "examples is wrong, such as the sums over them.",
          ko: "한 시점, 예제 하나에서는 맞다. 시점이 여럿일 때와 예제가 여럿일 때의 처리, 이를테면 시점과 배치에 걸친 합이 틀렸다.")
      ]
    }
    guard let k = isRight.indices.first(where: { isRight[$0] && !exercise.parameters.isEmpty }) else { return [] }
    let (good, bad) = (exercise.place(cases[k]), exercise.place(cases[places[shown]]))
    return good == bad
      ? [Text("It is right for some of the numbers tried, and wrong for others.", ko: "시험한 값 가운데 일부에서만 맞다.")]
      : [Text("It is right where \(good), and wrong where \(bad).", ko: "\(good)일 때는 맞고, \(bad)일 때는 틀리다.")]
  }

  /// Which matrices and entries differ in the first case that is wrong.
  private var differentEntries: [Text] {
    let (mine, theirs) = (mine[shown], theirs[shown])
    let wrong = mine.indices.filter { !exercise.agree(mine[$0], theirs[$0]) }
    guard let first = wrong.first else { return [] }
    let name = exercise.result.name(first)
    let entries = differentEntries(mine[first], theirs[first], of: name, isOneOfSeveral: mine.count > 1)
    if mine.count == 1 { return [entries] }
    let good = mine.indices.filter { !wrong.contains($0) }.map(exercise.result.name).joined(separator: ", ")
    let bad = wrong.map(exercise.result.name).joined(separator: ", ")
    let matrices =
      good.isEmpty
      ? Text("All of \(bad) differ.", ko: "\(bad.with(.subject)) 모두 다르다.")
      : Text("Wrong: \(bad). Right: \(good).", ko: "틀린 것은 \(bad), 맞는 것은 \(good.with(.copula)).")
    return [matrices, entries]
  }

  /// How the entries of one matrix differ.
  private func differentEntries(_ a: Matrix, _ b: Matrix, of name: String, isOneOfSeveral: Bool) -> Text {
    let (mine, theirs) = (a.elements, b.elements)
    guard b.count > 1 else {
      let offset = mine[0] - theirs[0]
      let number = Exercise.short(offset, significant: 3)
      return Text("It is off by \(number).", ko: "맞는 값보다 \(Diagnosis.korean(offset: offset)).")
    }
    let allowed = 1e-9 * max(b.largestMagnitude, 1e-3)
    let bad = mine.indices.filter { abs(mine[$0] - theirs[$0]) > allowed }
    if bad.count < b.count { return Diagnosis.location(of: bad, in: a, name) }
    let offset = mine[0] - theirs[0]
    if mine.indices.allSatisfy({ abs(mine[$0] - theirs[$0] - offset) <= allowed }) {
      let number = Exercise.short(offset, significant: 3)
      return Text(
        "Every entry of \(name) is off by the same \(number).",
        ko: "\(name)의 모든 성분이 맞는 값보다 똑같이 \(Diagnosis.korean(offset: offset)).")
    }
    // One of several matrices may be off by a factor while the others are right.
    if isOneOfSeveral, let factor = Diagnosis.factor(mine, theirs) {
      let number = Exercise.short(factor, significant: 4)
      return abs(factor + 1) < 1e-9
        ? Text("Every entry of \(name) has the wrong sign.", ko: "\(name)의 모든 성분의 부호가 반대다.")
        : Text(
          "Every entry of \(name) is \(number) times what it should be.", ko: "\(name)의 모든 성분이 맞는 값의 \(number)배다.")
    }
    return Text("Every entry of \(name) differs.", ko: "\(name)의 모든 성분이 다르다.")
  }

  /// Where the differing entries stand: whole rows, whole columns, or single places.
  private static func location(of bad: [Int], in matrix: Matrix, _ name: String) -> Text {
    let rows = Set(bad.map { $0 % matrix.rows }).sorted()
    let columns = Set(bad.map { $0 / matrix.rows }).sorted()
    let place: Text
    if rows.count < matrix.rows, rows.count * matrix.columns == bad.count {
      place = Text("\(rows.count == 1 ? "row" : "rows") \(list(rows)) of \(name)", ko: "\(name)의 \(list(rows))행")
    } else if columns.count < matrix.columns, columns.count * matrix.rows == bad.count {
      place = Text(
        "\(columns.count == 1 ? "column" : "columns") \(list(columns)) of \(name)", ko: "\(name)의 \(list(columns))열")
    } else {
      let (row, column) = (bad[0] % matrix.rows, bad[0] / matrix.rows)
      place = Text(
        "\(bad.count) of the \(matrix.count) entries of \(name), the first in row \(row), column \(column) (from 0)",
        ko: "\(name)의 성분 \(matrix.count)개 가운데 \(bad.count)개, 처음은 \(row)행 \(column)열(0부터)")
    }
    return Text("Only these differ: \(place.english).", ko: "다른 곳은 다음뿐이다. \(place.korean).")
  }

  // MARK: Words

  private static func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ", ") }

  /// The sizes and numbers of a case, worded as the end of a sentence; empty if it has none.
  private func condition(_ one: Exercise.Case) -> Text {
    let place = exercise.place(one)
    return place.isEmpty ? .symbols("") : Text(" where \(place)", ko: "(\(place))")
  }

  /// How far off a number is, in Korean: "7만큼 작다".
  private static func korean(offset: Double) -> String {
    "\(Exercise.short(abs(offset), significant: 3))만큼 \(offset < 0 ? "작다" : "크다")"
  }

  /// The x with a = x · b in every entry; nil if there is none.
  private static func factor(_ a: [Double], _ b: [Double]) -> Double? {
    guard a.count == b.count, let largest = b.indices.max(by: { abs(b[$0]) < abs(b[$1]) }), b[largest] != 0 else {
      return nil
    }
    let factor = a[largest] / b[largest]
    let allowed = 1e-9 * abs(b[largest]) * max(1, abs(factor))
    return zip(a, b).allSatisfy { abs($0 - factor * $1) <= allowed } ? factor : nil
  }

  /// The factor that all cases share; nil if one has none or another one.
  private static func common(_ factors: [Double?]) -> Double? {
    guard let first = factors.first ?? nil else { return nil }
    return factors.allSatisfy { $0.map { abs($0 - first) <= 1e-9 * abs(first) } == true } ? first : nil
  }
}

extension Exercise {
  /// A number without trailing zeros: −7 for a whole one, 0.25 for 0.250; at most `significant` digits.
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
