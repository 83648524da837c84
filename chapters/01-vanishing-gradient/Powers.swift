// 1.9 Powers of one matrix: what eigenvalues say, and examples in which they mislead.

import Autodiff
import LaTeX
import Notebook

extension VanishingGradient {
  func powers(_ page: Page) throws {
    let A = Matrix([[0.9, 10], [0, 0.9]])
    var powers = [Matrix.identity(2)]
    for _ in 1...150 { powers.append(powers[powers.count - 1] * A) }
    let norms = powers.map(\.spectralNorm)
    var scope = Scope.withSpectra
    scope.values["A"] = A
    scope.values["N"] = Matrix([[2, -2], [2, -2]])
    try page.equation("jordan", scope, for: ("k", Array(1...100)))
    checkJordan(page, A, norms)
    drawJordan(page, norms)
    try page.equation("nilpotent", scope)
    nilpotent(page)
  }

  private func checkJordan(_ page: Page, _ A: Matrix, _ norms: [Double]) {
    let peak = norms.indices.max { norms[$0] < norms[$1] }!
    page.number("jordan-peak", norms[peak], significant: 3)
    page.number("jordan-peak-at", Double(peak), decimals: 0)
    page.number("jordan-100", norms[100], significant: 2)
    page.number("jordan-norm", norms[1], significant: 4)
    page.check(
      Text("the spectral radius is 0.9", ko: "스펙트럼 반지름은 0.9"), Matrix(A.spectralRadius), equals: Matrix(0.9),
      tolerance: 1e-9)
    page.check(
      Text("it grows first although no eigenvalue reaches 1", ko: "1에 이르는 고윳값이 없는데도 처음에는 커진다"),
      .inside(Double(peak), 8...12, named: "k"), .inside(norms[peak], 38...40, named: "‖A^k‖"))
    page.check(
      Text("in the limit the eigenvalues rule", ko: "극한은 고윳값이 정한다"),
      .below(norms[100], 0.03, named: "‖A^100‖"), .below(norms[150], 1e-3, named: "‖A^150‖"))
    let roots = [50, 150].map { Elementary.exp(Elementary.log(norms[$0]) / Double($0)) }
    page.check(
      Text("‖A^k‖^{1/k} comes down to 0.9", ko: "‖A^k‖^{1/k}이 0.9로 내려온다"), .greater(roots[0], than: roots[1]),
      .inside(roots[1], 0.9...0.95))
  }

  /// Both eigenvalues are 0, and the gradient of a tanh network explodes: an input holds the state where the second unit is
  /// saturated.
  private func nilpotent(_ page: Page) {
    let N = Matrix([[2, -2], [2, -2]])
    let held = Matrix(column: [0, 1.5]).tanh
    let drive = Matrix(column: [0, 1.5]) - N * held
    func norms(from start: Matrix) -> [Double] {
      jacobianNorms(
        Design(), (Matrix.identity(2), N), Matrix(rows: 2, columns: 1), start: start,
        inputs: Array(repeating: drive, count: 60))
    }
    let grown = norms(from: held)
    page.number("nilpotent-50", grown[50], significant: 2)
    // The fixed point is unstable: a state that starts beside it leaves.
    let beside = norms(from: held + Matrix(column: [1e-6, 0]))
    page.number("beside-50", beside[50], significant: 2)
    page.check(
      Text("eigenvalues 0 and 0, and the gradient explodes", ko: "고윳값이 0과 0인데 기울기는 폭발한다"),
      .above(grown[50], 1e9, named: "‖∂h_T/∂h_{T−50}‖"))
    page.check(
      Text("from 10⁻⁶ beside that state it vanishes", ko: "그 상태에서 10⁻⁶만 비켜 출발하면 소실된다"),
      .below(beside[50], 1e-6, named: "‖∂h_T/∂h_{T−50}‖"))
  }

  private func drawJordan(_ page: Page, _ norms: [Double]) {
    page.figure(
      "jordan",
      .lineChart(
        LineChart(
          x: .init("k"), y: .init("‖A^{k}‖_{2}", .logarithmic, limits: 1e-6...1e4),
          series: [
            .init("‖A^{k}‖_{2}", values: norms),
            .init("0.9^{k}", values: (0...150).map { power(0.9, $0) }, line: .dashed),
            .init("‖A‖_{2}^{k}", values: (0...4).map { power(norms[1], $0) }, line: .dotted),
          ])),
      title: "‖A^k‖ of a matrix with both eigenvalues 0.9: up to 39 first, then down")
  }
}
