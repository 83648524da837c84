// A display equation: rows of formulas, with relations between them.

import Autodiff

/// The content of a display formula in the notes: `c_t = f_t \odot c_{t-1} + …`, or an `aligned` derivation in several rows.
public struct Equation: Hashable, Sendable {
  public enum Relation: String, Hashable, Sendable, CaseIterable {
    case equal = "="
    case lessOrEqual = "\\le"
    case greaterOrEqual = "\\ge"
    case less = "\\lt"
    case greater = "\\gt"
    case approximately = "\\approx"
    case notEqual = "\\ne"

    /// The character that a terminal shows.
    public var unicode: String {
      switch self {
      case .equal: "="
      case .lessOrEqual: "≤"
      case .greaterOrEqual: "≥"
      case .less: "<"
      case .greater: ">"
      case .approximately: "≈"
      case .notEqual: "≠"
      }
    }
  }

  /// A relation and the side on its right.
  public struct Link: Hashable, Sendable {
    public var relation: Relation
    public var side: Symbol
    /// The place of the relation in the source.
    public var position: Position
  }

  /// One row: its first side (`nil` if the row continues the chain of the row above), the links after it, and the
  /// comment at its end, as written.
  public struct Row: Hashable, Sendable {
    public var first: Symbol?
    public var links: [Link]
    public var comment: String
  }

  /// Two neighbouring sides of a chain and the relation between them. Each step is checked on its own.
  public struct Step: Hashable, Sendable {
    public var left: Symbol
    public var relation: Relation
    public var right: Symbol
    /// The place of the relation in the source, counted from 1.
    public var line: Int
    public var column: Int
  }

  public var rows: [Row]

  /// Every side of every chain, in order.
  public var sides: [Symbol] { rows.flatMap { ($0.first.map { [$0] } ?? []) + $0.links.map(\.side) } }

  /// Every relation with its left and right side, in order.
  public var steps: [Step] {
    var steps: [Step] = []
    var left: Symbol?
    for row in rows {
      if let first = row.first { left = first }
      for link in row.links {
        if let left {
          steps.append(
            Step(
              left: left, relation: link.relation, right: link.side, line: link.position.line,
              column: link.position.column))
        }
        left = link.side
      }
    }
    return steps
  }

  /// Reads one equation, or the rows of `\begin{aligned} … \end{aligned}`.
  ///
  /// A row that begins with a relation continues the chain of the row above. A row that begins with `& +` or `& -` continues
  /// the last side of the row above. A `,` or `.` after a formula, a bracket after `\quad`, and everything from a `\text{…}`
  /// on are a comment, which is kept and not interpreted.
  ///
  /// - Parameter functions: canonical names that are functions if a bracket follows.
  /// - Throws: `FormulaError` with the place of the first problem.
  public init(parsing source: String, functions: Set<String> = Symbol.knownFunctions) throws(FormulaError) {
    var parser = try Parser(source, functions: functions)
    rows = try parser.equationRows(Array(source))
  }
}

extension Parser {
  mutating func equationRows(_ source: [Character]) throws(FormulaError) -> [Equation.Row] {
    var isAligned = false
    if case .text("begin", let environment) = kind, environment != "bmatrix" {
      guard environment == "aligned" else { throw error("no \\begin{\(environment)} here: only aligned and bmatrix") }
      isAligned = true
      advance()
    }
    readsRows = true
    var rows: [Equation.Row] = []
    var chainStart = token.position
    var chainHasRelation = true
    while true {
      let start = token.position
      let row = try equationRow(source, isFirst: rows.isEmpty)
      if row.first != nil {
        if !chainHasRelation { throw FormulaError("no relation in this row", at: chainStart) }
        chainStart = start
        chainHasRelation = false
      }
      if !row.links.isEmpty { chainHasRelation = true }
      rows.append(row)
      if kind == .rowBreak {
        if !isAligned { throw error("several rows need \\begin{aligned} … \\end{aligned}") }
        advance()
        if kind == .text("end", "aligned") { break }
        continue
      }
      break
    }
    if !chainHasRelation { throw FormulaError("an equation needs a relation such as ‘=’", at: chainStart) }
    if isAligned {
      if kind == .end { throw error("\\end{aligned} is missing") }
      if !skip(.text("end", "aligned")) { throw unexpected() }
      if kind == .mark(".") || kind == .mark(",") {
        rows[rows.count - 1].comment += kind == .mark(".") ? "." : ","
        advance()
      }
    }
    if kind != .end { throw unexpected() }
    return rows
  }

  private mutating func equationRow(_ source: [Character], isFirst: Bool) throws(FormulaError) -> Equation.Row {
    skipAlignment()
    var row = Equation.Row(first: nil, links: [], comment: "")
    if relation == nil {
      if (kind == .mark("+") || kind == .mark("-")) && tokens[index - 1 < 0 ? 0 : index - 1].kind == .mark("&") {
        throw error("a row that goes on with a sum begins with ‘& +’, after a row that ends in the sum")
      }
      let start = token.position
      row.first = try Self.checked(try formula(), start)
      skipAlignment()
    } else if isFirst {
      throw error("something is missing before \(token.quoted)")
    }
    while let relation {
      let position = token.position
      advance()
      skipAlignment()
      row.links.append(.init(relation: relation, side: try Self.checked(try formula(), position), position: position))
      skipAlignment()
    }
    row.comment = try comment(source)
    return row
  }

  private var relation: Equation.Relation? {
    switch kind {
    case .mark("="): .equal
    case .command(let name): Self.relations[name]
    default: nil
    }
  }

  /// Skips `&` and the spaces around it.
  private mutating func skipAlignment() {
    while true {
      if kind == .mark("&") {
        advance()
      } else if kind == .quad {
        // A space before a comment belongs to the comment.
        var distance = 1
        while peek(distance) == .quad { distance += 1 }
        switch peek(distance) {
        case .mark("="), .mark("&"), .mark("+"), .mark("-"): advance()
        case .command(let name) where Self.relations[name] != nil: advance()
        default: return
        }
      } else {
        return
      }
    }
  }

  /// Reads the comment at the end of a row; empty if there is none.
  private mutating func comment(_ source: [Character]) throws(FormulaError) -> String {
    switch kind {
    case .rowBreak, .end, .text("end", "aligned"): return ""
    default: break
    }
    let start = token
    func endsRow(_ kind: Token.Kind) -> Bool {
      kind == .rowBreak || kind == .end || kind == .text("end", "aligned")
    }
    if kind == .mark(",") || kind == .mark(".") { advance() }
    while kind == .quad || kind == .mark("&") { advance() }
    switch kind {
    case _ where endsRow(kind): break
    case .text("text", _):
      while !endsRow(kind) { advance() }
    case _ where token != start && (kind == .mark("(") || kind == .command("left")):
      var depth = 0
      repeat {
        if kind == .mark("(") { depth += 1 }
        if kind == .mark(")") { depth -= 1 }
        if endsRow(kind) { throw FormulaError("the comment’s bracket is never closed", at: start.position) }
        advance()
      } while depth > 0
      if kind == .mark(",") || kind == .mark(".") { advance() }
      if !endsRow(kind) { throw error("after a comment in brackets nothing may follow, found \(token.quoted)") }
    case .number where start.kind == .mark(","):
      throw FormulaError("a comma inside a number is written {,}", at: start.position)
    case _ where token != start:
      throw error("only a comment, in brackets or \\text{…}, may follow here: give a second equation its own row")
    default: throw unexpected()
    }
    return String(source[start.offset..<token.offset]).trimmed
  }
}

extension String {
  /// The text without whitespace at either end.
  var trimmed: String {
    var text = Substring(self)
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
