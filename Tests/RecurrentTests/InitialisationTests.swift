import Autodiff
import Testing

@testable import Recurrent

@Suite struct InitialisationTests {
  private let configuration = RecurrentConfiguration(
    .rnn(.tanh), inputSize: 20, hiddenSize: 16, layers: 2, bidirectional: true)

  private func network(_ hidden: HiddenInitialisation, seed: UInt64 = 1) -> RecurrentNetwork<Matrix> {
    var random = Random(seed: seed)
    return RecurrentNetwork(configuration, hidden: hidden, random: &random)
  }

  @Test(arguments: HiddenInitialisation.allCases)
  func everyOtherParameterIsUniformUpToOneOverTheRootOfHidden(hidden: HiddenInitialisation) {
    let network = network(hidden)
    for (name, tensor) in network.torch where hidden == .uniform || !name.hasPrefix("weight_hh") {
      let largest = network[name].largestMagnitude
      #expect(largest <= 0.25 && largest > 0.15, "\(name)")
      #expect(tensor.elements.contains { $0 < -0.05 } && tensor.elements.contains { $0 > 0.05 }, "\(name)")
    }
  }

  @Test func orthogonalKeepsLengths() {
    for parameter in configuration.parameters where parameter.name.hasPrefix("weight_hh") {
      let W = network(.orthogonal)[parameter.name]
      #expect((W.transposed * W).largestDifference(from: .identity(16)) < 1e-14)
      #expect(W.largestDifference(from: .identity(16)) > 0.1)
    }
  }

  @Test func identityIsTheIdentity() {
    for parameter in configuration.parameters where parameter.name.hasPrefix("weight_hh") {
      #expect(network(.identity)[parameter.name] == .identity(16))
    }
  }

  @Test(arguments: HiddenInitialisation.allCases)
  func aSeedMeansTheSameNetwork(hidden: HiddenInitialisation) {
    #expect(haveSameBits(network(hidden).parameters, network(hidden).parameters))
    #expect(!haveSameBits(network(hidden).parameters, network(hidden, seed: 2).parameters))
  }

  /// Chapter 02 counts the frameworks' parameters; PyTorch's RNN(128, 256) has 98,816 with its two biases.
  @Test func parametersAreCounted() {
    #expect(RecurrentConfiguration(.rnn(.tanh), inputSize: 128, hiddenSize: 256).parameterCount == 98_816)
    #expect(network(.uniform).parameters.reduce(0) { $0 + $1.count } == configuration.parameterCount)
  }
}
