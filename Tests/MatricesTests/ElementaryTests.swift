import Foundation
import Matrices
import Testing

/// The elementary functions keep what their documentation says: the error, the special values, the same bits everywhere.
@Suite struct ElementaryTests {

  // MARK: - Accuracy

  @Test(arguments: Function.allCases)
  func everyResultIsWithinTheStatedError(function: Function) throws {
    let points = try Fixture.points(of: function)
    #expect(points.count > 2000, "the fixture has too few points to mean anything")
    var worst = (error: 0.0, x: 0.0)
    for point in points {
      let y = function(point.x)
      guard y.isFinite, point.nearest.isFinite else {
        #expect(y.bitPattern == point.nearest.bitPattern, "\(function)(\(point.x)) = \(y), not \(point.nearest)")
        continue
      }
      // A double and its near neighbours: the difference is exact. The fixture's last digit is worth half a hundredth.
      let steps = (y - point.nearest) / point.nearest.ulp
      let error = abs(steps - point.residue) + 0.005
      if error > worst.error { worst = (error, point.x) }
      #expect(y.sign == point.nearest.sign, "\(function)(\(point.x)) has the wrong sign")
    }
    let shown = String(format: "%.3f", worst.error)
    print("\(function): \(points.count) points, at most \(shown) ulp off; worst at \(worst.x)")
    #expect(worst.error < function.statedError, "worst at \(worst.x)")
  }

  @Test(arguments: [
    Special(.exp, 0, 1), Special(.exp, -0.0, 1), Special(.exp, 1, 0x1.5bf0a8b145769p+1),
    Special(.exp, .infinity, .infinity), Special(.exp, -.infinity, 0), Special(.exp, .nan, .nan),
    Special(.exp, 0x1.62e42fefa39efp+9, 0x1.fffffffffff2ap+1023), Special(.exp, 0x1.62e42fefa39f0p+9, .infinity),
    Special(.exp, .greatestFiniteMagnitude, .infinity), Special(.exp, -.greatestFiniteMagnitude, 0),
    Special(.exp, -0x1.74910d52d3051p+9, .leastNonzeroMagnitude), Special(.exp, -0x1.74910d52d3052p+9, 0),
    Special(.exp, .leastNonzeroMagnitude, 1),

    Special(.log, 1, 0), Special(.log, 0, -.infinity), Special(.log, -0.0, -.infinity),
    Special(.log, .infinity, .infinity), Special(.log, -.infinity, .nan), Special(.log, .nan, .nan),
    Special(.log, -1, .nan), Special(.log, -.leastNonzeroMagnitude, .nan),
    Special(.log, .leastNonzeroMagnitude, -0x1.74385446d71c3p+9), Special(.log, 2, 0x1.62e42fefa39efp-1),
    Special(.log, .greatestFiniteMagnitude, 0x1.62e42fefa39efp+9),

    Special(.tanh, 0, 0), Special(.tanh, -0.0, -0.0), Special(.tanh, .nan, .nan),
    Special(.tanh, .infinity, 1), Special(.tanh, -.infinity, -1),
    Special(.tanh, 19.0616, 1), Special(.tanh, -19.0616, -1), Special(.tanh, 19.0615, 1 - 0x1p-53),
    Special(.tanh, .leastNonzeroMagnitude, .leastNonzeroMagnitude),
    Special(.tanh, -.leastNormalMagnitude, -.leastNormalMagnitude),

    Special(.sigmoid, 0, 0.5), Special(.sigmoid, -0.0, 0.5), Special(.sigmoid, .nan, .nan),
    Special(.sigmoid, .infinity, 1), Special(.sigmoid, -.infinity, 0),
    Special(.sigmoid, 37.43, 1), Special(.sigmoid, 37.42, 1 - 0x1p-53),
    Special(.sigmoid, -0x1.74910d52d3051p+9, .leastNonzeroMagnitude), Special(.sigmoid, -0x1.74910d52d3052p+9, 0),
    Special(.sigmoid, -.greatestFiniteMagnitude, 0), Special(.sigmoid, .greatestFiniteMagnitude, 1),
  ])
  func specialValuesAreExact(special: Special) {
    #expect(special.function(special.x).bitPattern == special.y.bitPattern)
  }

  @Test func tanhIsOddBitForBit() {
    for x in Sweep.inputs where !x.isNaN {
      #expect(Elementary.tanh(-x).bitPattern == (-Elementary.tanh(x)).bitPattern, "at \(x)")
    }
  }

  @Test(arguments: Function.allCases)
  func everyNaNComesOutAsTheSameNaN(function: Function) {
    for bits: UInt64 in [0x7ff8_0000_0000_0000, 0x7ff8_0000_0000_0001, 0x7ff0_0000_0000_0001, 0x7fff_ffff_ffff_ffff] {
      for sign: UInt64 in [0, 1 << 63] {
        #expect(function(Double(bitPattern: bits | sign)).bitPattern == Double.nan.bitPattern)
      }
    }
  }

  // MARK: - Buffers

  @Test(arguments: Function.allCases)
  func aBufferGivesTheBitsOfTheScalarAtEveryLengthAndOffset(function: Function) {
    let inputs = Array(Sweep.inputs.prefix(64))
    let untouched = 12345.0
    for length in 0...17 {
      for offset in 0...8 {
        let source = inputs[(offset * 5)...].prefix(length)
        var target = [Double](repeating: untouched, count: 32)
        source.withUnsafeBufferPointer { source in
          target.withUnsafeMutableBufferPointer { target in
            function(source, into: UnsafeMutableBufferPointer(rebasing: target[offset..<offset + length]))
          }
        }
        let written = target[offset..<offset + length]
        #expect(bits(written) == source.map { function($0).bitPattern }, "length \(length), offset \(offset)")
        let around = target[..<offset] + target[(offset + length)...]
        #expect(around.allSatisfy { $0 == untouched }, "length \(length), offset \(offset): wrote outside")
      }
    }
  }

  @Test(arguments: Function.allCases)
  func aBufferMayBeItsOwnTarget(function: Function) {
    for length in 0...17 {
      let inputs = Array(Sweep.inputs.prefix(length))
      var values = inputs
      values.withUnsafeMutableBufferPointer { function(UnsafeBufferPointer($0), into: $0) }
      #expect(bits(values) == inputs.map { function($0).bitPattern }, "length \(length)")
    }
  }

  #if compiler(>=6.2) && (os(Linux) || os(macOS))
    @Test func buffersOfDifferentLengthsTrap() async {
      await #expect(processExitsWith: .failure) {
        let source = [Double](repeating: 0, count: 3)
        var target = [Double](repeating: 0, count: 4)
        source.withUnsafeBufferPointer { s in target.withUnsafeMutableBufferPointer { Elementary.exp(s, into: $0) } }
      }
    }
  #endif

  // MARK: - The same bits everywhere

  // These constants hold on every machine and in every build: `swift test`, and `swift test -c release -Xswiftc
  // -enable-testing`; with a fused multiply-add in hardware or in software. They change only when a function does.
  @Test(arguments: [
    (Function.exp, 0x5801_2312_ea2d_6044 as UInt64), (.log, 0xe3a5_ce0f_c0aa_fa3c),
    (.tanh, 0x6394_2217_64a1_84e3), (.sigmoid, 0x206a_e3e3_e784_fce7),
  ])
  func theBitsAreTheSameInDebugAndReleaseAndOnEveryMachine(function: Function, fingerprint: UInt64) {
    var hash = Fingerprint()
    for x in Sweep.inputs { hash.add(function(x).bitPattern) }
    #expect(hash.value == fingerprint, "\(function): 0x\(String(hash.value, radix: 16))")
  }
}

// MARK: - The functions, by name

enum Function: String, CaseIterable, CustomTestStringConvertible {
  case exp, log, tanh, sigmoid

  var testDescription: String { rawValue }

  /// The bound that the function's documentation states, in ulp.
  var statedError: Double {
    switch self {
    case .exp: 0.70
    case .log: 0.60
    case .tanh: 0.90
    case .sigmoid: 0.85
    }
  }

  func callAsFunction(_ x: Double) -> Double {
    switch self {
    case .exp: Elementary.exp(x)
    case .log: Elementary.log(x)
    case .tanh: Elementary.tanh(x)
    case .sigmoid: Elementary.sigmoid(x)
    }
  }

  func callAsFunction(_ source: UnsafeBufferPointer<Double>, into target: UnsafeMutableBufferPointer<Double>) {
    switch self {
    case .exp: Elementary.exp(source, into: target)
    case .log: Elementary.log(source, into: target)
    case .tanh: Elementary.tanh(source, into: target)
    case .sigmoid: Elementary.sigmoid(source, into: target)
    }
  }
}

struct Special: CustomTestStringConvertible {
  let function: Function
  let x: Double
  let y: Double

  init(_ function: Function, _ x: Double, _ y: Double) {
    (self.function, self.x, self.y) = (function, x, y)
  }

  var testDescription: String { "\(function)(\(x)) = \(y)" }
}

// MARK: - Inputs

/// elementary.txt: points rounded correctly by mpmath. Its generator, elementary.py, says what each column is.
private enum Fixture {
  struct Point {
    let x: Double
    let nearest: Double
    /// What the rounding to `nearest` took off, in ulp.
    let residue: Double
  }

  struct Malformed: Error { let line: Substring }

  static func points(of function: Function) throws -> [Point] {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: tests.appendingPathComponent("Fixtures/elementary.txt"), encoding: .utf8)
    var points: [Point] = []
    var isWanted = false
    for line in text.split(separator: "\n") {
      let columns = line.split(separator: " ")
      if columns.count == 1 { isWanted = line == function.rawValue }
      guard isWanted, columns.count > 1 else { continue }
      guard columns.count == 3, let x = UInt64(columns[0], radix: 16), let nearest = UInt64(columns[1], radix: 16),
        let hundredths = Int(columns[2])
      else { throw Malformed(line: line) }
      points.append(
        Point(
          x: Double(bitPattern: x), nearest: Double(bitPattern: nearest), residue: Double(hundredths) / 100))
    }
    return points
  }
}

/// Inputs of every kind, made from integers alone.
private enum Sweep {
  static let inputs: [Double] = {
    var inputs: [Double] = []
    for i in 0..<20_000 {
      // Every bit pattern is as likely as another: subnormals, infinities and NaN among them.
      inputs.append(Double(bitPattern: UInt64(i) &* 0x9e37_79b9_7f4a_7c15))
      // Steps of 3/40 from −750 to 750, and of 3/10 000 around 0.
      inputs.append(Double(i - 10_000) * 0.075)
      inputs.append(Double(i - 10_000) * 0.0003)
    }
    return inputs
  }()
}

/// FNV-1a over the bytes of 64-bit words, the lowest first.
private struct Fingerprint {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ word: UInt64) {
    for shift in stride(from: 0 as UInt64, to: 64, by: 8) {
      value = (value ^ (word >> shift & 0xff)) &* 0x0000_0100_0000_01b3
    }
  }
}

private func bits(_ numbers: some Sequence<Double>) -> [UInt64] {
  numbers.map(\.bitPattern)
}
