// The later exercises of chapter 4, from the gradient of the update gate on.

import Autodiff
import Notebook
import Recurrent

extension ExerciseList {
  static var updateGradient: Exercise {
    Exercise(
      .formula, "update-gradient", level: 3, title: Text("Back through the update gate", ko: "업데이트 게이트를 거슬러"),
      equation: "back-gates",
      given: .matrix("\\frac{\\partial L}{\\partial h_t}", "n", "B"), .matrix("z_t", "n", "B", .gate),
      .matrix("g_t", "n", "B", .state), .matrix("h_{t-1}", "n", "B", .state),
      gives: "\\frac{\\partial L}{\\partial \\hat{z}_t}",
      hole: Exercises.updateGradient, solution: Solutions.updateGradient,
      mistakes: [
        KnownMistake(
          "wrong-sign",
          Text(
            "The sign is wrong: a larger z moves h_t towards h_{t−1} and away from the candidate, so the "
              + "difference is h − g.",
            ko: "부호가 반대다. z가 커지면 h_t는 후보에서 멀어져 h_{t−1} 쪽으로 움직이므로, 차는 h − g다."),
          Mistakes.UpdateGradient.sign),
        KnownMistake(
          "no-derivative",
          Text(
            "That is ∂L/∂z_t. The way through the sigmoid is missing: σ′ = z ⊙ (1 − z).",
            ko: "그것은 ∂L/∂z_t다. 시그모이드를 지나는 σ′ = z ⊙ (1 − z)가 빠졌다."),
          Mistakes.UpdateGradient.noSigmoid),
        KnownMistake(
          "tanh-derivative",
          Text(
            "1 − z² is the derivative of tanh. z comes out of a sigmoid: its derivative is z ⊙ (1 − z).",
            ko: "1 − z²은 tanh의 도함수다. z는 시그모이드에서 나오므로 도함수는 z ⊙ (1 − z)다."),
          Mistakes.UpdateGradient.tanhSlope),
        KnownMistake(
          "past-only",
          Text(
            "z stands twice in the mixture. The term (1 − z) ⊙ g depends on it, too, and gives −g.",
            ko: "섞는 식에는 z가 두 번 나온다. (1 − z) ⊙ g도 z에 달려 있어서 −g가 나온다."),
          Mistakes.UpdateGradient.pastOnly),
      ],
      hints: [
        Text(
          "h_t = (1 − z) ⊙ g + z ⊙ h. What does an entry of h_t gain if that of z grows a little?",
          ko: "h_t = (1 − z) ⊙ g + z ⊙ h다. z의 성분이 조금 커지면 h_t의 성분은 얼마나 달라지는가?"),
        Text(
          "∂L/∂z_t = dh .* (h - g). Then through the sigmoid, whose derivative can be written with z alone.",
          ko: "∂L/∂z_t = dh .* (h - g)다. 그다음 시그모이드를 지나는데, 그 도함수는 z만으로 쓸 수 있다."),
        Text(
          "σ′ = σ (1 − σ), so the factor is z .* (1 - z).",
          ko: "σ′ = σ (1 − σ)이므로 곱할 것은 z .* (1 - z)다."),
      ],
      why:
        Text(
          "z multiplies h and, with the opposite sign, g: that gives dh ⊙ (h − g). The sigmoid then multiplies "
            + "by its derivative, which is z ⊙ (1 − z) since z is its value.",
          ko: "z는 h에 곱해지고, 부호가 반대로 g에도 곱해진다. 그래서 dh ⊙ (h − g)가 나온다. 여기에 시그모이드의 도함수가 곱해지는데, z가 바로 그 값이므로 z ⊙ (1 − "
            + "z)다."),
      matters:
        Text(
          "Two things stop this gate from learning: a candidate equal to the past, and a z near 0 or 1. The "
            + "second is the price of carrying a state far, which section 4.6 measures; the product also is the "
            + "first term of R_t there.",
          ko: "이 게이트가 배우지 못하는 경우는 둘이다. 후보가 과거와 같을 때, 그리고 z가 0이나 1에 가까울 때다. 뒤의 것은 상태를 멀리 나르는 대가이며 4.6절에서 잰다. 거기 나오는 "
            + "R_t의 첫 항에도 이 곱이 들어 있다."))
  }

  static var biasGradient: Exercise {
    Exercise(
      .function, "bias-gradient", level: 3, title: Text("The gradient of a bias", ko: "편향의 기울기"),
      equation: "biases",
      given: .sequence("\\frac{\\partial L}{\\partial \\hat{g}_#}", "n", "B"), .sequence("r_#", "n", "B", .gate),
      gives: "\\frac{\\partial L}{\\partial b_{hg}}",
      hole: Exercises.biasGradient, solution: Solutions.biasGradient,
      mistakes: [
        KnownMistake(
          "no-reset",
          Text(
            "That is the gradient of b_xg. On the way to b_hg the gradient passes the reset gate: da_g ⊙ r.",
            ko: "그것은 b_xg의 기울기다. b_hg로 가는 길에는 리셋 게이트가 있으므로 da_g ⊙ r이 되어야 한다."),
          Mistakes.BiasGradient.noReset),
        KnownMistake(
          "no-batch-sum",
          Text(
            "The batch is not summed: one bias serves all its examples, so their columns are added. The result "
              + "is n × 1.",
            ko: "배치를 더하지 않았다. 편향 하나를 모든 예제가 함께 쓰므로 열을 모두 더해야 한다. 결과는 n × 1이다."),
          Mistakes.BiasGradient.noBatchSum),
        KnownMistake(
          "last-step",
          Text(
            "That is the last step's share alone. One bias serves all steps: sum over time.",
            ko: "마지막 시점의 몫뿐이다. 편향 하나를 모든 시점이 쓰므로 시간에 걸쳐 더해야 한다."),
          Mistakes.BiasGradient.lastStep),
        KnownMistake(
          "first-step",
          Text(
            "That is the first step's share alone. One bias serves all steps: sum over time.",
            ko: "첫 시점의 몫뿐이다. 편향 하나를 모든 시점이 쓰므로 시간에 걸쳐 더해야 한다."),
          Mistakes.BiasGradient.firstStep),
        KnownMistake(
          "sums-first",
          Text(
            "The batch is summed before the product with r. Each example has its own r: multiply first, then "
              + "sum.",
            ko: "r을 곱하기 전에 배치를 더했다. r은 예제마다 다르므로 먼저 곱하고 나서 더한다."),
          Mistakes.BiasGradient.sumsFirst),
      ],
      hints: [
        Text(
          "b_hg enters m_t, which the reset gate multiplies. What does ∂L/∂m_t look like?",
          ko: "b_hg는 m_t에 들어가고, m_t에는 리셋 게이트가 곱해진다. ∂L/∂m_t는 어떤 식인가?"),
        Text(
          "∂L/∂m_t = da_g[t] .* r[t], n × B. Its columns are the examples: .sumOfColumns adds them.",
          ko: "∂L/∂m_t = da_g[t] .* r[t]이고 n × B다. 열 하나가 예제 하나이므로 .sumOfColumns로 더한다."),
        Text(
          "sum((0..<r.count).map { t in … }) adds over the steps what stands for the dots.",
          ko: "sum((0..<r.count).map { t in … })로 쓰면 점 자리의 것을 모든 시점에 걸쳐 더한다."),
      ],
      why:
        Text(
          "Every step and every example uses the same b_hg, so its gradient is the sum over all of them of "
            + "what reaches m_t, and that is da_g ⊙ r.",
          ko: "모든 시점과 모든 예제가 같은 b_hg를 쓰므로, 그 기울기는 m_t에 이르는 da_g ⊙ r을 모두 더한 것이다."),
      matters:
        Text(
          "One parameter used many times means one sum: over time as in section 4.5, over the batch in any "
            + "network. A missing sum still lowers the loss for a while, which is why the bug museum of chapter 3 "
            + "keeps one.",
          ko: "매개변수 하나를 여러 번 쓰면 기울기는 합이 된다. 4.5절처럼 시간에 걸쳐 더하고, 어느 신경망에서든 배치에 걸쳐 더한다. 합을 빠뜨려도 손실은 한동안 줄어든다. 3장의 버그 "
            + "박물관에 이 버그가 있는 까닭이다."))
  }

  static var weightGradient: Exercise {
    Exercise(
      .function, "weight-gradient", level: 4, title: Text("The gradient of W_hg", ko: "W_hg의 기울기"),
      equation: "weights",
      given: .sequence("\\frac{\\partial L}{\\partial \\hat{g}_#}", "n", "B"), .sequence("r_#", "n", "B", .gate),
      .sequence("h_#", from: 0, "n", "B", .state),
      gives: "\\frac{\\partial L}{\\partial W_{hg}}",
      hole: Exercises.weightGradient, solution: Solutions.weightGradient,
      mistakes: [
        KnownMistake(
          "no-reset",
          Text(
            "The reset gate is missing: W_hg gets its gradient from m_t, so da_g ⊙ r.",
            ko: "리셋 게이트가 빠졌다. W_hg의 기울기는 m_t에서 오므로 da_g ⊙ r이어야 한다."),
          Mistakes.WeightGradient.noReset),
        KnownMistake(
          "new-state",
          Text(
            "h is one step too late: W_hg multiplies the state before the step, h_{t−1}, which stands at h[t] "
              + "when da_g[t] is step t + 1.",
            ko: "h가 한 시점 늦다. W_hg에 곱해지는 것은 그 시점 앞의 상태 h_{t−1}이고, da_g[t]가 시점 t + 1의 것일 때 h[t]에 있다."),
          Mistakes.WeightGradient.newState),
        KnownMistake(
          "last-step",
          Text(
            "That is the last step's share alone. One matrix serves all steps: sum over time.",
            ko: "마지막 시점의 몫뿐이다. 행렬 하나를 모든 시점이 쓰므로 시간에 걸쳐 더해야 한다."),
          Mistakes.WeightGradient.lastStep),
        KnownMistake(
          "transposed",
          Text(
            "It is the transpose: the gradient of what the product gives comes first, and the transposed state "
              + "follows.",
            ko: "전치되었다. 곱의 결과가 받은 기울기가 앞에 오고, 전치한 상태가 뒤에 온다."),
          Mistakes.WeightGradient.transposed),
        KnownMistake(
          "resets-past",
          Text(
            "r multiplies the state here. That is right for the reset before the product; after it, r "
              + "multiplies the gradient.",
            ko: "r이 상태에 곱해졌다. 곱하기 전에 리셋하는 모델이라면 맞다. 곱한 뒤에 리셋하면 r은 기울기에 곱해진다."),
          Mistakes.WeightGradient.resetsPast),
      ],
      hints: [
        Text(
          "m_t = W_hg h_{t−1} + b_hg. If ∂L/∂m_t is known, what is ∂L/∂W_hg for a single step?",
          ko: "m_t = W_hg h_{t−1} + b_hg다. ∂L/∂m_t를 알 때, 한 시점만 보면 ∂L/∂W_hg는 무엇인가?"),
        Text(
          "For one step it is (da_g .* r) times the transposed last state. The product also adds up the batch.",
          ko: "한 시점에서는 (da_g .* r)에 앞 상태의 전치를 곱한 것이다. 이 행렬 곱이 배치도 더해 준다."),
        Text(
          "sum((0..<r.count).map { t in … * h[t].transposed }): h[t] is the state before step t + 1, to which "
            + "r[t] belongs.",
          ko: "sum((0..<r.count).map { t in … * h[t].transposed })다. h[t]는 r[t]가 속한 시점 t + 1의 앞 상태다."),
      ],
      why:
        Text(
          "In m = W h + b the gradient of W is ∂L/∂m hᵀ, whose product already sums over the batch. Over time "
            + "it is summed since all steps share W_hg. ∂L/∂m is da_g ⊙ r, as the gate stands behind the product.",
          ko: "m = W h + b에서 W의 기울기는 ∂L/∂m hᵀ이고, 이 곱이 이미 배치에 걸쳐 더한다. 모든 시점이 W_hg를 함께 쓰므로 시간에 걸쳐서도 더한다. 게이트가 곱의 뒤에 "
            + "있으므로 ∂L/∂m은 da_g ⊙ r이다."),
      matters:
        Text(
          "This is one of the ten gradients that section 4.5 computes by hand and compares with the tape and "
            + "with PyTorch. The fused GRU that trains in sections 4.9 and 4.10 does exactly this, all three "
            + "blocks in one product.",
          ko: "4.5절에서 손으로 계산해 테이프, PyTorch와 견주는 기울기 열 개 가운데 하나다. 4.9절과 4.10절에서 학습하는 합친 GRU는 바로 이 일을 세 블록에 대해 행렬 곱 "
            + "하나로 한다."))
  }

  static var backwardBug: Exercise {
    Exercise(
      .bug, "backward-bug", level: 5, title: Text("A bug in the backward pass", ko: "역전파의 버그"),
      equation: "back-past",
      given: .matrix("\\frac{\\partial L}{\\partial h_t}", "n", "B"), .matrix("h_{t-1}", "n", "B", .state),
      .matrix("r_t", "n", "B", .gate), .matrix("z_t", "n", "B", .gate), .matrix("g_t", "n", "B", .state),
      .matrix("W_{hr}", "n", "n", .small), .matrix("W_{hz}", "n", "n", .small), .matrix("W_{hg}", "n", "n", .small),
      .matrix("b_{hg}", "n", "1", .small),
      gives: "\\frac{\\partial L}{\\partial h_{t-1}}",
      hole: Exercises.backwardBug, bug: .asGiven(Mistakes.BackwardBug.asGiven), solution: Solutions.backwardBug,
      mistakes: [
        KnownMistake(
          "reset-afterwards",
          Text(
            "The gate multiplies after the product with the transposed matrix. That is the pass of the other "
              + "model, whose reset comes before the product; going back, the order turns around.",
            ko: "전치한 행렬을 곱한 뒤에 게이트를 곱했다. 그것은 곱하기 전에 리셋하는 다른 모델의 역전파다. 거슬러 갈 때는 순서가 뒤집힌다."),
          Mistakes.BackwardBug.resetAfterwards),
        KnownMistake(
          "reset-twice",
          Text(
            "Now r is also a factor on the way to r itself. There the other factor of the product r ⊙ m "
              + "belongs, which is m alone.",
            ko: "이제 r 자신에게 가는 길에도 r이 곱해졌다. 곱 r ⊙ m에서 r 쪽으로 가는 기울기에는 다른 쪽인 m만 곱해진다."),
          Mistakes.BackwardBug.resetInBoth),
        KnownMistake(
          "no-bias",
          Text(
            "The bias b_hg has gone from m. The gate multiplies the product and the bias, so both stand in its "
              + "gradient.",
            ko: "m에서 편향 b_hg가 사라졌다. 게이트는 행렬 곱과 편향 모두에 곱해지므로 게이트의 기울기에도 둘 다 있어야 한다."),
          Mistakes.BackwardBug.noBias),
        KnownMistake(
          "no-direct-path",
          Text(
            "The direct path dh ⊙ z has gone: the share of the past that the mixture itself lets through.",
            ko: "곧은 길 dh ⊙ z가 사라졌다. 섞기 자체가 지나가게 하는 과거의 몫이다."),
          Mistakes.BackwardBug.noDirectPath),
      ],
      hints: [
        Text(
          "If r = 1 everywhere, the bug cannot be seen. So look where r ought to be a factor.",
          ko: "r이 모두 1이면 버그가 보이지 않는다. 그렇다면 r이 곱해져야 할 곳을 찾아본다."),
        Text(
          "Four terms come back to h_{t−1}. Which gradient goes into W_hg? In the forward pass the gate "
            + "multiplies W_hg h + b_hg.",
          ko: "h_{t−1}로 돌아오는 항은 넷이다. W_hg에는 어떤 기울기가 들어가야 하는가? 순전파에서 게이트는 W_hg h + b_hg에 곱해진다."),
        Text(
          "What the matrix gets is ∂L/∂m = da_g .* r, before the product with W_hg.transposed.",
          ko: "행렬이 받는 것은 ∂L/∂m = da_g .* r이고, W_hg.transposed를 곱하기 전에 r을 곱한다."),
      ],
      why:
        Text(
          "The last term must go back through r ⊙ m before it goes through the matrix: W_hgᵀ (da_g ⊙ r). With "
            + "da_g alone the reset gate would not exist for the gradient of the past.",
          ko: "마지막 항은 행렬을 지나기 전에 r ⊙ m을 거슬러야 하므로 W_hgᵀ (da_g ⊙ r)이다. da_g만 쓰면 과거의 기울기에는 리셋 게이트가 없는 것과 같다."),
      matters:
        Text(
          "A network with this bug still learns, since the direct path is right; a check of every entry with "
            + "all gates in general position sees it at once. Section 4.5 checks each of these lines against four "
            + "witnesses, and section 4.6 separates the direct path from the rest.",
          ko: "곧은 길이 맞기 때문에 이 버그가 있어도 신경망은 배운다. 그러나 게이트 값을 고르게 흩어 놓고 모든 성분을 검산하면 바로 드러난다. 4.5절은 이 식을 한 줄씩 네 증인과 맞추어 "
            + "보고, 4.6절은 곧은 길을 나머지와 갈라 놓는다."))
  }
}
