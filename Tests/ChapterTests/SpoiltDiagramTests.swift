// Every picture of the book, spoilt in every way: each must be caught.

import Autodiff
import Testing

@testable import Figures
@testable import Notebook

@Suite("Spoilt pictures")
struct SpoiltDiagramTests {
  /// Moves each end of every wire to every other place, removes and doubles each wire, exchanges every two like operations, their
  /// names, and every two unlike functions. What then still shows the same computation is no change and is skipped.
  @Test(arguments: ChapterCase.all)
  func noSpoiltPictureAgreesWithItsTape(chapter: ChapterCase) throws {
    // Pictures that differ in colours only are spoilt once.
    var seen: Set<Set<String>> = []
    for (name, diagrams) in try chapter.trial.diagrams() {
      for panel in diagrams.panels where seen.insert(panel.diagram.meaning).inserted {
        let original = panel.diagram
        _ = try original.match(panel.records, isPart: panel.isPart)
        let meaning = original.meaning
        var caught = 0
        for spoilt in original.spoilt where spoilt.diagram.meaning != meaning {
          #expect(throws: Diagram.Problem.self, "\(chapter), \(name): nobody sees that \(spoilt.what)") {
            _ = try spoilt.diagram.match(panel.records, isPart: panel.isPart)
          }
          caught += 1
        }
        #expect(caught >= 2 * original.wires.count, "\(chapter), \(name): only \(caught) ways to spoil it")
      }
    }
  }
}

extension Trial {
  /// The pictures of a run in English.
  func diagrams() throws -> [(name: String, diagrams: Diagrams)] {
    func diagrams<Subject: Chapter>(_ subject: Subject.Type) throws -> [(name: String, diagrams: Diagrams)] {
      let page = Page(notes: try notes(.english), root: root, options: try Options(["--lang", "en"]), colour: false)
      try Subject().body(page)
      return page.transcript.diagrams
    }
    return try diagrams(subject)
  }
}

extension Diagram {
  /// What the picture says, without its layout: for each value what it is computed from, through merges. Inputs of sums and
  /// elementwise products have no order.
  var meaning: Set<String> {
    func text(_ input: Input, _ path: Set<Int>) -> String {
      if let name = input.nextName ?? nodes[input.port.node].names[input.port.output] { return name }
      return path.contains(input.port.node) ? "itself" : call(input.port.node, path)
    }
    func call(_ node: Int, _ path: Set<Int>) -> String {
      var parts = inputs(of: node).map { text($0, path.union([node])) }
      switch nodes[node].kind {
      case .operation(.sum), .operation(.elementwiseProduct): parts.sort()
      case .box(let label, _):
        // The order of a box's inputs means something only beside another box with the same label: the first one's inputs are
        // sorted, and the others' in the same way.
        let first = nodes.firstIndex { if case .box(label, _) = $0.kind { true } else { false } } ?? node
        let names = inputs(of: first).map { text($0, path.union([first])) }
        let order = names.indices.sorted { (names[$0], $0) < (names[$1], $1) }
        if names.count == parts.count { parts = order.map { parts[$0] } }
      default: break
      }
      var kind = "\(nodes[node].kind)"
      if nodes[node].part == .dots { kind = "\(Kind.quantity)" }
      return "\(kind)(\(parts.joined(separator: ", ")))"
    }
    let widths = wires.compactMap { wire in wire.weight.map { "\(wire.from) → \(wire.to) as thick as \($0)" } }
    return Set(widths).union(
      nodes.indices.filter { nodes[$0].part != .merge }.map { node in
        nodes[node].names.map { $0 ?? "" }.joined(separator: ", ") + " = " + call(node, [])
      })
  }

  /// The picture with one thing wrong, and what.
  var spoilt: [(what: String, diagram: Diagram)] {
    var result: [(what: String, diagram: Diagram)] = []
    func add(_ what: String, _ change: (inout Diagram) -> Void) {
      var copy = self
      change(&copy)
      result.append((what, copy))
    }
    let ports = nodes.indices.flatMap { node in nodes[node].names.indices.map { Port(node: node, output: $0) } }
    for (index, wire) in wires.enumerated() {
      let title = "the wire \(self.title(wire.from)) → \(self.title(ofNode: wire.to))"
      for port in ports where port != wire.from {
        // A merge that feeds a merge could feed itself.
        if nodes[port.node].part == .merge, nodes[wire.to].part == .merge { continue }
        add("\(title) comes from \(self.title(port))") { $0.wires[index].from = port }
      }
      for node in nodes.indices where node != wire.to {
        if nodes[node].part == .merge, nodes[wire.from.node].part == .merge { continue }
        add("\(title) leads to \(self.title(ofNode: node))") { $0.wires[index].to = node }
      }
      for other in wires where wire.weight != nil && other.weight != nil && other.weight != wire.weight {
        add("\(title) is as thick as \(other.weight!)") { $0.wires[index].weight = other.weight }
      }
      add("\(title) is missing") { $0.wires.remove(at: index) }
      if [.operation, .layer, .merge].contains(nodes[wire.to].part) {
        add("\(title) is there twice") { $0.wires.append(wire) }
      }
    }
    for a in nodes.indices {
      for b in nodes.indices where a < b {
        let title = "\(self.title(ofNode: a)) and \(self.title(ofNode: b))"
        if nodes[a].part == nodes[b].part, nodes[a].names.count == nodes[b].names.count {
          if [.operation, .layer, .box].contains(nodes[a].part) {
            add("\(title) have exchanged their outputs") { copy in
              for index in copy.wires.indices {
                let from = copy.wires[index].from.node
                if from == a { copy.wires[index].from.node = b }
                if from == b { copy.wires[index].from.node = a }
              }
            }
          }
          if nodes[a].names != nodes[b].names { add("\(title) have exchanged their names") { $0.exchangeNames(a, b) } }
        }
        switch (nodes[a].kind, nodes[b].kind) {
        case (.operation(let f), .operation(let g)) where f != g:
          add("\(title) have exchanged their functions") { copy in
            (copy.nodes[a].kind, copy.nodes[b].kind) = (.operation(g), .operation(f))
          }
        case (.layer(let f, let v), .layer(let g, let w)):
          if f != g {
            add("\(title) have exchanged their functions") { copy in
              (copy.nodes[a].kind, copy.nodes[b].kind) = (.layer(g, weights: v), .layer(f, weights: w))
            }
          }
          if v != w {
            add("\(title) have exchanged their weights") { copy in
              (copy.nodes[a].kind, copy.nodes[b].kind) = (.layer(f, weights: w), .layer(g, weights: v))
            }
          }
        default: break
        }
      }
    }
    return result
  }

  private mutating func exchangeNames(_ a: Int, _ b: Int) {
    (nodes[a].names, nodes[b].names) = (nodes[b].names, nodes[a].names)
  }
}
