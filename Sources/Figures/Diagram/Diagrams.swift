// Pictures that were compared with their tapes, ready to be shown.

import Autodiff
import Console

/// A picture and the computation that it shows.
public struct DiagramPanel: Sendable {
  let diagram: Diagram
  let records: [Tape.Record]
  let isPart: Bool
  var back: (loss: Int, name: String, gradients: [String: Matrix], style: Diagram.BackStyle)?

  /// - Parameter isPart: whether the tape holds more than the picture shows: what was computed before, and what uses its results.
  public init(_ diagram: Diagram, _ tape: Tape, isPart: Bool = false) {
    (self.diagram, records, self.isPart) = (diagram, tape.records, isPart)
  }

  /// The way back through the same picture, from a loss on the same tape.
  public func back(from loss: Variable, _ style: Diagram.BackStyle = Diagram.BackStyle()) -> DiagramPanel {
    var copy = self
    let gradients = loss.tape.gradients(of: loss)
    let named = loss.tape.namedVariables.filter { $0.variable.isDifferentiable && $0.variable.place < loss.place }
    copy.back = (
      loss.place, loss.name ?? "L", Dictionary(uniqueKeysWithValues: named.map { ($0.name, gradients[$0.variable]) }),
      style
    )
    return copy
  }
}

/// Pictures that agree with their tapes. The only way to make them is the comparison.
public struct Diagrams: Sendable {
  let panels: [DiagramPanel]
  let drawings: [Drawing]
  let isRow: Bool

  /// Compares each picture with its tape and draws it.
  ///
  /// - Parameter isRow: side by side instead of one below the other.
  /// - Throws: `Difference` where a picture and its tape differ, or where the layout shows something that is not meant.
  public init(_ panels: [DiagramPanel], isRow: Bool = false) throws(Difference) {
    (self.panels, self.isRow) = (panels, isRow)
    var drawings: [Drawing] = []
    for panel in panels {
      do throws(Diagram.Problem) {
        let match = try panel.diagram.match(panel.records, isPart: panel.isPart)
        let back = try panel.back.map { back throws(Diagram.Problem) in
          try panel.diagram.back(
            panel.records, match, from: back.loss, lossName: back.name, gradients: back.gradients, back.style)
        }
        let drawing = Drawing(panel.diagram, panel.records, match, back: back)
        let flaws = DrawingLayout<Pixels>(drawing).problems + DrawingLayout<Characters>(drawing).problems
        if let flaw = flaws.first { throw Diagram.Problem(flaw, ko: flaw) }
        drawings.append(drawing)
      } catch {
        throw Difference(text: error.text)
      }
    }
    self.drawings = drawings
  }

  /// What differs.
  public struct Difference: Error {
    public let text: Text
  }

  /// How much was compared.
  public var summary: Text {
    let operations = panels.map { $0.diagram.nodes.count { [.operation, .layer, .box].contains($0.part) } }.reduce(0, +)
    let wires = panels.map { $0.diagram.wires.count }.reduce(0, +)
    return Text("\(operations) operations, \(wires) wires", ko: "연산 \(operations)개, 선 \(wires)개")
  }

  /// The names that enter and leave the first picture, for its title: h_{t−1}, x_t → h_t.
  public var title: String {
    let diagram = panels[0].diagram
    func names(_ isSource: Bool) -> String {
      var seen: [String] = []
      for (index, node) in diagram.nodes.enumerated() where node.part == .quantity || node.part == .dots {
        let arrives = diagram.wires.contains { $0.to == index }
        let leaves = diagram.wires.contains { $0.from.node == index }
        let title = diagram.title(ofNode: index)
        if isSource ? !arrives : !leaves, !seen.contains(title) { seen.append(title) }
      }
      return seen.joined(separator: ", ")
    }
    let isBack = panels.contains { $0.back != nil }
    return isBack ? "\(names(true)) ← \(names(false))" : "\(names(true)) → \(names(false))"
  }
}
