import Autodiff
import LaTeX
extension Equation {
  func lines(width: Int) -> [String] { steps.map { "\($0.left.unicode) \($0.relation.unicode) \($0.right.unicode)" } }
  var sides: [Symbol] { steps.flatMap { [$0.left, $0.right] } }
}
extension Scope { func substituting(in s: Symbol) throws -> Symbol { s } }
extension Symbol { var normalForm: Symbol { self } }
