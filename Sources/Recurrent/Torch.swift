// Parameters and sequences in PyTorch's format: its names, shapes and order of numbers.
//
// PyTorch stores numbers row after row, and a sequence as (steps, batch, features). Here matrices are stored column
// after column, and a step is features × batch. So a step of a sequence has the same numbers in the same order in
// memory, while a weight has the same shape and its numbers in transposed order.

import Autodiff

/// Numbers as PyTorch stores them: row-major, the last index runs fastest.
public struct TorchTensor: Hashable, Sendable {
  public let shape: [Int]
  public let elements: [Double]

  /// Traps unless the product of the shape's sizes is the number of elements.
  public init(shape: [Int], elements: [Double]) {
    require(
      TorchTensor.count(of: shape) == elements.count,
      "a tensor of shape \(list(shape)) does not have \(elements.count) elements")
    self.shape = shape
    self.elements = elements
  }

  /// The product of the sizes; nil if a size is negative or the product overflows.
  private static func count(of shape: [Int]) -> Int? {
    if shape.contains(where: { $0 < 0 }) { return nil }
    if shape.contains(0) { return 0 }
    return shape.reduce(1) { count, size in
      guard let count else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      return overflow ? nil : product
    }
  }

  /// A matrix, as a tensor of shape [rows, columns].
  public init(_ matrix: Matrix) {
    self.init(shape: [matrix.rows, matrix.columns], elements: matrix.transposed.elements)
  }

  /// A column, such as a bias, as a tensor of shape [rows]. Traps if the matrix is not a column.
  public init(column: Matrix) {
    require(column.columns == 1, "a \(column.shape) matrix is not a column")
    self.init(shape: [column.rows], elements: column.elements)
  }

  /// Matrices of one shape, features × batch, as a tensor of shape [steps, batch, features]: a sequence, or the states
  /// of all layers, as PyTorch's h_n. Traps if there are none, or if their shapes differ.
  public init(steps: [Matrix]) {
    require(!steps.isEmpty, "a sequence needs at least one step")
    let shape = steps[0].shape
    for step in steps { require(step.shape == shape, "steps of \(shape) and \(step.shape) in one sequence") }
    self.init(shape: [steps.count, shape.columns, shape.rows], elements: steps.flatMap { $0.elements })
  }

  /// A tensor of shape [rows, columns] as a matrix, or one of shape [rows] as a column. Traps on any other rank.
  public var matrix: Matrix {
    switch shape.count {
    case 1: return Matrix(column: elements)
    case 2: return Matrix(rows: shape[1], columns: shape[0], elements: elements).transposed
    default: fatalError("a tensor of shape \(list(shape)) is not a matrix")
    }
  }

  /// A tensor of shape [steps, batch, features] as `steps` matrices of features × batch. Traps on any other rank.
  public var steps: [Matrix] {
    require(shape.count == 3, "a tensor of shape \(list(shape)) is not a sequence: [steps, batch, features]")
    let count = shape[1] * shape[2]
    return (0..<shape[0]).map {
      Matrix(rows: shape[2], columns: shape[1], elements: Array(elements[$0 * count..<($0 + 1) * count]))
    }
  }
}

extension RecurrentNetwork where A == Matrix {
  /// A network from PyTorch's `state_dict`. The shapes of layer 0's weights determine inputSize and hiddenSize.
  ///
  /// Throws if a parameter is missing, has a shape that does not fit the others, or does not belong to this network.
  /// Traps unless `layers` is at least 1.
  public init(
    _ kind: RecurrentConfiguration.Kind, layers: Int = 1, bidirectional: Bool = false, bias: Bool = true,
    torch tensors: [String: TorchTensor]
  ) throws(RecurrentError) {
    let gates = kind.gates
    func firstLayer(_ name: String, _ columns: String) throws(RecurrentError) -> [Int] {
      guard let shape = tensors[name]?.shape else {
        throw RecurrentError("tensor '\(name)' is missing: every \(kind.name) has one")
      }
      guard shape.count == 2, shape[0] >= 1, shape[1] >= 1 else {
        let rows = gates == 1 ? "hidden" : "\(gates) hidden"
        throw RecurrentError(
          "tensor '\(name)' has shape \(list(shape)), expected [\(rows), \(columns)], each at least 1")
      }
      return shape
    }
    let inputSize = try firstLayer("weight_ih_l0", "inputs")[1]
    let hiddenSize = try firstLayer("weight_hh_l0", "hidden")[1]
    let configuration = RecurrentConfiguration(
      kind, inputSize: inputSize, hiddenSize: hiddenSize, layers: layers, bidirectional: bidirectional, bias: bias)

    var names: Set<String> = []
    var parameters: [Matrix] = []
    // Layer by layer: `layers` may come from a file and be far too large; the first missing layer ends the loop.
    for layer in 0..<layers {
      for parameter in configuration.parameters(ofLayer: layer) {
        guard let tensor = tensors[parameter.name] else {
          throw RecurrentError(
            "tensor '\(parameter.name)' is missing, expected with shape \(list(parameter.shape)): \(configuration)")
        }
        guard tensor.shape == parameter.shape else {
          throw RecurrentError(
            "tensor '\(parameter.name)' has shape \(list(tensor.shape)), expected \(list(parameter.shape)):"
              + " \(configuration)")
        }
        names.insert(parameter.name)
        parameters.append(tensor.matrix)
      }
    }
    if let extra = tensors.keys.filter({ !names.contains($0) }).min() {
      throw RecurrentError("tensor '\(oneLine(extra))' is not one of its parameters: \(configuration)")
    }
    self.init(configuration, parameters: parameters)
  }

  /// The parameters with PyTorch's names and shapes, in PyTorch's order.
  public var torch: [(name: String, tensor: TorchTensor)] {
    zip(configuration.parameters, parameters).map { parameter, value in
      (parameter.name, parameter.shape.count == 1 ? TorchTensor(column: value) : TorchTensor(value))
    }
  }
}

/// Sizes as text: `[3, 4]`. Embedded Swift cannot interpolate an array.
private func list(_ shape: [Int]) -> String { "[" + shape.map { "\($0)" }.joined(separator: ", ") + "]" }

/// What is wrong with parameters that came from outside, in one line: which tensor, its shape, and the expected shape.
public struct RecurrentError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Makes text from outside safe for one line of a message: escapes characters that move the cursor or reverse the text,
/// and replaces the middle of a text longer than `limit` characters by an ellipsis.
package func oneLine(_ text: String, limit: Int = 64) -> String {
  func escaped(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var line = ""
    for scalar in scalars {
      switch scalar.value {
      case 0..<0x20, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF:
        line += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }
  let scalars = text.unicodeScalars
  if scalars.count <= limit { return escaped(scalars) }
  return escaped(scalars.prefix(limit / 2)) + "…" + escaped(scalars.suffix(limit / 2))
}
