// The later exercises of chapter 5, from the gradient of a state on.

import Autodiff
import Notebook
import Recurrent

extension ExerciseList {
  static var stateGradient: Exercise {
    Exercise(
      .formula, "state-gradient", level: 3, title: Text("The gradient of a backward state", ko: "역방향 상태의 기울기"),
      equation: "back-states",
      given: .matrix("\\frac{\\partial L}{\\partial y_t}", "6", "B"),
      .matrix("\\frac{\\partial L}{\\partial \\overleftarrow{a}_{t-1}}", "3", "B"),
      .matrix("\\frac{\\partial L}{\\partial \\overleftarrow{a}_{t+1}}", "3", "B"),
      .matrix("\\overleftarrow{W}_h", "3", "3", .small),
      gives: "\\frac{\\partial L}{\\partial \\overleftarrow{h}_t}",
      hole: Exercises.stateGradient, solution: Solutions.stateGradient,
      mistakes: [
        KnownMistake(
          "other-half",
          Text(
            "From the output you took the forward half. The backward state stands in rows 3, 4, 5 of y_t.",
            ko: "출력에서 순방향 절반을 잘랐다. 역방향 상태는 y_t의 3, 4, 5행에 있다."),
          Mistakes.StateGradient.otherHalf),
        KnownMistake(
          "other-neighbour",
          Text(
            "The recurrent share comes from step t + 1. This network reads to the left, so its state at t was used at "
              + "step t − 1, and there the gradient comes from.",
            ko: "시점 t + 1의 것을 썼다. 이 신경망은 왼쪽으로 읽어 가므로 t의 상태를 쓴 곳은 시점 t − 1이고, 기울기도 거기서 온다."),
          Mistakes.StateGradient.otherNeighbour),
        KnownMistake(
          "forward-state",
          Text(
            "That is the rule for a forward state: the upper half, and the gradient from step t + 1. The weights "
              + "would be the forward ones, too.",
            ko: "순방향 상태의 식이다. 위쪽 절반을 쓰고 시점 t + 1에서 기울기를 받았다. 그렇다면 가중치도 순방향의 것이어야 한다."),
          Mistakes.StateGradient.forwardState),
        KnownMistake(
          "not-transposed",
          Text(
            "The matrix is not transposed. Going back through W h, the gradient is multiplied by Wᵀ.",
            ko: "행렬을 전치하지 않았다. W h를 거슬러 갈 때 기울기에는 Wᵀ가 곱해진다."),
          Mistakes.StateGradient.notTransposed),
        KnownMistake(
          "output-only",
          Text(
            "That is the output's share alone. The state was also used by the next step of its own network.",
            ko: "출력에서 온 몫뿐이다. 이 상태는 제 신경망의 다음 걸음에서도 쓰였다."),
          Mistakes.StateGradient.outputOnly),
        KnownMistake(
          "no-weight",
          Text(
            "The gradient of the pre-activation comes back without the matrix between it and the state.",
            ko: "활성화 이전 값의 기울기가 그대로 왔다. 상태와의 사이에 있는 행렬을 지나지 않았다."),
          Mistakes.StateGradient.noWeight),
        KnownMistake(
          "both-neighbours",
          Text(
            "Both neighbours send something. Only one of them has used this state; the other one was used for it.",
            ko: "양옆에서 다 받았다. 이 상태를 쓴 쪽은 하나뿐이고, 다른 쪽은 이 상태를 만드는 데 쓰인 것이다."),
          Mistakes.StateGradient.bothNeighbours),
      ],
      hints: [
        Text(
          "Ask who uses the state: the output of its step, and one neighbour. Which one, if the network goes from T "
            + "to 1?",
          ko: "이 상태를 쓰는 곳을 찾는다. 같은 시점의 출력, 그리고 이웃 하나다. 신경망이 T에서 1로 간다면 어느 쪽 이웃인가?"),
        Text(
          "From the output come rows 3, 4, 5. From step t − 1 comes its pre-activation's gradient, through the "
            + "transposed recurrent weights.",
          ko: "출력에서는 3, 4, 5행이 온다. 시점 t − 1에서는 활성화 이전 값의 기울기가 전치한 순환 가중치를 지나서 온다."),
        Text(
          "dy.rows(3..<6) is the first term. The second is V_h.transposed times one of the two gradients.",
          ko: "첫 항은 dy.rows(3..<6)이다. 둘째 항은 V_h.transposed에 두 기울기 가운데 하나를 곱한 것이다."),
      ],
      why:
        Text(
          "The pre-activation at t − 1 contains V_h times the state at t, so the gradient there comes back through "
            + "the transposed matrix. The output holds the state as its lower half and hands back just those rows.",
          ko: "시점 t − 1의 활성화 이전 값에는 V_h에 시점 t의 상태를 곱한 것이 들어 있으므로, 그 기울기가 전치한 행렬을 지나 돌아온다. 출력은 상태를 아래쪽 절반에 담고 있으므로 그 "
            + "행들만 돌려준다."),
      matters:
        Text(
          "Gradients travel against the reading, so that of the backward network goes to the right: the tape of "
            + "section 5.1 says the same. The triangle of zeros in section 5.2 comes from the same rule. The "
            + "gradient of an input is the sum of two such ways, and in chapter 6 both halves get theirs from the "
            + "attention, too.",
          ko: "기울기는 읽는 방향을 거슬러 흐르므로 역방향 신경망의 기울기는 오른쪽으로 간다. 5.1절의 테이프도 그렇게 말한다. 5.2절의 0으로 된 삼각형도 같은 까닭에서 나온다. 입력의 기울기는 "
            + "이런 두 길의 합이고, 6장에서는 두 절반이 저마다 어텐션에서도 기울기를 받는다."))
  }

  static var maskedState: Exercise {
    Exercise(
      .formula, "masked-state", level: 3, title: Text("A state at a padded step", ko: "패딩 시점의 상태"),
      equation: "masked",
      given: .matrix("x_t", "d", "B"), .matrix("m_t", "n", "B", mask),
      .matrix("\\overleftarrow{h}_{t-1}", "n", "B", .state), .matrix("\\overleftarrow{h}_{t+1}", "n", "B", .state),
      .matrix("\\overleftarrow{W}_x", "n", "d", .small), .matrix("\\overleftarrow{W}_h", "n", "n", .small),
      .matrix("\\overleftarrow{b}", "n", "1", .small),
      gives: "\\overleftarrow{h}_t", sizes: ["B": 4],
      hole: Exercises.maskedState, solution: Solutions.maskedState,
      mistakes: [
        KnownMistake(
          "no-mask",
          Text(
            "The mask is not used: at a padded step the state moves on, by the bias and by its own weights, even if "
              + "the input is 0.",
            ko: "마스크를 쓰지 않았다. 입력이 0이어도 패딩 시점마다 편향과 순환 가중치 때문에 상태가 움직인다."),
          Mistakes.MaskedState.noMask),
        KnownMistake(
          "no-carry",
          Text(
            "At a padded step the state becomes 0. It should stay what it was.",
            ko: "패딩 시점에서 상태가 0이 된다. 그대로 남아 있어야 한다."),
          Mistakes.MaskedState.noCarry),
        KnownMistake(
          "inverted",
          Text(
            "The mask is turned around: 1 means that there is an input to read.",
            ko: "마스크를 거꾸로 썼다. 1은 읽을 입력이 있다는 뜻이다."),
          Mistakes.MaskedState.inverted),
        KnownMistake(
          "adds",
          Text(
            "The old state is added even where there is an input. It stays only where there is none: its factor is "
              + "missing.",
            ko: "입력이 있는 열에서도 옛 상태가 더해진다. 옛 상태는 입력이 없는 열에만 남아야 하는데, 거기에 곱할 것이 빠졌다."),
          Mistakes.MaskedState.adds),
        KnownMistake(
          "carries-other",
          Text(
            "The state that stays comes from the wrong side. This network arrives from t + 1, so that is the state "
              + "which it has to keep.",
            ko: "남기는 상태가 반대쪽 것이다. 이 신경망은 t + 1에서 오므로 그때의 상태를 간직해야 한다."),
          Mistakes.MaskedState.carriesOther),
        KnownMistake(
          "reads-forward",
          Text(
            "Everything is right but the direction: both the tanh and the state that stays take the neighbour at t − "
              + "1.",
            ko: "방향 말고는 다 맞다. tanh 안에서도, 남기는 상태로도 t − 1의 이웃을 썼다."),
          Mistakes.MaskedState.readsForward),
      ],
      hints: [
        Text(
          "Two cases in one formula: where m is 1, the state of the first exercise; where m is 0, the state that was "
            + "there before.",
          ko: "식 하나에 두 경우가 들어 있다. m이 1이면 첫 문제의 상태이고, m이 0이면 앞서 있던 상태다."),
        Text(
          "It is a mixture as in a gate, m .* new + (1 - m) .* old. Which state is the old one for a network that "
            + "comes from the right?",
          ko: "게이트처럼 m .* new + (1 - m) .* old로 섞는다. 오른쪽에서 오는 신경망에게 옛 상태는 어느 것인가?"),
        Text(
          "let new = tanh(V_x * x + V_h * h_after + V_b), and mix it with the state that stands inside of it.",
          ko: "let new = tanh(V_x * x + V_h * h_after + V_b)로 두고, 이것을 그 안에 든 상태와 섞는다."),
      ],
      why:
        Text(
          "In a column with an input the mask is 1 and only the tanh is left, in a padded column it is 0 and only the "
            + "old state. Reading from the right, a column that has not begun thus keeps its zeros, and each "
            + "sequence begins at its own last symbol.",
          ko: "입력이 있는 열은 마스크가 1이라서 tanh만 남고, 패딩인 열은 0이라서 옛 상태만 남는다. 그래서 오른쪽에서 읽을 때 아직 시작되지 않은 열은 0을 그대로 지니고, 시퀀스마다 제 "
            + "마지막 기호에서 출발하게 된다."),
      matters:
        Text(
          "With this formula a sequence gets the same states, whatever stands beside it in the batch; section 5.5 "
            + "checks that bit for bit and shows what happens without it. Chapter 6 uses such masks for its "
            + "encoder, and again in the attention, where padding must get no weight.",
          ko: "이 식을 쓰면 배치의 다른 시퀀스가 무엇이든 상태가 달라지지 않는다. 5.5절에서 이것을 비트까지 확인하고, 쓰지 않으면 어떻게 되는지도 보인다. 6장의 인코더가 이런 마스크를 쓰고, "
            + "패딩에 가중치가 가면 안 되는 어텐션에서도 다시 쓴다."))
  }

  static var maskedGradient: Exercise {
    Exercise(
      .formula, "masked-gradient", level: 4, title: Text("Back through a padded step", ko: "패딩 시점을 거슬러"),
      equation: "masked",
      given: .matrix("\\frac{\\partial L}{\\partial \\overleftarrow{h}_t}", "n", "B"), .matrix("m_t", "n", "B", mask),
      .matrix("\\overleftarrow{h}_t", "n", "B", .state),
      .matrix("\\overleftarrow{W}_h", "n", "n", .small),
      gives: "\\frac{\\partial L}{\\partial \\overleftarrow{h}_{t+1}}", sizes: ["B": 4],
      hole: Exercises.maskedGradient, solution: Solutions.maskedGradient,
      mistakes: [
        KnownMistake(
          "no-carry",
          Text(
            "At padded steps the gradient ends. The state was handed on there unchanged, and so must its gradient be.",
            ko: "패딩 시점에서 기울기가 끊긴다. 거기서 상태를 그대로 넘겼으므로 기울기도 그대로 넘어가야 한다."),
          Mistakes.MaskedGradient.noCarry),
        KnownMistake(
          "carry-only",
          Text(
            "Only what padded steps hand on is there. Where there is an input, the gradient goes back through the "
              + "tanh and the recurrent weights.",
            ko: "패딩 시점이 넘겨주는 것뿐이다. 입력이 있는 열에서는 기울기가 tanh와 순환 가중치를 거슬러 간다."),
          Mistakes.MaskedGradient.carryOnly),
        KnownMistake(
          "carries-all",
          Text(
            "The gradient is handed on unchanged at every step. That happens at padded steps alone: the factor 1 − m "
              + "is missing.",
            ko: "기울기가 모든 시점에서 그대로 넘어간다. 그것은 패딩 시점에서만 일어나는 일이다. 1 − m이 빠졌다."),
          Mistakes.MaskedGradient.carriesAll),
        KnownMistake(
          "no-mask",
          Text(
            "The way through the tanh is open at padded steps, too. The state there is no tanh: the mask must be in "
              + "the pre-activation's gradient.",
            ko: "패딩 시점에서도 tanh를 거슬러 간다. 거기 상태는 tanh에서 나온 것이 아니므로 활성화 이전 값의 기울기에 마스크를 곱해야 한다."),
          Mistakes.MaskedGradient.noMask),
        KnownMistake(
          "inverted",
          Text(
            "The mask is turned around: 1 means that there was an input, and the way goes through the tanh.",
            ko: "마스크를 거꾸로 썼다. 1이면 입력이 있었다는 뜻이고, 그때 tanh를 거슬러 간다."),
          Mistakes.MaskedGradient.inverted),
        KnownMistake(
          "no-derivative",
          Text(
            "The derivative of tanh is missing between the state and its pre-activation.",
            ko: "상태와 활성화 이전 값 사이에서 tanh의 도함수가 빠졌다."),
          Mistakes.MaskedGradient.noSlope),
        KnownMistake(
          "tanh-twice",
          Text(
            "A tanh has been applied to h, which is the value of one already. The derivative is 1 − h².",
            ko: "h는 이미 tanh를 지난 값인데 tanh를 또 씌웠다. 도함수는 1 − h²이다."),
          Mistakes.MaskedGradient.slopeOfTanh),
        KnownMistake(
          "not-transposed",
          Text(
            "The matrix is not transposed. Going back through W h, the gradient is multiplied by Wᵀ.",
            ko: "행렬을 전치하지 않았다. W h를 거슬러 갈 때 기울기에는 Wᵀ가 곱해진다."),
          Mistakes.MaskedGradient.notTransposed),
      ],
      hints: [
        Text(
          "The state at t + 1 stands twice in the formula of the last exercise: inside the tanh, and as what stays.",
          ko: "앞 문제의 식에는 t + 1의 상태가 두 번 나온다. tanh 안에서 한 번, 그대로 남는 것으로 한 번이다."),
        Text(
          "Through what stays: (1 - m) .* dh. Through the tanh: first the pre-activation, m .* dh times 1 − h², then "
            + "the transposed matrix.",
          ko: "그대로 남는 쪽으로는 (1 - m) .* dh가 간다. tanh 쪽으로는 먼저 m .* dh에 1 − h²을 곱해 활성화 이전 값에 이르고, 다시 전치한 행렬을 지난다."),
        Text(
          "let da = m .* dh .* (1 - h .* h), and the result is a sum: (1 - m) .* dh + ….",
          ko: "let da = m .* dh .* (1 - h .* h)로 두면, 답은 (1 - m) .* dh + …라는 합이다."),
      ],
      why:
        Text(
          "m ⊙ tanh(a) + (1 − m) ⊙ h_{t+1} has two terms with the state at t + 1. The second hands back (1 − m) ⊙ dh. "
            + "The first multiplies by m and by the slope of tanh, which is 1 − h² where m is 1, and goes back "
            + "through V_hᵀ.",
          ko: "m ⊙ tanh(a) + (1 − m) ⊙ h_{t+1}에서 t + 1의 상태가 든 항은 둘이다. 둘째 항은 (1 − m) ⊙ dh를 돌려준다. 첫째 항은 m과 tanh의 도함수(m이 "
            + "1인 곳에서 1 − h²)를 곱한 뒤 V_hᵀ를 지나 돌려준다."),
      matters:
        Text(
          "It is the direct path of chapters 3 and 4 again, with a gate that is exactly 0 or 1: at padded steps a "
            + "gradient of exactly 1 flows, and no weight gets any. Section 5.5 checks that gradients of padded "
            + "inputs are exact zeros. The encoder of chapter 6 is trained through such steps.",
          ko: "3장과 4장에서 본 곧은 길이 여기 또 있다. 다만 게이트가 정확히 0 아니면 1이다. 패딩 시점에서는 정확히 1인 기울기가 흐르고, 가중치에는 아무것도 가지 않는다. 패딩 입력의 "
            + "기울기가 정확히 0이라는 것을 5.5절에서 확인한다. 6장의 인코더도 이런 시점들을 거쳐 학습된다."))
  }

  static var layerBug: Exercise {
    Exercise(
      .bug, "layer-bug", level: 5, title: Text("A bug in a bidirectional layer", ko: "양방향 층의 버그"),
      equation: "masked",
      given: .sequence("x_#", "d", "B"), .sequence("m_#", "n", "B", masks),
      .matrix("\\overrightarrow{W}_x", "n", "d", .small),
      .matrix("\\overrightarrow{W}_h", "n", "n", .small), .matrix("\\overrightarrow{b}", "n", "1", .small),
      .matrix("\\overleftarrow{W}_x", "n", "d", .small), .matrix("\\overleftarrow{W}_h", "n", "n", .small),
      .matrix("\\overleftarrow{b}", "n", "1", .small),
      gives: "y_#",
      hole: Exercises.layerBug, bug: .asGiven(Mistakes.LayerBug.asGiven), solution: Solutions.layerBug,
      mistakes: [
        KnownMistake(
          "inverted",
          Text(
            "The mask of the backward state is turned around: now it moves at the padded steps and stands still at "
              + "the others.",
            ko: "역방향 상태의 마스크가 거꾸로다. 이제 패딩 시점에서 움직이고 다른 시점에서 멈춘다."),
          Mistakes.LayerBug.inverted),
        KnownMistake(
          "adds",
          Text(
            "The old backward state is added at every step. It stays at padded steps alone, so its factor 1 − m is "
              + "missing.",
            ko: "옛 역방향 상태가 모든 시점에서 더해진다. 패딩 시점에만 남아야 하므로 1 − m을 곱해야 한다."),
          Mistakes.LayerBug.adds),
        KnownMistake(
          "masks-old-state",
          Text(
            "The old state is masked inside the tanh. The bias still moves the state at every padded step, and the "
              + "first real symbol finds something other than 0.",
            ko: "tanh 안에서 옛 상태에 마스크를 씌웠다. 그래도 패딩 시점마다 편향이 상태를 움직이므로, 진짜 기호를 처음 읽을 때 상태가 0이 아니다."),
          Mistakes.LayerBug.masksOldState),
        KnownMistake(
          "not-reversed-back",
          Text(
            "The mask is right now. But the backward states are listed in the order in which they were computed, from "
              + "T to 1.",
            ko: "마스크는 이제 맞다. 그런데 역방향 상태가 계산한 순서, 곧 T에서 1로 늘어서 있다."),
          Mistakes.LayerBug.notReversedBack),
        KnownMistake(
          "reads-forward",
          Text(
            "The mask is right now. But the second network also reads from the left.",
            ko: "마스크는 이제 맞다. 그런데 둘째 신경망까지 왼쪽에서부터 읽는다."),
          Mistakes.LayerBug.readsForward),
      ],
      hints: [
        Text(
          "If all sequences have one length, every mask is 1. So compare what both loops do with the mask, and "
            + "remember what the backward network reads first.",
          ko: "길이가 모두 같으면 마스크가 모두 1이다. 그러니 두 반복문이 마스크를 어떻게 쓰는지 견주어 본다. 역방향 신경망이 맨 먼저 읽는 것이 무엇인지도 떠올린다."),
        Text(
          "In the second loop the mask hides what is listed. The state that goes on to the next step has been through "
            + "the padding all the same.",
          ko: "둘째 반복문에서 마스크는 목록에 넣는 것만 가린다. 다음 걸음으로 넘어가는 상태는 패딩을 그대로 지나온다."),
        Text(
          "h = new is the line. In the first loop, the line in its place mixes new with the old h.",
          ko: "h = new가 그 줄이다. 첫 반복문의 같은 자리에서는 new를 옛 h와 섞는다."),
      ],
      why:
        Text(
          "The backward network reads the padding first. Unless its state is kept at 0 until the sequence begins, "
            + "each sequence starts from a state that depends on how much padding the batch has. Masking what is "
            + "listed comes too late: the state has moved on.",
          ko:
            "역방향 신경망은 패딩부터 읽는다. 시퀀스가 시작될 때까지 상태를 0으로 지키지 않으면, 시퀀스마다 출발하는 상태가 배치의 패딩이 얼마나 긴지에 달리게 된다. 목록에 넣을 때 마스크를 씌우는 "
            + "것은 이미 늦다. 상태가 벌써 움직였기 때문이다."),
      matters:
        Text(
          "The forward outputs do not show this bug, nor does a batch of equal lengths, and such a network trains. It "
            + "only gives another answer for the same sentence in another batch. Section 5.5 measures how large the "
            + "error is, and checks the repaired layer against each sequence alone; the encoder of chapter 6 is "
            + "such a layer, with LSTM cells.",
          ko: "이 버그는 순방향 출력에도, 길이가 같은 배치에도 나타나지 않고, 그런 채로 학습도 된다. 다만 같은 문장이 배치가 달라지면 다른 답을 낸다. 5.5절에서 이 오차가 얼마나 큰지 "
            + "재고, 고친 층을 시퀀스 하나씩 따로 계산한 것과 견준다. 6장의 인코더가 이런 층이며, 셀만 LSTM이다."))
  }

  /// The mask of a step, n × B with equal rows: the columns 0, 2, 4 … are padded.
  private static func mask(_ drawn: inout Drawn) -> Matrix {
    Matrix(rows: drawn.sizes["n"]!, columns: drawn.sizes["B"]!) { _, column in column % 2 == 0 ? 0 : 1 }
  }

  /// The masks of a batch, n × B for each of T steps: the sequences have the lengths T − 1, T − 2, …, 1, T, T − 1, …, and are
  /// padded at their ends.
  private static func masks(_ drawn: inout Drawn) -> [Matrix] {
    let (n, B, T) = (drawn.sizes["n"]!, drawn.sizes["B"]!, drawn.sizes["T"]!)
    return (1...T).map { t in
      Matrix(rows: n, columns: B) { _, column in t <= T - (column + 1) % T ? 1 : 0 }
    }
  }
}
