import Autodiff
import Testing

@testable import Recurrent

@Suite struct InitialisationTests {
  private func network(
    _ hidden: HiddenInitialisation, _ kind: RecurrentConfiguration.Kind, seed: UInt64 = 1
  ) -> RecurrentNetwork<Matrix> {
    var random = Random(seed: seed)
    let configuration = RecurrentConfiguration(kind, inputSize: 20, hiddenSize: 16, layers: 2, bidirectional: true)
    return RecurrentNetwork(configuration, hidden: hidden, random: &random)
  }

  /// The blocks of all weights on the state, one a gate.
  private func blocks(_ network: RecurrentNetwork<Matrix>) -> [Matrix] {
    network.configuration.parameters.filter { $0.name.hasPrefix("weight_hh") }.flatMap { parameter in
      (0..<network.configuration.kind.gates).map { network[parameter.name].rows(16 * $0..<16 * ($0 + 1)) }
    }
  }

  /// All numbers of each role (weight_ih, weight_hh, bias_ih, bias_hh), in all layers and directions, fill ±1/√hidden.
  @Test(arguments: HiddenInitialisation.allCases, kinds)
  func everyOtherParameterIsUniformUpToOneOverTheRootOfHidden(
    hidden: HiddenInitialisation, kind: RecurrentConfiguration.Kind
  ) {
    var random = Random(seed: 1)
    let configuration = RecurrentConfiguration(kind, inputSize: 5, hiddenSize: 64, layers: 2, bidirectional: true)
    let network = RecurrentNetwork(configuration, hidden: hidden, random: &random)
    for role in ["weight_ih", "weight_hh", "bias_ih", "bias_hh"] where hidden == .uniform || role != "weight_hh" {
      let tensors = network.torch.filter { $0.name.hasPrefix(role) }
      #expect(tensors.count == 4 && fill(tensors.flatMap(\.tensor.elements), 0.125), "\(role)")
    }
  }

  /// The measure itself sees a bound that is wrong by a tenth.
  @Test(arguments: [1 / 1.1, 1, 1.1]) func aWrongBoundIsSeen(factor: Double) {
    var random = Random(seed: 2)
    #expect(fill(random.uniform(16, 16, -0.25 * factor, 0.25 * factor).elements, 0.25) == (factor == 1))
  }

  /// Every parameter of an attention: ±1/√columns, and v ±1/√rows.
  @Test func anAttentionsParametersFillTheirBounds() {
    var random = Random(seed: 3)
    let general = Attention(AttentionConfiguration(.general, querySize: 30, keySize: 50), random: &random)
    #expect(fill(general.parameters[0].elements, 1 / 50.0.squareRoot()))
    let additive = Attention(
      AttentionConfiguration(.additive, querySize: 30, keySize: 50, attentionSize: 400), random: &random)
    for (value, count) in zip(additive.parameters, [30.0, 50, 400]) {
      #expect(fill(value.elements, 1 / count.squareRoot()))
    }
  }

  /// Every parameter of an encoder with a decoder, role by role.
  @Test(arguments: [AttentionScore.general, .additive]) func anEncoderAndADecoderFillTheirBounds(score: AttentionScore)
  {
    var random = Random(seed: 4)
    let configuration = Seq2SeqConfiguration(
      .lstm, sourceSymbols: 60, targetSymbols: 50, embeddingSize: 40, encoderSize: 30, decoderSize: 200, score: score)
    let model = Seq2Seq(configuration, random: &random)
    for parameter in configuration.parameters {
      let numbers = model[parameter.name].elements
      switch parameter.name {
      case "source.embedding", "target.embedding":
        let deviation = (numbers.reduce(0) { $0 + $1 * $1 } / Double(numbers.count)).squareRoot()
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        #expect(abs(deviation - 0.5) < 0.025 && abs(mean) < 0.05, "\(parameter.name)")
      case let name where name.hasPrefix("encoder"): #expect(fill(numbers, 1 / 30.0.squareRoot()), "\(name)")
      case let name where name.hasPrefix("decoder"): #expect(fill(numbers, 1 / 200.0.squareRoot()), "\(name)")
      case "bridge.b_h", "bridge.b_c", "output.b": #expect(numbers.allSatisfy { $0 == 0 }, "\(parameter.name)")
      case "bridge.W_h", "bridge.W_c": #expect(fill(numbers, 1 / 60.0.squareRoot()), "\(parameter.name)")
      case "output.W": #expect(fill(numbers, 1 / 260.0.squareRoot()), "\(parameter.name)")
      case "attention.W", "attention.W_k": #expect(fill(numbers, 1 / 60.0.squareRoot()), "\(parameter.name)")
      case "attention.W_q", "attention.v": #expect(fill(numbers, 1 / 200.0.squareRoot()), "\(parameter.name)")
      default: Issue.record("no bound is known for \(parameter.name)")
      }
    }
  }

  @Test(arguments: kinds) func orthogonalKeepsLengths(kind: RecurrentConfiguration.Kind) {
    let blocks = blocks(network(.orthogonal, kind))
    #expect(blocks.count == 4 * kind.gates)
    for W in blocks {
      #expect((W.transposed * W).largestDifference(from: .identity(16)) < 1e-14)
      #expect(W.largestDifference(from: .identity(16)) > 0.1)
    }
  }

  @Test(arguments: kinds) func identityIsTheIdentity(kind: RecurrentConfiguration.Kind) {
    for W in blocks(network(.identity, kind)) { #expect(W == .identity(16)) }
  }

  @Test(arguments: HiddenInitialisation.allCases, kinds)
  func aSeedMeansTheSameNetwork(hidden: HiddenInitialisation, kind: RecurrentConfiguration.Kind) {
    let network = network(hidden, kind)
    #expect(haveSameBits(network.parameters, self.network(hidden, kind).parameters))
    #expect(!haveSameBits(network.parameters, self.network(hidden, kind, seed: 2).parameters))
  }

  /// Chapter 02 counts the frameworks' parameters; PyTorch's RNN(128, 256) has 98,816 with its two biases, its LSTM
  /// four times as many.
  @Test(arguments: kinds) func parametersAreCounted(kind: RecurrentConfiguration.Kind) {
    let large = RecurrentConfiguration(kind, inputSize: 128, hiddenSize: 256)
    #expect(large.parameterCount == kind.gates * 98_816)
    let network = network(.uniform, kind)
    #expect(network.parameters.reduce(0) { $0 + $1.count } == network.configuration.parameterCount)
  }
}
