// The exercises of chapter 1, in the order in which they are done.

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
      given: .matrix("w_k", "1", "1"), .matrix("h_{k-1}", "1", "1", .gate),
      .matrix("h_k", "1", "1") { ($0["w_k"] * $0["h_{k-1}"]).sigmoid },
      gives: "\\frac{\\partial h_k}{\\partial h_{k-1}}",
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
            "That is the slope of the sigmoid alone. h_{k−1} goes through w_k before it comes to the sigmoid.",
            ko: "시그모이드의 미분값뿐이다. h_{k−1}은 시그모이드에 이르기 전에 w_k를 지난다."),
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
            "The sigmoid is applied twice. h_k already is σ of the pre-activation, so its slope needs no further σ.",
            ko: "시그모이드를 두 번 씌웠다. h_k가 이미 활성화 이전 값에 σ를 씌운 값이므로, 미분값을 구할 때 σ를 또 씌우지 않는다."),
          Mistakes.Factor.slopeOfValue),
        KnownMistake(
          "by-the-weight",
          Text(
            "That is ∂h_k/∂w_k, where h_{k−1} is the factor. Here w_k stays as it is and h_{k−1} moves.",
            ko: "h_{k−1}이 곱해진 그것은 ∂h_k/∂w_k다. 여기서는 w_k를 그대로 두고 h_{k−1}을 움직인다."),
          Mistakes.Factor.byWeight),
        KnownMistake(
          "slope-before",
          Text(
            "The slope is taken at h_{k−1}. The sigmoid of link k gives h_k, and its slope follows from that value.",
            ko: "미분값을 h_{k−1}에서 구했다. 고리 k의 시그모이드가 내는 값은 h_k이고, 미분값은 그 값에서 나온다."),
          Mistakes.Factor.slopeBefore),
      ],
      hints: [
        Text(
          "h_k = σ(w_k h_{k−1}). There is a function inside of a function: what does each of the two multiply by?",
          ko: "h_k = σ(w_k h_{k−1})은 함수 안에 함수가 든 꼴이다. 둘은 각각 무엇을 곱하는가?"),
        Text(
          "The inner function multiplies by w_k, the outer one by the slope of σ, which its value h_k tells.",
          ko: "안의 함수는 w_k를 곱하고, 밖의 함수는 σ의 미분값을 곱한다. 이 미분값은 σ의 값 h_k만 알면 나온다."),
        Text(
          "The slope of σ is h .* (1 - h); the weight comes as one more factor.",
          ko: "σ의 미분값은 h .* (1 - h)다. 여기에 가중치를 한 번 더 곱한다."),
      ],
      why:
        Text(
          "By the chain rule the slope of σ, which is h_k (1 − h_k), multiplies the slope of what stands inside, "
            + "which is w_k.",
          ko: "연쇄 법칙에 따라 σ의 미분값 h_k (1 − h_k)에 안쪽 함수의 미분값 w_k를 곱한다."),
      matters:
        Text(
          "The first part never exceeds 1/4, so a link with |w| < 4 shortens the gradient, and ten links with w = 0.3 "
            + "leave next to nothing: that is the table of section 1.1. In section 1.3 a matrix takes the place of w_k, "
            + "and in chapter 2 a gate takes the place of the whole factor.",
          ko: "앞부분은 1/4을 넘지 못하므로 |w| < 4인 고리는 기울기를 줄인다. w = 0.3인 고리 열 개를 지나면 거의 아무것도 남지 않는 것이 1.1절의 표다. 1.3절에서는 "
            + "w_k의 자리에 행렬이 오고, 2장에서는 이 인수의 자리에 게이트가 온다."))
  }

  private static var sigmoidLimit: Exercise {
    Exercise(
      .prediction, "sigmoid-limit", level: 1, title: Text("How large may the weights be?", ko: "가중치는 얼마나 커도 되는가?"),
      equation: "bound",
      gives: "\\sigma_{\\max}",
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
            "That is γ itself, the largest slope. A step multiplies by at most γ times σ_max, and this product must "
              + "stay below 1.",
            ko: "가장 큰 미분값 γ 자체다. 한 단계는 많아야 γ와 σ_max의 곱을 곱하고, 이 곱이 1보다 작아야 한다."),
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
          "The bound is a power of γ σ_max(W_h). When does a power go to 0?",
          ko: "상한은 γ σ_max(W_h)의 거듭제곱이다. 거듭제곱은 언제 0으로 가는가?"),
        Text(
          "When γ σ_max(W_h) < 1. And γ is the largest slope that the sigmoid has anywhere.",
          ko: "γ σ_max(W_h) < 1일 때다. γ는 시그모이드의 미분값 가운데 가장 큰 것이다."),
        Text(
          "The slope is s (1 − s), largest at s = 1/2. Return 1 divided by that.",
          ko: "미분값은 s (1 − s)이고 s = 1/2일 때 가장 크다. 1을 그 값으로 나누어 return한다."),
      ],
      why:
        Text(
          "γ = 1/4 for the sigmoid, since s (1 − s) is largest at s = 1/2. The bound (γ σ_max)^k goes to 0 when "
            + "γ σ_max < 1, that is σ_max < 4.",
          ko: "s (1 − s)는 s = 1/2에서 가장 크므로 시그모이드의 γ는 1/4이다. 상한 (γ σ_max)^k는 γ σ_max < 1, 곧 σ_max < 4일 때 0으로 간다."),
      matters:
        Text(
          "Below 4 a network with the sigmoid must forget, whatever it reads. Above 4 nothing follows: the condition is "
            + "sufficient, not necessary, and section 1.4 shows gradients that vanish far beyond it. The gates of chapter "
            + "2 are sigmoids too, but on the direct path of the cell state it is their values that multiply, not their "
            + "slopes.",
          ko: "4보다 작으면 시그모이드를 쓰는 망은 무엇을 읽든 잊을 수밖에 없다. 4보다 크다고 해서 따라 나오는 것은 없다. 충분조건이지 필요조건이 아니며, 1.4절에는 조건을 훌쩍 넘고도 "
            + "소실되는 기울기가 나온다. 2장의 게이트도 시그모이드지만, 셀 상태의 곧은 길에서 곱해지는 것은 미분값이 아니라 게이트의 값이다."))
  }

  private static var stateGradient: Exercise {
    Exercise(
      .formula, "state-gradient", level: 2, title: Text("One step back", ko: "한 단계 거슬러 가기"),
      equation: "back-state",
      given: .matrix("\\frac{\\partial J}{\\partial h_{t+1}}", "n", "B"), .matrix("h_{t+1}", "n", "B", .state),
      .matrix("h_t", "n", "B", .state), .matrix("y_t", "n", "B", .state), .matrix("W_h", "n", "n", .small),
      gives: "\\frac{\\partial J}{\\partial h_t}",
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
            "The way back through tanh is missing: what goes into W_hᵀ is ∂J/∂a_{t+1}, not ∂J/∂h_{t+1}.",
            ko: "tanh를 거슬러 가는 부분이 빠졌다. W_hᵀ에 곱해지는 것은 ∂J/∂h_{t+1}이 아니라 ∂J/∂a_{t+1}이다."),
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
          "From step t + 1: ∂J/∂a_{t+1} = dh_next .* (1 - h_next .* h_next), and then back through the matrix.",
          ko: "시점 t + 1에서는 ∂J/∂a_{t+1} = dh_next .* (1 - h_next .* h_next)가 나오고, 이것이 행렬을 거슬러 온다."),
        Text(
          "h - y + W_h.transposed * (…), with that gradient in the brackets.",
          ko: "h - y + W_h.transposed * (…)이고, 괄호에 그 기울기가 들어간다."),
      ],
      why:
        Text(
          "Gradients of several uses add up. The loss gives h_t − y_t; step t + 1 gives W_hᵀ ∂J/∂a_{t+1}, where "
            + "∂J/∂a_{t+1} has gone back through tanh, entry by entry.",
          ko:
            "여러 번 쓰인 값의 기울기는 더해진다. 손실에서 h_t − y_t가 오고, 시점 t + 1에서 W_hᵀ ∂J/∂a_{t+1}이 온다. ∂J/∂a_{t+1}은 tanh를 성분마다 거슬러 온 "
            + "것이다."),
      matters:
        Text(
          "This line, from the last step to the first, is backpropagation through time. The second term is multiplied "
            + "again at each step, which is why it vanishes or explodes in section 1.4. Chapter 3 writes the same line for "
            + "the LSTM, where a state has more than two uses.",
          ko: "이 한 줄을 마지막 시점에서 첫 시점까지 되풀이한 것이 시간에 따른 역전파다. 둘째 항은 시점마다 다시 곱해지므로 1.4절에서 소실되거나 폭발한다. 3장에서는 LSTM에 대해 같은 "
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
            ko: "문턱보다 짧은 기울기가 오히려 길어진다. 조건이 빠졌다. 문턱을 넘을 때만 줄인다."),
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
          "With the factor θ/‖g‖ the whole gradient gets the length θ and keeps its direction. The minimum with 1 leaves "
            + "alone what is short enough.",
          ko: "θ/‖g‖를 곱하면 기울기 전체의 길이가 θ가 되고 방향은 그대로다. 1과 견주어 작은 쪽을 쓰므로, 이미 짧은 기울기는 건드리지 않는다."),
      matters:
        Text(
          "The descents of section 1.7 differ in this line alone: with it no step is longer than the threshold, without "
            + "it one step leaves the picture. Nearly every training in the book clips in this way. It tames what is too "
            + "large and brings back nothing of what has vanished, as the table of section 1.8 shows.",
          ko: "1.7절의 두 경로는 이 한 줄만 다르다. 있으면 어느 걸음도 문턱보다 길지 않고, 없으면 한 걸음에 그림 밖으로 나간다. 이 책의 학습은 거의 모두 이렇게 클리핑한다. 다만 너무 큰 "
            + "것을 다스릴 뿐, 소실된 것을 되살리지는 못한다는 것이 1.8절의 표에 나온다."))
  }

  private static var peak: Exercise {
    Exercise(
      .prediction, "peak", level: 3, title: Text("Where do the powers peak?", ko: "거듭제곱은 어디서 가장 큰가?"),
      equation: "jordan",
      gives: "k",
      hole: Exercises.peak, solution: Solutions.peak,
      mistakes: [
        KnownMistake(
          "only-shrinks",
          Text(
            "You took it that the powers only shrink, since no eigenvalue reaches 1. But the corner 10 k · 0.85^{k−1} "
              + "grows first.",
            ko: "고윳값이 모두 1보다 작으니 줄기만 한다고 본 답이다. 그러나 오른쪽 위 성분 10 k · 0.85^{k−1}은 먼저 커진다."),
          { 1 }),
        KnownMistake(
          "from-identity",
          Text(
            "A^0 is the identity, with norm 1. The first power is already longer, by its corner of 10.",
            ko: "A^0은 단위행렬이고 노름이 1이다. 일제곱만 해도 오른쪽 위의 10 때문에 더 크다."),
          { 0 }),
        KnownMistake(
          "the-example",
          Text(
            "That is the peak of the matrix with 0.9. With 0.85 the powers of the diagonal catch up sooner.",
            ko: "0.9를 쓴 행렬의 답이다. 0.85면 거듭제곱이 더 일찍 따라잡는다."),
          { 9 }),
        KnownMistake(
          "one-too-far",
          Text(
            "One step too far: from k = 6 to 7 the corner gains the factor 7/6 · 0.85, which is a little less than 1.",
            ko: "한 걸음 더 갔다. k = 6에서 7로 갈 때 오른쪽 위 성분에는 7/6 · 0.85가 곱해지는데, 1보다 조금 작다."),
          { 7 }),
      ],
      measured: {
        let A = Matrix([[0.85, 10], [0, 0.85]])
        var power = A
        var best = (k: 1, norm: A.spectralNorm)
        for k in 2...100 {
          power = power * A
          if power.spectralNorm > best.norm { best = (k, power.spectralNorm) }
        }
        return Double(best.k)
      },
      hints: [
        Text(
          "Nearly all of the norm sits in the upper right corner, 10 k · 0.85^{k−1}. By what factor does it change from one "
            + "k to the next?",
          ko: "노름은 거의 오른쪽 위 성분 10 k · 0.85^{k−1}에서 온다. k가 하나 늘 때 이 성분에는 무엇이 곱해지는가?"),
        Text(
          "By (k + 1)/k · 0.85. As long as that exceeds 1, the corner grows.",
          ko: "(k + 1)/k · 0.85가 곱해진다. 이것이 1보다 큰 동안 성분은 커진다."),
        Text(
          "(k + 1)/k · 0.85 > 1 means k < 0.85/0.15, which is about 5.67. The step from k = 5 still gains, the next no more.",
          ko: "(k + 1)/k · 0.85 > 1이면 k < 0.85/0.15이고, 이 값은 5.67쯤이다. k = 5에서 내딛는 걸음까지는 커지고, 다음 걸음부터는 줄어든다."),
      ],
      why:
        Text(
          "From k to k + 1 the corner gains the factor (k + 1)/k · 0.85, which exceeds 1 up to k = 5. So it grows up to "
            + "k = 6 and shrinks from there on, and the norm goes with it.",
          ko:
            "k에서 k + 1로 갈 때 오른쪽 위 성분에는 (k + 1)/k · 0.85가 곱해지고, 이것은 k = 5까지 1보다 크다. 그래서 k = 6까지 커졌다가 그 뒤로 줄고, 노름도 따라간다."),
      matters:
        Text(
          "Both eigenvalues are 0.85, and yet a gradient that comes back through six such linear steps has grown more than "
            + "26-fold. Eigenvalues speak of the limit only, singular values of the single step: that is the erratum of "
            + "section 1.5. With tanh in between not even the limit is theirs.",
          ko:
            "고윳값이 둘 다 0.85인데도, 이런 선형 단계를 여섯 번 거슬러 온 기울기는 26배 넘게 커져 있다. 고윳값은 극한만 말하고 특잇값은 한 걸음을 말한다. 1.5절의 바로잡기가 이것이다. "
            + "사이에 tanh가 끼면 극한조차 고윳값이 정하지 못한다."))
  }

  private static var twoSteps: Exercise {
    Exercise(
      .formula, "two-steps", level: 3, title: Text("The Jacobian of two steps", ko: "두 단계의 야코비 행렬"),
      equation: "jacobian-product",
      given: .matrix("\\delta_{t-2}", "n", "B"), .matrix("h_{t-1}", "n", "B", .state), .matrix("h_t", "n", "B", .state),
      .matrix("W_h", "n", "n", .small),
      gives: "\\delta_t",
      hole: Exercises.twoSteps, solution: Solutions.twoSteps,
      mistakes: [
        KnownMistake(
          "pulled-out",
          Text(
            "Both slopes stand outside of both matrices. A diagonal matrix cannot be moved past W_h: the slope of step "
              + "t − 1 belongs between the two.",
            ko: "두 미분값이 두 행렬 밖으로 나와 있다. 대각행렬은 W_h 너머로 옮길 수 없다. 시점 t − 1의 미분값은 두 W_h 사이에 있어야 한다."),
          Mistakes.TwoSteps.pulledOut),
        KnownMistake(
          "reversed",
          Text(
            "The two steps have changed places. Step t − 1 comes first, so it stands next to δ; the last step stands "
              + "leftmost.",
            ko: "두 단계의 순서가 바뀌었다. 시점 t − 1이 먼저이므로 δ 바로 옆에 오고, 마지막 단계가 맨 왼쪽에 온다."),
          Mistakes.TwoSteps.reversed),
        KnownMistake(
          "slope-first",
          Text(
            "In each step the slope multiplies before W_h. Forwards the matrix comes first and tanh second.",
            ko: "단계마다 미분값을 W_h보다 먼저 곱했다. 앞으로 갈 때는 행렬이 먼저, tanh가 나중이다."),
          Mistakes.TwoSteps.slopeFirst),
        KnownMistake(
          "no-derivative",
          Text(
            "That is the linear network: the slopes of tanh are missing.",
            ko: "선형 망의 식이다. tanh의 미분값이 빠졌다."),
          Mistakes.TwoSteps.noSlopes),
        KnownMistake(
          "one-step",
          Text(
            "That is one step. From h_{t−2} to h_t there are two, each with its slope and its W_h.",
            ko: "한 단계뿐이다. h_{t−2}에서 h_t까지는 두 단계이고, 단계마다 미분값과 W_h가 있다."),
          Mistakes.TwoSteps.oneStep),
        KnownMistake(
          "backwards",
          Text(
            "That is how a gradient comes back, through the transposes. Here a small change goes forwards.",
            ko: "전치를 지나 기울기가 거슬러 오는 식이다. 여기서는 작은 변화가 앞으로 나아간다."),
          Mistakes.TwoSteps.backwards),
        KnownMistake(
          "tanh-of-value",
          Text(
            "tanh is applied twice: the states already are values of tanh, and the slope is 1 minus their square.",
            ko: "tanh를 두 번 씌웠다. 상태가 이미 tanh의 값이고, 미분값은 1에서 그 제곱을 뺀 것이다."),
          Mistakes.TwoSteps.slopeOfValue),
      ],
      hints: [
        Text(
          "First from δ_{t−2} to δ_{t−1}: a step multiplies by W_h, then by the slope of tanh.",
          ko: "먼저 δ_{t−2}에서 δ_{t−1}로 간다. 한 단계는 W_h를 곱하고, 그다음 tanh의 미분값을 곱한다."),
        Text(
          "δ_{t−1} = (1 - h_before .* h_before) .* (W_h * push). The second step does the same with δ_{t−1}.",
          ko: "δ_{t−1} = (1 - h_before .* h_before) .* (W_h * push)다. 둘째 단계는 δ_{t−1}에 같은 일을 한다."),
        Text(
          "(1 - h .* h) .* (W_h * (…)), with δ_{t−1} in the inner brackets.",
          ko: "(1 - h .* h) .* (W_h * (…))이고, 안쪽 괄호에 δ_{t−1}이 들어간다."),
      ],
      why:
        Text(
          "The Jacobian of two steps is diag(1 − h_t²) W_h diag(1 − h_{t−1}²) W_h, the last step leftmost. Times δ it reads "
            + "from the right: matrix, slope, matrix, slope.",
          ko:
            "두 단계의 야코비 행렬은 마지막 단계가 맨 왼쪽에 오는 diag(1 − h_t²) W_h diag(1 − h_{t−1}²) W_h다. δ를 곱하면 오른쪽부터 행렬, 미분값, 행렬, 미분값의 "
            + "순서가 된다."),
      matters:
        Text(
          "Written with a power of W_h, as some lecture notes do, it is already wrong for two steps; the erratum of section "
            + "1.3 measures by how much. The bound of section 1.4 holds all the same, since norms are numbers and may change "
            + "places. Chapter 3 meets the same product for c_t, where its factors are gates.",
          ko:
            "어떤 강의 노트처럼 W_h의 거듭제곱으로 쓰면 두 단계에서 벌써 틀린다. 얼마나 틀리는지는 1.3절의 바로잡기에서 잰다. 그래도 1.4절의 상한은 성립한다. 노름은 수여서 순서를 바꾸어도 "
            + "되기 때문이다. 3장에서는 c_t에 대해 같은 곱을 만나고, 거기서는 인수가 게이트다."))
  }

  private static var parameterGradients: Exercise {
    Exercise(
      .function, "parameter-gradients", level: 4, title: Text("The gradients of the parameters", ko: "매개변수의 기울기"),
      equation: "sum-over-uses",
      given: .sequence("\\frac{\\partial J}{\\partial a_#}", "n", "B"), .sequence("x_#", "d", "B"),
      .sequence("h_#", from: 0, "n", "B", .state),
      gives: [
        "\\frac{\\partial J}{\\partial W_x}", "\\frac{\\partial J}{\\partial W_h}", "\\frac{\\partial J}{\\partial b}",
      ],
      hole: Exercises.parameterGradients, solution: Solutions.parameterGradients,
      mistakes: [
        KnownMistake(
          "new-state",
          Text(
            "∂J/∂W_h is one step off: W_h multiplies the state before the step, which stands at h[t] when da[t] belongs to "
              + "step t + 1.",
            ko: "∂J/∂W_h가 한 시점 어긋났다. W_h에 곱해지는 것은 그 시점 앞의 상태이고, da[t]가 시점 t + 1의 것일 때 h[t]에 있다."),
          Mistakes.ParameterGradients.newState),
        KnownMistake(
          "last-step",
          Text(
            "That is the last step's share alone. The parameters are used at every step: sum over time.",
            ko: "마지막 시점의 몫뿐이다. 매개변수는 모든 시점에서 쓰이므로 시간에 걸쳐 더해야 한다."),
          Mistakes.ParameterGradients.lastStep),
        KnownMistake(
          "first-step",
          Text(
            "That is the first step's share alone. The parameters are used at every step: sum over time.",
            ko: "첫 시점의 몫뿐이다. 매개변수는 모든 시점에서 쓰이므로 시간에 걸쳐 더해야 한다."),
          Mistakes.ParameterGradients.firstStep),
        KnownMistake(
          "no-batch-sum",
          Text(
            "The bias's gradient is not summed over the batch. One bias serves all examples, so their columns are added; "
              + "in the other two the product with the transpose does it.",
            ko: "편향의 기울기를 배치에 걸쳐 더하지 않았다. 편향 하나를 모든 예제가 함께 쓰므로 열을 모두 더해야 한다. 나머지 둘에서는 전치를 곱하는 행렬 곱이 그 일을 한다."),
          Mistakes.ParameterGradients.noBatchSum),
        KnownMistake(
          "transposed",
          Text(
            "The gradients of both weights are transposed: ∂J/∂a comes first, the transposed input or state second.",
            ko: "두 가중치의 기울기가 전치되었다. ∂J/∂a가 앞에 오고, 전치한 입력이나 상태가 뒤에 온다."),
          Mistakes.ParameterGradients.transposed),
        KnownMistake(
          "slope-again",
          Text(
            "The slope of tanh is multiplied once more. da already is the gradient of the pre-activation, so tanh lies "
              + "behind you.",
            ko: "tanh의 미분값을 한 번 더 곱했다. da는 이미 활성화 이전 값의 기울기여서 tanh는 다 거슬러 왔다."),
          Mistakes.ParameterGradients.slopeAgain),
      ],
      hints: [
        Text(
          "a_t = W_x x_t + W_h h_{t−1} + b. For a single step: what does each of the three parameters get from ∂J/∂a_t?",
          ko: "a_t = W_x x_t + W_h h_{t−1} + b다. 한 시점만 보면, 세 매개변수는 ∂J/∂a_t에서 각각 무엇을 받는가?"),
        Text(
          "W_x gets ∂J/∂a_t x_tᵀ, W_h gets ∂J/∂a_t h_{t−1}ᵀ, b gets the sum of the columns. Then all steps are added.",
          ko: "W_x는 ∂J/∂a_t x_tᵀ를, W_h는 ∂J/∂a_t h_{t−1}ᵀ를, b는 열의 합을 받는다. 그리고 모든 시점의 것을 더한다."),
        Text(
          "let dW_x = sum((0..<da.count).map { t in da[t] * x[t].transposed }); the other two alike, with h[t].transposed and "
            + "with da[t].sumOfColumns. Then return [dW_x, …, …].",
          ko:
            "let dW_x = sum((0..<da.count).map { t in da[t] * x[t].transposed })로 쓴다. 나머지 둘도 h[t].transposed와 da[t].sumOfColumns로 똑같이 쓴 다음 "
            + "return [dW_x, …, …]다."),
      ],
      why:
        Text(
          "At one step a product W v passes ∂J/∂a vᵀ on to W, and that product sums over the batch; the bias is added to "
            + "every column, so its columns are summed. All steps share the parameters, so the steps are summed too.",
          ko: "한 시점에서 곱 W v는 W에 ∂J/∂a vᵀ를 넘기고, 이 행렬 곱이 배치에 걸쳐 더한다. 편향은 모든 열에 더해지므로 열의 합을 받는다. 매개변수는 모든 시점이 함께 쓰므로 시점에 "
            + "걸쳐서도 더한다."),
      matters:
        Text(
          "These three lines and the one of state-gradient are all of section 1.2, where the tape, finite differences and "
            + "PyTorch agree with them. Chapters 3 and 4 use them four and three times, once a block. A test of a single step "
            + "with a batch of one does not see whether the sums are there.",
          ko:
            "이 세 줄과 state-gradient의 한 줄이 1.2절의 전부이고, 거기서 테이프, 유한 차분, PyTorch와 맞추어 본다. 3장과 4장에서는 블록마다 한 번씩, 네 번과 세 번 쓴다. 시점 하나, "
            + "예제 하나로 시험하면 합이 빠져도 드러나지 않는다."))
  }

  private static var skipBug: Exercise {
    Exercise(
      .bug, "skip-bug", level: 5, title: Text("A bug behind a skip connection", ko: "스킵 연결 뒤의 버그"),
      equation: "skip-jacobian",
      given: .sequence("h_#", from: 0, "n", "B", .state), .sequence("y_#", "n", "B", .state),
      .matrix("W_h", "n", "n", .small),
      gives: "\\frac{\\partial J}{\\partial b}",
      hole: Exercises.skipBug, bug: .asGiven(Mistakes.SkipBug.asGiven), solution: Solutions.skipBug,
      mistakes: [
        KnownMistake(
          "plain",
          Text(
            "Now it is the pass of the network without a skip connection. The path past the tanh was right; it must stay.",
            ko: "이제 스킵 연결이 없는 망의 역전파가 되었다. tanh를 비켜 가는 길은 맞았으니 그대로 두어야 한다."),
          Mistakes.SkipBug.plain),
        KnownMistake(
          "no-identity",
          Text(
            "The slope is right now, but the identity has gone from the Jacobian: dh also goes past the tanh to h_{t−1}, "
              + "unchanged.",
            ko: "미분값은 맞게 고쳤는데 야코비 행렬에서 단위행렬이 사라졌다. dh는 tanh를 비켜 h_{t−1}로 그대로 가기도 한다."),
          Mistakes.SkipBug.noIdentity),
        KnownMistake(
          "slope-on-path",
          Text(
            "The slope is right now, but the skip path sends back da. No tanh stands on that path: what goes back there is dh.",
            ko: "미분값은 맞게 고쳤는데 스킵 길로 da가 돌아간다. 그 길에는 tanh가 없으므로 dh가 그대로 돌아가야 한다."),
          Mistakes.SkipBug.slopeOnPath),
        KnownMistake(
          "old-state",
          Text(
            "The slope is taken at h_{t−1}. It must be taken at what tanh gave at step t, and that is neither of the two "
              + "states alone.",
            ko: "미분값을 h_{t−1}에서 구했다. 시점 t에서 tanh가 낸 값으로 구해야 하고, 그것은 두 상태 가운데 어느 하나가 아니다."),
          Mistakes.SkipBug.oldSlope),
        KnownMistake(
          "tanh-of-value",
          Text(
            "tanh is applied twice: h_t − h_{t−1} already is its value, and the slope is 1 minus the square of that.",
            ko: "tanh를 두 번 씌웠다. h_t − h_{t−1}이 이미 tanh의 값이고, 미분값은 1에서 그 제곱을 뺀 것이다."),
          Mistakes.SkipBug.slopeOfValue),
        KnownMistake(
          "no-derivative",
          Text(
            "The slope has gone altogether. b stands inside of the tanh, and the way to it leads through its slope.",
            ko: "미분값이 아예 사라졌다. b는 tanh 안에 있으므로 b로 가려면 tanh의 미분값을 곱해야 한다."),
          Mistakes.SkipBug.noSlope),
        KnownMistake(
          "not-transposed",
          Text(
            "The slope is right now, but W_h is no longer transposed on the way back.",
            ko: "미분값은 맞게 고쳤는데, 거슬러 가는 길에서 W_h의 전치가 빠졌다."),
          Mistakes.SkipBug.notTransposed),
      ],
      hints: [
        Text(
          "With a single step from h_0 = 0, h_1 is what tanh gave. Which line takes that for granted at every step?",
          ko: "h_0 = 0에서 한 시점만 가면 h_1이 곧 tanh의 값이다. 모든 시점에서 그렇다고 여긴 줄은 어디인가?"),
        Text(
          "The slope of tanh is 1 minus the square of its value. With a skip connection its value is no longer h_t.",
          ko: "tanh의 미분값은 1에서 tanh 값의 제곱을 뺀 것이다. 스킵 연결이 있으면 그 값은 h_t가 아니다."),
        Text(
          "Since h_t = h_{t−1} + tanh(a_t), write let value = h[t] - h[t - 1] and use value where da has h[t] twice.",
          ko: "h_t = h_{t−1} + tanh(a_t)이므로 let value = h[t] - h[t - 1]을 쓰고, da의 두 h[t] 자리에 value를 넣는다."),
      ],
      why:
        Text(
          "What tanh gave at step t is h_t − h_{t−1}, so the slope is 1 − (h_t − h_{t−1})², as in the Jacobian of section "
            + "1.8. The identity in that Jacobian is the dh in fromNext.",
          ko:
            "시점 t에서 tanh가 낸 값은 h_t − h_{t−1}이므로 미분값은 1.8절의 야코비 행렬에서처럼 1 − (h_t − h_{t−1})²이다. 그 야코비 행렬의 단위행렬이 fromNext에 있는 "
            + "dh다."),
      matters:
        Text(
          "With this bug the slope turns negative as soon as a state leaves [−1, 1], and with a skip connection states do. "
            + "A test with zeros or a single step passes; one from a random start does not. Chapter 2 puts a gate on the "
            + "skip path, chapter 3 goes back through it, and chapter 7 lays such paths over depth.",
          ko: "이 버그가 있으면 상태가 [−1, 1]을 벗어나자마자 미분값이 음수가 되는데, 스킵 연결이 있으면 상태는 실제로 벗어난다. 0에서 시작하거나 한 시점만 돌리는 시험은 통과하지만 무작위로 "
            + "시작하는 시험은 통과하지 못한다. 2장에서는 이 길에 게이트를 달고, 3장에서는 그 길을 거슬러 가고, 7장에서는 깊이 방향으로 이런 길을 놓는다."))
  }
}
