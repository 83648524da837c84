import Autodiff
import LaTeX
extension Equation {
  func lines(width: Int) -> [String] { steps.map { "\($0.left.unicode) \($0.relation.unicode) \($0.right.unicode)" } }
}
