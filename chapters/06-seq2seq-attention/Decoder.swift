// A small encoder and decoder on a tape, with every quantity of the notes' equations under its name.

import Autodiff
import LaTeX
import Recurrent

/// Reads one sequence and writes another with a teacher. Both networks are tanh networks of a few units, so that a step is one
/// line.
struct Decoder {
  let tape = Tape()
  /// s_0 … s_T and p_1 … p_T.
  let s: [Variable]
  let p: [Variable]
  let loss: Variable
  /// Every parameter under its name.
  let parameters: [String: Matrix]
  /// The numbers of the notes' names.
  private(set) var scope: Scope

  static let source = [0, 2, 1, 3, 1]
  static let target = [3, 0, 2]

  /// - Parameters:
  ///   - score: of the attention; nil for none.
  ///   - query: which state asks.
  init(_ score: AttentionScore?, query: Seq2SeqConfiguration.Query = .previous, seed: UInt64) {
    let configuration = Seq2SeqConfiguration(
      .rnn(.tanh), sourceSymbols: 4, targetSymbols: 4, embeddingSize: 3, encoderSize: 2, decoderSize: 4, score: score,
      query: query)
    let names = [
      "bridge.W_h": "W_s", "bridge.b_h": "b_s", "decoder.weight_ih_l0": "W_y", "decoder.bias_ih_l0": "b_y",
      "decoder.weight_hh_l0": "W_h", "decoder.bias_hh_l0": "b_h", "attention.W": "W_a", "output.W": "W",
      "output.b": "b",
    ]
    let tape = tape
    // Weights are larger than at the start of a training, so that the steps differ. Each parameter has a random stream of its
    // own: a parameter that has the same shape in two decoders has the same numbers in both.
    let values = configuration.parameters.map { parameter in
      var random = Random(seed: seed, stream: parameter.name)
      return random.normal(parameter.shape[0], parameter.shape.count > 1 ? parameter.shape[1] : 1, deviation: 0.7)
    }
    parameters = Dictionary(uniqueKeysWithValues: zip(configuration.parameters.map(\.name), values))
    let model = Seq2Seq(configuration, parameters: values).map { name, value in
      tape.variable(value, named: names[name])
    }

    let source = SymbolBatch([Decoder.source])
    let encoded = model.encode(source)
    var s = [encoded.state[0].named("s_0")]
    var p: [Variable] = []
    var (e, a, losses) = ([Matrix](), [Matrix](), [Variable]())
    let given = [configuration.boundary] + Decoder.target
    let wanted = Decoder.target + [configuration.boundary]
    for (t, symbol) in given.enumerated() {
      let y = model["target.embedding"].columns([symbol]).named("y_\(t)")
      let step = model.step(y, [s[t]], encoded.memory)
      if let answer = step.answer {
        e.append(answer.scores.value)
        a.append(answer.weights.value)
        _ = answer.context.named("c_\(t + 1)")
      }
      s.append(step.state[0].named("s_\(t + 1)"))
      p.append(step.scores.softmax.named("p_\(t + 1)"))
      losses.append(step.scores.crossEntropy([wanted[t]]))
    }
    let T = wanted.count
    loss = (1 / Double(T)) * losses.dropFirst().reduce(losses[0]) { $0 + $1 }
    (self.s, self.p) = (s, p)
    scope = Scope()
    for (name, variable) in tape.namedVariables { scope.values[name] = variable.value }
    scope.set("e_#", e, from: 1)
    scope.set("a_#", a, from: 1)
    if let keys = encoded.memory?.keys { scope.values["K"] = Matrix(columns: keys.map(\.value)) }
    let read = model.encoder.run(
      Decoder.source.map { model["source.embedding"].columns([$0]) }, from: nil)
    scope.values["\\overrightarrow{h}_S"] = read.states[0][0].value
    scope.values["\\overleftarrow{h}_1"] = read.states[1][0].value
    // The probability of the right symbol.
    for (t, symbol) in wanted.enumerated() {
      scope.values[Scope.indexed("\\pi_#", t + 1)] = Matrix(p[t].value[symbol, 0])
    }
    scope.values["L"] = loss.value
    scope.integers["T"] = T
  }
}

extension Random {
  /// The random stream of a seed and a name.
  fileprivate init(seed: UInt64, stream name: String) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a over the bytes of the name
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    self.init(seed: seed ^ hash)
  }
}
