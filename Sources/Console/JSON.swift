// JSON, written. Keys keep the order in which they are given, so that equal runs give equal bytes.

/// A JSON value.
public indirect enum JSON: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// Written with the fewest digits that read back as the same number; a number that JSON cannot hold becomes a string.
  case number(Double)
  case string(String)
  case array([JSON])
  case object([(String, JSON)])

  /// The text, indented by two spaces a level.
  public var text: String { text(indentation: "") }

  private func text(indentation: String) -> String {
    switch self {
    case .null: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .integer(let value): return "\(value)"
    case .number(let value):
      return value.isFinite ? "\(value)" : JSON.quoted(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    case .string(let value): return JSON.quoted(value)
    case .array(let elements):
      return JSON.block("[", elements.map { $0.text(indentation: indentation + "  ") }, "]", indentation)
    case .object(let members):
      let lines = members.map { JSON.quoted($0) + ": " + $1.text(indentation: indentation + "  ") }
      return JSON.block("{", lines, "}", indentation)
    }
  }

  private static func block(_ open: String, _ items: [String], _ close: String, _ indentation: String) -> String {
    if items.isEmpty { return open + close }
    let inner = items.map { "\(indentation)  \($0)" }.joined(separator: ",\n")
    return "\(open)\n\(inner)\n\(indentation)\(close)"
  }

  static func quoted(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if scalar.value < 0x20 {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
