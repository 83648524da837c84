// PyTorch's names, shapes and order of numbers, in and out.
//
// PyTorch keeps numbers row after row, a sequence as (steps, batch, features). Here matrices are column-major and a step
// is features × batch: so one step of a sequence has the same numbers in the same order, and a weight is transposed in
// memory, while both keep their shape.

import Autodiff

/// A block of numbers as PyTorch has it: row-major, the last index runs fastest.
public struct TorchTensor: Hashable, Sendable {
  public let shape: [Int]
  public let elements: [Double]

  /// Traps unless the shape's sizes multiply to the number of elements.
  public init(shape: [Int], elements: [Double]) {
    require(
      TorchTensor.count(of: shape) == elements.count,
      "a tensor of shape \(shape) does not have \(elements.count) elements")
    self.shape = shape
    self.elements = elements
  }

  /// The product of the sizes, nil where it is not a number of elements.
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

  /// A column, as a tensor of shape [rows]: a bias. Traps on another shape.
  public init(column: Matrix) {
    require(column.columns == 1, "a \(column.shape) matrix is not a column")
    self.init(shape: [column.rows], elements: column.elements)
  }

  /// Matrices of one shape, features × batch, as a tensor of shape [steps, batch, features]: a sequence (or, with states
  /// for steps, an h_n). Traps where there are none, or of several shapes.
  public init(steps: [Matrix]) {
    require(!steps.isEmpty, "a sequence needs at least one step")
    let shape = steps[0].shape
    for step in steps { require(step.shape == shape, "steps of \(shape) and \(step.shape) in one sequence") }
    self.init(shape: [steps.count, shape.columns, shape.rows], elements: steps.flatMap(\.elements))
  }

  /// A tensor of shape [rows, columns] as that matrix, one of shape [rows] as a column. Traps on any other rank.
  public var matrix: Matrix {
    switch shape.count {
    case 1: return Matrix(column: elements)
    case 2: return Matrix(rows: shape[1], columns: shape[0], elements: elements).transposed
    default: fatalError("a tensor of shape \(shape) is not a matrix")
    }
  }

  /// A tensor of shape [steps, batch, features] as that many matrices, features × batch. Traps on any other rank.
  public var steps: [Matrix] {
    require(shape.count == 3, "a tensor of shape \(shape) is not a sequence: [steps, batch, features]")
    let count = shape[1] * shape[2]
    return (0..<shape[0]).map {
      Matrix(rows: shape[2], columns: shape[1], elements: Array(elements[$0 * count..<($0 + 1) * count]))
    }
  }
}

extension RecurrentNetwork where A == Matrix {
  /// A network from PyTorch's `state_dict`; inputSize and hiddenSize are read off its first layer's weights.
  ///
  /// Throws where a parameter is missing, has another shape than the others ask for, or is none of this network's.
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
        throw RecurrentError("tensor '\(name)' has shape \(shape), expected [\(rows), \(columns)], each at least 1")
      }
      return shape
    }
    let inputSize = try firstLayer("weight_ih_l0", "inputs")[1]
    let hiddenSize = try firstLayer("weight_hh_l0", "hidden")[1]
    let configuration = RecurrentConfiguration(
      kind, inputSize: inputSize, hiddenSize: hiddenSize, layers: layers, bidirectional: bidirectional, bias: bias)

    var names: Set<String> = []
    var parameters: [Matrix] = []
    // Layer by layer: a number of layers from outside may be far too large, and then the first missing one ends this.
    for layer in 0..<layers {
      for parameter in configuration.parameters(ofLayer: layer) {
        guard let tensor = tensors[parameter.name] else {
          throw RecurrentError(
            "tensor '\(parameter.name)' is missing, expected with shape \(parameter.shape): \(configuration)")
        }
        guard tensor.shape == parameter.shape else {
          throw RecurrentError(
            "tensor '\(parameter.name)' has shape \(tensor.shape), expected \(parameter.shape): \(configuration)")
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

  /// The parameters under PyTorch's names and in its shapes, in its order.
  public var torch: [(name: String, tensor: TorchTensor)] {
    zip(configuration.parameters, parameters).map { parameter, value in
      (parameter.name, parameter.shape.count == 1 ? TorchTensor(column: value) : TorchTensor(value))
    }
  }
}

/// What is wrong with parameters from outside: one line that names the tensor, its shape and the one expected.
public struct RecurrentError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

/// A name from outside made fit for one line of a message: characters that move the cursor or reverse the text are
/// escaped, and the middle of a long one is left out.
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
