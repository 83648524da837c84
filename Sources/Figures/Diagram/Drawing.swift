// A picture ready to be drawn: shapes and lines on the grid, with their texts. It is the same for SVG and for the terminal.

import Autodiff
import Console
import LaTeX

/// A picture ready to be drawn.
struct Drawing: Sendable {
  typealias Point = Diagram.Point
  typealias Tone = Diagram.Tone
  typealias Label = Figure.Label

  struct Shape: Sendable {
    enum Form: Sendable { case text, dots, circle, layer, box, joint }

    var form: Form
    var label: Label
    /// Numbers below a text.
    var below: [Label] = []
    var at: Point
    /// Of a box, in units.
    var size = Point(0, 0)
    var tone: Tone
  }

  struct Line: Sendable {
    /// From one shape's middle to the other's.
    var path: [Point]
    /// The shapes at its ends.
    var from: Int
    var to: Int
    /// Lines with the same source may run along the same track: there they are one.
    var source: Diagram.Port
    var tone: Tone
    /// From 0 to 1; nil for the usual thickness.
    var width: Double?
    var isDashed: Bool
    /// The arrow's head is at the first point of the path, not at the last: the way back.
    var isReversed: Bool
    var hasHead: Bool
    /// Written beside it, one below the other.
    var texts: [Label] = []
  }

  struct Frame: Sendable {
    var label: Label
    var from: Point
    var to: Point
  }

  var shapes: [Shape] = []
  var lines: [Line] = []
  var frames: [Frame] = []
  /// Places where lines of one source part.
  var forks: [(at: Point, tone: Tone)] = []
  /// What stands over it.
  var title: Label = ""
  /// What it shows, in symbols: for people who do not see it.
  var description = ""
}

// MARK: - From a picture and a tape

extension Drawing {
  /// - Parameters:
  ///   - back: the way back, if that is to be drawn.
  init(_ diagram: Diagram, _ records: [Tape.Record], _ match: Diagram.Match, back: Diagram.Back? = nil) {
    title = Label(diagram.label)
    description = diagram.description
    let arriving = Set(diagram.wires.map(\.to))
    for (index, node) in diagram.nodes.enumerated() {
      var shape = Shape(
        form: node.form, label: node.label, at: node.at, size: node.size, tone: diagram.tone(of: node))
      // What enters has its numbers below it; what is computed, beside its wire.
      if back == nil, node.part == .quantity, !arriving.contains(index), diagram.writings[node.key]?.value == true,
        let place = match.places[Diagram.Port(node: index)]
      {
        shape.below = diagram.numbers(of: records[place].value)
      }
      shapes.append(shape)
    }
    for (index, wire) in diagram.wires.enumerated() {
      let weight = wire.weight.flatMap { name in records.first { $0.name == name }?.value.elements.first }
      var line = Line(
        path: wire.path, from: wire.from.node, to: wire.to, source: wire.from, tone: diagram.tone(of: wire),
        width: weight,
        isDashed: wire.nextName != nil || diagram.nodes[wire.to].part == .dots
          || diagram.nodes[wire.from.node].part == .dots,
        isReversed: back != nil, hasHead: diagram.nodes[back == nil ? wire.to : wire.from.node].part != .merge)
      if let back {
        line.texts = back.texts[index] ?? []
        line.width = back.widths[index]
      }
      lines.append(line)
    }
    if back == nil { write(diagram, records, match) }
    frames = diagram.frames.map { Frame(label: Label(name: $0.label), from: $0.from, to: $0.to) }
    findForks()
    if back != nil {
      for fork in forks { shapes.append(Shape(form: .joint, label: "+", at: fork.at, tone: fork.tone)) }
      forks = []
    }
  }

  /// The names and numbers of operations, each beside the first of its wires.
  private mutating func write(_ diagram: Diagram, _ records: [Tape.Record], _ match: Diagram.Match) {
    for (node, content) in diagram.nodes.enumerated() where content.part != .quantity && content.part != .dots {
      for (output, name) in content.names.enumerated() {
        let port = Diagram.Port(node: node, output: output)
        guard let writing = diagram.writings[name ?? content.key] ?? diagram.writings[content.key],
          let wire = lines.indices.first(where: { lines[$0].source == port })
        else { continue }
        if writing.name, let name { lines[wire].texts.append(Label(name: name)) }
        if writing.value, let place = match.places[port] {
          lines[wire].texts += diagram.numbers(of: records[place].value)
        }
      }
    }
  }

  /// Finds where the tracks of a source part: a place that its lines leave in several directions.
  private mutating func findForks() {
    var leaving: [Diagram.Port: [Point: (directions: Set<Point>, tone: Tone)]] = [:]
    var order: [(Diagram.Port, Point)] = []
    // Coloured lines last, so that their tone stays.
    for line in lines.sorted(by: { $0.tone.rank < $1.tone.rank }) {
      for (a, b) in line.steps {
        let direction = Point(b.x - a.x, b.y - a.y)
        let old = leaving[line.source]?[a]
        if old == nil { order.append((line.source, a)) }
        leaving[line.source, default: [:]][a] = ((old?.directions ?? []).union([direction]), line.tone)
      }
    }
    for (source, point) in order {
      guard let found = leaving[source]?[point], found.directions.count > 1 else { continue }
      // Inside of the shape where they begin they do not part visibly.
      if let line = lines.first(where: { $0.source == source }), shapes[line.from].covers(point) { continue }
      forks.append((point, found.tone))
    }
    forks.sort { ($0.at.y, $0.at.x) < ($1.at.y, $1.at.x) }
  }
}

extension Drawing.Shape {
  /// Whether a place of the grid is inside of it.
  func covers(_ point: Diagram.Point) -> Bool {
    let (x, y) = ((point.x - at.x).magnitude, (point.y - at.y).magnitude)
    return form == .box ? 2 * x < UInt(size.x) && 2 * y < UInt(size.y) : x == 0 && y == 0
  }
}

extension Drawing.Line {
  /// The path in steps of one unit.
  var steps: [(from: Diagram.Point, to: Diagram.Point)] {
    zip(path, path.dropFirst()).flatMap { a, b -> [(from: Diagram.Point, to: Diagram.Point)] in
      let count = max((b.x - a.x).magnitude, (b.y - a.y).magnitude)
      let step = Diagram.Point((b.x - a.x).signum(), (b.y - a.y).signum())
      return (0..<Int(count)).map { k in
        (
          Diagram.Point(a.x + k * step.x, a.y + k * step.y),
          Diagram.Point(a.x + (k + 1) * step.x, a.y + (k + 1) * step.y)
        )
      }
    }
  }
}

extension Diagram.Tone {
  /// What is drawn later has the higher rank: on a shared track the main path, colour 0, is on top.
  var rank: Int {
    switch self {
    case .pale: 0
    case .plain: 1
    case .colour(let index): 2 + max(0, 9 - index)
    }
  }
}

extension Diagram.Node {
  fileprivate var form: Drawing.Shape.Form {
    switch part {
    case .quantity: .text
    case .dots: .dots
    case .operation: .circle
    case .layer: .layer
    case .merge: .joint
    case .box: .box
    }
  }

  fileprivate var label: Figure.Label {
    switch kind {
    case .quantity: Figure.Label(name: names[0] ?? "")
    case .number: Figure.Label(plain: key)
    case .dots: "⋯"
    case .operation(let operation): Figure.Label(plain: operation.glyph)
    case .layer(let function, let weights):
      function.map { Figure.Label(plain: $0.glyph) } ?? Figure.Label(name: weights[0])
    case .merge: ""
    case .box(let label, _):
      label.count > 1 && label.allSatisfy(\.isLetter) ? Figure.Label(plain: label) : Figure.Label(name: label)
    }
  }
}

// MARK: - Tones and texts

extension Diagram {
  func tone(of node: Node) -> Tone {
    tones[node.key] ?? node.names.first.flatMap { $0.flatMap { tones[$0] } } ?? background
  }

  /// A wire has the tone of its line; else that of the operation it comes from, if that has a colour. What comes from a coloured
  /// value has the tone of what reads it. A wire to something pale is pale, unless what it comes from leads to nothing else.
  func tone(of wire: Wire) -> Tone {
    let (from, to) = (nodes[wire.from.node], nodes[wire.to])
    if !path.isEmpty {
      return zip(path, path.dropFirst()).contains { $0 == (from.key, to.key) } ? tone(of: from) : background
    }
    if let tone = lines[from.names[wire.from.output] ?? from.key] ?? lines[from.key] { return tone }
    let (a, b) = (tone(of: from), tone(of: to))
    if case .colour = a, [.operation, .layer, .box].contains(from.part) {
      let isLeftAside = b == .pale && wires.contains { $0.from == wire.from && tone(of: nodes[$0.to]) != .pale }
      return isLeftAside ? .pale : a
    }
    if a == .pale || b == .pale { return .pale }
    return a == .plain ? .plain : b
  }

  /// A column of numbers, a line each.
  func numbers(of value: Matrix) -> [Figure.Label] {
    precondition(value.columns == 1 && value.rows <= 4, "Diagram: \(value.shape) numbers have no room in a picture")
    return value.elements.map { number in
      Figure.Label(
        plain: significant.map { NumberFormat.format(number, significant: $0) }
          ?? NumberFormat.format(number, decimals: decimals))
    }
  }

  /// The equations that the picture shows, in symbols.
  var description: String {
    func expression(_ input: Input) -> String {
      if let name = input.nextName { return name.asFormula }
      let node = nodes[input.port.node]
      if node.names[input.port.output] != nil || node.part == .quantity { return title(input.port) }
      return call(input.port.node)
    }
    func call(_ node: Int) -> String {
      let arguments = inputs(of: node).map(expression).joined(separator: ", ")
      let function: String
      switch nodes[node].kind {
      case .operation(let operation): function = operation.glyph
      case .layer(let operation, _): function = operation?.glyph ?? title(ofNode: node)
      case .box(let label, _): function = label.asFormula
      default: function = ""
      }
      return "\(function)(\(arguments))"
    }
    return nodes.indices.compactMap { node in
      guard [.operation, .layer, .box].contains(nodes[node].part), nodes[node].names[0] != nil else { return nil }
      let outputs = nodes[node].names.compactMap { $0 }.map { $0.asFormula }
      return "\(outputs.joined(separator: ", ")) = \(call(node))"
    }.joined(separator: "; ")
  }
}
