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

  @Test(arguments: HiddenInitialisation.allCases, kinds)
  func everyOtherParameterIsUniformUpToOneOverTheRootOfHidden(
    hidden: HiddenInitialisation, kind: RecurrentConfiguration.Kind
  ) {
    let network = network(hidden, kind)
    for (name, tensor) in network.torch where hidden == .uniform || !name.hasPrefix("weight_hh") {
      let largest = network[name].largestMagnitude
      #expect(largest <= 0.25 && largest > 0.15, "\(name)")
      #expect(tensor.elements.contains { $0 < -0.05 } && tensor.elements.contains { $0 > 0.05 }, "\(name)")
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

  /// Chapter 02 counts the frameworks' parameters; PyTorch's RNN(128, 256) has 98,816 with its two biases, its LSTM four
  /// times as many.
  @Test(arguments: kinds) func parametersAreCounted(kind: RecurrentConfiguration.Kind) {
    let large = RecurrentConfiguration(kind, inputSize: 128, hiddenSize: 256)
    #expect(large.parameterCount == kind.gates * 98_816)
    let network = network(.uniform, kind)
    #expect(network.parameters.reduce(0) { $0 + $1.count } == network.configuration.parameterCount)
  }
}
