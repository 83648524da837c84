// Every derivative rule is spoilt in turn, in the text of Operation.swift itself: the tape's numbers must then differ from central
// differences. So the text is what computes, and no second copy of a rule stands behind it.

import Foundation
import Testing

@Suite struct SpoiltRuleTests {
  private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test(.enabled(if: hasCompiler, "needs swiftc on the PATH"))
  func theNumbersOfTheTapeSeeEverySpoiltRule() throws {
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("unrolled-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }

    // The real sources as one module, but for the rules, which carry their faults behind a switch.
    var files: [String] = []
    func add(_ name: String, _ text: String) throws {
      let path = scratch.appendingPathComponent(name).path
      let lines = text.components(separatedBy: "\n")
        .filter { !$0.hasPrefix("import Autodiff") && !$0.hasPrefix("@_exported import Matrices") }
      try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
      files.append(path)
    }
    for folder in ["Sources/Matrices", "Sources/Autodiff"] {
      for name in try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path) {
        let text = try String(contentsOf: root.appendingPathComponent("\(folder)/\(name)"), encoding: .utf8)
        if name != "Operation.swift" { try add("\(folder.suffix(4))-\(name)", text) }
      }
    }
    let cases = root.appendingPathComponent("Tests/AutodiffTests/Cases.swift")
    try add("Cases.swift", String(contentsOf: cases, encoding: .utf8))
    let operation = root.appendingPathComponent("Sources/Autodiff/Operation.swift")
    let (text, faults) = try spoilt(String(contentsOf: operation, encoding: .utf8))
    try add("Operation.swift", text)
    try add("main.swift", driver(faults))

    let program = scratch.appendingPathComponent("spoilt").path
    let build = try run(
      ["swiftc", "-swift-version", "6", "-package-name", "Unrolled", "-Onone", "-o", program] + files + links)
    try #require(build.status == 0, "\(build.output.suffix(3000))")
    let output = try run([program]).output.split(separator: "\n").map(String.init)
    try #require(output.count == faults.count + 1, "\(output.suffix(5))")
    #expect(output[0] == "right: every case passes")
    for (line, fault) in zip(output.dropFirst(), faults) { #expect(line == "seen", "\(fault.kind): \(fault.rule)") }
    // Every operation with a rule is among them, most of them in several ways.
    let kinds = Set(faults.map(\.kind))
    let withRule = Kind.allCases.filter { !$0.differentiableInputs.isEmpty && $0 != .fused }
    for kind in withRule { #expect(kinds.contains("\(kind)"), "\(kind) was not spoilt") }
    #expect(faults.count > 3 * withRule.count, "\(faults.count) faults")
  }

  // MARK: Faults

  struct Fault {
    /// The operation's case, and its rule as it was spoilt.
    let kind: String
    let rule: String
  }

  /// The source with each rule `E` as `spoilt == 0 ? fault : spoilt == 1 ? … : E`, written with `if`.
  private func spoilt(_ source: String) throws -> (text: String, faults: [Fault]) {
    var faults: [Fault] = []
    let start = try #require(source.range(of: "public func pullback<A: Algebra>")).lowerBound
    var (lines, isInside) = (source[..<start].components(separatedBy: "\n"), true)
    for line in joinedRules(source[start...].components(separatedBy: "\n")) {
      // A new function or extension ends the rules.
      if line.hasPrefix("}") { isInside = false }
      guard isInside, line.hasPrefix("    case "), let colon = endOfPattern(line) else {
        lines.append(line)
        continue
      }
      let (pattern, rule) = (
        String(line[..<colon]), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      )
      if rule == "nil" || rule.hasPrefix("fail(") {
        lines.append(line)
        continue
      }
      var body = pattern + ":\n"
      for wrong in self.faults(of: rule) {
        for kind in names(in: pattern) { faults.append(Fault(kind: kind, rule: wrong)) }
        let numbers = names(in: pattern).indices.map { "spoilt == \(faults.count - names(in: pattern).count + $0)" }
        body += "if \(numbers.joined(separator: " || ")) { \(wrong) } else "
      }
      lines.append(body + "{ \(rule) }")
    }
    lines += ["nonisolated(unsafe) var spoilt = -1", "func opposite<A: Algebra>(_ a: A?) -> A? { a.map { -$0 } }"]
    lines += ["func doubled<A: Algebra>(_ a: A?) -> A? { a.map { 2.0 * $0 } }"]
    return (lines.joined(separator: "\n"), faults)
  }

  /// Rules that go on in the next line, as one line.
  private func joinedRules(_ lines: [String]) -> [String] {
    var joined: [String] = []
    for line in lines {
      if line.hasPrefix("      "), let last = joined.last, last.hasPrefix("    case ") {
        joined[joined.count - 1] = last + " " + line.trimmingCharacters(in: .whitespaces)
      } else {
        joined.append(line)
      }
    }
    return joined
  }

  /// The colon behind the pattern: the first one outside of brackets.
  private func endOfPattern(_ line: String) -> String.Index? {
    var depth = 0
    for place in line.indices {
      if "([".contains(line[place]) { depth += 1 }
      if ")]".contains(line[place]) { depth -= 1 }
      if depth == 0, line[place] == ":" { return place }
    }
    return nil
  }

  /// `    case .sum, .bias(let b)` names sum and bias.
  private func names(in pattern: String) -> [String] {
    pattern.components(separatedBy: "case ").last!.components(separatedBy: ", ").compactMap { part in
      part.hasPrefix(".") ? String(part.dropFirst().prefix { $0.isLetter }) : nil
    }
  }

  /// The rule with a wrong sign, a wrong factor, and without each of its terms and factors in turn. Where it has one part for
  /// each input, each part.
  private func faults(of rule: String) -> [String] {
    if let question = rule.range(of: " ? "), let colon = rule.range(of: " : ") {
      let (first, second) = (String(rule[question.upperBound..<colon.lowerBound]), String(rule[colon.upperBound...]))
      let condition = String(rule[..<question.upperBound])
      return faults(of: first).map { "\(condition)\($0) : \(second)" }
        + faults(of: second).map { "\(condition)\(first) : \($0)" }
    }
    if rule == "nil" { return [] }
    var found = ["opposite(\(rule))", "doubled(\(rule))"]
    for sign in [".*", "./", "-", "+"] {
      var from = rule.startIndex
      while let place = rule.range(of: " \(sign) ", range: from..<rule.endIndex) {
        let end = endOfOperand(rule, place.upperBound)
        let operand = rule[place.upperBound..<end]
        // A factor becomes 1, a term 0.
        let absent = sign.hasPrefix(".") ? "(0.0 * (\(operand)) + 1.0)" : "0.0 * (\(operand))"
        found.append(rule.replacingCharacters(in: place.upperBound..<end, with: absent))
        from = place.upperBound
      }
    }
    return found
  }

  /// Where a factor ends that begins here: names, dots and brackets, up to a blank or a closing bracket.
  private func endOfOperand(_ rule: String, _ start: String.Index) -> String.Index {
    var depth = 0
    for place in rule.indices[start...] {
      if depth == 0, " )],".contains(rule[place]) {
        // Σ terms of a product belong to it: `a .* b` after a minus is one term.
        return place
      }
      if "([".contains(rule[place]) { depth += 1 }
      if ")]".contains(rule[place]) { depth -= 1 }
    }
    return rule.endIndex
  }

  /// Prints a line for the rules as they are, and one for each fault.
  private func driver(_ faults: [Fault]) -> String {
    """
    func passes(_ c: Case) -> Bool { GradientCheck(c.inputs) { Variable.apply(c.operation, $0) }.passes }
    let cases = Cases.all.filter { $0.kind != .fused }
    print(cases.allSatisfy(passes) ? "right: every case passes" : "right: a case fails")
    for (number, kind) in [\(faults.map { "\"\($0.kind)\"" }.joined(separator: ", "))].enumerated() {
      spoilt = number
      print(cases.contains { "\\($0.kind)" == kind && !passes($0) } ? "seen" : "not seen")
    }
    """
  }

  // MARK: Processes

  private var links: [String] {
    #if os(Linux)
      ["-lm"]
    #else
      []
    #endif
  }
}

private let hasCompiler = (try? run(["swiftc", "--version"]).status == 0) ?? false

/// What a command prints, and its exit status.
private func run(_ arguments: [String]) throws -> (output: String, status: Int32) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  let pipe = Pipe()
  (process.standardOutput, process.standardError) = (pipe, pipe)
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (String(decoding: data, as: UTF8.self), process.terminationStatus)
}
