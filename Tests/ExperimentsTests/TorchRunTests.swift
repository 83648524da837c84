import Autodiff
import Foundation
import Recurrent
import Reference
import Testing

@testable import Experiments

@Suite struct TorchRunTests {
  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures").path

  /// Every result of the tape equals the file's.
  @Test(arguments: [("gru-stacked", 4, false), ("gru-stacked-bidirectional", 2, true)])
  func theTapeAgreesWithAFile(name: String, layers: Int, bidirectional: Bool) throws {
    let torch = try TorchRun(
      .gru(), layers: layers, bidirectional: bidirectional,
      from: Safetensors(contentsOf: "\(Self.fixtures)/\(name).safetensors"))
    let ours = torch.computed()
    func agree(_ a: [Matrix], _ b: [Matrix]) -> Bool {
      a.count == b.count && !a.isEmpty
        && zip(a, b).allSatisfy { $0.largestDifference(from: $1) <= 1e-12 * max(1, $1.largestMagnitude) }
    }
    #expect(agree(ours.outputs, torch.outputs))
    #expect(agree(ours.last.flatMap { $0 }, torch.last.flatMap { $0 }))
    #expect(agree(ours.inputs, torch.gradientsOfInputs))
    #expect(agree(ours.first.flatMap { $0 }, torch.gradientsOfFirst.flatMap { $0 }))
    #expect(agree(ours.weights, torch.gradientsOfWeights))
    #expect(ours.last.count == layers * (bidirectional ? 2 : 1))
  }

  @Test func aMissingTensorIsNamed() {
    let path = "\(Self.fixtures)/attention-dot.safetensors"
    let error = #expect(throws: (any Error).self) { try TorchRun(.lstm, from: Safetensors(contentsOf: path)) }
    let message = error.map { "\($0)" } ?? ""
    #expect(message.contains("weight_ih_l0"), "\(message)")
  }
}
