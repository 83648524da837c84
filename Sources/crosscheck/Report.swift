// The report on a file, as text and as JSON.

import Foundation
import Notebook
import Recurrent

extension Verdict {
  /// The file and its layer, a line for each tensor, and the verdict; nil for a file that cannot be used, whose message goes
  /// to stderr.
  var text: String? {
    switch self {
    case .unusable: return nil
    case .compared(let path, let comparison):
      var lines = ["\(oneLine(path, limit: 240)): \(comparison.description)"]
      if comparison.lines.isEmpty {
        return (lines + ["✗ nothing to compare: the file holds no output, last state or gradient"])
          .joined(separator: "\n")
      }
      let rows = comparison.lines.map { line in
        let marks = [
          scientific(line.absolute), scientific(line.relative),
          line.agrees ? "✓" : "✗ differs\(line.way.isEmpty ? "" : ": " + line.way)",
        ]
        return [line.name, "\(line.shape)"] + marks
      }
      lines += TextTable(rows: [["tensor", "shape", "difference", "relative", ""]] + rows).lines(indentation: 2)
      let agreeing = comparison.lines.count { $0.agrees }
      lines.append(
        "\(comparison.agrees ? "✓" : "✗") \(agreeing) of \(comparison.lines.count) tensors agree"
          + " within \(comparison.tolerance) of their scale")
      return lines.joined(separator: "\n")
    }
  }
}

/// A difference with two significant digits.
private func scientific(_ x: Double) -> String {
  x.isFinite ? String(format: "%.1e", x) : "\(x)"
}

extension JSON {
  init(_ verdicts: [Verdict]) {
    self = .object([
      ("version", .string(version)),
      ("status", .integer(Int(verdicts.map(\.status).max() ?? ExitStatus.badInput))),
      ("files", .array(verdicts.map(JSON.init))),
    ])
  }

  /// The `verdict` of a file is "agrees", "differs", "nothing to compare" or "unusable".
  private init(_ verdict: Verdict) {
    switch verdict {
    case .unusable(let path, let why):
      self = .object([("file", .string(path)), ("verdict", .string("unusable")), ("error", .string(why))])
    case .compared(let path, let comparison):
      let verdict = comparison.lines.isEmpty ? "nothing to compare" : comparison.agrees ? "agrees" : "differs"
      self = .object([
        ("file", .string(path)),
        ("verdict", .string(verdict)),
        ("layer", .string(comparison.description)),
        ("tolerance", .number(comparison.tolerance)),
        ("tensors", .array(comparison.lines.map(JSON.init))),
      ])
    }
  }

  private init(_ line: LayerComparison.Line) {
    self = .object([
      ("name", .string(line.name)),
      ("shape", .array(line.shape.map { .integer($0) })),
      ("absolute", .number(line.absolute)),
      ("relative", .number(line.relative)),
      ("agrees", .bool(line.agrees)),
      ("way", .string(line.way)),
    ])
  }
}
