// Scales: where numbers stand along an axis, and its ticks. The code uses no functions of the C library, so that a figure has
// the same bytes on every machine.

import Console

/// The scale of an axis between two limits. A place on it is a fraction: 0 at the low limit, 1 at the high one.
struct Scale: Sendable {
  struct Tick: Sendable {
    var place: Double
    /// Nil for a minor tick.
    var label: Figure.Label?
  }

  let isLogarithmic: Bool
  /// The limits; low < high.
  let low: Double
  let high: Double

  /// The scale of an axis: over the axis's limits, or wide enough for the values that it can show.
  ///
  /// - Parameter isRounded: whether limits that come from the values are widened to round numbers.
  init(_ axis: Figure.Axis, values: [Double], isRounded: Bool = false) {
    isLogarithmic = axis.kind == .logarithmic
    let drawable = values.filter { Self.hasPlace($0, on: axis.kind) }
    var low = axis.limits?.lowerBound ?? drawable.min() ?? (isLogarithmic ? 1 : 0)
    var high = axis.limits?.upperBound ?? drawable.max() ?? (isLogarithmic ? 10 : 1)
    if isLogarithmic {
      if Self.log10(high) - Self.log10(low) < 1e-6 {
        low /= 10
        high *= 10
      } else if isRounded, axis.limits == nil, Self.log10(high) - Self.log10(low) > 1 {
        low = Self.power(Int((Self.log10(low) + 1e-9).rounded(.down)))
        high = Self.power(Int((Self.log10(high) - 1e-9).rounded(.up)))
      }
    } else {
      let size = max(low.magnitude, high.magnitude)
      if high - low <= max(size * 1e-12, 1e-290) {
        let margin = size > 1e-280 ? size * 0.1 : 1
        low -= margin
        high += margin
      }
      if isRounded, axis.limits == nil {
        let step = Self.step(low, high, target: 6)
        let first = (low / step.value + 1e-9).rounded(.down)
        let last = (high / step.value - 1e-9).rounded(.up)
        low = Self.number(first * step.mantissa, step.exponent)
        high = Self.number(last * step.mantissa, step.exponent)
      }
    }
    self.low = low
    self.high = high
  }

  /// Whether an axis can show `x`: a magnitude of at most 10³⁰⁰, and on a logarithmic axis a number of at least 10⁻³⁰⁰.
  static func hasPlace(_ x: Double, on kind: Figure.Axis.Kind) -> Bool {
    x.magnitude <= 1e300 && (kind == .linear || x >= 1e-300)
  }

  /// The place of `x`, which may lie outside 0…1; nil if the axis cannot show it.
  func place(_ x: Double) -> Double? {
    guard Self.hasPlace(x, on: isLogarithmic ? .logarithmic : .linear) else { return nil }
    let place =
      isLogarithmic
      ? (Self.log10(x) - Self.log10(low)) / (Self.log10(high) - Self.log10(low))
      : (x - low) / (high - low)
    return min(max(place, -1e6), 1e6)
  }

  // MARK: Ticks

  /// Ticks at round numbers: about `target` with labels, and minor ticks between powers of ten.
  func ticks(target: Int) -> [Tick] {
    let found = isLogarithmic ? logarithmicTicks(target: target) : linearTicks(target: target)
    return found.filter { -1e-9...1 + 1e-9 ~= $0.place }
  }

  /// As many ticks, up to `most`, as have labels that fit on `length` with `gap` between them. `size` measures a label.
  func ticks(most: Int, length: Double, gap: Double, size: (Figure.Label) -> Double) -> [Tick] {
    for target in stride(from: most, through: 1, by: -1) {
      let ticks = ticks(target: target)
      var end = -Double.infinity
      var fits = true
      for tick in ticks {
        guard let label = tick.label else { continue }
        let half = size(label) / 2
        if tick.place * length - half < end + gap { fits = false }
        end = tick.place * length + half
      }
      if fits { return ticks }
    }
    var hasLabel = false
    return ticks(target: 1).map { tick in
      let isFirst = tick.label != nil && !hasLabel
      hasLabel = hasLabel || isFirst
      return Tick(place: tick.place, label: isFirst ? tick.label : nil)
    }
  }

  private func linearTicks(target: Int) -> [Tick] {
    let step = Self.step(low, high, target: target)
    let first = (low / step.value - 1e-9).rounded(.up)
    let last = (high / step.value + 1e-9).rounded(.down)
    guard first <= last, last - first < 100 else { return [] }
    let largest = Self.log10(max(first.magnitude, last.magnitude, 1) * step.mantissa) + Double(step.exponent)
    let isScientific = largest >= 6 || largest < -3
    return stride(from: first, through: last, by: 1).map { index in
      let number = index * step.mantissa
      let value = Self.number(number, step.exponent)
      return Tick(
        place: place(value) ?? 0,
        label: Figure.Label(Self.text(number, step.exponent, isScientific: isScientific)))
    }
  }

  private func logarithmicTicks(target: Int) -> [Tick] {
    let (low, high) = (Self.log10(low), Self.log10(high))
    func tick(_ exponent: Double, _ label: Figure.Label?) -> Tick {
      Tick(place: (exponent - low) / (high - low), label: label)
    }
    let first = Int((low - 1e-9).rounded(.up))
    let last = Int((high + 1e-9).rounded(.down))
    guard last > first + 1 else { return shortLogarithmicTicks(target: target) }
    let decades = last - first + 1
    let steps = [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300]
    func count(_ step: Int) -> Int { (first...last).count { $0 % step == 0 } }
    let step = steps.first { count($0) <= max(target, 1) && count($0) > 0 } ?? 1
    let minor = steps.first { step % $0 == 0 && decades / $0 <= 40 } ?? step
    var ticks: [Tick] = []
    for exponent in first - 1...last {
      if exponent >= first, exponent % minor == 0 {
        ticks.append(tick(Double(exponent), exponent % step == 0 ? "10^{\(exponent)}" : nil))
      }
      if step == 1, decades <= 8 {
        ticks += (2...9).map { tick(Double(exponent) + Self.log10(Double($0)), nil) }
      }
    }
    return ticks
  }

  /// Ticks of a logarithmic axis that contains fewer than three powers of ten.
  private func shortLogarithmicTicks(target: Int) -> [Tick] {
    let exponents = Int(Self.log10(low).rounded(.down))...Int(Self.log10(high).rounded(.down))
    for mantissas in [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3], [1]] {
      let ticks = exponents.flatMap { exponent in
        mantissas.map { mantissa in
          Tick(
            place: place(Self.number(Double(mantissa), exponent)) ?? 2,
            label: Figure.Label(
              Self.text(Double(mantissa), exponent, isScientific: !(-3...3).contains(exponent))))
        }
      }
      let visible = ticks.count { -1e-9...1 + 1e-9 ~= $0.place }
      if visible <= max(target, 1), visible >= 2 { return ticks }
    }
    return linearTicks(target: target)
  }

  // MARK: Decimal numbers

  /// The smallest step of 1, 2 or 5 times a power of ten that divides low…high into at most `target` parts.
  private static func step(_ low: Double, _ high: Double, target: Int)
    -> (value: Double, mantissa: Double, exponent: Int)
  {
    let raw = (high - low) / Double(max(target, 1))
    var exponent = Int((log10(raw) + 1e-9).rounded(.down))
    let fraction = raw / number(1, exponent)
    var mantissa = [1.0, 2, 5].first { $0 >= fraction * (1 - 1e-9) } ?? 10
    if mantissa == 10 {
      mantissa = 1
      exponent += 1
    }
    return (number(mantissa, exponent), mantissa, exponent)
  }

  /// mantissa · 10^exponent, rounded once as long as 10^|exponent| is exact in a Double.
  static func number(_ mantissa: Double, _ exponent: Int) -> Double {
    if exponent >= 0 { return mantissa * power(exponent) }
    if exponent >= -300 { return mantissa / power(-exponent) }
    return mantissa / power(300) / power(-exponent - 300)
  }

  /// 10^exponent.
  private static func power(_ exponent: Int) -> Double {
    if exponent < 0 { return number(1, exponent) }
    return (0..<exponent).reduce(1.0) { power, _ in power * 10 }
  }

  /// The decimal logarithm of a positive number: about 15 digits, exact for powers of ten.
  static func log10(_ x: Double) -> Double {
    var mantissa = x.significand
    var exponent = Double(x.exponent)
    if mantissa > 1.4142135623730951 {
      mantissa /= 2
      exponent += 1
    }
    // ln m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …), |s| < 0.172
    let s = (mantissa - 1) / (mantissa + 1)
    var sum = 0.0
    for power in stride(from: 23.0, through: 1, by: -2) { sum = sum * s * s + 1 / power }
    let logarithm = exponent * 0.30102999566398120 + 2 * s * sum * 0.43429448190325183
    let nearest = logarithm.rounded()
    return (logarithm - nearest).magnitude < 1e-12 ? nearest : logarithm
  }

  /// number · 10^exponent, written in digits or as 2.5×10^{−7}. `number` is a whole number.
  private static func text(_ number: Double, _ exponent: Int, isScientific: Bool) -> String {
    if number == 0 { return "0" }
    let sign = number < 0 ? "−" : ""
    var digits = NumberFormat.format(number.magnitude, decimals: 0)
    guard isScientific else {
      if exponent >= 0 { return sign + digits + String(repeating: "0", count: exponent) }
      digits = String(repeating: "0", count: max(0, 1 - exponent - digits.count)) + digits
      return sign + digits.dropLast(-exponent) + "." + digits.suffix(-exponent)
    }
    let power = exponent + digits.count - 1
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    let fraction = digits.dropFirst()
    let mantissa = digits.prefix(1) + (fraction.isEmpty ? "" : ".") + fraction
    return mantissa == "1" ? "\(sign)10^{\(power)}" : "\(sign)\(mantissa)×10^{\(power)}"
  }
}

// MARK: - Clipping

/// A point of a plot: its places along both axes.
struct Place: Sendable, Hashable {
  var x: Double
  var y: Double

  var isInside: Bool { -1e-9...1 + 1e-9 ~= x && -1e-9...1 + 1e-9 ~= y }
}

/// The lines through the points that lie inside the unit square. A point that an axis cannot show interrupts a line; a line that
/// leaves the square is cut at its border.
func visibleLines(_ points: [(x: Double, y: Double)], x: Scale, y: Scale) -> [[Place]] {
  var lines: [[Place]] = []
  var previous: Place?
  var isConnected = false
  for point in points {
    guard let placeX = x.place(point.x), let placeY = y.place(point.y) else {
      previous = nil
      continue
    }
    let place = Place(x: placeX, y: placeY)
    defer { previous = place }
    guard let start = previous else {
      isConnected = place.isInside
      if isConnected { lines.append([place]) }
      continue
    }
    guard let (from, to) = clipped(start, place) else {
      isConnected = false
      continue
    }
    if isConnected { lines[lines.count - 1].append(to) } else { lines.append([from, to]) }
    isConnected = place.isInside
  }
  return lines
}

/// The part of a segment inside the unit square (Liang and Barsky, 1984).
func clipped(_ start: Place, _ end: Place) -> (Place, Place)? {
  let (dx, dy) = (end.x - start.x, end.y - start.y)
  var (from, to) = (0.0, 1.0)
  for (delta, room) in [(-dx, start.x), (dx, 1 - start.x), (-dy, start.y), (dy, 1 - start.y)] {
    if delta == 0 {
      if room < -1e-9 { return nil }
    } else if delta < 0 {
      from = max(from, room / delta)
    } else {
      to = min(to, room / delta)
    }
  }
  guard from <= to else { return nil }
  func at(_ t: Double) -> Place { Place(x: start.x + t * dx, y: start.y + t * dy) }
  return (from == 0 ? start : at(from), to == 1 ? end : at(to))
}
