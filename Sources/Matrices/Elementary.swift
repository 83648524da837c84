// The elementary functions that a recurrent network needs, from IEEE arithmetic alone.
//
// Every C library computes `exp` and `tanh` in its own way, and two of them seldom agree in the last bit. A training run
// amplifies such a bit until the printed losses differ. So this file uses only what IEEE 754 defines to the last bit:
// +, −, ×, ÷ and the fused multiply-add, always written out, in one order. The same input then gives the same 64 bits
// on every machine, in debug and in release. (For a processor without that instruction the compiler calls the C library's
// `fma`: slower, and by definition with the same result.)
//
// Everything below works on eight numbers at once, without a branch: where an input needs another answer, a mask picks
// it. A single number is eight copies of itself, and so it cannot give other bits than a buffer does.

#if CALLS_C
  import MultiplyAdd
#endif

/// `exp`, `log`, `tanh` and `sigmoid` of `Double`, with the same bits on every machine.
///
/// Each function has two forms: of one number, and from a buffer into another of the same length. Both give the same
/// bits. The buffers may be one and the same memory (in-place use); they must not overlap in part.
///
/// A NaN result is always the one bit pattern of `Double.nan`, whatever NaN came in.
///
/// Errors are in ulp, units in the last place of the exact result; no function can promise less than 0.5. The bounds
/// stated are measured, not proved. Of each function, 2 million points were compared with mpmath at 140 bits: random bit
/// patterns, every exponent, subnormal inputs and results, both signs, close to 0 (to 1, for the logarithm). Another
/// 70 million, many of them where the error is largest, were compared with the C library's functions in x87's 64-bit
/// precision, and the worst of these again with mpmath. The largest errors seen were 0.66 (`exp`), 0.55 (`log`),
/// 0.82 (`tanh`) and 0.79 (`sigmoid`).
public enum Elementary {

  // MARK: - The exponential

  /// e to the power `x`.
  ///
  /// Domain: every `Double`. Error: below 0.70 ulp, subnormal results included.
  /// - exp(±0) = 1, exp(+∞) = +∞, exp(−∞) = +0, exp(NaN) = NaN.
  /// - Above 709.7827… the result is +∞. Below −745.1332… it is +0, and from −708.3964… on it is subnormal.
  public static func exp(_ x: Double) -> Double {
    exp(Vector(repeating: x))[0]
  }

  /// e to the power of each element of `source`, written to the same place in `target`.
  ///
  /// Bit for bit what ``exp(_:)`` gives. Traps unless both have the same length.
  public static func exp(_ source: UnsafeBufferPointer<Double>, into target: UnsafeMutableBufferPointer<Double>) {
    map(source, into: target) { exp($0) }
  }

  // e^x = 2^k · (1 + r + w), from `reduced`. The sum 1 + r is rounded, and what it loses goes to the low part, with w:
  // the last addition, in `scaled`, is then nearly the only rounding.
  @inline(__always)
  private static func exp(_ x: Vector) -> Vector {
    // Beyond these limits the result is 0 or ∞ anyhow, and k stays small. A NaN is not replaced: it compares false.
    var clamped = x.replacing(with: 710, where: x .> 710)
    clamped = clamped.replacing(with: -746, where: x .< -746)
    let (k, r, w) = reduced(clamped)
    let (high, low) = onePlus(r, w)
    let y = scaled(high, low, by: k)
    return y.replacing(with: .nan, where: x .!= x)
  }

  // MARK: - The logistic function

  /// The logistic function 1 / (1 + e⁻ˣ).
  ///
  /// Domain: every `Double`. Error: below 0.85 ulp, also in the left tail, down to its subnormal results.
  /// - sigmoid(±0) = 1/2, sigmoid(+∞) = 1, sigmoid(−∞) = +0, sigmoid(NaN) = NaN.
  /// - Above 37.4299… the result is 1. Below −745.1332… it is +0.
  public static func sigmoid(_ x: Double) -> Double {
    sigmoid(Vector(repeating: x))[0]
  }

  /// The logistic function of each element of `source`, written to the same place in `target`.
  ///
  /// Bit for bit what ``sigmoid(_:)`` gives. Traps unless both have the same length.
  public static func sigmoid(_ source: UnsafeBufferPointer<Double>, into target: UnsafeMutableBufferPointer<Double>) {
    map(source, into: target) { sigmoid($0) }
  }

  // With E = e^−|x| = 2^k · (1 + r + w), which never overflows,
  //
  //     σ(x) = 1 / (1 + E)   for x ≥ 0,        σ(x) = E / (1 + E) = 2^k · (1 + r + w) / (1 + E)   for x < 0.
  //
  // The power of two stays outside the division until the end, so that the left tail underflows only where it must.
  @inline(__always)
  private static func sigmoid(_ x: Vector) -> Vector {
    let size = magnitude(x)
    let (k, r, w) = reduced(-size.replacing(with: 746, where: size .> 746))
    // Below 2⁻¹⁰⁰ the power no longer matters beside 1.
    let denominator = twoMinus(oneMinusPower(k.replacing(with: -100, where: k .< -100), r, w))

    let isNegative = x .< 0
    let (high, low) = onePlus(r, w)
    let numerator = (
      high: Vector(repeating: 1).replacing(with: high, where: isNegative),
      low: Vector.zero.replacing(with: low, where: isNegative)
    )
    let exponent = Vector.zero.replacing(with: k, where: isNegative)
    let (quotient, rest) = divided(numerator, by: denominator)
    let y = scaled(quotient, rest, by: exponent)
    return y.replacing(with: .nan, where: x .!= x)
  }

  // MARK: - The hyperbolic tangent

  /// The hyperbolic tangent (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).
  ///
  /// Domain: every `Double`. Error: below 0.90 ulp.
  /// - tanh(±0) = ±0, tanh(±∞) = ±1, tanh(NaN) = NaN. Odd bit for bit: tanh(−x) = −tanh(x).
  /// - Beyond ±19.0615… the result is exactly ±1. The tangent of a subnormal is that subnormal.
  public static func tanh(_ x: Double) -> Double {
    tanh(Vector(repeating: x))[0]
  }

  /// The hyperbolic tangent of each element of `source`, written to the same place in `target`.
  ///
  /// Bit for bit what ``tanh(_:)`` gives. Traps unless both have the same length.
  public static func tanh(_ source: UnsafeBufferPointer<Double>, into target: UnsafeMutableBufferPointer<Double>) {
    map(source, into: target) { tanh($0) }
  }

  // With E = e^−2|x| and n = 1 − E,
  //
  //     tanh |x| = (1 − E) / (1 + E) = n / (2 − n).
  //
  // Near 0, n itself is near 0, and `oneMinusPower` gives it to full relative precision: nothing cancels. The sign is
  // put back at the end, on the bits, so the function is odd by construction.
  @inline(__always)
  private static func tanh(_ x: Vector) -> Vector {
    let size = magnitude(x)
    let (k, r, w) = reduced(-2 * size.replacing(with: 20, where: size .> 20))
    let numerator = oneMinusPower(k, r, w)
    let (quotient, rest) = divided(numerator, by: twoMinus(numerator))
    let y = withSign(of: x, quotient + rest)
    return y.replacing(with: .nan, where: x .!= x)
  }

  // MARK: - The logarithm

  /// The natural logarithm of `x`.
  ///
  /// Domain: x ≥ 0, subnormals included. Error: below 0.60 ulp.
  /// - log(1) = +0, log(±0) = −∞, log(+∞) = +∞, log(x) = NaN for x < 0, log(NaN) = NaN.
  public static func log(_ x: Double) -> Double {
    log(Vector(repeating: x))[0]
  }

  /// The natural logarithm of each element of `source`, written to the same place in `target`.
  ///
  /// Bit for bit what ``log(_:)`` gives. Traps unless both have the same length.
  public static func log(_ source: UnsafeBufferPointer<Double>, into target: UnsafeMutableBufferPointer<Double>) {
    map(source, into: target) { log($0) }
  }

  // Reduction. x = 2^k · m with √½ ≤ m < √2, so that log x = k ln 2 + log m.
  //
  // Series. With s = (m − 1) / (m + 1), that is m = (1 + s) / (1 − s),
  //
  //     log m = log(1 + s) − log(1 − s) = 2 s + 2/3 s³ + 2/5 s⁵ + … = 2 s + s³ P(s²),      s² ≤ 0.0295.
  //
  // P has degree 7. It interpolates at Chebyshev's points, in 200-bit arithmetic (`Tests/Fixtures/elementary.py` prints
  // its coefficients, which start near 2/3, 2/5, 2/7), and changes log m by less than 2⁻⁶⁴ of itself.
  //
  // Rounding. m − 1 is exact. m + 1 is not always, nor is the quotient s, so both carry a low part. The leading terms,
  // k times the first 42 bits of ln 2 and 2 s, are added with what the addition loses. The rest is small, and comes last.
  @inline(__always)
  private static func log(_ x: Vector) -> Vector {
    // A subnormal is first made normal. What 2⁵⁴ adds to its exponent is taken off again in k.
    let isSubnormal = x .< 0x1p-1022
    let normal = x.replacing(with: x * 0x1p54, where: isSubnormal)

    // Bits are counted from those of √½ instead of those of 1: then the exponent field is k + 1023, and it steps up
    // where the fraction passes that of √½. With the bits of 2⁵² above it, that field reads as the number 2⁵² + k + 1023.
    let one = Bits(repeating: (1.0).bitPattern)
    let rootOfHalf = Bits(repeating: squareRootOfHalf.bitPattern)
    let shifted = bits(normal) &- rootOfHalf &+ one
    let field = vector(shifted &>> 52 | Bits(repeating: (0x1p52).bitPattern))
    let k = field - (0x1p52 + 1023) - Vector.zero.replacing(with: 54, where: isSubnormal)
    let fraction = shifted & Bits(repeating: 1 << 52 - 1)
    let m = vector(fraction &+ rootOfHalf)

    let sum = m + 1
    let (s, sLow) = divided((m - 1, .zero), by: (sum, m - (sum - 1)))

    let z = s * s
    var p = Vector(repeating: 0x1.0c039c49989c6p-3)
    p = fused(p, z, plus: 0x1.0fbe95d716020p-3)
    p = fused(p, z, plus: 0x1.3b1c355a8f7a2p-3)
    p = fused(p, z, plus: 0x1.745cf9048dd95p-3)
    p = fused(p, z, plus: 0x1.c71c720159177p-3)
    p = fused(p, z, plus: 0x1.2492492476cccp-2)
    p = fused(p, z, plus: 0x1.9999999999a38p-2)
    p = fused(p, z, plus: 0x1.5555555555555p-1)
    let tail = fused(s * z, p, plus: 2 * sLow)

    // Either |k ln 2| > |2 s| or k = 0: both times (whole − high) + leading is exactly what `high` lost.
    let whole = k * ln2High
    let leading = 2 * s
    let high = whole + leading
    let low = fused(k, ln2Low, plus: (whole - high) + leading)
    var y = high + (low + tail)

    y.replace(with: -.infinity, where: x .== 0)
    y.replace(with: .infinity, where: x .== .infinity)
    // A negative input and a NaN are not ≥ 0, and so keep the NaN.
    return Vector(repeating: .nan).replacing(with: y, where: x .>= 0)
  }

  // MARK: - What exp, sigmoid and tanh share

  // Reduction (Cody and Waite's). With k the integer nearest to x / ln 2,
  //
  //     e^x = 2^k · e^(x − k ln 2),      |x − k ln 2| ≤ ½ ln 2 < 0.347.
  //
  // ln 2 comes in two pieces. The first has 42 bits, so its product with k (at most 11 bits) is exact, and so is the
  // difference from x, which is near. The second piece then leaves r, and what rounding r loses is kept as c.
  //
  // Series. e^(r+c) = 1 + r + w with w = c + ½ r² + r³ C(r), where C(r) = 1/6 + r/24 + r²/120 + … becomes a polynomial
  // of degree 9. It interpolates at Chebyshev's points of [−0.35, 0.35], in 200-bit arithmetic, and is off by less than
  // 2⁻⁶¹ after the factor r³ (`Tests/Fixtures/elementary.py` prints its coefficients).
  //
  // For small x, k = 0 and r = x: nothing has been rounded yet. That is why r and w are returned apart.

  /// k, r and w such that e^x = 2^k · (1 + r + w), with k an integer, |r| < 0.347 and |w| < r²; |x| is at most 746.
  @inline(__always)
  private static func reduced(_ x: Vector) -> (k: Vector, r: Vector, w: Vector) {
    let k = rounded(x * inverseOfLn2)
    let near = fused(k, -ln2High, plus: x)
    let r = fused(k, -ln2Low, plus: near)
    let c = fused(k, -ln2Low, plus: near - r)

    var q = Vector(repeating: 0x1.1f6942ca28386p-29)
    q = fused(q, r, plus: 0x1.af3cd7b3560d9p-26)
    q = fused(q, r, plus: 0x1.27e4e0f0f6358p-22)
    q = fused(q, r, plus: 0x1.71de0be80e7e8p-19)
    q = fused(q, r, plus: 0x1.a01a01a4be7f8p-16)
    q = fused(q, r, plus: 0x1.a01a01a83a3a3p-13)
    q = fused(q, r, plus: 0x1.6c16c16c1678ap-10)
    q = fused(q, r, plus: 0x1.111111111091ap-7)
    q = fused(q, r, plus: 0x1.5555555555555p-5)
    q = fused(q, r, plus: 0x1.5555555555556p-3)
    q = fused(q, r, plus: 0.5)
    return (k, r, fused(r * r, q, plus: c))
  }

  // A sum a + b, |a| ≥ |b| or a = 0, that rounds to s has lost exactly (a − s) + b (Dekker's theorem). The functions that
  // follow keep such losses: they return a value as high + low, two numbers that together hold more than 53 bits.

  /// 1 + r + w, as high + low.
  @inline(__always)
  private static func onePlus(_ r: Vector, _ w: Vector) -> (high: Vector, low: Vector) {
    let high = 1 + r
    return (high, ((1 - high) + r) + w)
  }

  /// 1 − 2^k · (1 + r + w), as high + low, to full relative precision also where it is near 0; for
  /// −1022 ≤ k ≤ 0.
  @inline(__always)
  private static func oneMinusPower(_ k: Vector, _ r: Vector, _ w: Vector) -> (high: Vector, low: Vector) {
    let power = powerOfTwo(k)
    let first = 1 - power
    let firstLoss = (1 - first) - power
    let step = power * r
    let second = first - step
    let secondLoss = (first - second) - step
    let rest = fused(-power, w, plus: firstLoss + secondLoss)
    let high = second + rest
    return (high, (second - high) + rest)
  }

  /// 2 − n, as high + low; for 0 ≤ n ≤ 1.
  @inline(__always)
  private static func twoMinus(_ n: (high: Vector, low: Vector)) -> (high: Vector, low: Vector) {
    let high = 2 - n.high
    return (high, ((2 - high) - n.high) - n.low)
  }

  /// n / d, as a quotient and the correction still to be added to it.
  ///
  /// What is left of n once q d is taken off, with q = n / d as rounded, fits into 53 bits, and a fused multiply-add finds
  /// it without rounding. Divided by d it is what q lacks; there one digit is worth so little that d⁻¹ will do.
  @inline(__always)
  private static func divided(
    _ n: (high: Vector, low: Vector), by d: (high: Vector, low: Vector)
  ) -> (quotient: Vector, correction: Vector) {
    let inverse = 1 / d.high
    let quotient = n.high / d.high
    let remainder = fused(-quotient, d.high, plus: n.high) + fused(-quotient, d.low, plus: n.low)
    return (quotient, remainder * inverse)
  }

  // The last rounding must happen once, at the last bit of the result. A subnormal result has fewer than 53 bits: rounded
  // to 53 first, and again when 2^k is multiplied in, it could come out wrong. So it is rounded where it stands, by adding
  // a number so large that the sum's last bit is worth 2⁻¹⁰⁷⁴ once scaled, and taking it off again. For
  //
  //     anchor = 2^(−1022−k) − ½      and     ½ ≤ high ≤ 3/2      the sum is in      [2^(−1022−k), 2^(−1021−k)],
  //
  // where 53 bits end at 2^(−1074−k). For k = −1021 the anchor is 0, and for larger k it stays 0. For k ≤ −1074 the last
  // bit is worth 1 or more, and the anchor has to be a multiple of it. Computed as (2 p − ½) − p it is: there the half
  // rounds away.

  /// 2^k · (high + low), rounded once, into the subnormal range also; for ½ ≤ high ≤ 3/2, |low| < |high| / 4 and
  /// −1076 ≤ k ≤ 1025.
  @inline(__always)
  private static func scaled(_ high: Vector, _ low: Vector, by k: Vector) -> Vector {
    let distance = -1022 - k
    let power = powerOfTwo(distance.replacing(with: -1, where: distance .< -1))
    let anchor = (2 * power - 0.5) - power
    let sum = anchor + high
    let loss = (anchor - sum) + high
    let y = (sum + (loss + low)) - anchor

    // 2^k itself may be out of range, so it comes as two factors. Neither product rounds.
    let half = rounded(0.5 * k)
    return y * powerOfTwo(half) * powerOfTwo(k - half)
  }

  // MARK: - Numbers as bits

  private typealias Vector = SIMD8<Double>
  private typealias Bits = SIMD8<UInt64>

  // Near 1.5 · 2⁵² the doubles are the integers: adding that number rounds to an integer, to the nearest, ties to even.
  // The sum's last bits are then that integer in two's complement.

  /// The integer nearest to x, as a number; for |x| < 2⁵¹.
  @inline(__always)
  private static func rounded(_ x: Vector) -> Vector {
    (x + 0x1.8p52) - 0x1.8p52
  }

  /// 2^k, for an integer −1023 < k < 1024: an exponent field of k + 1023, and a fraction of 0.
  @inline(__always)
  private static func powerOfTwo(_ k: Vector) -> Vector {
    vector(bits(k + (0x1.8p52 + 1023)) &<< 52)
  }

  /// |x|: the sign bit cleared.
  @inline(__always)
  private static func magnitude(_ x: Vector) -> Vector {
    vector(bits(x) & ~signBit)
  }

  /// y ≥ 0 with the sign of x.
  @inline(__always)
  private static func withSign(of x: Vector, _ y: Vector) -> Vector {
    vector(bits(y) | bits(x) & signBit)
  }

  private static var signBit: Bits { Bits(repeating: 1 << 63) }

  @inline(__always)
  private static func bits(_ x: Vector) -> Bits { unsafeBitCast(x, to: Bits.self) }

  @inline(__always)
  private static func vector(_ bits: Bits) -> Vector { unsafeBitCast(bits, to: Vector.self) }

  /// a · b + c, rounded once.
  @inline(__always)
  private static func fused(_ a: Vector, _ b: Vector, plus c: Vector) -> Vector {
    #if CALLS_C
      var y = c
      withUnsafeBytes(of: a) { a in
        withUnsafeBytes(of: b) { b in
          withUnsafeMutableBytes(of: &y) { y in
            let y = y.baseAddress!.assumingMemoryBound(to: Double.self)
            multiply_add_8(
              a.baseAddress!.assumingMemoryBound(to: Double.self), b.baseAddress!.assumingMemoryBound(to: Double.self),
              y, y)
          }
        }
      }
      return y
    #else
      return c.addingProduct(a, b)
    #endif
  }

  @inline(__always)
  private static func fused(_ a: Vector, _ b: Vector, plus c: Double) -> Vector {
    fused(a, b, plus: Vector(repeating: c))
  }

  @inline(__always)
  private static func fused(_ a: Vector, _ b: Double, plus c: Vector) -> Vector {
    fused(a, Vector(repeating: b), plus: c)
  }

  private static var inverseOfLn2: Double { 0x1.71547652b82fep+0 }
  private static var ln2High: Double { 0x1.62e42fefa38p-1 }
  private static var ln2Low: Double { 0x1.ef35793c7673p-45 }
  private static var squareRootOfHalf: Double { 0x1.6a09e667f3bcdp-1 }

  // MARK: - Buffers

  /// `function` of every element, eight at a time; the last few stand in a vector filled up with zeros.
  @inline(__always)
  private static func map(
    _ source: UnsafeBufferPointer<Double>, into target: UnsafeMutableBufferPointer<Double>,
    _ function: (Vector) -> Vector
  ) {
    precondition(
      source.count == target.count, "Elementary: \(source.count) numbers into a buffer of \(target.count)")
    guard let from = source.baseAddress, let to = target.baseAddress else { return }
    let count = source.count
    let width = Vector.scalarCount

    var i = 0
    while i + width <= count {
      let x = UnsafeRawPointer(from + i).loadUnaligned(as: Vector.self)
      UnsafeMutableRawPointer(to + i).storeBytes(of: function(x), as: Vector.self)
      i += width
    }
    if i < count {
      var x = Vector.zero
      for lane in 0..<count - i { x[lane] = from[i + lane] }
      let y = function(x)
      for lane in 0..<count - i { to[i + lane] = y[lane] }
    }
  }
}
