// The comparison of one reference file with this project's own computation.

import Notebook
import Recurrent
import Reference

/// A file's tensors compared with those that this project computes.
struct LayerComparison {
  /// The comparison of one tensor.
  struct Line {
    let name: String
    let shape: [Int]
    /// The largest difference of two entries; NaN if any difference is NaN.
    let absolute: Double
    /// The same divided by the tensor's scale, its largest magnitude in the file (1 if all entries are 0).
    let relative: Double
    let agrees: Bool
    /// The way of computing it that differs most from the file. Empty if every way differs, because then none is to blame.
    var way = ""
  }

  /// The layer with its sizes, in words.
  let description: String
  /// The largest relative difference that counts as agreement.
  let tolerance: Double
  /// One for each tensor to compare: outputs, then gradients.
  let lines: [Line]

  /// Whether there is at least one tensor to compare, and all agree.
  var agrees: Bool { !lines.isEmpty && lines.allSatisfy(\.agrees) }

  static let standardTolerance = 1e-12

  /// Computes the file's layer and compares. Throws `BadInput` if metadata or a tensor is missing, unknown or contradicts
  /// another.
  init(of content: Safetensors) throws {
    var file = LayerFile(content)
    let layer = try Layer.named(try file.word("layer"))
    tolerance = try file.optionalTolerance() ?? LayerComparison.standardTolerance
    let computed = try layer.compute(&file)
    description = computed.description

    var lines: [Line] = []
    for (place, (name, tensor)) in computed.runs[0].tensors.enumerated() {
      guard let reference = try file.optionalTensor(name) else { continue }
      guard reference.shape == tensor.shape else {
        throw BadInput("tensor '\(name)' has shape \(reference.shape), expected \(tensor.shape): \(description)")
      }
      lines.append(Line(name: name, of: computed.runs, at: place, reference: reference, tolerance: tolerance))
    }
    self.lines = lines
    try file.requireNothingLeft(description)
  }
}

extension LayerComparison.Line {
  /// Compares the tensor at `place` of every run; keeps the run with the largest difference.
  init(name: String, of runs: [Layer.Run], at place: Int, reference: TorchTensor, tolerance: Double) {
    let lines = runs.map { run in
      let tensor = run.tensors[place].tensor
      precondition(run.tensors[place].name == name && tensor.shape == reference.shape, "\(run.way) has other tensors")
      var line = Self(name: name, computed: tensor.elements, reference: reference, tolerance: tolerance)
      line.way = run.way
      return line
    }
    self =
      lines.first { $0.absolute.isNaN } ?? lines.dropFirst().reduce(lines[0]) { $1.absolute > $0.absolute ? $1 : $0 }
    // If no way agrees, the file is wrong or all of them are.
    if lines.count > 1, lines.allSatisfy({ !$0.agrees }) { way = "" }
  }

  init(name: String, computed: [Double], reference: TorchTensor, tolerance: Double) {
    var (largest, scale) = (0.0, 0.0)
    for (mine, theirs) in zip(computed, reference.elements) {
      let difference = abs(mine - theirs)
      if !(difference <= largest) { largest = largest.isNaN ? largest : difference }  // true for NaN, which then stays
      scale = max(scale, abs(theirs))
    }
    self.name = name
    shape = reference.shape
    absolute = largest
    relative = largest / (scale == 0 ? 1 : scale)
    agrees = relative <= tolerance
  }
}
