// Sections 7.7 and 7.8: how much of the gradient comes through many layers before training.

import Autodiff
import Experiments
import LaTeX
import Notebook
import Recurrent

// MARK: - 7.7: layers without time

/// A tower that section 7.7 measures: its label in the table and in the figure, its name in the notes, and how its weights
/// begin.
private struct Curve {
  let label: Text
  let figure: Figure.Label
  let name: String
  let beginning: Beginning

  init(
    _ name: String, _ label: Text, _ figure: Figure.Label, _ connection: Connection,
    _ change: (inout Beginning) -> Void = { _ in }
  ) {
    (self.label, self.figure, self.name) = (label, figure, name)
    var beginning = Beginning(connection)
    change(&beginning)
    self.beginning = beginning
  }

  static var all: [Curve] {
    [
      Curve("plain", Text("plain, g = 1", ko: "평범, g = 1"), "g = 1", .plain),
      Curve("small", Text("plain, g = 0.5", ko: "평범, g = 0.5"), "g = 0.5", .plain) { $0.gain = 0.5 },
      Curve("large", Text("plain, g = 2", ko: "평범, g = 2"), "g = 2", .plain) { $0.gain = 2 },
      Curve(
        "orthogonal", Text("plain, orthogonal, inputs × 0.1", ko: "평범, 직교, 입력 × 0.1"), "Q", .plain
      ) { ($0.isOrthogonal, $0.input) = (true, 0.1) },
      Curve("residual", Text("residual, g = 1", ko: "잔차, g = 1"), "h + u", .residual),
      Curve("scaled", Text("residual, u / √n", ko: "잔차, u / √n"), "h + u/√n", .residual) { $0.isScaled = true },
      Curve("highway-0", Text("highway, bias 0", ko: "하이웨이, 편향 0"), "τ, b = 0", .highway),
      Curve("highway-3", Text("highway, bias −3", ko: "하이웨이, 편향 −3"), "τ, b = −3", .highway) { $0.gateBias = -3 },
      Curve("dense", Text("dense, g = 1", ko: "조밀, g = 1"), "[h; …]", .dense),
    ]
  }
}

extension DeepNetworks {
  func depth(_ page: Page) {
    page.section("depth") {
      let depths = [1, 2, 4, 8, 16, 32, 64]
      let curves = Curve.all
      page.print(
        Text(
          "‖∂L/∂h_0‖ / ‖∂L/∂h_n‖ before training, width 32, 5 seeds: median (lowest … highest).",
          ko: "학습 전의 ‖∂L/∂h_0‖ / ‖∂L/∂h_n‖. 너비 32, 시드 5개: 중앙값(최저 … 최고)."))
      let found = curves.map { curve in
        depths.map { n in Scores(values: page.fiveSeeds.map { reach(curve.beginning, layers: n, seed: $0) }) }
      }
      let shown = [16, 64]
      page.table(
        [.symbols("")] + shown.map { .symbols("n = \($0)") },
        zip(curves, found).map { curve, scores in
          [curve.label(page.language)]
            + shown.map { n in
              let scores = scores[depths.firstIndex(of: n)!]
              let middle = page.number("\(curve.name)-at-\(n)", median(scores.values), significant: 2)
              let ends = [scores.lowest, scores.highest].map { NumberFormat.format($0, significant: 2) }
              return "\(middle) (\(ends[0]) … \(ends[1]))"
            }
        })
      draw(page, "plain", zip(curves, found).filter { $0.0.beginning.connection == .plain }, depths)
      draw(page, "around", zip(curves, found).filter { $0.0.beginning.connection != .plain }, depths)
      let deepest = zip(curves, found).map { ($0.name, $1[depths.count - 1]) }
      checkDepth(Dictionary(uniqueKeysWithValues: deepest), page)
    }
  }

  /// What falls below the axis is nothing, for the eye: the others share the room.
  private func draw(_ page: Page, _ name: String, _ found: [(Curve, [Scores])], _ depths: [Int]) {
    page.figure(
      "depth-\(name)",
      .lineChart(
        LineChart(
          x: .init("n"), y: .init("‖∂L/∂h_{0}‖ / ‖∂L/∂h_{n}‖", .logarithmic, limits: 1e-4...1e4),
          series: found.map { curve, scores in
            .init(curve.figure, zip(depths, scores).map { (Double($0), median($1.values)) }, hasMarkers: true)
          }, references: [.horizontal(at: 1)])),
      title: "Gradient below the first layer against the number n of layers, median of 5 seeds")
  }

  /// What the notes say of 64 layers, with every seed.
  private func checkDepth(_ found: [String: Scores], _ page: Page) {
    func scores(_ name: String) -> Scores { found[name]! }
    func check(_ claim: Text, _ comparison: Comparison) { page.check(claim, comparison, note: .symbols("n = 64")) }
    check(
      Text("plain, g = 0.5: it vanishes, every seed", ko: "평범, g = 0.5: 모든 시드에서 소실된다"),
      .below(scores("small").highest, 1e-12))
    check(
      Text("plain, g = 2: it explodes, every seed", ko: "평범, g = 2: 모든 시드에서 폭발한다"), .above(scores("large").lowest, 10))
    check(
      Text("plain, orthogonal, small inputs: over 0.1, every seed", ko: "평범, 직교, 작은 입력: 모든 시드에서 0.1보다 크다"),
      .above(scores("orthogonal").lowest, 0.1))
    check(
      Text("residual, g = 1: it grows, every seed", ko: "잔차, g = 1: 모든 시드에서 커진다"), .above(scores("residual").lowest, 2))
    let scaled = scores("scaled")
    page.check(
      Text("residual, u / √n: between 0.5 and 3, every seed", ko: "잔차, u / √n: 모든 시드에서 0.5와 3 사이"),
      .above(scaled.lowest, 0.5), .below(scaled.highest, 3), note: .symbols("n = 64"))
    check(
      Text("highway: bias −3 leaves over 10 times as much as bias 0", ko: "하이웨이: 편향 −3이 편향 0의 10배 넘게 남긴다"),
      .above(scores("highway-3").lowest / scores("highway-0").highest, 10))
    check(
      Text("dense: over 0.2 with every seed", ko: "조밀: 모든 시드에서 0.2보다 크다"), .above(scores("dense").lowest, 0.2))
  }
}

// MARK: - 7.8: recurrent layers

/// A row of section 7.8's table: a stack of recurrent layers as PyTorch begins them.
private struct RecurrentCurve {
  let kind: RecurrentConfiguration.Kind
  let name: String
  var label: String
  var isResidual = false
  var gateBias = 0.0

  /// Each cell without and with skip connections; the LSTM also with its forget gates more open, as in the trainings of the
  /// next sections.
  static var all: [RecurrentCurve] {
    RecurrentConfiguration.Kind.stacked.flatMap { kind in
      let name = kind.name.lowercased()
      return [
        RecurrentCurve(kind: kind, name: name, label: kind.name),
        RecurrentCurve(kind: kind, name: "\(name)-skip", label: "\(kind.name), h + F", isResidual: true),
      ] + (kind == .lstm ? [RecurrentCurve(kind: kind, name: "lstm-1", label: "LSTM, b_f = 1", gateBias: 1)] : [])
    }
  }
}

extension DeepNetworks {
  func recurrentDepth(_ page: Page) {
    page.section("recurrent-depth") {
      let depths = [1, 2, 4, 8, 16]
      let curves = RecurrentCurve.all
      page.print(
        Text(
          "‖∂L/∂x‖ / ‖∂L/∂h_T‖ of L layers before training, 16 units, T = 10, PyTorch's first weights, median of 5 seeds.",
          ko: "학습 전 L층 신경망의 ‖∂L/∂x‖ / ‖∂L/∂h_T‖. 유닛 16개, T = 10, PyTorch의 초깃값, 시드 5개의 중앙값."))
      let found = curves.map { curve in
        depths.map { L in
          let reaches = page.fiveSeeds.map {
            reach(curve.kind, layers: L, isResidual: curve.isResidual, gateBias: curve.gateBias, seed: $0)
          }
          return (all: median(reaches.map(\.all)), first: median(reaches.map(\.first)))
        }
      }
      page.table(
        [.symbols("")] + depths.map { .symbols("L = \($0)") },
        zip(curves, found).map { curve, medians in
          [curve.label]
            + medians.dropLast().map { NumberFormat.format($0.all, significant: 2) }
            + [page.number("\(curve.name)-16", medians[depths.count - 1].all, significant: 2)]
        })
      page.figure(
        "recurrent-depth",
        .lineChart(
          LineChart(
            x: .init("L"), y: .init("‖∂L/∂x‖ / ‖∂L/∂h_{T}‖", .logarithmic),
            series: zip(curves, found).filter { $0.0.gateBias == 0 }.map { curve, medians in
              .init(
                Figure.Label(curve.label), zip(depths, medians).map { (Double($0), $1.all) },
                line: curve.isResidual ? .solid : .dashed, hasMarkers: true)
            },
            references: [.horizontal(at: 1)])),
        title: "Gradient at the inputs of a recurrent stack against its number L of layers, median of 5 seeds")
      let named = zip(curves, found).map { ($0.name, $1) }
      checkRecurrentDepth(Dictionary(uniqueKeysWithValues: named), page)
    }
  }

  private func checkRecurrentDepth(_ found: [String: [(all: Double, first: Double)]], _ page: Page) {
    /// ‖∂L/∂x‖ and ‖∂L/∂x_1‖ under 16 layers, over ‖∂L/∂h_T‖.
    func deepest(_ name: String) -> (all: Double, first: Double) { found[name]![4] }
    /// The largest ratio of one number of layers to half as many: below 1 where the gradient shrinks each time.
    func largestRatio(_ name: String) -> Comparison {
      let medians = found[name]!.map(\.all)
      return .below(zip(medians.dropFirst(), medians).map { $0 / $1 }.max()!, 1)
    }
    let ratio = Text("largest ratio", ko: "가장 큰 비")
    let names = RecurrentConfiguration.Kind.stacked.map { $0.name.lowercased() }
    for name in names {
      let letters = name.uppercased()
      page.check(
        Text("\(letters): it shrinks with every doubling of L", ko: "\(letters): L이 두 배가 될 때마다 작아진다"),
        largestRatio(name), note: ratio)
      page.check(
        Text(
          "\(letters), with skips: more than half is left at L = 16", ko: "\(letters), 스킵이 있으면: L = 16에서 절반 넘게 남는다"),
        .above(deepest("\(name)-skip").all, 0.5))
    }
    for name in ["rnn", "rnn-skip"] { page.number("\(name)-first-16", deepest(name).first, significant: 2) }
    page.check(
      Text(
        "with skips more than twice as much comes to x_1 alone, in all three", ko: "셋 다, 스킵이 있으면 x_1 하나에도 두 배 넘게 온다"),
      .above(names.map { deepest("\($0)-skip").first / deepest($0).first }.min()!, 2), note: .symbols("L = 16"))
    page.check(
      Text(
        "LSTM, b_f = 1: more than without, but it shrinks as well, and stays below RNN and GRU",
        ko: "LSTM, b_f = 1: 더하지 않을 때보다 많지만 역시 작아지고, RNN과 GRU보다 적다"),
      .greater(deepest("lstm-1").all, than: deepest("lstm").all), largestRatio("lstm-1"),
      .greater(min(deepest("rnn").all, deepest("gru").all), than: deepest("lstm-1").all), note: .symbols("L = 16"))
  }
}
