// The exercises of chapter 4, in the order of their difficulty; the later ones are in Later.swift.

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
}
