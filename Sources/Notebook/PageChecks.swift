// Checks: comparisons that a run makes, each printed as one line with ✓ or ✗.

import Autodiff
import LaTeX

extension Page {
  /// Records a check and prints its line.
  ///
  /// - Parameters:
  ///   - claim: what should be true.
  ///   - holds: whether it is.
  ///   - detail: what was compared and how closely; for a failed check, what was found.
  public func check(_ claim: Text, _ holds: Bool, detail: Text = .symbols("")) {
    transcript.checks.append(CheckResult(section: section, claim: claim, passed: holds, detail: detail))
    let note = detail(language)
    func write(_ line: Line) {
      var line = line
      line.kind = holds ? .check : .failedCheck
      self.write(line)
    }
    var words = wrapped("  \(holds ? "✓" : "✗") " + claim(language), width: Page.width, indentation: 4)
    // The detail has a column of its own; where the claim reaches into it, the detail goes on the next line.
    let column = 50
    let isShort = words.count == 1 && displayWidth(words[0]) < column && displayWidth(note) + column < Page.width
    var line = Line(String(words[0].prefix(4)), style: holds ? .good : .bad)
    words[0].removeFirst(4)
    if isShort, !note.isEmpty {
      line.spans += [(padded(words[0], to: column - 4) + " ", .plain), (note, .faint)]
      write(line)
      return
    }
    line.spans.append((words[0], .plain))
    write(line)
    for rest in words.dropFirst() { write(Line(rest)) }
    if !note.isEmpty {
      for rest in wrapped("      " + note, width: Page.width, indentation: 8) { write(Line(rest, style: .faint)) }
    }
  }

  /// Two matrices agree in every entry: |a − b| < tolerance · scale, all of them finite. Prints the tolerance, not the
  /// noise; where they differ, the largest difference.
  ///
  /// - Parameter scale: how large the numbers are from which the entries are computed; nil for the largest |b|, or 1 if b is
  ///   zero. Give one only where b is a small difference of larger numbers, whose rounding errors it keeps. The check fails
  ///   where tolerance · scale reaches the largest |b|: 0 would pass for b there.
  public func check(
    _ claim: Text, _ a: Matrix, equals b: Matrix, tolerance: Double = 1e-12, scale: Double? = nil
  ) {
    precondition(tolerance > 0, "a tolerance must be positive: for equal bits there is hasSameBitsAs")
    if let problem = Page.cannotCompare(a, b) { return check(claim, false, detail: problem) }
    let size = b.largestMagnitude
    let scale = scale ?? (size > 0 ? size : 1)
    if size > 0, tolerance * scale >= size {
      return check(
        claim, false, detail: Text("the tolerance is as large as the numbers", ko: "허용 오차가 값만큼 크다"))
    }
    let difference = a.largestDifference(from: b)
    let bound = Page.bound(tolerance)
    if difference < tolerance * scale || difference == 0 {
      // For numbers below 1 the bound holds as it stands, too: it is shorter to read without the factor.
      let shown = bound + (scale > 1 ? " · max |x|" : "")
      check(claim, true, detail: Text("every entry, max |Δ| < \(shown)", ko: "모든 성분, max |Δ| < \(shown)"))
      return
    }
    let found = NumberFormat.format(difference, significant: 3)
    let allowed = "\(bound) · max |x|, max |x| = \(NumberFormat.format(scale, significant: 3))"
    check(
      claim, false, detail: Text("max |Δ| = \(found), not < \(allowed)", ko: "max |Δ| = \(found), 허용 < \(allowed)"))
  }

  /// Why two matrices cannot be compared, in words; nil if they can.
  static func cannotCompare(_ a: Matrix, _ b: Matrix) -> Text? { Incomparable(a, b).map(words) }

  static func words(for problem: Incomparable) -> Text {
    switch problem {
    case .shapes(let a, let b): return Text("\(a) against \(b)", ko: "\(a)와 \(b)")
    case .empty: return Text("nothing to compare", ko: "비교할 것이 없다")
    case .notFinite(let x):
      let word = NumberFormat.format(x, decimals: 0)
      return Text("an entry is \(word)", ko: "성분 하나가 \(word)")
    }
  }

  /// Checks that two matrices have the same shape and the same bits.
  public func check(_ claim: Text, _ a: Matrix, hasSameBitsAs b: Matrix) {
    if let problem = Page.cannotCompare(a, b), a.shape != b.shape || a.count == 0 {
      return check(claim, false, detail: problem)
    }
    guard let place = zip(a.elements, b.elements).enumerated().first(where: { $1.0.bitPattern != $1.1.bitPattern })
    else {
      return check(claim, true, detail: Text("every bit", ko: "모든 비트가 같다"))
    }
    let name = "[\(place.offset % a.rows), \(place.offset / a.rows)]"
    let (x, y) = ("\(place.element.0)", "\(place.element.1)")
    check(claim, false, detail: Text("\(name): \(x) against \(y)", ko: "\(name): \(x) 대 \(y)"))
  }

  /// Checks that a gradient check passed, that its largest difference is below `bound`, and that it compared at least one
  /// gradient larger than its absolute tolerance. If it did not pass, the line names the worst entry.
  public func check(_ claim: Text, _ result: GradientCheck, bound: Double = 1e-8) {
    guard let worst = result.worst else {
      return check(claim, false, detail: Text("nothing to compare", ko: "비교할 것이 없다"))
    }
    guard result.significantCount > 0 else {
      return check(
        claim, false,
        detail: Text(
          "all \(result.count) entries are zero within the tolerance: nothing was compared",
          ko: "성분 \(result.count)개가 모두 허용 오차 안의 0이다. 비교한 것이 없다"))
    }
    let limit = Page.bound(bound)
    if result.passes && result.largestDifference < bound {
      return check(
        claim, true,
        detail: Text(
          "\(result.count) entr\(result.count == 1 ? "y" : "ies"), max |Δ| < \(limit)",
          ko: "성분 \(result.count)개, max |Δ| < \(limit)"))
    }
    if result.passes {
      let found = NumberFormat.format(result.largestDifference, significant: 3)
      return check(
        claim, false, detail: Text("max |Δ| = \(found), not < \(limit)", ko: "max |Δ| = \(found), 허용 < \(limit)"))
    }
    let name = "\(worst.name ?? "#\(worst.input)")[\(worst.row), \(worst.column)]"
    let (derived, difference) = (
      NumberFormat.format(worst.derived, significant: 6), NumberFormat.format(worst.difference, significant: 6)
    )
    check(
      claim, false,
      detail: Text(
        "\(name): tape \(derived), differences \(difference)", ko: "\(name): 테이프 \(derived), 유한 차분 \(difference)"))
  }

  /// A tolerance as a programmer types it: 1e-8.
  static func bound(_ tolerance: Double) -> String {
    "\(tolerance)".replacingOccurrences(of: ".0e", with: "e").replacingOccurrences(of: "e-0", with: "e-")
  }
}
