// Which columns of a matrix to take.

/// Indices of columns, in any order, repeats allowed. Neighbours are kept as a range, which is quicker to copy from and to.
public struct Columns: RandomAccessCollection, Hashable, Sendable, ExpressibleByArrayLiteral {
  /// The indices as a range, where each is one more than the one before.
  package let range: Range<Int>?
  private let list: [Int]

  public init(_ indices: [Int]) {
    let first = indices.first ?? 0
    let areNeighbours = indices.enumerated().allSatisfy { $0.element == first + $0.offset }
    (range, list) = areNeighbours ? (first..<first + indices.count, []) : (nil, indices)
  }
  public init(_ range: Range<Int>) { (self.range, list) = (range, []) }
  public init(arrayLiteral indices: Int...) { self.init(indices) }

  public var startIndex: Int { 0 }
  public var endIndex: Int { range?.count ?? list.count }
  public subscript(_ place: Int) -> Int { range.map { $0.lowerBound + place } ?? list[place] }

  /// The first index that is not in `valid`; nil where all are.
  package func first(outside valid: Range<Int>) -> Int? {
    if let range, range.isEmpty || valid.contains(range.lowerBound) && range.upperBound <= valid.upperBound {
      return nil
    }
    return first { !valid.contains($0) }
  }
}
