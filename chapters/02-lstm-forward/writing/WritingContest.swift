// Section "writing-contest": an RNN and an LSTM with as many parameters learn to write.

import Autodiff
import Experiments
import Notebook
import Recurrent

extension LSTMForward {
  /// The RNN whose number of parameters is nearest to that of the LSTM.
  static let rnn: RecurrentConfiguration = {
    let sized = (1...2 * Writer.units + 40).map { units in
      RecurrentConfiguration(.rnn(.tanh), inputSize: Alphabet.count, hiddenSize: units)
    }
    let wanted = Writer.parameterCount(Writer.lstm)
    return sized.min { abs(Writer.parameterCount($0) - wanted) < abs(Writer.parameterCount($1) - wanted) }!
  }()

  /// Half as long as the training of the shipped weights.
  static let contestUpdates = WriterTraining.updates / 2

  func writingContest(_ page: Page) {
    page.section("writing-contest") {
      page.number("rnn-units", Double(LSTMForward.rnn.hiddenSize), decimals: 0)
      page.number("rnn-parameters", Double(Writer.parameterCount(LSTMForward.rnn)), decimals: 0)
      let seeds = page.seeds(3)
      let contestants = [("RNN", LSTMForward.rnn), ("LSTM", Writer.lstm)].map { name, configuration in
        (name: name, results: seeds.map { WriterResult.of(configuration, seed: $0, page) })
      }
      page.table(
        [.symbols(""), Text("seed", ko: "시드"), Text("loss, held out", ko: "떼어 둔 글의 손실")]
          + [Text("right %", ko: "맞음 %"), Text("of these new %", ko: "그중 새것 %")],
        contestants.flatMap { name, results in
          zip(seeds, results).map { seed, result in
            let shares = [result.trial.right, result.trial.new].map { NumberFormat.format(100 * $0, decimals: 1) }
            return [name, "\(seed)", NumberFormat.format(result.loss, decimals: 3)] + shares
          }
        })
      let losses = contestants.map { $0.results.map(\.loss) }
      let right = contestants.map { $0.results.map { 100 * $0.trial.right } }
      let floor = Texts.lowestLoss(on: WriterTraining.heldOut)
      page.check(
        Text("every network ends a little above the lowest loss", ko: "어느 신경망이든 가장 낮은 손실 가까이에서 끝난다"),
        .inside(losses.joined().max()! - floor, 0...0.06, named: "Δ"))
      let wins = seeds.indices.count { losses[0][$0] < losses[1][$0] && right[0][$0] > right[1][$0] }
      page.number("rnn-wins", Double(wins), decimals: 0)
      page.check(
        Text("the RNN has the lower loss and more right texts", ko: "RNN의 손실이 더 낮고 맞는 글도 더 많다"), .atLeast(wins, 2),
        note: Text("of 3 seeds", ko: "시드 3개 중"))
      for (k, name) in ["rnn", "lstm"].enumerated() {
        page.number("\(name)-loss", losses[k].reduce(0, +) / 3, decimals: 3)
        page.number("\(name)-right", right[k].reduce(0, +) / 3, decimals: 1)
      }
      page.figure(
        "writing-contest",
        .lineChart(
          LineChart(
            x: .init("#"), y: .init("L", .logarithmic, limits: 0.4...4),
            series: contestants.map { name, results in
              let losses = median(results.map { $0.curve.map(\.y) })
              return .init(.init(name), zip(results[0].curve, losses).map { (x: $0.x, y: $1) })
            })),
        title: "Loss on held-out texts against the number # of updates: the median of three RNNs and of three LSTMs")
    }
  }
}

/// A whole training, and what its network writes.
private struct WriterResult {
  let loss: Double
  let curve: [(x: Double, y: Double)]
  let trial: WritingTrial

  private init(_ configuration: RecurrentConfiguration, seed: UInt64, _ page: Page) {
    var training = WriterTraining(configuration, seed: seed, updates: LSTMForward.contestUpdates)
    training.run { page.progress($0, $1) }
    curve = training.curve.map { (x: Double($0.updates), y: $0.heldOut) }
    loss = training.curve.last?.heldOut ?? .nan
    trial = WritingTrial(training.writer, temperature: 1, texts: 500, seed: seed)
  }

  private struct Key: Hashable {
    let configuration: RecurrentConfiguration
    let seed: UInt64
  }
  /// The notes are woven in two languages: the second one finds the trainings done. Chapters run on one thread.
  nonisolated(unsafe) private static var done: [Key: WriterResult] = [:]

  static func of(_ configuration: RecurrentConfiguration, seed: UInt64, _ page: Page) -> WriterResult {
    let key = Key(configuration: configuration, seed: seed)
    if let result = done[key] { return result }
    let result = WriterResult(configuration, seed: seed, page)
    done[key] = result
    return result
  }
}
