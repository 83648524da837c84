// The exercises of chapter 4, in the order in which they are done.

import Autodiff
import Notebook
import Recurrent

enum ExerciseList {
  static var all: [Exercise] {
    [state, parameters, candidate, convert, updateGradient, biasGradient, weightGradient, backwardBug]
  }

  private static var state: Exercise {
    Exercise(
      .formula, "state", level: 1, title: Text("The new state", ko: "새 상태"),
      equation: "state",
      given: .matrix("z_t", "n", "B", .gate), .matrix("g_t", "n", "B", .state), .matrix("h_{t-1}", "n", "B", .state),
      gives: "h_t",
      hole: Exercises.state, solution: Solutions.state,
      mistakes: [
        KnownMistake(
          "z-for-1-z",
          Text(
            "z and 1 − z have changed places. That is the formula of Chung et al., in which an open gate takes "
              + "the new; here it keeps the past.",
            ko: "z와 1 − z의 자리가 바뀌었다. 그것은 게이트가 열리면 새것을 받아들이는 Chung et al.의 식이다. 이 책의 z는 과거를 간직한다."),
          Mistakes.State.takesNew),
        KnownMistake(
          "no-complement",
          Text(
            "The candidate enters whole. In a mixture the two shares add up to 1, and the candidate's share is "
              + "missing.",
            ko: "후보가 통째로 들어갔다. 섞을 때는 두 비율의 합이 1이어야 하는데 후보의 비율이 빠졌다."),
          Mistakes.State.adds),
        KnownMistake(
          "no-past",
          Text(
            "Only the candidate's share is there: nothing of the old state gets through.",
            ko: "후보의 몫만 있다. 옛 상태가 하나도 지나가지 못한다."),
          Mistakes.State.forgets),
      ],
      hints: [
        Text(
          "With z = 1 the old state must stand still, with z = 0 only the candidate may count.",
          ko: "z = 1이면 옛 상태가 그대로 남아야 하고, z = 0이면 후보만 남아야 한다."),
        Text(
          "Each entry is a share of g plus a share of h, and the two shares add up to 1.",
          ko: "성분마다 g의 몫과 h의 몫을 더한다. 두 비율의 합은 1이다."),
        Text(
          "The share of h is z .* h. What is left for g is 1 - z.",
          ko: "h의 몫은 z .* h다. g의 비율은 그 나머지인 1 - z다."),
      ],
      why:
        Text(
          "z is the share of the past, so z ⊙ h of it stays, and the rest of 1 belongs to the candidate. Every "
            + "entry of h_t therefore lies between the candidate's and the past's.",
          ko: "z가 과거의 비율이므로 과거는 z ⊙ h만큼 남고, 1에서 z를 뺀 나머지가 후보의 비율이다. 그래서 h_t의 성분은 모두 후보의 성분과 과거의 성분 사이에 있다."),
      matters:
        Text(
          "This line is why a GRU can remember: with z = 1 the state passes unchanged, bit for bit, as section "
            + "4.2 shows. Section 4.6 meets the same z again, on the gradient's direct path back.",
          ko: "GRU가 기억할 수 있는 것은 이 한 줄 덕분이다. 4.2절에서 보듯 z = 1이면 상태가 비트까지 그대로 지나간다. 4.6절에서는 기울기가 돌아오는 곧은 길에서 같은 z를 "
            + "다시 만난다."))
  }

  private static var parameters: Exercise {
    Exercise(
      .prediction, "parameters", level: 1, title: Text("How many parameters?", ko: "매개변수는 몇 개인가?"),
      equation: "counts",
      gives: "p_{\\text{GRU}}",
      hole: Exercises.parameters, solution: Solutions.parameters,
      mistakes: [
        KnownMistake(
          "one-bias",
          Text(
            "Each block has one bias in your count. PyTorch has two in each, 300 entries more per block.",
            ko: "블록마다 편향을 하나씩만 세었다. PyTorch에는 둘씩 있어서 블록마다 300개가 더 있다."),
          { 360_900 }),
        KnownMistake(
          "lstm",
          Text(
            "That is the LSTM's count, with four blocks. The GRU has three: r, z and g.",
            ko: "블록이 넷인 LSTM의 개수다. GRU의 블록은 r, z, g 셋이다."),
          { 482_400 }),
        KnownMistake(
          "one-block",
          Text(
            "That is one block. The GRU has three of them: r, z and g.",
            ko: "블록 하나의 개수다. GRU에는 r, z, g 세 블록이 있다."),
          { 120_600 }),
        KnownMistake(
          "no-recurrent",
          Text(
            "The recurrent weights are missing, 300 × 300 in each block.",
            ko: "순환 가중치가 빠졌다. 블록마다 300 × 300개다."),
          { 91_800 }),
        KnownMistake(
          "no-bias",
          Text(
            "The biases are missing: two in each block.",
            ko: "편향이 빠졌다. 블록마다 둘씩 있다."),
          { 360_000 }),
      ],
      measured: { Double(Recurrent.RecurrentConfiguration(.gru(), inputSize: 100, hiddenSize: 300).parameterCount) },
      hints: [
        Text(
          "Count one block first: a matrix for the input, a matrix for the past, and its biases.",
          ko: "먼저 블록 하나를 센다. 입력에 곱하는 행렬, 과거에 곱하는 행렬, 그리고 편향이 있다."),
        Text(
          "The matrices are 300 × 100 and 300 × 300, each bias has 300 entries.",
          ko: "행렬은 300 × 100과 300 × 300이고, 편향의 성분은 300개씩이다."),
        Text(
          "There are three blocks, r, z and g, and you may return a formula: 3 * (300 * 100 + …).",
          ko: "블록은 r, z, g 셋이다. 3 * (300 * 100 + …)처럼 식을 그대로 return해도 된다."),
      ],
      why:
        Text(
          "One block has n d weights for the input, n² for the past, and two biases of n. The GRU has three "
            + "such blocks, so 3 (d n + n² + 2 n).",
          ko: "블록 하나에는 입력의 가중치 n d개, 과거의 가중치 n²개, 성분이 n개인 편향 둘이 있다. GRU에는 이런 블록이 셋이므로 3 (d n + n² + 2 n)이다."),
      matters:
        Text(
          "A comparison of cells is fair only if their numbers of parameters agree; sections 4.9 and 4.10 give "
            + "the GRU more units than the LSTM for that reason. And libraries count biases differently, which is "
            + "the first thing to look at when weights do not fit.",
          ko: "셀을 공정하게 비교하려면 매개변수의 개수를 맞추어야 한다. 4.9절과 4.10절에서 GRU의 유닛이 LSTM보다 많은 까닭이다. 편향의 개수는 라이브러리마다 다르므로, 가중치를 "
            + "옮길 때 맞지 않으면 여기부터 볼 일이다."))
  }

  private static var candidate: Exercise {
    Exercise(
      .formula, "candidate", level: 2, title: Text("The candidate", ko: "후보"),
      equation: "candidate",
      given: .matrix("x_t", "d", "B"), .matrix("h_{t-1}", "n", "B", .state), .matrix("r_t", "n", "B", .gate),
      .matrix("W_{xg}", "n", "d", .small), .matrix("W_{hg}", "n", "n", .small), .matrix("b_{xg}", "n", "1", .small),
      .matrix("b_{hg}", "n", "1", .small),
      gives: "g_t",
      hole: Exercises.candidate, solution: Solutions.candidate,
      mistakes: [
        KnownMistake(
          "reset-before",
          Text(
            "The reset gate multiplies the state before the product with W_hg. That is another model, as "
              + "section 4.4 shows; here it comes after the product.",
            ko: "리셋 게이트를 W_hg를 곱하기 전에 상태에 곱했다. 4.4절에서 보듯 그것은 다른 모델이다. 여기서는 행렬을 곱한 뒤에 곱한다."),
          Mistakes.Candidate.resetBefore),
        KnownMistake(
          "bias-outside",
          Text(
            "b_hg stands outside of the reset gate. It belongs to the past's share, and the gate multiplies "
              + "that whole.",
            ko: "b_hg가 리셋 게이트 밖에 있다. 이 편향은 과거의 몫에 들어 있고, 게이트는 그 몫 전체에 곱해진다."),
          Mistakes.Candidate.biasOutside),
        KnownMistake(
          "resets-input",
          Text(
            "The reset gate multiplies the input's share, too. It holds back the past alone.",
            ko: "리셋 게이트가 입력의 몫에까지 곱해졌다. 게이트가 막는 것은 과거뿐이다."),
          Mistakes.Candidate.resetsInput),
        KnownMistake(
          "no-tanh",
          Text(
            "That is the pre-activation: the tanh around it is missing.",
            ko: "활성화 이전 값이다. 바깥의 tanh가 빠졌다."),
          Mistakes.Candidate.noTanh),
        KnownMistake(
          "sigmoid",
          Text(
            "The candidate goes through σ, as a gate does. It is no gate: its entries lie between −1 and 1, by "
              + "tanh.",
            ko: "후보가 게이트처럼 σ를 지났다. 후보는 게이트가 아니라서 tanh를 지나고, 성분이 −1과 1 사이에 있다."),
          Mistakes.Candidate.sigmoid),
      ],
      hints: [
        Text(
          "Without the gate it is the step of a plain recurrent network: tanh of the input's share plus the "
            + "past's.",
          ko: "게이트가 없다면 기본 순환 신경망의 한 단계다. 입력의 몫과 과거의 몫을 더해 tanh를 씌운다."),
        Text(
          "The past's share is W_hg * h + b_hg, with its own bias. The gate r multiplies this share, entry by "
            + "entry.",
          ko: "과거의 몫은 자기 편향까지 넣은 W_hg * h + b_hg다. 게이트 r을 이 몫에 성분마다 곱한다."),
        Text(
          "tanh(W_xg * x + b_xg + r .* (…)), with the past's share in the inner brackets.",
          ko: "tanh(W_xg * x + b_xg + r .* (…))이고, 안쪽 괄호에 과거의 몫이 들어간다."),
      ],
      why:
        Text(
          "The reset gate decides how much of the past the candidate sees, so it multiplies all that comes "
            + "from the past, W_hg h + b_hg, and nothing else. The input gets in whatever r is.",
          ko: "리셋 게이트는 후보가 과거를 얼마나 볼지 정하므로, 과거에서 온 W_hg h + b_hg 전체에 곱해지고 다른 것에는 곱해지지 않는다. 입력은 r이 얼마든 들어온다."),
      matters:
        Text(
          "Where the reset stands makes two models of one name: section 4.4 shows that no weights carry over. "
            + "It is also why PyTorch keeps two biases here, and why your next gradients end in ∂L/∂m and not in "
            + "∂L/∂ĝ.",
          ko: "리셋의 자리에 따라 이름이 같은 두 모델이 생긴다. 4.4절에서 보듯 가중치는 서로 옮길 수 없다. PyTorch가 여기에 편향을 둘 두는 까닭도, 뒤에서 기울기가 ∂L/∂ĝ가 "
            + "아니라 ∂L/∂m에서 오는 까닭도 이것이다."))
  }

  private static var convert: Exercise {
    Exercise(
      .function, "convert", level: 2, title: Text("From one z to the other", ko: "한쪽 z에서 다른 쪽 z로"),
      equation: "mirror",
      given: .matrix("W_{xz}", "n", "d"), .matrix("W_{hz}", "n", "n"), .matrix("b_z", "n", "1"),
      gives: ["\\bar{W}_{xz}", "\\bar{W}_{hz}", "\\bar{b}_z"],
      hole: Exercises.convert, solution: Solutions.convert,
      mistakes: [
        KnownMistake(
          "keeps-bias",
          Text(
            "The bias keeps its sign. The whole pre-activation must change its sign, and b_z is part of it.",
            ko: "편향의 부호가 그대로다. 활성화 이전 값 전체의 부호가 바뀌어야 하고, b_z도 그 일부다."),
          Mistakes.Convert.keepsBias),
        KnownMistake(
          "bias-only",
          Text(
            "Only the bias has changed its sign. The whole pre-activation must, and both products are part of "
              + "it.",
            ko: "편향의 부호만 바뀌었다. 활성화 이전 값 전체의 부호가 바뀌어야 하고, 두 행렬 곱도 그 일부다."),
          Mistakes.Convert.biasOnly),
        KnownMistake(
          "complement",
          Text(
            "1 minus the parameters is not it: the gate becomes 1 − z, but inside of σ that means the opposite "
              + "sign.",
            ko: "매개변수를 1에서 빼는 것이 아니다. 1 − z가 되는 것은 게이트이고, σ 안에서는 부호가 반대가 되는 것이다."),
          Mistakes.Convert.complements),
        KnownMistake(
          "unchanged",
          Text(
            "The parameters are unchanged: read the other way, they are another model.",
            ko: "매개변수가 그대로다. 다른 방식으로 읽으면 다른 모델이 된다."),
          Mistakes.Convert.nothing),
      ],
      hints: [
        Text(
          "The gate of the other reading must be 1 − z at every step. Which symmetry of σ says what to put in "
            + "for that?",
          ko: "다른 방식의 게이트는 시점마다 1 − z가 되어야 한다. 그러려면 σ에 무엇을 넣어야 하는지, σ의 어떤 대칭이 말해 주는가?"),
        Text(
          "σ(−a) = 1 − σ(a), where a is W_xz x + W_hz h + b_z.",
          ko: "σ(−a) = 1 − σ(a)이고, 여기서 a는 W_xz x + W_hz h + b_z다."),
        Text(
          "a changes its sign for every x and h only if all three parameters do: [-W_xz, …, …].",
          ko: "어떤 x와 h에서도 a의 부호가 바뀌려면 세 매개변수의 부호가 모두 바뀌어야 한다. [-W_xz, …, …]."),
      ],
      why:
        Text(
          "Negating all three parameters negates the pre-activation for every input and state, and σ(−a) = 1 − "
            + "σ(a) turns the gate around. So both readings are one model.",
          ko: "세 매개변수의 부호를 모두 바꾸면 입력과 상태가 무엇이든 활성화 이전 값의 부호가 바뀌고, σ(−a) = 1 − σ(a)이므로 게이트가 뒤집힌다. 그래서 두 방식은 같은 모델이다."),
      matters:
        Text(
          "Whoever carries weights between Keras, PyTorch and a paper's code needs this line, and section 4.3 "
            + "runs it there and back, bit for bit. The reset gate has no such conversion: that is section 4.4.",
          ko: "Keras와 PyTorch, 논문의 코드 사이에서 가중치를 옮기려면 이 한 줄이 있어야 한다. 4.3절에서는 갔다가 돌아와도 비트까지 같은 것을 확인한다. 리셋 게이트에는 이런 "
            + "변환이 없다. 그것이 4.4절이다."))
  }

  private static var updateGradient: Exercise {
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

  private static var biasGradient: Exercise {
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
          ko: "매개변수 하나를 여러 번 쓰면 기울기는 합이 된다. 4.5절처럼 시간에 걸쳐 더하고, 어느 망에서든 배치에 걸쳐 더한다. 합을 빠뜨려도 손실은 한동안 줄어든다. 3장의 버그 "
            + "박물관에 이 버그가 있는 까닭이다."))
  }

  private static var weightGradient: Exercise {
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

  private static var backwardBug: Exercise {
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
          ko: "곧은 길이 맞기 때문에 이 버그가 있어도 망은 배운다. 그러나 게이트 값을 고르게 흩어 놓고 모든 성분을 검산하면 바로 드러난다. 4.5절은 이 식을 한 줄씩 네 증인과 맞추어 "
            + "보고, 4.6절은 곧은 길을 나머지와 갈라 놓는다."))
  }
}
