// The whole program as a function, from arguments to what it prints.

import Notebook
import Recurrent
import Reference

let help = """
  Does this project compute what a reference file says?

  swift run crosscheck FILE... [--json]

  A FILE (.safetensors) holds a layer's inputs and weights under PyTorch's names, and what another program computed
  from them: outputs, and gradients of L = sum(output * grad_output) + sum(h_n * grad_h_n) + sum(c_n * grad_c_n);
  of an attention scores, weights and context, and gradients of L = sum(context * grad_context).
  Its metadata says which layer it is (Tests/Fixtures/generate.py writes such files). Everything that it holds is
  compared; what it does not hold is left out: without h0 the layer begins with zeros, without grad_h_n that term of L
  is not there.

  A recurrent layer is computed in three ways: by small operations; by a fused cell with a matrix for every step; and by
  one with the steps side by side in one matrix. (A GRU with its reset before the product has no fused cell, and is
  computed by small operations each time.)

  A line a tensor: its shape; the largest difference of all ways; and the same relative to the tensor's scale, which is
  its largest magnitude in the file (1 where it is all zeros). It agrees if that is at most the file's tolerance: 1e-12,
  or what the metadata's "tolerance" says. If one way does not agree and another does, the one is named. A network with
  large weights can magnify the last digit's rounding far beyond 1e-12, and then PyTorch differs as much from itself
  once its units are reordered: such a file needs a tolerance.

    --json             everything as JSON
    --help, --version

  Exit status: 0 if all agree; 1 if one differs, or a file holds nothing to compare; 2 if a file or an argument cannot
  be used (a line on stderr says why; the other files are still compared).
  """

let version = "crosscheck 0.1.0"

/// What a run prints, and its exit status.
struct Outcome {
  /// For stdout, without the last line break; empty where there is nothing to say.
  var output: String
  /// Lines for stderr.
  var errors: [String] = []
  var status: Int32
}

/// The program, without its name among the arguments. Throws `BadInput` where the arguments themselves are wrong.
func crosscheck(_ arguments: [String]) throws -> Outcome {
  var paths: [String] = []
  var json = false
  var rest = arguments[...]
  while let argument = rest.popFirst() {
    switch argument {
    case "--help", "-h": return Outcome(output: help, status: ExitStatus.success)
    case "--version": return Outcome(output: version, status: ExitStatus.success)
    case "--json": json = true
    case "--":
      paths += rest
      rest = []
    case _ where argument.hasPrefix("-"):
      throw BadInput("there is no option '\(oneLine(argument))'; --help lists them")
    default: paths.append(argument)
    }
  }
  if paths.isEmpty { throw BadInput("name at least one .safetensors file; --help says more") }

  let verdicts = paths.map(Verdict.init(onFileAt:))
  return Outcome(
    output: json ? JSON(verdicts).text : verdicts.compactMap(\.text).joined(separator: "\n\n"),
    errors: verdicts.compactMap(\.error),
    status: verdicts.map(\.status).max() ?? ExitStatus.badInput)
}

/// What can be said of one file.
enum Verdict {
  case compared(path: String, Comparison)
  /// One line that names the file and what is wrong with it.
  case unusable(path: String, why: String)

  init(onFileAt path: String) {
    do {
      self = .compared(path: path, try Comparison(of: try Safetensors(contentsOf: path)))
    } catch let error as ReferenceError {
      self = .unusable(path: path, why: error.description)  // names the file itself
    } catch {
      self = .unusable(path: path, why: BadInput("\(oneLine(path, limit: 240)): \(error)").description)
    }
  }

  var status: Int32 {
    switch self {
    case .compared(_, let comparison): comparison.agrees ? ExitStatus.success : ExitStatus.failure
    case .unusable: ExitStatus.badInput
    }
  }

  var error: String? {
    if case .unusable(_, let why) = self { why } else { nil }
  }
}
