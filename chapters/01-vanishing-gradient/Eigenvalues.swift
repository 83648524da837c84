// 1.5 Eigenvalues rule a linear network's limit, singular values the step: examples in which the eigenvalues mislead.

import Autodiff
import LaTeX
import Notebook

extension VanishingGradient {
  func eigenvalues(_ page: Page) throws {
    // begin: jordan
    let A = Matrix([[0.9, 10], [0, 0.9]])
    var powers = [Matrix.identity(2)]
    for _ in 1...150 { powers.append(powers[powers.count - 1] * A) }
    let norms = powers.map(\.spectralNorm)
    // end: jordan
    var scope = Scope.withSpectra
    scope.values["A"] = A
    try page.equation("jordan", scope, for: ("k", Array(1...100)))
    checkJordan(page, A, norms)
    largeEigenvalue(page)
    nilpotent(page)
    drawJordan(page, norms)
  }

  private func checkJordan(_ page: Page, _ A: Matrix, _ norms: [Double]) {
    let peak = norms.indices.max { norms[$0] < norms[$1] }!
    page.table(
      [
        .symbols("k"), .symbols("‖A^k‖₂"), .symbols("0.9^k"), .symbols("σ_max(A)^k"), .symbols("‖A^k‖₂^{1/k}"),
      ],
      [1, 5, 10, 20, 50, 100, 150].map { k in
        [
          "\(k)", NumberFormat.format(norms[k], significant: 3), NumberFormat.format(power(0.9, k), significant: 3),
          NumberFormat.format(power(norms[1], k), significant: 3),
          NumberFormat.format(Elementary.exp(Elementary.log(norms[k]) / Double(k)), decimals: 3),
        ]
      })
    page.number("jordan-peak", norms[peak], significant: 3)
    page.number("jordan-peak-at", Double(peak), decimals: 0)
    page.number("jordan-100", norms[100], significant: 2)
    page.number("jordan-sigma", norms[1], significant: 4)
    page.check(
      Text("the spectral radius is 0.9", ko: "스펙트럼 반지름은 0.9"), Matrix(A.spectralRadius), equals: Matrix(0.9),
      tolerance: 1e-9)
    page.check(
      Text("it grows first although no eigenvalue reaches 1", ko: "1에 이르는 고윳값이 없는데도 처음에는 커진다"),
      .inside(Double(peak), 8...12, named: "k"), .inside(norms[peak], 38...40, named: "‖A^k‖"))
    page.check(
      Text("in the limit the eigenvalues rule", ko: "극한은 고윳값이 다스린다"),
      .below(norms[100], 0.03, named: "‖A^100‖"), .below(norms[150], 1e-3, named: "‖A^150‖"))
  }

  /// The largest eigenvalue is 1.5, and the gradient of a tanh network vanishes all the same.
  private func largeEigenvalue(_ page: Page) {
    let W_h = Matrix([[1.5, 0], [0, 0.5]])
    let inputs = (0..<60).map { _ in Matrix(1) }
    let driven = jacobianNorms(
      Design(), (Matrix(column: [1, 1]), W_h), Matrix(rows: 2, columns: 1), inputs: inputs)
    page.number("eigenvalue-1.5-50", driven[50], significant: 2)
    page.check(
      Text("an eigenvalue of 1.5, and the gradient vanishes", ko: "고윳값이 1.5인데 기울기는 소실된다"),
      .above(W_h.spectralRadius, 1.49, named: "ρ"), .below(driven[50], 1e-6, named: "‖∂h_T/∂h_{T−50}‖"))
  }

  /// Both eigenvalues are 0, and the gradient explodes: an input holds the state where the second unit is saturated.
  private func nilpotent(_ page: Page) {
    // begin: nilpotent
    let N = Matrix([[2, -2], [2, -2]])
    let held = Matrix(column: [0, 1.5]).tanh
    let drive = Matrix(column: [0, 1.5]) - N * held
    let grown = jacobianNorms(
      Design(), (Matrix.identity(2), N), Matrix(rows: 2, columns: 1), start: held,
      inputs: Array(repeating: drive, count: 60))
    // end: nilpotent
    page.number("nilpotent-50", grown[50], significant: 2)
    // The fixed point is unstable: a state that starts beside it leaves.
    let beside = jacobianNorms(
      Design(), (Matrix.identity(2), N), Matrix(rows: 2, columns: 1), start: held + Matrix(column: [1e-6, 0]),
      inputs: Array(repeating: drive, count: 60))
    page.number("beside-50", beside[50], significant: 2)
    page.check(
      Text("the square of N is 0, so both its eigenvalues are 0", ko: "N의 제곱이 0이므로 고윳값은 둘 다 0"), N * N,
      equals: 0.0 * N)
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
            .init("σ_{max}(A)^{k}", values: (0...4).map { power(norms[1], $0) }, line: .dotted),
          ])),
      title: "‖A^k‖ of a matrix with both eigenvalues 0.9: up to 39 first, then down")
  }
}
