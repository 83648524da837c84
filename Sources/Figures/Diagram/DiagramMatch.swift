// The proof of a picture: which node of the tape each of its parts is, or why there is none.

import Autodiff
import Console
import LaTeX

extension Diagram {
  /// The nodes of a tape that a picture shows.
  struct Match {
    /// The record that each output of each node is.
    var places: [Port: Int] = [:]
    /// For each record that is an operation of the picture, or inside of one: the node.
    var owners: [Int: Int] = [:]
  }

  /// What differs between a picture and the tape, in words.
  struct Problem: Error {
    let text: Text

    init(_ english: String, ko: String) { text = Text(english, ko: ko) }
  }

  /// Compares the picture with a tape.
  ///
  /// Each operation of the picture is one node of the tape, each layer and box a group of them, each wire one input; names are
  /// the tape's. What the drawn nodes are computed from is drawn too, back to the quantities where the picture begins.
  ///
  /// - Parameters:
  ///   - records: the tape's.
  ///   - isPart: whether the tape may hold more: computations before the quantities that enter the picture, and users of those
  ///     that leave it.
  func match(_ records: [Tape.Record], isPart: Bool) throws(Problem) -> Match {
    var matcher = Matcher(diagram: self, records: records, isPart: isPart)
    try matcher.run()
    return matcher.match
  }

  /// An input of a node: what a wire brings.
  struct Input {
    let port: Port
    /// The name under which it is read, if it comes from the step before.
    let nextName: String?
  }

  /// What a node's wires bring, in their order; what comes through a merge one by one.
  func inputs(of node: Int) -> [Input] {
    wires.filter { $0.to == node }.flatMap { wire in
      nodes[wire.from.node].kind == .merge
        ? inputs(of: wire.from.node) : [Input(port: wire.from, nextName: wire.nextName)]
    }
  }
}

/// The comparison of one picture with one tape.
private struct Matcher {
  typealias Port = Diagram.Port
  typealias Problem = Diagram.Problem

  let diagram: Diagram
  let records: [Tape.Record]
  let isPart: Bool
  var match = Diagram.Match()
  private var named: [String: [Int]] = [:]
  /// What boxes with a label compute, in a form that can be compared.
  private var functions: [String: [String]] = [:]

  init(diagram: Diagram, records: [Tape.Record], isPart: Bool) {
    (self.diagram, self.records, self.isPart) = (diagram, records, isPart)
    for (place, record) in records.enumerated() {
      if let name = record.name { named[name, default: []].append(place) }
    }
  }

  mutating func run() throws(Problem) {
    for node in diagram.nodes.indices {
      for (output, name) in diagram.nodes[node].names.enumerated() {
        if let name { match.places[Port(node: node, output: output)] = try place(of: name) }
      }
    }
    for node in diagram.nodes.indices { try checkWires(at: node) }
    // From named operations back to named values: unnamed operations are found on the way.
    for node in diagram.nodes.indices {
      switch diagram.nodes[node].kind {
      case .quantity, .dots, .number, .merge: break
      case .operation, .layer: if let place = match.places[Port(node: node)] { try match(node, place) }
      case .box: try matchBox(node)
      }
    }
    try checkThatNothingIsMissing()
  }

  /// The place of the only node of the tape with this name.
  private func place(of name: String) throws(Problem) -> Int {
    let places = named[name] ?? []
    let title = name.asFormula
    if places.isEmpty { throw Problem("the tape has no \(title)", ko: "테이프에 \(title)이(가) 없다") }
    if places.count > 1 { throw Problem("the tape has two \(title)", ko: "테이프에 \(title)이(가) 둘 있다") }
    return places[0]
  }

  // MARK: Wires

  private func checkWires(at node: Int) throws(Problem) {
    let kind = diagram.nodes[node].kind
    let title = diagram.title(ofNode: node)
    let arriving = diagram.wires.filter { $0.to == node }
    let isUsed = diagram.wires.contains { $0.from.node == node }
    for wire in arriving {
      if let weight = wire.weight {
        let read = (diagram.inputs(of: wire.from.node) + diagram.inputs(of: wire.to)).map {
          diagram.nodes[$0.port.node].names[$0.port.output]
        }
        if !read.contains(weight) {
          throw Problem(
            "neither end of the wire \(diagram.title(wire.from)) → \(title) reads \(weight.asFormula), its thickness",
            ko: "선 \(diagram.title(wire.from)) → \(title)의 굵기라는 \(weight.asFormula)을(를) 어느 끝에서도 읽지 않는다")
        }
      }
      guard let next = wire.nextName, let name = diagram.nodes[wire.from.node].names[wire.from.output] else { continue }
      if Diagram.before(name) != next {
        throw Problem(
          "\(diagram.title(wire.from)) is not \(next.asFormula) one step later",
          ko: "\(diagram.title(wire.from))은(는) 한 시점 뒤에 \(next.asFormula)이(가) 되지 않는다")
      }
    }
    switch kind {
    case .quantity, .dots:
      if arriving.isEmpty, !isUsed {
        throw Problem("no wire reaches \(title)", ko: "\(title)에 닿는 선이 없다")
      }
      if arriving.count > 1 { throw Problem("two wires lead to \(title)", ko: "\(title)로 가는 선이 둘이다") }
      guard let wire = arriving.first else { break }
      if origin(of: node) == nil { throw Problem("\(title) comes from itself", ko: "\(title)이(가) 자기 자신에서 온다") }
      let arrived = wire.nextName ?? diagram.nodes[wire.from.node].names[wire.from.output]
      if arrived != diagram.nodes[node].names[0] {
        throw Problem(
          "the wire from \(diagram.title(wire.from)) leads to \(title)",
          ko: "\(diagram.title(wire.from))에서 나온 선이 \(title)로 간다")
      }
    case .number:
      if !arriving.isEmpty || !isUsed { throw Problem("\(title) is not used", ko: "\(title)을(를) 쓰는 곳이 없다") }
    case .merge:
      if arriving.isEmpty || !isUsed { throw Problem("a line joins nothing", ko: "합쳐지는 것이 없는 선이 있다") }
    default: break
    }
  }

  /// Where a quantity comes from: an operation, or the quantity that enters the picture; nil if it goes round in a circle.
  private func origin(of node: Int) -> Int? {
    var node = node
    for _ in diagram.nodes {
      let isQuantity = [.quantity, .dots].contains(diagram.nodes[node].part)
      guard isQuantity, let wire = diagram.wires.first(where: { $0.to == node }) else { return node }
      node = wire.from.node
    }
    return nil
  }

  // MARK: Operations

  /// A node of the picture against a node of the tape, and what its wires bring against what the tape's node reads.
  private mutating func match(_ node: Int, _ place: Int) throws(Problem) {
    switch diagram.nodes[node].kind {
    case .operation(let operation): try matchOperation(node, operation, place)
    case .layer(let function, let weights): try matchLayer(node, function, weights, place)
    case .number(let number):
      guard records[place].operation == nil, records[place].value.elements.allSatisfy({ $0 == number }) else {
        let title = diagram.title(ofNode: node)
        throw Problem("\(label(place)) is not \(title) on the tape", ko: "테이프의 \(label(place))은(는) \(title)이(가) 아니다")
      }
    default:
      throw Problem("\(diagram.title(ofNode: node)) is no operation", ko: "\(diagram.title(ofNode: node))은(는) 연산이 아니다")
    }
  }

  private mutating func claim(_ place: Int, for node: Int) throws(Problem) {
    if let owner = match.owners[place], owner != node {
      let (a, b) = (diagram.title(ofNode: owner), diagram.title(ofNode: node))
      throw Problem(
        "\(a) and \(b) are one node of the tape, \(label(place))", ko: "\(a)와(과) \(b)은(는) 테이프의 한 노드 \(label(place))이다")
    }
    match.owners[place] = node
  }

  private mutating func matchOperation(_ node: Int, _ operation: Operation, _ place: Int) throws(Problem) {
    let record = records[place]
    let title = diagram.title(ofNode: node)
    guard let recorded = record.operation, recorded == operation || (recorded, operation) == (.bias, .sum) else {
      let found = record.operation?.title ?? "value"
      throw Problem(
        "\(title) is drawn as \(operation.glyph), and the tape computes it as: \(found)",
        ko: "\(title)을(를) \(operation.glyph)로 그렸는데 테이프의 연산은 \(found)이다")
    }
    let inputs = diagram.inputs(of: node)
    guard inputs.count == record.inputs.count else {
      throw Problem(
        "\(inputs.count) wires lead to \(title), and the tape's node reads \(record.inputs.count)",
        ko: "\(title)로 가는 선은 \(inputs.count)개인데 테이프의 노드는 \(record.inputs.count)개를 읽는다")
    }
    try claim(place, for: node)
    let isCommutative = operation == .sum || operation == .elementwiseProduct
    guard isCommutative, recorded != .bias else { return try match(inputs, record.inputs, of: node) }
    let before = match
    do {
      try match(inputs, record.inputs, of: node)
    } catch {
      match = before
      do { try match(inputs, record.inputs.reversed(), of: node) } catch _ { throw error }
    }
  }

  private mutating func match(_ inputs: [Diagram.Input], _ places: [Int], of node: Int) throws(Problem) {
    for (input, place) in zip(inputs, places) { try match(input, place, of: node) }
  }

  /// What a wire brings against what the tape's node reads in its place.
  private mutating func match(_ input: Diagram.Input, _ place: Int, of node: Int) throws(Problem) {
    let port = input.port
    let known = try input.nextName.map { name throws(Problem) in try self.place(of: name) } ?? match.places[port]
    if let known {
      if known == place { return }
      let (from, to) = (diagram.title(port), diagram.title(ofNode: node))
      throw Problem(
        "the wire \(from) → \(to): there the tape reads \(label(place))",
        ko: "선 \(from) → \(to): 테이프는 거기서 \(label(place))을(를) 읽는다")
    }
    guard records[place].name == nil else {
      throw Problem(
        "\(diagram.title(port)) is called \(label(place)) on the tape",
        ko: "\(diagram.title(port))의 이름은 테이프에서 \(label(place))이다")
    }
    try match(port.node, place)
    match.places[port] = place
  }

  // MARK: Layers and boxes

  private mutating func matchLayer(
    _ node: Int, _ function: Operation?, _ weights: [String], _ place: Int
  ) throws(Problem) {
    let title = diagram.title(ofNode: node)
    var root = place
    if let function {
      guard records[place].operation == function else {
        let found = records[place].operation?.title ?? "value"
        throw Problem(
          "\(title) is drawn as \(function.glyph), and the tape computes it as: \(found)",
          ko: "\(title)을(를) \(function.glyph)로 그렸는데 테이프의 연산은 \(found)이다")
      }
      try claim(place, for: node)
      root = records[place].inputs[0]
    }
    // The terms of the sum: for each weight what it is multiplied by, nil for the bias.
    var terms: [String: Int?] = [:]
    var open = [root]
    while let next = open.popLast() {
      let record = records[next]
      switch record.operation {
      case .sum?, .bias?:
        try claim(next, for: node)
        open += record.inputs
        continue
      case .matrixProduct?:
        if let weight = records[record.inputs[0]].name, records[record.inputs[0]].operation == nil, terms[weight] == nil
        {
          try claim(next, for: node)
          terms[weight] = .some(record.inputs[1])
          continue
        }
      case nil:
        if let bias = record.name, terms[bias] == nil {
          terms[bias] = .some(nil)
          continue
        }
      default: break
      }
      throw Problem("\(title) is no weighted sum on the tape", ko: "\(title)은(는) 테이프에서 가중합이 아니다")
    }
    let inputs = diagram.inputs(of: node)
    guard terms.count == weights.count, weights.count >= inputs.count else {
      throw Problem(
        "\(title) has \(terms.count) weights on the tape, and in the picture \(weights.count) for \(inputs.count) wires",
        ko: "\(title)의 가중치는 테이프에서 \(terms.count)개, 그림에서는 선 \(inputs.count)개에 \(weights.count)개다")
    }
    for (k, weight) in weights.enumerated() {
      let name = weight.asFormula
      guard let factor = terms[weight], (factor == nil) == (k >= inputs.count) else {
        throw Problem("\(title) on the tape has no such weight \(name)", ko: "테이프의 \(title)에는 가중치 \(name)이(가) 없다")
      }
      if let factor { try match(inputs[k], factor, of: node) }
    }
  }

  /// Everything between a box's outputs and its inputs.
  private mutating func matchBox(_ node: Int) throws(Problem) {
    guard case .box(let name, let parameters) = diagram.nodes[node].kind else { return }
    let title = diagram.title(ofNode: node)
    var inputs: [Int: Int] = [:]
    for (k, input) in diagram.inputs(of: node).enumerated() {
      let known =
        try input.nextName.map { name throws(Problem) in try self.place(of: name) } ?? match.places[input.port]
      guard let known else {
        throw Problem(
          "what leads into the box of \(title) has no name", ko: "\(title)의 상자로 들어가는 것에 이름이 없다")
      }
      if inputs[known] != nil {
        throw Problem("two wires bring \(label(known)) to \(title)", ko: "\(label(known))을(를) \(title)로 나르는 선이 둘이다")
      }
      inputs[known] = k
    }
    let drawn = Set(match.places.values)
    let outputs = diagram.nodes[node].names.indices.compactMap { match.places[Port(node: node, output: $0)] }
    var seen: [Int: Int] = [:]
    var read: Set<Int> = []
    var used: Set<String> = []
    var function: [String] = []
    // In post-order, so that equal functions give equal texts.
    func visit(_ place: Int, _ owners: inout [Int: Int]) throws(Problem) -> String {
      if let k = inputs[place] {
        read.insert(place)
        return "input \(k)"
      }
      if let number = seen[place] { return "\(number)" }
      let record = records[place]
      guard let operation = record.operation else {
        if let name = record.name, parameters.contains(name) {
          used.insert(name)
          return name
        }
        if record.name == nil, !record.isDifferentiable { return "\(record.value.elements)" }
        throw Problem(
          "the box of \(title) reads \(label(place)), to which no wire leads",
          ko: "\(title)의 상자는 \(label(place))을(를) 읽는데 그리로 가는 선이 없다")
      }
      if drawn.contains(place), !outputs.contains(place) {
        throw Problem(
          "the box of \(title) reads \(label(place)), to which no wire leads",
          ko: "\(title)의 상자는 \(label(place))을(를) 읽는데 그리로 가는 선이 없다")
      }
      if let owner = owners[place], owner != node {
        throw Problem(
          "\(label(place)) is in the box of \(title) and in that of \(diagram.title(ofNode: owner))",
          ko: "\(label(place))이(가) \(title)의 상자와 \(diagram.title(ofNode: owner))의 상자에 다 들어 있다")
      }
      var parts: [String] = []
      for input in record.inputs { parts.append(try visit(input, &owners)) }
      owners[place] = node
      seen[place] = seen.count
      function.append("\(operation)(\(parts.joined(separator: ", ")))")
      return "\(seen[place]!)"
    }
    var owners = match.owners
    for output in outputs { function.append(try visit(output, &owners)) }
    match.owners = owners
    if let unread = inputs.first(where: { !read.contains($0.key) }) {
      throw Problem(
        "the wire \(label(unread.key)) → \(title): the tape does not use it there",
        ko: "선 \(label(unread.key)) → \(title): 테이프는 그것을 거기서 쓰지 않는다")
    }
    if let unused = parameters.first(where: { !used.contains($0) }) {
      let weight = unused.asFormula
      throw Problem("\(title) does not use \(weight)", ko: "\(title)은(는) \(weight)을(를) 쓰지 않는다")
    }
    if let other = functions[name], other != function {
      throw Problem(
        "two boxes are called \(name), and that of \(title) computes something else",
        ko: "이름이 \(name)인 상자가 둘인데 \(title)의 상자는 다른 것을 계산한다")
    }
    functions[name] = function
  }

  // MARK: Nothing missing

  private func checkThatNothingIsMissing() throws(Problem) {
    for node in diagram.nodes.indices {
      let isOperation = [.operation, .layer].contains(diagram.nodes[node].part)
      if isOperation, match.places[Port(node: node)] == nil {
        let title = diagram.title(ofNode: node)
        throw Problem("\(title) leads to no named value", ko: "\(title)에서 이름 있는 값으로 가는 길이 없다")
      }
    }
    let arriving = Set(diagram.wires.map(\.to))
    let leaving = Set(diagram.wires.map(\.from.node))
    var (entering, ending): (Set<Int>, Set<Int>) = ([], [])
    for node in diagram.nodes.indices where [.quantity, .dots].contains(diagram.nodes[node].part) {
      guard let place = match.places[Port(node: node)] else { continue }
      if !arriving.contains(node) { entering.insert(place) }
      if !leaving.contains(node) { ending.insert(place) }
      if !arriving.contains(node), records[place].operation != nil, !isPart || match.owners[place] != nil {
        let name = label(place)
        throw Problem("the tape computes \(name), and no wire leads to it", ko: "테이프는 \(name)을(를) 계산하는데 그리로 가는 선이 없다")
      }
    }
    for (place, record) in records.enumerated() {
      let isDrawn = record.operation == nil || match.owners[place] != nil || (isPart && entering.contains(place))
      if !isPart, !isDrawn {
        throw Problem(
          "the tape computes \(label(place)), which is not drawn", ko: "테이프가 계산하는 \(label(place))을(를) 그리지 않았다")
      }
      guard match.owners[place] == nil, record.operation != nil else { continue }
      for input in record.inputs where match.owners[input] != nil && !ending.contains(input) {
        throw Problem(
          "the tape uses \(label(input)) in \(label(place)), which is not drawn",
          ko: "테이프는 \(label(input))을(를) \(label(place))에서 쓰는데 그리지 않았다")
      }
    }
  }

  private func label(_ place: Int) -> String {
    if let name = records[place].name { return name.asFormula }
    guard let operation = records[place].operation else { return "\(records[place].value.shape)" }
    let inputs = records[place].inputs.map { records[$0].name.map { $0.asFormula } ?? "…" }
    return "\(operation.glyph)(\(inputs.joined(separator: ", ")))"
  }
}
