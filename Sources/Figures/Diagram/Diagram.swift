// The picture of a computation as its author lays it out: what stands where, and which wire goes where.
//
// DiagramCheck.swift compares it with a tape, DiagramGradients.swift adds the way back, Drawing.swift and the files beside it
// draw it.

import Autodiff

/// The picture of a computation: operations, quantities and wires on a grid.
///
/// The conventions are those of C. Olah (2015, "Understanding LSTM networks"): a box is a learned layer, a circle an operation
/// entry by entry, lines that meet are concatenated, a line that forks is copied.
///
/// A picture states what was computed. Nothing in it is taken on trust: `Page.diagram` compares it with a tape, node by node and
/// wire by wire. Names are those of the notes' dialect (`h_{t-1}`) and must be the tape's.
public struct Diagram: Sendable {
  /// A place on the grid: x columns to the right, y rows downwards. One unit is 22 pixels, or three characters by one line.
  public struct Point: Hashable, Sendable {
    public var x: Int
    public var y: Int

    public init(_ x: Int, _ y: Int) { (self.x, self.y) = (x, y) }

    static func + (a: Point, b: Point) -> Point { Point(a.x + b.x, a.y + b.y) }
  }

  /// Where a wire begins or ends: a node, and which of its outputs.
  public struct Port: Hashable, Sendable {
    let node: Int
    var output = 0
  }

  enum Kind: Hashable, Sendable {
    /// A named value: it enters here, is passed on, or leaves.
    case quantity
    /// The same, drawn as ⋯: the computation goes on beyond it.
    case dots
    case operation(Operation)
    /// A weighted sum of the inputs, one weight each, plus a bias if there is one weight more, and a function or none.
    case layer(Operation?, weights: [String])
    /// Lines that run on as one.
    case merge
    /// All operations between its inputs and its outputs. Boxes with one label compute the same function.
    case box(String, parameters: [String])
  }

  struct Node: Hashable, Sendable {
    var kind: Kind
    /// The names of its outputs; nil for an operation without one.
    var names: [String?]
    /// What `emphasising` and the like call it: its name, or another word where it has none.
    var key: String
    var at: Point
    /// The size of a box in units.
    var size = Point(0, 0)
  }

  struct Wire: Hashable, Sendable {
    var from: Port
    var to: Int
    /// From the source's place to the target's, corners included.
    var path: [Point]
    /// The name under which a wire that leads to the next step arrives there.
    var nextName: String?
    /// The name of a number from 0 to 1 that the wire is as thick as.
    var weight: String?
  }

  struct Frame: Hashable, Sendable {
    let label: String
    let from: Point
    let to: Point
  }

  /// What is written beside a wire or below a quantity.
  struct Writing: Hashable, Sendable {
    var name = false
    var value = false
  }

  /// How something is drawn: in the colour of text, pale, or in one of the figures' colours.
  public enum Tone: Hashable, Sendable {
    case plain, pale
    case colour(Int)
  }

  var nodes: [Node] = []
  var wires: [Wire] = []
  var frames: [Frame] = []
  /// The tone of nodes, by key; that of a wire is its source's where both ends have it.
  var tones: [String: Tone] = [:]
  /// The tone of the wires that carry a name.
  var lines: [String: Tone] = [:]
  /// What is written at the outputs of a node, by key or name.
  var writings: [String: Writing] = [:]
  /// The tone of everything that `tones` does not list.
  var background = Tone.plain
  /// How many decimals numbers have.
  var decimals = 2
  /// What stands over the picture where it is one of several: symbols, no words.
  public let label: String

  public init(label: String = "") { self.label = label }
}

// MARK: - Laying out

extension Diagram {
  /// A value by its name. It enters the picture here unless a wire leads to it.
  public mutating func quantity(_ name: String, at x: Int, _ y: Int) -> Port {
    add(Node(kind: .quantity, names: [name], key: name, at: Point(x, y)))
  }

  /// A value that the computation goes on from, or comes from, outside the picture: ⋯.
  public mutating func dots(_ name: String, at x: Int, _ y: Int) -> Port {
    add(Node(kind: .dots, names: [name], key: name, at: Point(x, y)))
  }

  /// An operation in a circle.
  ///
  /// - Parameters:
  ///   - name: the tape's name of its result; nil where it has none.
  ///   - key: what `emphasising` calls it, if not by its name.
  public mutating func operation(
    _ operation: Operation, _ name: String? = nil, key: String? = nil, at x: Int, _ y: Int
  ) -> Port {
    add(Node(kind: .operation(operation), names: [name], key: key ?? name ?? operation.title, at: Point(x, y)))
  }

  /// A learned layer in a box: `function` of W₀ x₀ + W₁ x₁ + … + b, where x₀, x₁, … are what its wires bring, in their order.
  ///
  /// - Parameters:
  ///   - function: σ, tanh, …; nil for the sum itself.
  ///   - weights: the tape's names of W₀, W₁, …, and of b if there is one more than there are inputs.
  public mutating func layer(
    _ function: Operation?, _ name: String? = nil, key: String? = nil, weights: [String], at x: Int, _ y: Int
  ) -> Port {
    add(
      Node(
        kind: .layer(function, weights: weights), names: [name], key: key ?? name ?? weights[0], at: Point(x, y)))
  }

  /// A place where lines join to one that carries all of them, in the order of their wires.
  public mutating func merge(key: String = "merge", at x: Int, _ y: Int) -> Port {
    add(Node(kind: .merge, names: [nil], key: key, at: Point(x, y)))
  }

  /// A box for a whole computation, with a port for each output.
  ///
  /// - Parameters:
  ///   - label: symbols, no words. Boxes with the same label must compute the same function of their inputs.
  ///   - outputs: the tape's names of its outputs.
  ///   - parameters: the names of the weights inside.
  ///   - width, height: in units.
  public mutating func box(
    _ label: String, _ outputs: [String], parameters: [String] = [], key: String? = nil, at x: Int, _ y: Int,
    width: Int = 4, height: Int = 2
  ) -> [Port] {
    let first = add(
      Node(
        kind: .box(label, parameters: parameters), names: outputs, key: key ?? outputs[0], at: Point(x, y),
        size: Point(width, height)))
    return outputs.indices.map { Port(node: first.node, output: $0) }
  }

  private mutating func add(_ node: Node) -> Port {
    nodes.append(node)
    return Port(node: nodes.count - 1)
  }

  /// A wire, along straight lines.
  ///
  /// - Parameters:
  ///   - via: its corners. Without any it goes along the row first and then along the column.
  ///   - exit, entry: where it leaves and enters a box that is larger than a place of the grid.
  ///   - next: the name under which the value is used one time step later, for a line that loops back.
  ///   - weight: the tape's name of a number from 0 to 1, an input of either end: the wire is as thick as it is large.
  /// - Precondition: neighbouring corners share a row or a column.
  public mutating func wire(
    _ from: Port, _ to: Port, via: [(Int, Int)] = [], exit: (Int, Int)? = nil, entry: (Int, Int)? = nil,
    next: String? = nil, weight: String? = nil
  ) {
    let start = exit.map { Point($0.0, $0.1) } ?? nodes[from.node].at
    let end = entry.map { Point($0.0, $0.1) } ?? nodes[to.node].at
    var path = [start] + via.map { Point($0.0, $0.1) } + [end]
    if via.isEmpty, start.x != end.x, start.y != end.y { path.insert(Point(end.x, start.y), at: 1) }
    for (a, b) in zip(path, path.dropFirst()) {
      precondition(
        a.x == b.x || a.y == b.y, "Diagram: the wire \(nodes[from.node].key) → \(nodes[to.node].key) is slanted at \(a)"
      )
    }
    wires.append(Wire(from: from, to: to.node, path: path, nextName: next, weight: weight))
  }

  /// A frame around a cell, a layer or a time step.
  ///
  /// - Parameter label: symbols, no words.
  public mutating func frame(_ label: String, from: (Int, Int), to: (Int, Int)) {
    frames.append(Frame(label: label, from: Point(from.0, from.1), to: Point(to.0, to.1)))
  }
}

// MARK: - Emphasis and writing

extension Diagram {
  /// The wires that carry these names, in a colour: the line of the cell state.
  public func colouringLines(_ names: [String], _ index: Int) -> Diagram {
    var copy = self
    for name in names { copy.lines[name] = .colour(index) }
    return copy
  }

  /// These nodes, and the wires between them, in a colour.
  public func colouring(_ keys: [String], _ index: Int) -> Diagram {
    requireKnown(keys)
    var copy = self
    for key in keys { copy.tones[key] = .colour(index) }
    return copy
  }

  /// These nodes, and the wires between them, in colour, and the rest pale.
  ///
  /// - Parameter plain: nodes that are not pale either: what has been told before.
  public func emphasising(_ keys: [String], plain: [String] = [], _ index: Int = 1) -> Diagram {
    requireKnown(keys + plain)
    var copy = self
    copy.background = .pale
    copy.lines = [:]
    for key in plain { copy.tones[key] = .plain }
    for key in keys { copy.tones[key] = .colour(index) }
    return copy
  }

  /// The names of these nodes' results beside their wires.
  public func naming(_ keys: [String]) -> Diagram { writing(keys) { $0.name = true } }

  /// The run's numbers beside the wires of these nodes, and below these quantities.
  public func numbering(_ keys: [String], decimals: Int = 2) -> Diagram {
    var copy = writing(keys) { $0.value = true }
    copy.decimals = decimals
    return copy
  }

  private func writing(_ keys: [String], _ change: (inout Writing) -> Void) -> Diagram {
    requireKnown(keys)
    var copy = self
    for key in keys { change(&copy.writings[key, default: Writing()]) }
    return copy
  }

  private func requireKnown(_ keys: [String]) {
    let known = Set(nodes.flatMap { [$0.key] + $0.names.compactMap { $0 } })
    for key in keys { precondition(known.contains(key), "Diagram: nothing is called \(key)") }
  }
}
