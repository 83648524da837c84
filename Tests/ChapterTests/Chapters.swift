// The chapters that the tests run over: a line for each.

@testable import Notebook
@testable import birnn
@testable import deep_rnn
@testable import gru
@testable import lstm_backprop
@testable import lstm_forward
@testable import seq2seq_attention
@testable import sequence_models
@testable import vanishing_gradient

extension ChapterCase {
  static let all = [
    ChapterCase(SequenceModels.self, checks: 70, section: "unrolled", taped: ["rnn"]),
    ChapterCase(VanishingGradient.self, checks: 70, section: "jacobian", taped: ["chain-step"]),
    ChapterCase(LSTMForward.self, checks: 80, section: "cell-state", taped: ["cell", "c"]),
    ChapterCase(LSTMBackprop.self, checks: 70, section: "museum", taped: ["cell"]),
    ChapterCase(GatedRecurrentUnitChapter.self, checks: 95, section: "backward", taped: ["gates"]),
    ChapterCase(BidirectionalNetworks.self, checks: 90, section: "padding", taped: ["two-directions"]),
    ChapterCase(
      Seq2SeqAttention.self, checks: 110, section: "translate",
      taped: ["score-additive", "bahdanau", "luong", "softmax"],
      seeds: [2, 3, 2021]),
    ChapterCase(DeepNetworks.self, checks: 125, section: "jacobians", taped: ["layers"]),
  ]
}
