import Foundation
import Notebook
import Reference
import Testing

@testable import seq2seq_attention

@Suite("Chapter 06: reader")
struct ReaderTests {
  private func weights() throws -> Safetensors {
    try Safetensors(contentsOf: Trial(Seq2SeqAttention.self).folder + "/weights.safetensors")
  }

  @Test func textIsFoldedToWhatTheReaderKnows() {
    for (text, folded) in [
      ("  December  2,\t2021\n", "december 2, 2021"), ("’21. 12. 2.", "'21. 12. 2."), ("２０２１", "2021"),
      ("2021–12–02", "2021-12-02"), ("12\u{110B}\u{116F}\u{11AF}", "12월"), ("   ", ""), ("", ""),
    ] {
      #expect(String(Characters.normalised(text)) == folded)
    }
    let read = Characters.read("Zebra 2021 ☃ Z")
    #expect(read.unknown == ["z", "☃"] && String(read.known) == "ebra 2021  ")
    #expect(read.numbers.map { Characters.source[$0] } == read.known)
    #expect(Set(Characters.source).count == Characters.source.count)
  }

  /// The shipped weights came from the training that their metadata names: a short one has the same losses to the digit.
  @Test func aTrainingReproducesTheFirstLossesOfTheShippedWeights() throws {
    let metadata = try weights().metadata
    let seed = try #require(UInt64(metadata["seed"] ?? ""))
    var training = Training(seed: seed)
    for _ in 0..<Training.lossesKept { training.update() }
    #expect(training.losses.map { "\($0)" }.joined(separator: " ") == metadata["first_losses"])
    #expect(metadata["command"] == "swift run -c release seq2seq-attention train --seed \(seed)")
    #expect(metadata["updates"] == "\(Training.updates)")
    var other = Training(seed: seed + 1)
    other.update()
    #expect(other.losses[0] != training.losses[0])
  }

  @Test func theShippedWeightsReachTheirAccuracy() throws {
    let file = try weights()
    let right = try Reader(file, path: "weights").countRight(Training.test)
    #expect(right * 100 >= 99 * Training.testSize && Training.test.count == 2_000)
    #expect(file.metadata["test"] == "\(right) of 2000 unseen dates read exactly")
    #expect(try file.encoded().count < 400_000)
  }

  @Test func weightsGoToAFileAndBack() throws {
    let file = try weights()
    let again = try Reader(file, path: "weights").file(metadata: file.metadata)
    #expect(try again.encoded() == file.encoded())
  }

  @Test func aFileThatIsSomethingElseIsRefused() throws {
    func complaint(_ change: (inout Safetensors) -> Void) throws -> String {
      var file = try weights()
      change(&file)
      let error = #expect(throws: BadInput.self) { try Reader(file, path: "w") }
      return error?.description ?? ""
    }
    #expect(try complaint { $0.metadata["format"] = nil }.hasPrefix("w: these are not the weights of this reader"))
    #expect(try complaint { $0.metadata["source"] = "abc" }.hasPrefix("w: these are not the weights"))
    #expect(try complaint { $0.tensors["output.b"] = nil }.contains("'output.b' is missing"))
    #expect(try complaint { $0.tensors["output.b"]!.shape = [12, 1] }.contains("has shape [12, 1], expected [12]"))
    #expect(try complaint { $0.tensors["x"] = $0.tensors["output.b"] }.contains("more tensors"))
  }
}
