// The exercises of chapter 1 in order; Later.swift has the second half.

import Autodiff
import Notebook

enum ExerciseList {
  static var all: [Exercise] {
    [factor, sigmoidLimit, stateGradient, clip, peak, twoSteps, parameterGradients, skipBug]
  }

  private static var factor: Exercise {
    Exercise(
      .formula, "factor", level: 1, title: Text("One factor of the chain", ko: "사슬의 인수 하나"),
      equation: "chain-factor",
      given: .matrix("w_l", "1", "1"), .matrix("h_{l-1}", "1", "1", .gate),
      .matrix("h_l", "1", "1") { ($0["w_l"] * $0["h_{l-1}"]).sigmoid },
      gives: "\\frac{\\partial h_l}{\\partial h_{l-1}}",
      hole: Exercises.factor, solution: Solutions.factor,
      mistakes: [
        KnownMistake(
          "no-derivative",
          Text(
            "That is the factor of a chain without an activation. The slope of the sigmoid is missing.",
            ko: "활성화 함수가 없는 사슬의 인수다. 시그모이드의 미분값이 빠졌다."),
          Mistakes.Factor.noSlope),
        KnownMistake(
          "no-weight",
          Text(
            "That is the slope of the sigmoid alone. h_{l−1} goes through w_l before it comes to the sigmoid.",
            ko: "시그모이드의 미분값뿐이다. h_{l−1}은 시그모이드에 이르기 전에 w_k를 지난다."),
          Mistakes.Factor.noWeight),
        KnownMistake(
          "tanh-derivative",
          Text(
            "1 − h² is the slope of tanh. This chain has the sigmoid, whose slope at the value h is h (1 − h).",
            ko: "1 − h²은 tanh의 미분값이다. 이 사슬은 시그모이드를 쓰고, 값이 h인 곳에서 그 미분값은 h (1 − h)다."),
          Mistakes.Factor.tanhSlope),
        KnownMistake(
          "sigmoid-of-value",
          Text(
            "The sigmoid is applied twice. h_l already is σ of the pre-activation, so its slope needs no further σ.",
            ko: "시그모이드를 두 번 씌웠다. h_k가 이미 활성화 이전 값에 σ를 씌운 값이므로, 미분값을 구할 때 σ를 또 씌우지 않는다."),
          Mistakes.Factor.slopeOfValue),
        KnownMistake(
          "by-the-weight",
          Text(
            "That is ∂h_l/∂w_l, where h_{l−1} is the factor. Here w_l stays as it is and h_{l−1} moves.",
            ko: "h_{l−1}이 곱해진 그것은 ∂h_l/∂w_k다. 여기서는 w_k를 그대로 두고 h_{l−1}을 움직인다."),
          Mistakes.Factor.byWeight),
        KnownMistake(
          "slope-before",
          Text(
            "The slope is taken at h_{l−1}. The sigmoid of link l gives h_l, and its slope follows from that value.",
            ko: "미분값을 h_{l−1}에서 구했다. 고리 l의 시그모이드가 내는 값은 h_k이고, 미분값은 그 값에서 나온다."),
          Mistakes.Factor.slopeBefore),
      ],
      hints: [
        Text(
          "h_l = σ(w_l h_{l−1}). There is a function inside of a function: what does each of the two multiply by?",
          ko: "h_l = σ(w_l h_{l−1})은 함수 안에 함수가 든 꼴이다. 둘은 각각 무엇을 곱하는가?"),
        Text(
          "The inner function multiplies by w_l, the outer one by the slope of σ, which its value h_l tells.",
          ko: "안의 함수는 w_k를 곱하고, 밖의 함수는 σ의 미분값을 곱한다. 이 미분값은 σ의 값 h_k만 알면 나온다."),
        Text(
          "The slope of σ is h .* (1 - h); the weight comes as one more factor.",
          ko: "σ의 미분값은 h .* (1 - h)다. 여기에 가중치를 한 번 더 곱한다."),
      ],
      why:
        Text(
          "By the chain rule the slope of σ, which is h_l (1 − h_l), multiplies the slope of what stands inside, "
            + "which is w_l.",
          ko: "연쇄 법칙에 따라 σ의 미분값 h_l (1 − h_l)에 안쪽 함수의 미분값 w_k를 곱한다."),
      matters:
        Text(
          "The first part never exceeds 1/4, so a link with |w| < 4 shortens the gradient, and ten links with w = 0.3 "
            + "leave next to nothing, as section 1.5 shows. In section 1.6 a matrix takes the place of w_l, "
            + "and in chapter 2 a gate takes the place of the whole factor.",
          ko: "앞부분은 1/4을 넘지 못하므로 |w| < 4인 고리는 기울기를 줄인다. w = 0.3인 고리 열 개를 지나면 거의 아무것도 남지 않는 것을 1.5절에서 보았다. 1.6절에서는 "
            + "w_k의 자리에 행렬이 오고, 2장에서는 이 인수의 자리에 게이트가 온다."))
  }

  private static var sigmoidLimit: Exercise {
    Exercise(
      .prediction, "sigmoid-limit", level: 1, title: Text("How large may the weights be?", ko: "가중치는 얼마나 커도 되는가?"),
      equation: "bound",
      gives: "\\lVert W_h \\rVert_2",
      hole: Exercises.sigmoidLimit, solution: Solutions.sigmoidLimit,
      mistakes: [
        KnownMistake(
          "tanh",
          Text(
            "That is the limit for tanh, whose slope reaches 1. The slope of the sigmoid is smaller.",
            ko: "미분값이 1까지 가는 tanh의 한계다. 시그모이드의 미분값은 더 작다."),
          { 1 }),
        KnownMistake(
          "the-slope",
          Text(
            "That is γ itself, the largest slope. A step multiplies by at most γ times ‖W_h‖₂, and this product must "
              + "stay below 1.",
            ko: "가장 큰 미분값 γ 자체다. 한 시점은 많아야 γ와 ‖W_h‖₂의 곱을 곱하고, 이 곱이 1보다 작아야 한다."),
          { 0.25 }),
        KnownMistake(
          "value-at-0",
          Text(
            "You took σ(0) = 1/2 for the slope. The slope there is σ(0) (1 − σ(0)).",
            ko: "σ(0) = 1/2을 미분값으로 썼다. 그곳의 미분값은 σ(0) (1 − σ(0))이다."),
          { 2 }),
        KnownMistake(
          "the-example",
          Text(
            "That is the value that the run tries, just inside of the limit. The limit itself is asked.",
            ko: "프로그램이 시험해 본, 한계 바로 안쪽의 값이다. 묻는 것은 한계 자체다."),
          { 3.9 }),
      ],
      measured: {
        let tape = Tape()
        let a = tape.variable(Matrix(rows: 1, columns: 81, elements: (0...80).map { Double($0 - 40) / 4 }))
        return 1 / tape.gradients(of: a.sigmoid.total)[a].largestMagnitude
      },
      hints: [
        Text(
          "The bound is a power of γ ‖W_h‖₂. When does a power go to 0?",
          ko: "상한은 γ ‖W_h‖₂의 거듭제곱이다. 거듭제곱은 언제 0으로 가는가?"),
        Text(
          "When γ ‖W_h‖₂ < 1. And γ is the largest slope that the sigmoid has anywhere.",
          ko: "γ ‖W_h‖₂ < 1일 때다. γ는 시그모이드의 미분값 가운데 가장 큰 것이다."),
        Text(
          "The slope is s (1 − s), largest at s = 1/2. Return 1 divided by that.",
          ko: "미분값은 s (1 − s)이고 s = 1/2일 때 가장 크다. 1을 그 값으로 나누어 return한다."),
      ],
      why:
        Text(
          "γ = 1/4 for the sigmoid, since s (1 − s) is largest at s = 1/2. The bound (γ ‖W_h‖₂)^k goes to 0 when "
            + "γ ‖W_h‖₂ < 1, that is ‖W_h‖₂ < 4.",
          ko: "s (1 − s)는 s = 1/2에서 가장 크므로 시그모이드의 γ는 1/4이다. 상한 (γ ‖W_h‖₂)^k는 γ ‖W_h‖₂ < 1, 곧 ‖W_h‖₂ < 4일 때 0으로 간다."),
      matters:
        Text(
          "Below 4 a network with the sigmoid must forget, whatever it reads. Above 4 nothing follows: the condition is "
            + "sufficient, not necessary, and section 1.12 shows gradients that vanish far beyond it. The gates of chapter "
            + "2 are sigmoids too, but on the direct path of the cell state it is their values that multiply, not their "
            + "slopes.",
          ko: "4보다 작으면 시그모이드를 쓰는 신경망은 무엇을 읽든 잊을 수밖에 없다. 4보다 크다고 해서 따라 나오는 것은 없다. 충분조건이지 필요조건이 아니며, 1.12절에는 조건을 훌쩍 넘고도 "
            + "소실되는 기울기가 나온다. 2장의 게이트도 시그모이드지만, 셀 상태의 곧은 길에서 곱해지는 것은 미분값이 아니라 게이트의 값이다."))
  }

  private static var stateGradient: Exercise {
    Exercise(
      .formula, "state-gradient", level: 2, title: Text("One step back", ko: "한 시점 거슬러 가기"),
      equation: "back-state",
      given: .matrix("\\frac{\\partial L}{\\partial h_{t+1}}", "n", "B"), .matrix("h_{t+1}", "n", "B", .state),
      .matrix("h_t", "n", "B", .state), .matrix("y_t", "n", "B", .state), .matrix("W_h", "n", "n", .small),
      gives: "\\frac{\\partial L}{\\partial h_t}",
      hole: Exercises.stateGradient, solution: Solutions.stateGradient,
      mistakes: [
        KnownMistake(
          "not-transposed",
          Text(
            "W_h is not transposed. Forwards the state goes through W_h; the way back goes through its transpose.",
            ko: "W_h를 전치하지 않았다. 순전파에서 상태가 W_h를 지났으면, 거슬러 올 때는 그 전치를 지난다."),
          Mistakes.StateGradient.notTransposed),
        KnownMistake(
          "no-derivative",
          Text(
            "The way back through tanh is missing: what goes into W_hᵀ is ∂L/∂a_{t+1}, not ∂L/∂h_{t+1}.",
            ko: "tanh를 거슬러 가는 부분이 빠졌다. W_hᵀ에 곱해지는 것은 ∂L/∂h_{t+1}이 아니라 ∂L/∂a_{t+1}이다."),
          Mistakes.StateGradient.noSlope),
        KnownMistake(
          "own-slope",
          Text(
            "The slope is that of step t. The gradient comes out of the tanh of step t + 1, whose value is h_{t+1}.",
            ko: "시점 t의 미분값을 곱했다. 이 기울기는 시점 t + 1의 tanh를 거슬러 오고, 그 값은 h_{t+1}이다."),
          Mistakes.StateGradient.ownSlope),
        KnownMistake(
          "slope-after",
          Text(
            "The slope multiplies after W_hᵀ. Going back, tanh comes first and the matrix second, and the two cannot "
              + "change places.",
            ko: "W_hᵀ를 곱한 뒤에 미분값을 곱했다. 거슬러 갈 때는 tanh가 먼저, 행렬이 나중이고, 둘의 순서는 바꿀 수 없다."),
          Mistakes.StateGradient.slopeAfter),
        KnownMistake(
          "tanh-of-value",
          Text(
            "tanh is applied twice: h_{t+1} already is the value of tanh, and the slope is 1 minus its square.",
            ko: "tanh를 두 번 씌웠다. h_{t+1}이 이미 tanh의 값이고, 미분값은 1에서 그 제곱을 뺀 것이다."),
          Mistakes.StateGradient.slopeOfValue),
        KnownMistake(
          "no-loss",
          Text(
            "Only what comes back from step t + 1 is there. The loss uses h_t at its own step, too.",
            ko: "시점 t + 1에서 돌아오는 것만 있다. 손실은 제 시점에서도 h_t를 쓴다."),
          Mistakes.StateGradient.noLoss),
        KnownMistake(
          "loss-only",
          Text(
            "Only the loss of step t itself is there. Step t + 1 uses h_t, too, and sends its gradient back.",
            ko: "시점 t 자신의 손실만 있다. 시점 t + 1도 h_t를 쓰고, 기울기를 돌려보낸다."),
          Mistakes.StateGradient.lossOnly),
        KnownMistake(
          "loss-sign",
          Text(
            "The sign of the loss is wrong: half of (h − y)² has the slope h − y.",
            ko: "손실 쪽의 부호가 반대다. (h − y)²의 절반을 미분하면 h − y다."),
          Mistakes.StateGradient.lossSign),
      ],
      hints: [
        Text(
          "Two uses, two terms. The loss of step t is half the square of h_t − y_t; what does it send back?",
          ko: "두 번 쓰이니 항도 둘이다. 시점 t의 손실은 h_t − y_t의 제곱의 절반이다. 여기서 무엇이 돌아오는가?"),
        Text(
          "From step t + 1: ∂L/∂a_{t+1} = dh_next .* (1 - h_next .* h_next), and then back through the matrix.",
          ko: "시점 t + 1에서는 ∂L/∂a_{t+1} = dh_next .* (1 - h_next .* h_next)가 나오고, 이것이 행렬을 거슬러 온다."),
        Text(
          "h - y + W_h.transposed * (…), with that gradient in the brackets.",
          ko: "h - y + W_h.transposed * (…)이고, 괄호에 그 기울기가 들어간다."),
      ],
      why:
        Text(
          "Gradients of several uses add up. The loss gives h_t − y_t; step t + 1 gives W_hᵀ ∂L/∂a_{t+1}, where "
            + "∂L/∂a_{t+1} has gone back through tanh, entry by entry.",
          ko:
            "여러 번 쓰인 값의 기울기는 더해진다. 손실에서 h_t − y_t가 오고, 시점 t + 1에서 W_hᵀ ∂L/∂a_{t+1}이 온다. ∂L/∂a_{t+1}은 tanh를 성분마다 거슬러 온 "
            + "것이다."),
      matters:
        Text(
          "This line, from the last step to the first, is backpropagation through time. The second term is multiplied "
            + "again at each step, which is why it vanishes or explodes in section 1.8. Chapter 3 writes the same line for "
            + "the LSTM, where a state has more than two uses.",
          ko: "이 한 줄을 마지막 시점에서 첫 시점까지 되풀이한 것이 시간에 따른 역전파다. 둘째 항은 시점마다 다시 곱해지므로 1.8절에서 소실되거나 폭발한다. 3장에서는 LSTM에 대해 같은 "
            + "식을 쓰는데, 거기서는 상태가 더 여러 곳에 쓰인다."))
  }

  private static var clip: Exercise {
    Exercise(
      .function, "clip", level: 2, title: Text("Clipping by the norm", ko: "노름으로 클리핑하기"),
      equation: "clip",
      given: .numbers("\\frac{\\partial L}{\\partial W}", "n", "d"),
      .numbers("\\frac{\\partial L}{\\partial b}", "n", "1"),
      .number("\\theta") { drawn in
        // Below the norm in some cases, above it in the others.
        let isLong = (drawn.sizes["d"] ?? 0) > 2
        let (dW, db) = (drawn["\\frac{\\partial L}{\\partial W}"], drawn["\\frac{\\partial L}{\\partial b}"])
        let share = isLong ? drawn.random.uniform(0.3, 0.7) : drawn.random.uniform(1.5, 3)
        return share * globalNorm([dW, db])
      },
      gives: ["\\frac{\\partial L}{\\partial W}", "\\frac{\\partial L}{\\partial b}"],
      hole: Exercises.clip, solution: Solutions.clip,
      mistakes: [
        KnownMistake(
          "no-condition",
          Text(
            "A gradient below the threshold is made longer. The condition is missing: only what exceeds the threshold "
              + "is scaled.",
            ko: "임계값보다 짧은 기울기가 오히려 길어진다. 조건이 빠졌다. 임계값을 넘을 때만 줄인다."),
          Mistakes.Clip.always),
        KnownMistake(
          "max-for-min",
          Text(
            "A long gradient stays long, a short one grows: the factor must be at most 1, not at least 1.",
            ko: "긴 기울기는 그대로이고 짧은 기울기가 커진다. 곱하는 수는 1 이상이 아니라 1 이하여야 한다."),
          Mistakes.Clip.maximum),
        KnownMistake(
          "separately",
          Text(
            "Each gradient is clipped by its own norm. The norm is taken over both together; otherwise the direction of "
              + "the whole changes.",
            ko: "기울기마다 제 노름으로 따로 클리핑했다. 노름은 둘을 한데 모아 잰다. 그러지 않으면 전체의 방향이 바뀐다."),
          Mistakes.Clip.separately),
        KnownMistake(
          "sum-of-norms",
          Text(
            "The two norms are added. The norm of both together is the root of the sum of their squares, which is "
              + "shorter.",
            ko: "두 노름을 더했다. 한데 모은 노름은 제곱의 합의 제곱근이고, 그보다 짧다."),
          Mistakes.Clip.sumOfNorms),
        KnownMistake(
          "no-root",
          Text(
            "The square of the norm is used. The root is missing.",
            ko: "노름의 제곱을 썼다. 제곱근이 빠졌다."),
          Mistakes.Clip.noRoot),
        KnownMistake(
          "by-value",
          Text(
            "Every entry is clipped by itself. That is clipping by value, another operation, which changes the direction.",
            ko: "성분마다 따로 잘랐다. 그것은 값으로 하는 클리핑이고, 방향이 바뀌는 다른 연산이다."),
          Mistakes.Clip.byValue),
      ],
      hints: [
        Text(
          "One number multiplies both gradients. It is 1 where nothing has to be done.",
          ko: "두 기울기에 곱할 수는 하나다. 할 일이 없을 때 그 수는 1이다."),
        Text(
          "Put all entries into one vector: the square of its length is dW.norm * dW.norm + db.norm * db.norm. The factor "
            + "is θ divided by the length, but at most 1.",
          ko: "모든 성분을 벡터 하나에 넣는다. 그 길이의 제곱은 dW.norm * dW.norm + db.norm * db.norm이다. 곱할 수는 θ를 길이로 나눈 것이되 1을 넘지 않는다."),
        Text(
          "let norm = (…).squareRoot(), then let factor = min(1, threshold / norm), then return [factor * dW, factor * db].",
          ko:
            "let norm = (…).squareRoot(), 다음 줄에 let factor = min(1, threshold / norm), 끝으로 return [factor * dW, factor * db]다."
        ),
      ],
      why:
        Text(
          "With the factor θ/‖u‖ the whole gradient gets the length θ and keeps its direction. The minimum with 1 leaves "
            + "alone what is short enough.",
          ko: "θ/‖u‖를 곱하면 기울기 전체의 길이가 θ가 되고 방향은 그대로다. 1과 견주어 작은 쪽을 쓰므로, 이미 짧은 기울기는 건드리지 않는다."),
      matters:
        Text(
          "The descents of section 1.16 differ in this line alone: with it no step is longer than the threshold, without "
            + "it one step leaves the picture. Nearly every training in the book clips in this way. It tames what is too "
            + "large and brings back nothing of what has vanished, as the table of section 1.17 shows.",
          ko:
            "1.16절의 두 경로는 이 한 줄만 다르다. 있으면 어느 갱신도 임계값보다 길지 않고, 없으면 갱신 한 번에 그림 밖으로 나간다. 이 책의 학습은 거의 모두 이렇게 클리핑한다. 다만 너무 큰 "
            + "것을 다스릴 뿐, 소실된 것을 되살리지는 못한다는 것이 1.17절의 표에 나온다."))
  }
}
