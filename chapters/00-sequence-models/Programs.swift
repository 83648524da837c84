// 0.9 Five kinds of programs: each is trained, and what its definition says of inputs, states and answers is checked.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

extension SequenceModels {
  private var hidden: Int { 12 }

  func programs(_ page: Page) throws {
    var random = Random(seed: page.seed)
    let first = Dictionary(
      uniqueKeysWithValues: Program.allCases.map { ($0, $0.parameters(hidden: hidden, &random)) })
    drawPrograms(page, first)
    let trained = trainPrograms(page)
    // The shapes that the definitions ask for.
    let wanted = Program.allCases.reduce(0) { $0 + $1.wanted.count }
    let answers = Program.allCases.flatMap { program in
      program.run(first[program]!, program.inputs).map { $0.shape == Shape(program.classCount, 16) }
    }
    page.check(
      Text("each answer is classes × 16, as many answers as wanted", ko: "답마다 모양이 부류 수 × 16이고, 답의 개수도 바란 만큼이다"),
      .equal(answers.count, wanted), .equal(answers.count { $0 }, wanted))
    try oneStep(page, first[.oneToOne]!)
    try zeroInputs(page, first[.oneToMany]!)
    checkDecoder(page, first[.encoderDecoder]!)

    page.print()
    for program in Program.allCases {
      page.check(
        program.label,
        gradients: GradientCheck(program.parameters(hidden: 3, &random)) { program.loss($0) })
    }
    let backwards = answerBackwards(page, trained.mapValues(\.accuracies))
    drawLosses(page, trained.mapValues(\.losses), backwards)
  }

  // MARK: Training

  private func seeds(_ page: Page) -> [UInt64] { page.seeds(5) }

  /// Trains each program with every seed. Returns its accuracies, one for each seed and answer, and its losses, one for each
  /// seed and update.
  private func trainPrograms(_ page: Page) -> [Program: (accuracies: [[Double]], losses: [[Double]])] {
    func shapes(_ matrices: [Matrix]) -> String {
      (matrices.count > 1 ? "\(matrices.count) · " : "") + "\(matrices[0].shape)"
    }
    var trained: [Program: (accuracies: [[Double]], losses: [[Double]])] = [:]
    var rows: [[String]] = []
    for program in Program.allCases {
      page.progress(program.label, Double(rows.count) / Double(Program.allCases.count))
      let runs = seeds(page).map { program.learned(hidden: hidden, updates: 200, seed: $0) }
      let accuracies = runs.map { program.accuracies($0.parameters) }
      trained[program] = (accuracies, runs.map(\.losses))
      let scores = program.run(runs[0].parameters, program.inputs)
      let cellSteps = program == .encoderDecoder ? 8 : max(program.inputs.count, scores.count)
      let lowest = accuracies.flatMap { $0 }.min()!
      rows.append([
        program.label(page.language), shapes(program.inputs), "\(cellSteps)", shapes(scores),
        NumberFormat.percent(lowest, decimals: 0),
      ])
    }
    page.table(
      [
        .symbols(""), Text("reads", ko: "읽는 것"), Text("steps", ko: "단계"), Text("answers", ko: "답하는 것"),
        Text("lowest accuracy", ko: "최저 정확도"),
      ], rows)
    let all = trained.values.flatMap { $0.accuracies.flatMap { $0 } }
    page.check(
      Text("trained, all five answer all 16 bars correctly", ko: "학습하면 다섯 모두 마디 16개를 다 맞힌다"),
      .equal(all.count { $0 == 1 }, 5 * Program.allCases.reduce(0) { $0 + $1.wanted.count }),
      note: Text("5 seeds, every answer", ko: "시드 5개, 모든 답"))
    return trained
  }

  // MARK: What the programs feed their cells

  private func scope(_ parameters: [Matrix]) -> Scope {
    var scope = Scope()
    for (name, value) in zip(Model<Matrix>.names, parameters) { scope.values[name] = value }
    return scope
  }

  /// One step from zeros is a layer without recurrence.
  private func oneStep(_ page: Page, _ parameters: [Matrix]) throws {
    var scope = scope(parameters)
    scope.values["x_1"] = Bars.whole
    scope.values["s_1"] = Program.oneToOne.run(parameters, [Bars.whole])[0]
    try page.equation("one-to-one", scope)
  }

  private func zeroInputs(_ page: Page, _ parameters: [Matrix]) throws {
    let model = Model(parameters)
    let zero = 0 * Bars.numbers
    let h = unroll(model.cell, [Bars.numbers, zero, zero, zero])
    var scope = scope(parameters)
    scope.set("h_#", h, from: 1)
    try page.equation("zero-inputs", scope, for: ("t", [2, 3, 4]))
    let other = RNNCell(W: (x: 3.0 * parameters[0], h: parameters[1]), b: (x: parameters[2], h: nil))
    let continued = unroll(other, [zero, zero, zero], from: h[0])
    page.check(
      Text("after the first step, W_x is not used: another gives the same", ko: "첫 단계 뒤에는 W_x를 쓰지 않는다. 바꾸어도 같다"),
      .stack(continued), hasSameBitsAs: .stack(Array(h[1...])))
    let nearest = h.flatMap { state in
      (1..<16).flatMap { j in (0..<j).map { state.column(j).largestDifference(from: state.column($0)) } }
    }
    page.check(
      Text("and the one input still shows in all four states", ko: "그래도 하나뿐인 입력이 네 상태에 모두 드러난다"),
      .above(nearest.min()!, 1e-3, named: "min |Δ|"),
      note: Text("16 inputs, 16 states, at every step", ko: "입력 16개, 상태 16개, 시점마다"))
    page.check(
      Text("one to many: its answers are these states' scores", ko: "일대다: 그 답은 이 상태들의 점수다"),
      .stack(Program.oneToMany.run(parameters, [Bars.numbers])),
      hasSameBitsAs: .stack(([h[0]] + continued).map(model.scores)))
  }

  /// The decoder reads zeros: with another W_x it gives the same answers.
  private func checkDecoder(_ page: Page, _ p: [Matrix]) {
    let read = unroll(RNNCell(W: (x: p[0], h: p[1]), b: (x: p[2], h: nil)), Bars.steps)[3]
    let decoder = RNNCell(W: (x: 3.0 * p[3], h: p[4]), b: (x: p[5], h: nil))
    let nothing = (0..<4).map { _ in Matrix(rows: 2, columns: 16) }
    page.check(
      Text("the decoder knows the bar from the encoder's last state alone", ko: "디코더는 인코더의 마지막 상태만으로 마디를 안다"),
      .stack(Program.encoderDecoder.run(p, Bars.steps)),
      hasSameBitsAs: .stack(unroll(decoder, nothing, from: read).map(Model(Array(p.suffix(5))).scores)))
  }

  // MARK: The bar backwards

  /// Trains the aligned program to play the bar backwards, which it must answer while it reads, and returns its losses.
  private func answerBackwards(_ page: Page, _ accuracies: [Program: [[Double]]]) -> [[Double]] {
    page.print()
    let backwards = Program.encoderDecoder.wanted
    let trained = seeds(page).map { seed in
      Program.aligned.learned(hidden: hidden, updates: 300, seed: seed, wanted: backwards)
    }
    let runs = trained.map { Program.aligned.accuracies($0.parameters, wanted: backwards) }
    let ceilings = (1...4).map { t in alignedCeiling(backwards[t - 1], step: t) }
    func list(_ shares: [Double]) -> String {
      shares.map { NumberFormat.format(100 * $0, decimals: 0) }.joined(separator: ", ") + " %"
    }
    let (highest, found) = (list(ceilings), list(runs[0]))
    page.print(
      Text(
        "The bar backwards, answered while reading: ceilings \(highest); the first seed learned \(found).",
        ko: "마디를 읽으면서 거꾸로 답하기: 네 답의 상한 \(highest), 첫 시드가 배운 것 \(found)."))
    page.number("aligned-backwards", 100 * ceilings.reduce(0, +) / 4, decimals: 0)
    page.number("decoder-backwards", 100 * accuracies[.encoderDecoder]![0].reduce(0, +) / 4, decimals: 0)
    page.number("aligned-strikes", 100 * accuracies[.aligned]!.flatMap { $0 }.min()!, decimals: 0)
    page.check(
      Text("no aligned program is above its ceiling", ko: "정렬된 프로그램은 상한을 넘지 못한다"),
      ceilings.enumerated().map { k, ceiling in .atMost(100 * runs.map { $0[k] }.max()!, 100 * ceiling) },
      note: Text("5 seeds", ko: "시드 5개"))
    page.check(
      Text("most get there", ko: "대부분 상한에 이른다"), .atLeast(runs.count { $0 == ceilings }, 3),
      note: Text("of 5 seeds", ko: "시드 5개 가운데"))
    page.check(
      Text("its ceiling is half for what it has not read", ko: "아직 읽지 않은 것에 대한 상한은 절반이다"),
      Matrix(column: ceilings), hasSameBitsAs: Matrix(column: [0.5, 0.5, 1, 1]))
    page.check(
      Text("and all for what it has read: the strikes so far", ko: "읽은 것에 대해서는 전부다: 지금까지 친 횟수"),
      Matrix(column: (1...4).map { alignedCeiling(Program.aligned.wanted[$0 - 1], step: $0) }),
      hasSameBitsAs: Matrix(column: [1, 1, 1, 1]))
    return trained.map(\.losses)
  }

  /// The losses of the five programs, and of the one that plays the bar backwards while it reads it.
  private func drawLosses(_ page: Page, _ losses: [Program: [[Double]]], _ backwards: [[Double]]) {
    let floor = 0.5 * Elementary.log(2)
    page.check(
      Text("reading and answering backwards: no loss is below ½ log 2", ko: "읽으면서 거꾸로 답할 때: 손실은 ½ log 2 아래로 내려가지 않는다"),
      .above(backwards.joined().min()! - floor, 0, named: "min Δ"),
      note: Text("5 seeds, 300 updates", ko: "시드 5개, 갱신 300번"))
    page.check(
      Text("and there it ends, with every seed", ko: "모든 시드에서 거기서 멈춘다"),
      .below(backwards.map { $0.last! }.max()! - floor, 0.01, named: "max Δ"))
    page.check(
      Text("the five programs end far below it, with every seed", ko: "다섯 프로그램은 모든 시드에서 그보다 훨씬 낮게 끝난다"),
      .below(losses.values.joined().map { $0.last! }.max()!, 0.1), note: Text("the highest", ko: "가장 높은 것"))
    let curves = Program.allCases.map { lossCurve(losses[$0]!) } + [lossCurve(backwards)]
    page.figure(
      "programs-loss",
      .lineChart(
        LineChart(
          x: .init("#"), y: .init("L", .logarithmic, limits: 1e-4...3),
          series: zip(Program.allCases.map(\.figureLabel) + ["4 ⇄ 4"], curves).map { .init($0, $1) },
          references: [.horizontal(at: floor, label: "½ log 2")])),
      title: "Loss of the five programs, and of the aligned one for the bar backwards, against the number # of updates")
  }

  /// The largest share of bars that can be answered correctly at step t from t symbols: of all bars that begin alike,
  /// those of the most frequent class.
  private func alignedCeiling(_ classes: [Int], step t: Int) -> Double {
    let alike = Dictionary(grouping: Bars.all.indices) { Bars.all[$0].prefix(t) }
    let right = alike.values.map { bars in
      Dictionary(grouping: bars) { classes[$0] }.values.map(\.count).max()!
    }
    return Double(right.reduce(0, +)) / Double(classes.count)
  }
}
