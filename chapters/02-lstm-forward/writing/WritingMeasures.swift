// Sections "writing" and "temperature": a network that predicts the next character writes numbers and times of day.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent
import Reference

extension LSTMForward {
  func writing(_ page: Page) throws {
    let file = try Safetensors(contentsOf: "\(page.root)/chapters/02-lstm-forward/weights.safetensors")
    let writer = try Writer(file, path: "weights.safetensors")
    try page.section("writing") {
      sizes(page)
      try predict(page, writer)
      learned(page, writer, file)
      nextCharacter(page, writer)
    }
    try page.section("temperature") {
      try temper(page, writer)
      temperatures(page, writer)
    }
  }

  private func sizes(_ page: Page) {
    func count(_ texts: [[String]]) -> Double { Double(texts.reduce(0) { $0 + $1.count }) }
    page.number("texts", count(Texts.all), decimals: 0)
    page.number("training-texts", count(Texts.training), decimals: 0)
    page.number("symbols", Double(Alphabet.count), decimals: 0)
    page.number("writer-units", Double(Writer.units), decimals: 0)
    page.number("writer-parameters", Double(Writer.parameterCount(Writer.lstm)), decimals: 0)
    page.number("writer-updates", Double(WriterTraining.updates), decimals: 0)
    page.number("writer-batch", Double(4 * WriterTraining.ofEachKind), decimals: 0)
  }

  // MARK: The equations

  /// The equations on one text, against the run that the writing uses.
  private func predict(_ page: Page, _ writer: Writer) throws {
    let text = "오후 세 시 반"
    let (read, wanted) = ([Alphabet.boundary] + Alphabet.numbers(text), Alphabet.numbers(text) + [Alphabet.boundary])
    let tape = Tape()
    let parameters = writer.parameters.map { tape.constant($0) }
    let network = RecurrentNetwork(writer.configuration, parameters: Array(parameters.dropLast(2)))
    let x = read.map { tape.constant(oneHot([$0], of: Alphabet.count)) }
    var scope = Scope()
    scope["W_{hy}"] = writer.parameters[writer.parameters.count - 2]
    scope["b_y"] = writer.parameters[writer.parameters.count - 1]
    scope.integers["T"] = wanted.count
    var state: [Matrix]?
    for (k, h) in network.run(x).outputs.enumerated() {
      // The scores are those that the writing uses, step by step; the states are the tape's.
      let (scores, next) = writer.next([read[k]], after: state)
      state = next
      scope["h_\(k + 1)"] = h.value
      scope["z_\(k + 1)"] = scores
      scope["p_\(k + 1)"] = Writer.probabilities(scores, temperature: 1)
      scope["y_\(k + 1)"] = oneHot([wanted[k]], of: Alphabet.count)
    }
    scope["L"] = Matrix(writer.loss(on: [text]))
    try page.equation("next-character", scope, for: ("t", Array(1...wanted.count)))
  }

  // MARK: The loss

  /// How the loss fell in the training of the shipped weights, as their file tells it.
  private func learned(_ page: Page, _ writer: Writer, _ file: Safetensors) {
    func numbers(_ key: String) -> [Double] {
      (file.metadata[key] ?? "").split(separator: " ").compactMap { Double($0) }
    }
    var again = WriterTraining(seed: UInt64(file.metadata["seed"] ?? "") ?? 0)
    for _ in 0..<WriterTraining.lossesKept { again.update() }
    page.check(
      Text("a training with the weights' seed begins as theirs did", ko: "가중치와 같은 시드로 학습하면 시작이 같다"),
      Matrix(column: again.losses), hasSameBitsAs: Matrix(column: numbers("first_losses")))
    let (training, heldOut) = (numbers("training_losses"), numbers("held_out_losses"))
    let loss = writer.loss(on: WriterTraining.heldOut)
    let floor = Texts.lowestLoss(on: WriterTraining.heldOut)
    page.number("held-out-loss", loss, decimals: 3)
    page.number("lowest-loss", floor, decimals: 3)
    page.number("training-loss", training.last ?? .nan, decimals: 3)
    page.check(
      Text("their loss on held-out texts is the one in their file", ko: "떼어 둔 글에서 손실이 파일에 적힌 것과 같다"),
      .below(abs(loss - (heldOut.last ?? .nan)), 1e-3, named: "|Δ|"))
    page.check(
      Text("it is a little above the lowest that is possible", ko: "가능한 가장 낮은 손실보다 조금 높다"),
      .inside(loss - floor, 0...0.05, named: "Δ"))
    func points(_ losses: [Double]) -> [(x: Double, y: Double)] {
      losses.enumerated().map { (x: Double(($0 + 1) * WriterTraining.updatesToAPoint), y: $1) }
    }
    page.figure(
      "writing-loss",
      .lineChart(
        LineChart(
          x: .init("#"), y: .init("L", .logarithmic, limits: 0.2...4),
          series: [.init("1", points(training)), .init("2", points(heldOut))],
          references: [.horizontal(at: floor, label: "3")])),
      title:
        "Loss against the number # of updates: on training texts (1), on held-out texts (2), the lowest possible (3)")
  }

  // MARK: The next character

  /// What may follow 오후: by the grammar, and by the network.
  private func nextCharacter(_ page: Page, _ writer: Writer) {
    let prefix = "오후 "
    let p = Writer.probabilities(writer.read(prefix).scores, temperature: 1)
    /// The shares of the characters that follow in the texts of a set.
    func shares(_ texts: [[String]]) -> Matrix {
      let following = texts[Kind.koreanTime.rawValue].filter { $0.hasPrefix(prefix) }.map { Array($0)[prefix.count] }
      return Matrix(
        column: Alphabet.characters.map { character in
          Double(following.count { $0 == character }) / Double(following.count)
        } + [0])
    }
    let (seen, exact) = (shares(Texts.training), shares(Texts.all))
    let possible = p.ranked.filter { exact[$0, 0] > 0 }
    func row(_ name: Text, _ p: Matrix) -> [String] {
      [name(page.language)] + possible.map { NumberFormat.format(p[$0, 0], decimals: 3) }
    }
    page.table(
      [Text("after 오후", ko: "오후 다음")] + possible.map { .symbols(label(of: $0, page.language)) },
      [
        row(Text("network", ko: "신경망"), p), row(Text("training texts", ko: "학습한 글"), seen),
        row(Text("all texts", ko: "모든 글"), exact),
      ])
    let impossible = possible.reduce(1.0) { $0 - p[$1, 0] }
    page.check(
      Text("next to nothing goes to characters that cannot follow", ko: "뒤따를 수 없는 글자에는 확률이 거의 없다"),
      .below(impossible, 0.01))
    page.check(
      Text("its probabilities are near the shares in the training texts", ko: "확률이 학습한 글의 비율에 가깝다"),
      .below(p.largestDifference(from: seen), 0.07, named: "max |Δ|"))
  }

  // MARK: Right and new

  static let temperatures = [0.2, 0.5, 0.8, 1, 1.3]

  /// The equation on the scores after 오후, and how many times as probable a character is whose score is 1 higher.
  private func temper(_ page: Page, _ writer: Writer) throws {
    let z = writer.read("오후 ").scores
    let p = Writer.probabilities(z, temperature: 0.5)
    try page.equation("temperature", Scope(values: ["z_t": z, "\\tau": Matrix(0.5), "p_t": p]))
    let ratios = [0.5, 1, 2].map { temperature in
      let p = Writer.probabilities(Matrix(column: [1, 0]), temperature: temperature)
      return p[0, 0] / p[1, 0]
    }
    for (name, ratio) in zip(["ratio-half", "ratio-one", "ratio-two"], ratios) {
      page.number(name, ratio, decimals: 1)
    }
    page.check(
      Text("a score that is 1 higher makes a character e^{1/τ} times as probable", ko: "점수가 1 높은 글자는 e^{1/τ}배 그럴듯하다"),
      Matrix(column: ratios), equals: Matrix(column: [2, 1, 0.5]).exp)
  }

  /// Many texts at each temperature, and what the grammar says about them.
  private func temperatures(_ page: Page, _ writer: Writer) {
    let trials = LSTMForward.temperatures.map { WritingTrial(writer, temperature: $0, texts: 200, seed: page.seed) }
    page.print()
    page.table(
      [
        .symbols("τ"), Text("right %", ko: "맞음 %"), Text("of these new %", ko: "그중 새것 %"),
        Text("different", ko: "서로 다른 글"),
      ],
      trials.map { ["\($0.temperature)", share($0.right), share($0.new), "\($0.different)"] })
    page.print()
    let (coldest, own, hottest) = (trials[0], trials[3], trials[4])
    func show(_ what: Text, _ texts: [(text: String, verdict: Verdict)]) {
      page.print(what)
      for (text, verdict) in texts {
        page.print(.symbols("  \(verdict.mark) \(visibleEnd(text))\(verdict.isNew ? " *" : "")"))
      }
    }
    show(Text("the first two, τ = 1:", ko: "처음 둘, τ = 1:"), Array(own.texts.prefix(2)))
    let wrong = hottest.texts.filter { !$0.verdict.isRight }
    show(Text("the first two wrong ones, τ = 1.3:", ko: "처음 틀린 둘, τ = 1.3:"), Array(wrong.prefix(2)))
    let heldOut = Double(Texts.heldOut.joined().count) / Double(Texts.all.joined().count)
    page.number("share-held-out", 100 * heldOut, decimals: 0)
    page.number("right-own", 100 * own.right, decimals: 1)
    page.number("new-own", 100 * own.new, decimals: 1)
    page.number("right-hottest", 100 * hottest.right, decimals: 1)
    page.number("different-coldest", Double(coldest.different), decimals: 0)
    page.check(
      Text("with its own probabilities it writes right texts", ko: "스스로의 확률로 쓴 글이 대부분 맞는다"),
      .above(100 * own.right, 80, named: "%"))
    page.check(
      Text("and most of these are new", ko: "그 대부분이 새 글이다"), .above(100 * own.new, 50, named: "%"))
    page.check(
      Text("the colder, the more right; the hotter, the more different", ko: "온도가 낮으면 더 맞고 높으면 더 다양하다"),
      .greater(coldest.right, than: hottest.right), .greater(Double(own.different), than: Double(coldest.different)))
    page.figure(
      "writing-temperature",
      .lineChart(
        LineChart(
          x: .init("τ"), y: .init("%", limits: 0...100),
          series: [
            .init("1", trials.map { ($0.temperature, 100 * $0.right) }, hasMarkers: true),
            .init("2", trials.map { ($0.temperature, 100 * $0.new) }, hasMarkers: true),
          ], references: [.horizontal(at: 100 * heldOut)])),
      title: "Against the temperature: the share of right texts (1), and of these the share of new ones (2)")
  }
}

/// A share in per cent, for a table.
private func share(_ share: Double) -> String { NumberFormat.format(100 * share, decimals: 1) }

/// Texts written at one temperature.
struct WritingTrial {
  let temperature: Double
  let texts: [(text: String, verdict: Verdict)]

  init(_ writer: Writer, temperature: Double, texts count: Int, seed: UInt64) {
    var random = Random(seed: seed)
    self.temperature = temperature
    texts = writer.write(count, temperature: temperature, &random).map {
      ($0.text, Verdict($0.text, isComplete: $0.isComplete))
    }
  }

  /// The share of right texts, and of these the share of new ones.
  var right: Double { Double(texts.count(where: \.verdict.isRight)) / Double(texts.count) }
  var new: Double { Double(texts.count(where: \.verdict.isNew)) / Double(texts.count(where: \.verdict.isRight)) }
  /// How many different texts there are.
  var different: Int { Set(texts.map(\.text)).count }
}

extension Texts {
  /// The loss of the best network that there can be: the one that knows the grammar, and draws a kind and then a text of
  /// this kind, each as likely as the other.
  static func lowestLoss(on texts: [String]) -> Double {
    var (surprise, characters) = (0.0, 0)
    for text in texts {
      let kind = Kind.allCases.first { $0.pattern.accepts(text) }!
      surprise += Elementary.log(Double(Kind.allCases.count * all[kind.rawValue].count))
      characters += text.count + 1
    }
    return surprise / Double(characters)
  }
}
