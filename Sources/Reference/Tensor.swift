// A tensor of a reference file: numbers with a shape.

/// Numbers with a shape of any rank, in row-major (C) order: the last index varies fastest, as in the file.
///
/// The shape `[]` is that of a scalar with one element; a shape that contains 0 has no elements. The initialiser does not
/// compare the shape with the number of elements; writing the tensor does.
public struct Tensor: Sendable {
  public var shape: [Int]
  public var elements: Elements

  /// Elements of one of the types that this module reads and writes.
  public enum Elements: Sendable {
    case float64([Double])
    case float32([Float])
    case int64([Int64])
  }

  /// - Parameters:
  ///   - shape: the size along each axis; empty for a scalar.
  ///   - elements: row-major, as many as the product of `shape`.
  public init(shape: [Int], elements: Elements) {
    self.shape = shape
    self.elements = elements
  }

  /// The number of elements.
  public var count: Int {
    switch elements {
    case .float64(let values): values.count
    case .float32(let values): values.count
    case .int64(let values): values.count
    }
  }

  /// The format's name for the type of the elements: `F64`, `F32` or `I64`.
  public var dtype: String { elements.dtype.rawValue }

  /// The elements as `Double`. Exact for `F64` and `F32`; an `I64` beyond ±2⁵³ is rounded.
  public var doubles: [Double] {
    switch elements {
    case .float64(let values): values
    case .float32(let values): values.map(Double.init)
    case .int64(let values): values.map(Double.init)
    }
  }

  /// The elements of an `I64` tensor; nil for the other types.
  public var integers: [Int64]? {
    if case .int64(let values) = elements { values } else { nil }
  }
}

/// The element types that this module reads and writes. The raw values are the format's names.
enum DType: String {
  case float64 = "F64"
  case float32 = "F32"
  case int64 = "I64"

  /// Bytes per element.
  var size: Int { self == .float32 ? 4 : 8 }
}

extension Tensor.Elements {
  var dtype: DType {
    switch self {
    case .float64: .float64
    case .float32: .float32
    case .int64: .int64
    }
  }
}

extension Tensor {
  /// Throws if an element is NaN or infinite. The message has `name` and the index of the element.
  func requireFinite(name: String) throws(ReferenceError) {
    if case .int64 = elements { return }
    let values = doubles
    guard let position = values.firstIndex(where: { !$0.isFinite }) else { return }
    let number = values[position]
    var remainder = position
    var index: [Int] = []
    for size in shape.reversed() {
      index.append(remainder % size)
      remainder /= size
    }
    throw ReferenceError(
      "tensor '\(legible(name))' holds \(number.isNaN ? "NaN" : "\(number)") at \(legible(index.reversed()));"
        + " such a file can confirm nothing: find where it came from and write the file again")
  }
}

/// The size of a tensor's data in bytes; nil if a size is negative or the product overflows.
///
/// Sizes of 0 are left out of the product at first, so that they cannot hide an overflow of the others: NumPy, too, refuses
/// an array of shape [0, 2⁶², 2⁶²].
func byteCount(shape: [Int], dtype: DType) -> Int? {
  var bytes = dtype.size
  for size in shape where size != 0 {
    let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
    guard size > 0, !overflow else { return nil }
    bytes = product
  }
  return shape.contains(0) ? 0 : bytes
}
