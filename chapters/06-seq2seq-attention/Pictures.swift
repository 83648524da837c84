// What the pictures of this chapter show, on tapes where every state has a name. PictureLayouts.swift lays them out.

import Autodiff
import Notebook
import Recurrent

/// A small encoder and decoder with a teacher, in tanh networks: the library's, with every state under its name.
struct Sketch {
  static let source = [0, 2, 1, 3]
  static let target = [3, 0]

  let tape = Tape()

  /// - Parameter score: of the attention; nil for none.
  init(_ score: AttentionScore?, seed: UInt64) {
    let configuration = Seq2SeqConfiguration(
      .rnn(.tanh), sourceSymbols: 4, targetSymbols: 4, embeddingSize: 3, encoderSize: 2, decoderSize: 4, score: score)
    var random = Random(seed: seed)
    let tape = tape
    let model = Seq2Seq(configuration, random: &random).map { name, value in
      tape.variable(value, named: Sketch.names[name])
    }
    let x = Sketch.source.enumerated().map { j, symbol in
      model["source.embedding"].columns([symbol]).named("x_\(j + 1)")
    }
    let S = x.count
    let (there, back) = (Sketch.name(forward: true), Sketch.name(forward: false))
    let first = tape.constant(Matrix(rows: 2, columns: 1), named: there(0))
    let last = tape.constant(Matrix(rows: 2, columns: 1), named: back(S + 1))
    let forward = RNNCell(model.encoder.weights(layer: 0)).unroll(x, from: [first]).map { $0[0] }
    let backward =
      RNNCell(model.encoder.weights(layer: 0, backward: true)).unroll(x.reversed(), from: [last])
      .map { $0[0] }.reversed() as [Variable]
    for j in 1...S {
      _ = forward[j - 1].named(there(j))
      _ = backward[j - 1].named(back(j))
    }
    let memory = model.attention.map { attention in
      attention.memory((0..<S).map { j in Variable.stack([forward[j], backward[j]]).named("k_\(j + 1)") })
    }
    let ends = Variable.stack([forward[S - 1], backward[0]])
    var s = (model["bridge.W_h"] * ends + model["bridge.b_h"]).tanh.named("s_0")
    for (t, symbol) in ([configuration.boundary] + Sketch.target).enumerated() {
      let y = model["target.embedding"].columns([symbol]).named("y_\(t)")
      let step = model.step(y, [s], memory)
      _ = step.answer?.context.named("c_\(t + 1)")
      s = step.state[0].named("s_\(t + 1)")
      _ = step.scores.softmax.named("p_\(t + 1)")
    }
  }

  /// The states of one direction of the encoder.
  static func name(forward: Bool) -> (_ j: Int) -> String {
    { j in (forward ? "\\overrightarrow{h}" : "\\overleftarrow{h}") + "_\(j)" }
  }

  /// The decoder's states, but the last one.
  static let states = (0...target.count).map { "s_\($0)" }

  /// The weights and biases of one direction of the encoder.
  static func weights(forward: Bool) -> [String] {
    ["W_x", "W_h", "b_x", "b_h"].map { name in
      (forward ? "\\overrightarrow" : "\\overleftarrow") + "{\(name.prefix(1))}\(name.dropFirst())"
    }
  }

  /// The pictures' names of the parameters.
  private static let names: [String: String] = {
    var names = [
      "bridge.W_h": "W_s", "bridge.b_h": "b_s", "decoder.weight_ih_l0": "W_y", "decoder.bias_ih_l0": "b_y",
      "decoder.weight_hh_l0": "W_h", "decoder.bias_hh_l0": "b_h", "output.W": "W", "output.b": "b",
    ]
    let parts = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
    for (part, name) in zip(parts, weights(forward: true)) { names["encoder.\(part)"] = name }
    for (part, name) in zip(parts, weights(forward: false)) { names["encoder.\(part)_reverse"] = name }
    return names
  }()
}

extension Seq2SeqAttention {
  /// Section 6.1: all that the decoder gets of the source is s_0.
  func drawEncoderDecoder(_ page: Page) {
    let picture = Diagram.encoderDecoder(isAttending: false).colouring(["s_0"], 1).naming(
      Sketch.states + [Sketch.name(forward: true)(Sketch.source.count), Sketch.name(forward: false)(1)])
    page.diagram("encoder-decoder", picture, Sketch(nil, seed: page.seed).tape, isPart: true)
  }

  /// Section 6.2: at every step the decoder also gets c_t, a mean of all keys.
  func drawWithAttention(_ page: Page) {
    let contexts = (1...Sketch.target.count + 1).map { "c_\($0)" }
    let keys = (1...Sketch.source.count).map { "k_\($0)" } + ["K_2", "K_3", "K_4"]
    let picture = Diagram.encoderDecoder(isAttending: true).colouring(["s_0"], 1).colouring(contexts + keys, 0)
      .naming(Sketch.states + contexts)
    page.diagram("with-attention", picture, Sketch(.dot, seed: page.seed).tape, isPart: true)
  }
}

// MARK: - One step

/// One step of a decoder with attention over four keys of two entries, small enough to be recomputed by hand.
struct OneStep {
  static let steps = 4

  let tape = Tape()
  /// The same c_t from the library's attention.
  let expected, context: Matrix

  init(seed: UInt64) {
    var random = Random(seed: seed)
    let tape = tape
    let configuration = Seq2SeqConfiguration(
      .rnn(.tanh), sourceSymbols: 1, targetSymbols: 2, embeddingSize: 2, encoderSize: 1, decoderSize: 2, score: .dot)
    let attention = Attention<Variable>(configuration.attention!)
    let k = (1...OneStep.steps).map { j in tape.variable(random.normal(2, 1), named: "k_\(j)") }
    let q = tape.variable(random.uniform(2, 1, -1, 1), named: "s_{t-1}")
    let memory = attention.memory(k)
    let scores = attention.scores(q, memory).enumerated().map { j, e in e.named("e_\(j + 1)") }
    let weights = Variable.stack(scores).softmax
    let terms = k.enumerated().map { j, k_j in k_j * weights.rows(j..<j + 1).named("a_\(j + 1)") }
    let c = terms.dropFirst().reduce(terms[0]) { $0 + $1 }.named("c_t")
    let library = Attention<Matrix>(configuration.attention!)
    expected = library(q.value, library.memory(k.map(\.value))).context
    context = c.value

    func weight(_ name: String, _ rows: Int, _ columns: Int) -> Variable {
      tape.variable(random.normal(rows, columns), named: name)
    }
    let y = tape.variable(random.normal(2, 1), named: "y_{t-1}")
    let cell = RNNCell(W: (weight("W_y", 2, 4), weight("W_h", 2, 2)), b: (weight("b_y", 2, 1), weight("b_h", 2, 1)))
    let s = cell.step(Variable.stack([y, c]), q).named("s_t")
    _ = (weight("W", 3, 4) * Variable.stack([c, s]) + weight("b", 3, 1)).softmax.named("p_t")
  }
}

extension Seq2SeqAttention {
  /// A part of the walk through one step, in colour with its numbers, and what came before it.
  private enum Part: String, CaseIterable {
    case scores, weights, context, symbol

    var keys: [String] {
      let numbers = 1...OneStep.steps
      return switch self {
      case .scores: numbers.map { "e_\($0)" }
      case .weights: ["softmax"]
      case .context: numbers.map { "×\($0)" } + ["+2", "+3", "c_t"]
      case .symbol: ["s_t", "both", "p_t"]
      }
    }

    /// What has its numbers beside it.
    var numbered: [String] {
      let numbers = 1...OneStep.steps
      return switch self {
      case .scores: ["s_{t-1}"] + numbers.map { "k_\($0)" } + numbers.map { "e_\($0)" }
      case .weights: numbers.map { "e_\($0)" } + numbers.map { "a_\($0)" }
      case .context: numbers.map { "k_\($0)" } + numbers.map { "a_\($0)" } + ["c_t"]
      case .symbol: ["c_t", "s_{t-1}", "y_{t-1}", "s_t", "p_t"]
      }
    }
  }

  func drawScores(_ page: Page) { draw(.scores, page) }
  func drawWeights(_ page: Page) { draw(.weights, page) }
  func drawContext(_ page: Page) { draw(.context, page) }
  func drawSymbol(_ page: Page) { draw(.symbol, page) }

  private func draw(_ part: Part, _ page: Page) {
    let step = OneStep(seed: page.seed)
    let told = Part.allCases.prefix { $0 != part }.flatMap(\.keys)
    let given = ["s_{t-1}"] + (1...OneStep.steps).map { "k_\($0)" } + (part == .symbol ? ["y_{t-1}"] : [])
    let picture = Diagram.oneStep().emphasising(part.keys, plain: told + given).numbering(part.numbered)
    page.diagram("step-\(part.rawValue)", picture, step.tape)
    if part == .context {
      page.check(
        Text("c_t of the picture", ko: "그림의 c_t"),
        Witness(Text("Attention.swift", ko: "Attention.swift"), step.expected),
        equals: .tape(step.context))
    }
  }

  /// Section 6.5: both orders, a step each.
  func drawQueries(_ page: Page) {
    page.diagram(
      "queries",
      [
        DiagramPanel(.stateBeforeAsks(), OneQuery(.previous, seed: page.seed).tape),
        DiagramPanel(.stateAfterAsks(), OneQuery(.current, seed: page.seed).tape),
      ], isRow: true)
  }
}

/// One step of a decoder with the general score, by the equations of section 6.5.
struct OneQuery {
  let tape = Tape()

  init(_ query: Seq2SeqConfiguration.Query, seed: UInt64) {
    var random = Random(seed: seed)
    let tape = tape
    func given(_ name: String, _ rows: Int, _ columns: Int) -> Variable {
      tape.variable(random.normal(rows, columns), named: name)
    }
    let (K, y, before) = (given("K", 4, 5), given("y_{t-1}", 3, 1), given("s_{t-1}", 4, 1))
    let attention = OneSequence(
      configuration: AttentionConfiguration(.general, querySize: 4, keySize: 4), parameters: [given("W_a", 4, 4)])
    func look(_ q: Variable) -> Variable { attention(K, q).c.named("c_t") }
    func step(_ x: Variable) -> Variable {
      let W = (given("W_y", 4, x.shape.rows), given("W_h", 4, 4))
      return RNNCell(W: W, b: (given("b_y", 4, 1), given("b_h", 4, 1))).step(x, before).named("s_t")
    }
    let s, c: Variable
    switch query {
    case .previous:
      c = look(before)
      s = step(Variable.stack([y, c]))
    case .current:
      s = step(y)
      c = look(s)
    }
    _ = (given("W", 5, 8) * Variable.stack([c, s]) + given("b", 5, 1)).softmax.named("p_t")
  }
}

// MARK: - The way of a gradient

/// An encoder in one direction, a decoder, and the loss of its last symbol. With attention the last state asks.
struct Way {
  static let source = 4
  static let target = 3

  let tape = Tape()
  let loss: Variable

  init(isAttending: Bool, seed: UInt64) {
    var random = Random(seed: seed)
    let tape = tape
    func given(_ name: String, _ rows: Int, _ columns: Int) -> Variable {
      tape.variable(random.normal(rows, columns, deviation: 0.5), named: name)
    }
    let reader = RNNCell(W: (given("V_x", 3, 3), given("V_h", 3, 3)))
    let writer = RNNCell(W: (given("W_y", 3, 3), given("W_h", 3, 3)))
    let x = (1...Way.source).map { given("x_\($0)", 3, 1) }
    let y = (1...Way.target).map { given("y_\($0 - 1)", 3, 1) }
    let h = reader.unroll(x, from: [given("h_0", 3, 1)]).enumerated().map { $1[0].named("h_\($0 + 1)") }
    let first = (given("W_s", 3, 3) * h[Way.source - 1]).tanh.named("s_0")
    let s = writer.unroll(y, from: [first]).enumerated().map { $1[0].named("s_\($0 + 1)") }
    var output = s[Way.target - 1]
    if isAttending {
      let attention = Attention<Variable>(AttentionConfiguration(.dot, querySize: 3, keySize: 3))
      let c = attention(output, attention.memory(h)).context.named("c_\(Way.target)")
      output = Variable.stack([c, output])
    }
    loss = (given("W", 4, output.shape.rows) * output).crossEntropy([0]).named("L")
  }
}

extension Seq2SeqAttention {
  /// Section 6.6: the shortest way from the loss of the last symbol back to the first symbol read.
  func drawWays(_ page: Page) {
    let states = (1...Way.source).map { "h_\($0)" } + (0...Way.target).map { "s_\($0)" }
    let shortest = [
      (false, ["x_1"] + states + ["L", "L"]),
      (true, ["x_1", "h_1"] + (2...Way.source).map { "K_\($0)" } + ["c_\(Way.target)", "L", "L"]),
    ]
    let panels = shortest.map { isAttending, path in
      let way = Way(isAttending: isAttending, seed: page.seed)
      return DiagramPanel(.way(isAttending: isAttending).tracing(path), way.tape, isPart: true).back(from: way.loss)
    }
    page.diagram("ways", panels)
  }
}
