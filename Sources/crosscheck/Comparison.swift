// The comparison of one file, whatever its layer is.

import Notebook
import Recurrent
import Reference

/// A file's tensors beside what this project computes.
struct Comparison {
  /// One tensor of the file beside the one computed.
  struct Line {
    let name: String
    let shape: [Int]
    /// The largest difference; NaN if one is.
    let absolute: Double
    /// The same, relative to the tensor's scale.
    let relative: Double
    let agrees: Bool
    /// The way of computing it that is the farthest from the file; empty where all ways differ, and none is to blame.
    var way = ""
  }

  /// What the layer is, with its sizes.
  let description: String
  /// The largest difference allowed, relative to a tensor's scale.
  let tolerance: Double
  /// In the order in which a layer computes them: outputs, then gradients.
  let lines: [Line]

  /// Whether there is something to compare, and all of it agrees.
  var agrees: Bool { !lines.isEmpty && lines.allSatisfy(\.agrees) }

  static let standardTolerance = 1e-12

  /// Throws `BadInput` where the file cannot be used: metadata or a tensor is missing,
  /// unknown or contradicts another.
  init(of file: Safetensors) throws {
    var given = Given(file)
    let layer = try Layer.named(try given.word("layer"))
    tolerance = try given.optionalTolerance() ?? Comparison.standardTolerance
    let computed = try layer.compute(&given)
    description = computed.description

    var lines: [Line] = []
    for (place, (name, tensor)) in computed.runs[0].tensors.enumerated() {
      guard let reference = try given.optionalTensor(name) else { continue }
      guard reference.shape == tensor.shape else {
        throw BadInput("tensor '\(name)' has shape \(reference.shape), expected \(tensor.shape): \(description)")
      }
      lines.append(Line(name: name, of: computed.runs, at: place, reference: reference, tolerance: tolerance))
    }
    self.lines = lines
    try given.requireNothingLeft(description)
  }
}

extension Comparison.Line {
  /// The tensor at `place` of every run: what is shown is the farthest of them.
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
    // Where no way agrees it is the file, or all of them.
    if lines.count > 1, lines.allSatisfy({ !$0.agrees }) { way = "" }
  }

  init(name: String, computed: [Double], reference: TorchTensor, tolerance: Double) {
    var (largest, scale) = (0.0, 0.0)
    for (mine, theirs) in zip(computed, reference.elements) {
      let difference = abs(mine - theirs)
      if !(difference <= largest) { largest = largest.isNaN ? largest : difference }  // and so NaN stays
      scale = max(scale, abs(theirs))
    }
    self.name = name
    shape = reference.shape
    absolute = largest
    relative = largest / (scale == 0 ? 1 : scale)
    agrees = relative <= tolerance
  }
}
