// A block of numbers with a shape, as a reference file holds it.

/// Numbers in a block of any rank, in row-major (C) order: the last index runs fastest, as in the file.
///
/// A shape of `[]` is a scalar with one element; a shape with a 0 in it has none. Nothing is checked here: a shape
/// that contradicts the number of elements is refused when the tensor is written.
public struct Tensor: Sendable {
  public var shape: [Int]
  public var elements: Elements

  /// The elements, in one of the types that a reference file may hold.
  public enum Elements: Sendable {
    case float64([Double])
    case float32([Float])
    case int64([Int64])
  }

  /// - Parameters:
  ///   - shape: the size along each axis; empty for a scalar.
  ///   - elements: as many numbers as the product of `shape`, row-major.
  public init(shape: [Int], elements: Elements) {
    self.shape = shape
    self.elements = elements
  }

  /// How many elements there are.
  public var count: Int {
    switch elements {
    case .float64(let values): values.count
    case .float32(let values): values.count
    case .int64(let values): values.count
    }
  }

  /// The elements' type by the format's own name: `F64`, `F32` or `I64`.
  public var dtype: String { elements.dtype.rawValue }

  /// The elements as `Double`, `count` of them. Exact for `F64` and `F32`; an `I64` beyond ±2⁵³ is rounded.
  public var doubles: [Double] {
    switch elements {
    case .float64(let values): values
    case .float32(let values): values.map(Double.init)
    case .int64(let values): values.map(Double.init)
    }
  }

  /// The elements of an `I64` tensor, `count` of them; nil for the other types.
  public var integers: [Int64]? {
    if case .int64(let values) = elements { values } else { nil }
  }
}

/// The format's names for the types of elements that are read and written here.
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
  /// Throws where an element is NaN or infinite: `name` and the element's index are in the message.
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

/// How many bytes a tensor takes, nil where a size is negative or the product overflows.
///
/// A size of 0 hides no overflow among the others: NumPy refuses an array of shape [0, 2⁶², 2⁶²] too.
func byteCount(shape: [Int], dtype: DType) -> Int? {
  var bytes = dtype.size
  for size in shape where size != 0 {
    let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
    guard size > 0, !overflow else { return nil }
    bytes = product
  }
  return shape.contains(0) ? 0 : bytes
}
