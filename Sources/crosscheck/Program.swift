// The program as a function, from arguments to output and exit status.

import Notebook
import Recurrent
import Reference

let help = """
  Compares this project's layers with reference files.

  swift run crosscheck FILE... [--json]

  A FILE (.safetensors) holds a layer's inputs and weights under PyTorch's names, and what another program computed
  from them: outputs, and gradients of L = sum(output * grad_output) + sum(h_n * grad_h_n) + sum(c_n * grad_c_n).
  For attention it holds scores, weights and context, and gradients of L = sum(context * grad_context).
  Its metadata names the layer (Tests/Fixtures/generate.py writes such files). Every result in the file is compared.
  Tensors may be missing: without h0 the layer starts from zeros, without grad_h_n L does not have that term.

  A recurrent layer is computed in three ways: by small operations; by a fused cell with a matrix for each step; and by
  a fused cell with all steps side by side in one matrix. (A GRU with the reset gate before the product has no fused
  cell and is computed by small operations each time.)

  Each tensor gets one line: its shape, the largest difference in any of these ways, and the same relative to the
  tensor's scale, which is its largest magnitude in the file (1 if it is all zeros). It agrees if the relative difference
  is at most 1e-12, or the metadata's "tolerance". If only some ways disagree, the worst is named. A network with large
  weights can magnify rounding far beyond 1e-12; PyTorch then differs as much from itself when its units are reordered,
  and the file needs a tolerance.

    --json             prints everything as JSON
    --help, --version

  Exit status: 0 if everything agrees; 1 if something differs or a file has nothing to compare; 2 if a file or an
  argument cannot be used (a line on stderr says why; the other files are still compared).
  """

let version = "crosscheck \(bookVersion)"

/// The output and the exit status of a run.
struct Outcome {
  /// The text for stdout without its last line break; may be empty.
  var output: String
  /// The lines for stderr.
  var errors: [String] = []
  var status: Int32
}

/// Runs the program. `arguments` does not include its name. Throws `BadInput` for arguments that cannot be used.
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

/// The result for one file.
enum Verdict {
  case compared(path: String, LayerComparison)
  /// `why` is one line that names the file and the problem.
  case unusable(path: String, why: String)

  init(onFileAt path: String) {
    do {
      self = .compared(path: path, try LayerComparison(of: try Safetensors(contentsOf: path)))
    } catch let error as ReferenceError {
      self = .unusable(path: path, why: error.description)  // its description names the file
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
