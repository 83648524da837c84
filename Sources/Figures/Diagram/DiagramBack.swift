// The way back through a picture: what each wire carries in the other direction, as a term of the chain rule or as a number.

import Autodiff
import Console
import LaTeX

extension Diagram {
  /// What stands at the wires on the way back.
  struct Back: Sendable {
    /// By wire.
    var texts: [Int: [Figure.Label]] = [:]
    /// By wire, from 0 to 1.
    var widths: [Int: Double] = [:]
    /// The gradient that each wire carries, and for each name the sum over its wires.
    var numbers: [Int: Matrix] = [:]
    var sums: [String: Matrix] = [:]
  }

  /// What a picture of the way back writes beside a wire.
  public enum BackText: Sendable {
    /// The term of the chain rule that the wire carries.
    case term
    /// Its numbers.
    case number
    case both
  }

  /// What is drawn of the way back.
  public struct BackStyle: Sendable {
    /// The wires that something is written at, by the keys or names of their ends, as in the way forward.
    public var texts: [(from: String, to: String, text: BackText)]
    /// How many powers of ten lie between the thickest wire and the thinnest: the gradient's norm is the thickness. Nil for lines of one
    /// thickness.
    public var decades: Double?

    public init(_ texts: [(from: String, to: String, text: BackText)] = [], decades: Double? = nil) {
      (self.texts, self.decades) = (texts, decades)
    }
  }

  /// The way back from a loss.
  ///
  /// - Parameters:
  ///   - loss: the place of L in the records.
  ///   - lossName: what gradients are gradients of.
  ///   - gradients: the tape's gradients by name: what the wires carry must add up to them.
  func back(
    _ records: [Tape.Record], _ match: Match, from loss: Int, lossName: String, gradients: [String: Matrix],
    _ style: BackStyle
  ) throws(Problem) -> Back {
    let numbers: [[Matrix?]] = sent(records, from: loss, seed: Matrix(1), value: { records[$0].value }) { _ in nil }
    let symbols = records.indices.reduce(into: [Symbol]()) { formulas, place in
      formulas.append(symbol(records[place], formulas))
    }
    let terms: [[Symbol?]] = sent(records, from: loss, seed: .number(1), value: { symbols[$0] }) { place in
      place == loss ? nil : records[place].name.map { .name(Tape.gradientName(of: $0, loss: lossName)) }
    }
    let users = records.indices.reduce(into: [Int: [(user: Int, k: Int)]]()) { users, place in
      for (k, input) in records[place].inputs.enumerated() { users[input, default: []].append((place, k)) }
    }
    var back = Back()
    for wire in wires.indices {
      guard let source = match.places[wires[wire].from] else { continue }  // a merge's: see below
      let edges = (users[source] ?? []).filter { carries(wire, $0.user, match) }
      let sum = edges.reduce(nil as Matrix?) { sum, edge in
        guard let term = numbers[edge.user][edge.k] else { return sum }
        return sum.map { $0 + term } ?? term
      }
      let number = sum ?? Matrix(records[source].value.shape)
      back.numbers[wire] = number
      if let name = records[source].name { back.sums[name] = back.sums[name].map { $0 + number } ?? number }
      for entry in style.texts where isCalled(wires[wire], entry.from, entry.to) {
        var texts: [Figure.Label] = []
        if entry.text != .number {
          let term = edges.reduce(Symbol.number(0)) { sum, edge in
            terms[edge.user][edge.k].map { Symbol.apply(.sum, [sum, $0]) } ?? sum
          }
          texts += lines(of: term.withSquares.unicode)
        }
        if entry.text != .term { texts += self.numbers(of: number) }
        back.texts[wire] = texts
      }
    }
    for (name, sum) in back.sums {
      guard let gradient = gradients[name] else { continue }
      let error = (sum - gradient).norm
      if !(error <= 1e-12 * max(1, gradient.norm)) {
        let title = Symbol.name(name).unicode
        throw Problem(
          "the wires that lead back to \(title) carry \(sum.elements), and its gradient is \(gradient.elements)",
          ko: "\(title)로 돌아오는 선들의 합은 \(sum.elements)인데 기울기는 \(gradient.elements)이다")
      }
    }
    for entry in style.texts where !wires.contains(where: { isCalled($0, entry.from, entry.to) }) {
      throw Problem("no wire leads from \(entry.from) to \(entry.to)", ko: "\(entry.from)에서 \(entry.to)로 가는 선이 없다")
    }
    if let decades = style.decades {
      var norms = back.numbers.mapValues { $0.norm }
      for wire in wires.indices where norms[wire] == nil {
        let squares = inputs(of: wires[wire].from.node).compactMap { match.places[$0.port] }.flatMap { source in
          (users[source] ?? []).filter { carries(wire, $0.user, match) }.compactMap { numbers[$0.user][$0.k]?.norm }
        }
        norms[wire] = squares.reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
      let largest = norms.values.max() ?? 1
      for (wire, norm) in norms where norm > 0 {
        back.widths[wire] = max(0, 1 + Scale.log10(norm / largest) / decades)
      }
    }
    return back
  }

  /// Whether a use of the wire's source on the tape is what the wire shows: the use by the node that it leads to, through merges and
  /// past quantities; or, where it leaves the picture, the uses that are not drawn.
  private func carries(_ wire: Int, _ user: Int, _ match: Match) -> Bool {
    let target = wires[wire].to
    switch nodes[target].part {
    case .merge: return wires.indices.contains { wires[$0].from.node == target && carries($0, user, match) }
    case .quantity, .dots:
      let onwards = wires.indices.filter { wires[$0].from.node == target }
      return onwards.isEmpty ? match.owners[user] == nil : onwards.contains { carries($0, user, match) }
    default: return match.owners[user] == target
    }
  }

  /// A long term on several lines, broken before ⊙.
  private func lines(of term: String) -> [Figure.Label] {
    var lines: [String] = []
    for part in term.split(separator: " ⊙ ", omittingEmptySubsequences: false) {
      let isInBrackets = (lines.last ?? "").count { $0 == "(" } > (lines.last ?? "").count { $0 == ")" }
      if let last = lines.last, isInBrackets || displayWidth(last) + displayWidth(String(part)) <= 14 {
        lines[lines.count - 1] = "\(last) ⊙ \(part)"
      } else {
        lines.append(lines.isEmpty ? String(part) : "⊙ \(part)")
      }
    }
    return lines.map { Figure.Label($0) }
  }

  private func isCalled(_ wire: Wire, _ from: String, _ to: String) -> Bool {
    let (a, b) = (nodes[wire.from.node], nodes[wire.to])
    return (a.key == from || a.names[wire.from.output] == from) && (b.key == to || b.names.contains(to))
  }

  private func symbol(_ record: Tape.Record, _ formulas: [Symbol]) -> Symbol {
    if let name = record.name { return .name(name) }
    if let operation = record.operation { return Symbol.apply(operation, record.inputs.map { formulas[$0] }) }
    return record.value.count == 1 ? .number(record.value.elements[0]) : .name("x_{\(formulas.count)}")
  }
}

extension Symbol {
  /// The formula with a² for a ⊙ a, as the notes write it.
  fileprivate var withSquares: Symbol {
    guard case .applied(let operation, let inputs) = self else { return self }
    let parts = inputs.map(\.withSquares)
    if operation == .elementwiseProduct, parts[0] == parts[1] { return .power(parts[0], .number(2), elementwise: true) }
    return .applied(operation, parts)
  }
}

/// The gradients that each node of a tape sends to each of its inputs, by `Operation.pullback`.
///
/// - Parameters:
///   - loss: where the way back begins.
///   - value: a node's value in the algebra.
///   - gradient: what stands for a node's gradient on the way on; nil for the sum of what came.
private func sent<A: Algebra>(
  _ records: [Tape.Record], from loss: Int, seed: A, value: (Int) -> A, gradient: (Int) -> A?
) -> [[A?]] {
  var sums = [A?](repeating: nil, count: records.count)
  sums[loss] = seed
  var sent = records.map { [A?](repeating: nil, count: $0.inputs.count) }
  for place in (0...loss).reversed() {
    guard let sum = sums[place], let operation = records[place].operation else { continue }
    let δ = gradient(place) ?? sum
    let x = records[place].inputs.map(value)
    for (k, input) in records[place].inputs.enumerated() {
      guard let term = operation.pullback(δ, to: k, inputs: x, output: value(place)) else { continue }
      sent[place][k] = term
      A.add(term, to: &sums[input])
    }
  }
  return sent
}
