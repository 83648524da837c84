import Autodiff
import Recurrent
import Testing

@testable import Experiments

@Suite struct TrainingTests {
  /// The first step of Adam is the learning rate against the gradient's sign, up to ε.
  @Test func aStepGoesDownhill() {
    var parameters = [Matrix(column: [3, -2])]
    let losses = train(&parameters, updates: 1, learningRate: 0.1) { p, _ in (p[0] .* p[0]).total }
    #expect(losses == [13])
    #expect(parameters[0].largestDifference(from: Matrix(column: [2.9, -1.9])) < 1e-6)
  }

  @Test func theLossIsToldTheNumberOfItsUpdate() {
    var parameters = [Matrix(1)]
    var seen: [Int] = []
    train(&parameters, updates: 3, learningRate: 0.1) { p, update in
      seen.append(update)
      return p[0]
    }
    #expect(seen == [0, 1, 2])
  }

  /// Adam cancels a scale common to all gradients, so clipping has an effect only if some gradients are clipped and
  /// others not.
  @Test func gradientsAreClippedAtTheThreshold() {
    func trained(_ threshold: Double?) -> Matrix {
      var parameters = [Matrix(1)]
      train(&parameters, updates: 2, learningRate: 0.1, clippingAt: threshold) { p, update in
        (update == 0 ? 100 : 0.5) * p[0]
      }
      return parameters[0]
    }
    #expect(trained(nil) != trained(1))
    #expect(trained(nil) == trained(1000))
  }

  /// The slope of √(x + 1) at −1 is infinite, that of √x is NaN.
  @Test(arguments: [0.0, 1])
  func aGradientThatIsNoNumberChangesNothing(offset: Double) {
    var parameters = [Matrix(-1), Matrix(2)]
    train(&parameters, updates: 2, learningRate: 0.1) { p, _ in (p[0] + offset).squareRoot + p[1] }
    #expect(parameters == [Matrix(-1), Matrix(2)])
  }

  @Test func theBestClassIsTheFirstOfEquals() {
    let scores = Matrix([[1, 0, 2], [3, 0, 2], [2, -1, 5]])
    #expect(best(scores) == [1, 0, 2])
    #expect(countRight(scores, [1, 1, 2]) == 2)
  }

  @Test func scoresOfSeeds() {
    let (a, b) = (Scores(values: [0.5, 1, 0.75]), Scores(values: [0.5, 0.6]))
    #expect(a.mean == 0.75 && a.lowest == 0.5 && a.highest == 1)
    #expect(a.wins(over: b) == 4 && b.wins(over: a) == 1)
  }

  @Test func theMedianIsTheMiddle() {
    #expect(median([3, 1, 2]) == 2)
    #expect(median([4, 1, 3, 2]) == 3)
    #expect(median([[1, 9], [3, 7], [2, 8]]) == [2, 8])
  }

  /// Means over pairs of updates: 2, 6 and 4, 4 and 9, 1; the fifth loss is left over.
  @Test func aLossCurveIsTheMedianOfMeans() {
    let curve = lossCurve([[1, 3, 5, 7, 9], [4, 4, 3, 5, 0], [9, 9, 1, 1, 0]], every: 2)
    #expect(curve.map(\.x) == [2, 4])
    #expect(curve.map(\.y) == [4, 4])
  }
}

@Suite struct LearnerTests {
  static let kinds: [RecurrentConfiguration.Kind] = [.rnn(.tanh), .lstm, .gru()]

  /// The count is that of the parameters themselves, and no other size comes nearer to the wanted number.
  @Test(arguments: kinds, [1, 3])
  func theSizeWithTheNearestNumberOfParameters(kind: RecurrentConfiguration.Kind, layers: Int) {
    let task = Task.recall(lag: 3)
    for wanted in [1, 700, 2000] {
      let found = Contestant(kind: kind, parameters: wanted, for: task, layers: layers)
      func distance(_ hidden: Int) -> Int {
        abs(Contestant(kind: kind, hidden: hidden, layers: layers).parameterCount(for: task) - wanted)
      }
      #expect((1...80).allSatisfy { distance($0) >= distance(found.hidden) })
      #expect(found.layers == layers)
    }
  }

  @Test(arguments: kinds)
  func aLearnerHasTheParametersThatAreCounted(kind: RecurrentConfiguration.Kind) {
    let task = Task.agreement(phrases: 2)
    let contestant = Contestant(kind: kind, hidden: 5, layers: 2)
    var random = Random(seed: 1)
    let learner = Learner(contestant, for: task, random: &random)
    let recurrent = learner.network.parameters.reduce(0) { $0 + $1.count }
    #expect(recurrent + 2 * (5 + 1) == contestant.parameterCount(for: task))
  }

  /// PyTorch's second block is the LSTM's forget gate and the GRU's update gate.
  @Test(arguments: [RecurrentConfiguration.Kind.lstm, .gru()])
  func theBiasOfTheGateThatKeepsIsRaisedInEveryLayer(kind: RecurrentConfiguration.Kind) {
    func network(_ bias: Double) -> RecurrentNetwork<Matrix> {
      var random = Random(seed: 1)
      return Learner(
        Contestant(kind: kind, hidden: 3, layers: 2, gateBias: bias), for: .recall(lag: 1), random: &random
      ).network
    }
    let (plain, raised) = (network(0), network(2))
    for (parameter, (a, b)) in zip(plain.configuration.parameters, zip(plain.parameters, raised.parameters)) {
      let isRaised = parameter.name.hasPrefix("bias_hh")
      let expected = Matrix(rows: a.rows, columns: a.columns) { row, column in
        a[row, column] + (isRaised && (3..<6).contains(row) ? 2 : 0)
      }
      #expect(b == expected, "\(parameter.name)")
    }
  }

  @Test(arguments: kinds, [false, true])
  func aLearnerLearns(kind: RecurrentConfiguration.Kind, isResidual: Bool) {
    let contestant = Contestant(kind: kind, hidden: 8, layers: 2, isResidual: isResidual)
    let task = Task.recall(lag: 1)
    let before = scores(contestant, task, seeds: [1, 2], updates: 0)
    let after = scores(contestant, task, seeds: [1, 2], updates: 150)
    #expect(after.lowest > 0.95 && before.highest < 0.6, "\(before.values) \(after.values)")
    #expect(scores(contestant, task, seeds: [1, 2], updates: 150).values == after.values)
    #expect(after.losses.map(\.count) == [150, 150] && before.losses == [[], []])
    #expect(after.losses.allSatisfy { $0.last! < 0.2 * $0.first! })
  }

  /// Skip connections change the answers of the same weights, unless there is only one layer.
  @Test(arguments: [1, 2])
  func aSkipPassesEveryLayerButTheFirst(layers: Int) {
    func accuracy(_ isResidual: Bool) -> [Double] {
      scores(
        Contestant(kind: .gru(), hidden: 6, layers: layers, isResidual: isResidual), .recall(lag: 4),
        seeds: [1, 2, 3, 4, 5],
        updates: 10
      ).values
    }
    #expect((accuracy(false) == accuracy(true)) == (layers == 1))
  }

  /// From only two sequences a network can learn nothing but their answers.
  @Test func dataAreAllThatIsLearnedFrom() {
    let contestant = Contestant(kind: .gru(), hidden: 6)
    let few = scores(contestant, .recall(lag: 2), seeds: [1, 2, 3], updates: 150, data: 2)
    let many = scores(contestant, .recall(lag: 2), seeds: [1, 2, 3], updates: 150)
    #expect(few.highest < 0.8 && many.lowest > 0.95, "\(few.values) \(many.values)")
  }
}
