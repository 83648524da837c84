// The generator: known answers from Tests/Fixtures/random.py, and the distributions drawn from it.

import Autodiff
import Testing

@testable import Matrices

/// FNV-1a over 64-bit words: one number for many.
private func hash(_ words: some Sequence<UInt64>) -> UInt64 {
  words.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ $1) &* 0x100_0000_01B3 }
}

@Suite struct RandomNumbers {
  @Test(
    arguments: [
      (0, [0x99EC_5F36_CB75_F2B4, 0xBF6E_1F78_4956_452A, 0x1A5F_849D_4933_E6E0, 0x6AA5_94F1_262D_2D2C]),
      (1, [0xB3F2_AF6D_0FC7_10C5, 0x853B_5596_4736_4CEA, 0x92F8_9756_082A_4514, 0x642E_1C7B_C266_A3A7]),
      (42, [0x1578_0B2E_0C2E_C716, 0x6104_D986_6D11_3A7E, 0xAE17_5332_39E4_99A1, 0xECB8_AD47_03B3_60A1]),
      (.max, [0x8F55_20D5_2A7E_AD08, 0xC476_A018_CAA1_802D, 0x81DE_31C0_D260_469E, 0xBF65_8D7E_065F_3C2F]),
    ] as [(UInt64, [UInt64])])
  func theGeneratorGivesItsAuthorsNumbers(seed: UInt64, numbers: [UInt64]) {
    var random = Random(seed: seed)
    #expect((0..<4).map { _ in random.next() } == numbers)
  }

  @Test func oneSeedMeansTheSameNumbersEverywhere() {
    var random = Random(seed: 7)
    #expect(hash((0..<10_000).map { _ in random.next() }) == 0xC481_30DE_947F_B6CB)
    random = Random(seed: 1)
    #expect((0..<3).map { _ in random.uniform() } == [0.7029218331588505, 0.5204366199388569, 0.5741057000197225])
    random = Random(seed: 3)
    let bound = 1_000_000_000_000_000_000
    #expect(hash((0..<1_000).map { _ in UInt64(random.index(below: bound)) }) == 0x8833_4606_8CE7_232F)
    random = Random(seed: 5)
    var numbers = Array(0..<10)
    random.shuffle(&numbers)
    #expect(numbers == [4, 2, 9, 3, 7, 1, 8, 6, 0, 5])
    var (a, b) = (Random(seed: 9), Random(seed: 9))
    #expect(a.normal(5, 5).hasSameBits(as: b.normal(5, 5)))
    #expect(a.orthogonal(4).hasSameBits(as: b.orthogonal(4)))
    var other = Random(seed: 10)
    #expect(a.normal() != other.normal())
  }

  @Test func uniformNumbersFillTheirInterval() {
    var random = Random(seed: 2)
    var bins = [Int](repeating: 0, count: 10)
    let count = 100_000
    for _ in 0..<count {
      let x = random.uniform()
      #expect(x >= 0 && x < 1 && x * 0x1p53 == (x * 0x1p53).rounded())
      bins[Int(x * 10)] += 1
    }
    // Each is binomial, of deviation 95 around 10,000.
    #expect(bins.allSatisfy { abs($0 - count / 10) < 400 })
    let y = random.uniform(100, 50, -3, 5)
    #expect(y.shape == Shape(100, 50))
    #expect(y.elements.allSatisfy { $0 >= -3 && $0 < 5 })
    #expect(y.elements.min()! < -2.9 && y.elements.max()! > 4.9)
    #expect(abs(y.mean.scalar - 1) < 0.15)
  }

  @Test func normalNumbersHaveTheMomentsOfTheNormalDistribution() {
    var random = Random(seed: 3)
    let x = random.normal(1_000, 200)
    func moment(_ power: Int) -> Double {
      x.map { x in (0..<power).reduce(1.0) { product, _ in product * x } }.mean.scalar
    }
    // 200,000 numbers: five deviations of each moment's mean.
    #expect(abs(moment(1)) < 0.0112)
    #expect(abs(moment(2) - 1) < 0.0158)
    #expect(abs(moment(3)) < 0.0433)
    #expect(abs(moment(4) - 3) < 0.11)
    let tail = x.map { abs($0) > 1.959964 ? 1 : 0 }.mean.scalar
    #expect(abs(tail - 0.05) < 0.0025)
    // Neighbours know nothing of each other.
    let products = zip(x.elements, x.elements.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(products / Double(x.count)) < 0.0112)
    #expect(random.normal(10, 10, deviation: 0) == Matrix(rows: 10, columns: 10))
    #expect(abs(random.normal(200, 100, deviation: 3).norm / 20_000.0.squareRoot() - 3) < 0.1)
  }

  @Test(arguments: [1, 2, 3, 7, 10]) func indicesAreEquallyLikely(bound: Int) {
    var random = Random(seed: UInt64(bound))
    var counts = [Int](repeating: 0, count: bound)
    for _ in 0..<(10_000 * bound) { counts[random.index(below: bound)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
  }

  /// 3 · 2⁶¹ fits 1⅓ times into the 2⁶⁴ draws: without drawing again the first third would come twice as often.
  @Test func largeBoundsAreNotBiased() {
    var random = Random(seed: 3)
    let bound = 6 << 60
    let first = [5_822_498_849_899_842_752, 4_899_104_862_087_177_454, 4_026_230_140_863_905_105]
    #expect((0..<3).map { _ in random.index(below: bound) } == first)
    var thirds = [0, 0, 0]
    for _ in 0..<30_000 { thirds[random.index(below: bound) / (bound / 3)] += 1 }
    #expect(thirds.allSatisfy { abs($0 - 10_000) < 500 })
    #expect((0..<100).allSatisfy { _ in (0..<Int.max).contains(random.index(below: .max)) })
  }

  @Test func shufflesArePermutationsAndAllAreEquallyLikely() {
    var random = Random(seed: 4)
    for count in [0, 1, 2, 100] {
      var numbers = Array(0..<count)
      random.shuffle(&numbers)
      #expect(numbers.sorted() == Array(0..<count))
    }
    var counts: [[Int]: Int] = [:]
    for _ in 0..<24_000 {
      var numbers = [0, 1, 2, 3]
      random.shuffle(&numbers)
      counts[numbers, default: 0] += 1
    }
    #expect(counts.count == 24)
    #expect(counts.values.allSatisfy { abs($0 - 1_000) < 160 })
  }

  @Test(arguments: [0, 1, 2, 3, 10, 200]) func orthogonalMatricesAreOrthogonal(n: Int) {
    var random = Random(seed: UInt64(n))
    let q = random.orthogonal(n)
    #expect(q.shape == Shape(n, n))
    #expect((q.transposed * q).largestDifference(from: .identity(n)) < 1e-14)
    #expect((q * q.transposed).largestDifference(from: .identity(n)) < 1e-14)
  }

  @Test func orthogonalMatricesPreferNoDirection() {
    var random = Random(seed: 5)
    let count = 4_000
    var (sum, squares) = (Matrix(rows: 3, columns: 3), Matrix(rows: 3, columns: 3))
    for _ in 0..<count {
      let q = random.orthogonal(3)
      (sum, squares) = (sum + q, squares + q .* q)
    }
    // Entries have mean 0 and variance 1/3.
    #expect((1 / Double(count) * sum).largestMagnitude < 0.046)
    #expect((1 / Double(count) * squares - 1.0 / 3).largestMagnitude < 0.025)
  }
}
