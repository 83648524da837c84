// Section 7.6: the Jacobian of each connection, and of several layers.

import Autodiff
import LaTeX
import Notebook

extension DeepNetworks {
  func jacobians(_ page: Page) throws {
    try page.section("jacobians") {
      for connection in Connection.allCases {
        let scope = jacobianScope(Tower(connection, width: 3, batch: 1, layers: 3, seed: page.seed))
        if connection == .dense {
          try page.equation("jacobian-dense", scope)
        } else {
          try page.equation("jacobian-\(connection.rawValue)", scope, for: ("l", [1, 2, 3]))
        }
        if connection == .plain { try page.equation("product-plain", scope) }
        if connection == .residual { try page.equation("product-residual", scope) }
      }
      // A gate that is shut passes on the same bits, and the gradient with them.
      let tower = Tower(.highway, width: 3, batch: 1, layers: 100, seed: page.seed).shut
      let tape = Tape()
      let run = tower.record(on: tape)
      page.check(
        Text("highway, every gate shut: h_100 = h_0", ko: "하이웨이, 게이트가 모두 닫혔을 때: h_100 = h_0"), run.h[100].value,
        hasSameBitsAs: tower.start)
      page.check(
        Text("and ∂h_100/∂h_0 = I", ko: "그리고 ∂h_100/∂h_0 = I"), tape.jacobian(of: run.h[100], withRespectTo: run.h[0]),
        hasSameBitsAs: .identity(3))
    }
  }

  /// Everything that the notes name, with ∂h_l/∂h_k by the tape for all k < l.
  private func jacobianScope(_ tower: Tower) -> Scope {
    let tape = Tape()
    let run = tower.record(on: tape)
    var scope = Scope(tape)
    scope.values["I"] = Matrix.identity(tower.start.rows)
    for l in 1...tower.count {
      for k in 0..<l {
        scope.values["\\frac{\\partial h_\(l)}{\\partial h_\(k)}"] =
          tape.jacobian(of: run.h[l], withRespectTo: run.h[k])
      }
      if tower.connection == .residual {
        let slopes = run.inner[l - 1].value.elements.map { 1 - $0 * $0 }
        scope.values["J_\(l)"] = Matrix.diagonal(slopes) * tower.W[l - 1][0]
      }
    }
    return scope
  }
}

extension Tower {
  /// A highway tower with every gate shut: the gates' biases are far below 0.
  fileprivate var shut: Tower {
    Tower(connection, W: W, b: b.map { [$0[0], $0[0].map { _ in -1000 }] }, start: start, d: d)
  }
}
