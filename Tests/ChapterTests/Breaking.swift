// How a formula of the notes is made another one.

/// How to break a relation: what to write in its place, and what comes before its right side, which may be 0.
typealias Breakage = (relation: String, replacement: String, factor: String)

private let breakages: [Breakage] = [
  ("= ", "= ", "7.3 + 2 \\cdot "), ("\\approx ", "\\approx ", "7.3 + 2 \\cdot "), ("\\le ", "\\le ", "0.001 \\cdot "),
  ("\\ge ", "\\ge ", "1000 \\cdot "), ("\\lt ", "\\gt ", ""), ("\\gt ", "\\lt ", ""), ("\\ne ", "= ", ""),
]

/// The versions of an equation in which one relation is broken, for each relation in it.
func broken(_ body: [String]) -> [[String]] {
  var results: [[String]] = []
  for (number, line) in body.enumerated() {
    let relations = relations(in: line)
    for (index, (range, breakage)) in relations.enumerated() {
      let end = endOfSide(after: index, of: relations, in: line)
      var copy = body
      copy[number] =
        "\(line[..<range.lowerBound])\(breakage.replacement)\(breakage.factor)(\(line[range.upperBound..<end])) \(line[end...])"
      results.append(copy)
    }
  }
  return results
}

/// The equation with half of its left side in each right side: a = b becomes a = ½ (a + b). The numbers stay equal, but no right
/// side is the formula any more.
func disguised(_ body: [String]) -> [String] {
  var left = ""
  return body.map { line in
    let relations = relations(in: line)
    guard let first = relations.first, first.breakage.relation == "= " else { return line }
    let start = String(line[..<first.range.lowerBound])
    let side = start.replacingOccurrences(of: "&", with: "").trimmingCharacters(in: .whitespaces)
    // A row that begins with = goes on from the row above.
    if !side.isEmpty { left = side }
    let end = endOfSide(after: 0, of: relations, in: line)
    return "\(start)= \\frac{1}{2} (\(left) + (\(line[first.range.upperBound..<end]))) \(line[end...])"
  }
}

/// Where the right side of a relation ends: at the next relation of the line, or at the end of the row.
private func endOfSide(
  after index: Int, of relations: [(range: Range<String.Index>, breakage: Breakage)], in line: String
) -> String.Index {
  index + 1 < relations.count
    ? relations[index + 1].range.lowerBound : endOfRow(in: line, from: relations[index].range.upperBound)
}

/// Where the formula that begins at `start` ends: at the row's `\\`, before a comment, or at the end of the line. The rows of
/// a matrix are inside the formula.
private func endOfRow(in line: String, from start: String.Index) -> String.Index {
  var depth = 0
  for place in line.indices[start...] {
    if line[place...].hasPrefix("\\begin{") { depth += 1 }
    if line[place...].hasPrefix("\\end{") { depth -= 1 }
    if depth == 0, [" \\\\", " \\quad", " \\text"].contains(where: line[place...].hasPrefix) { return place }
  }
  return line.endIndex
}

/// The relations of a line, in order. What is in braces is no relation but a bound, such as t=1.
private func relations(in line: String) -> [(range: Range<String.Index>, breakage: Breakage)] {
  var found: [(range: Range<String.Index>, breakage: Breakage)] = []
  var depth = 0
  for place in line.indices {
    if line[place] == "{" { depth += 1 }
    if line[place] == "}" { depth -= 1 }
    guard depth == 0, let breakage = breakages.first(where: { line[place...].hasPrefix($0.relation) }) else { continue }
    found.append((place..<line.index(place, offsetBy: breakage.relation.count), breakage))
  }
  return found
}
