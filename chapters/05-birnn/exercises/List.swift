// The exercises of chapter 5, in the order of their difficulty; the later ones are in Later.swift.

import Autodiff
import Notebook
import Recurrent

enum ExerciseList {
  static var all: [Exercise] {
    [backwardState, parameters, output, summary, stateGradient, maskedState, maskedGradient, layerBug]
  }

  private static var backwardState: Exercise {
    Exercise(
      .formula, "backward-state", level: 1, title: Text("A state of the backward network", ko: "역방향 신경망의 상태"),
      equation: "two-directions",
      given: .matrix("x_t", "d", "B"), .matrix("\\overleftarrow{h}_{t-1}", "n", "B", .state),
      .matrix("\\overleftarrow{h}_{t+1}", "n", "B", .state),
      .matrix("\\overleftarrow{W}_x", "n", "d", .small), .matrix("\\overleftarrow{W}_h", "n", "n", .small),
      .matrix("\\overleftarrow{b}", "n", "1", .small),
      gives: "\\overleftarrow{h}_t",
      hole: Exercises.backwardState, solution: Solutions.backwardState,
      mistakes: [
        KnownMistake(
          "reads-forward",
          Text(
            "It reads from the left: it continues the state at t − 1. The backward network comes from the right, so "
              + "the state that it already has is the one at t + 1.",
            ko: "왼쪽에서부터 읽고 있다. t − 1의 상태를 이어받았다. 역방향 신경망은 오른쪽에서 오므로 이미 가지고 있는 상태는 t + 1의 것이다."),
          Mistakes.BackwardState.readsForward),
        KnownMistake(
          "both-neighbours",
          Text(
            "Both neighbours are in it. A network reads in one direction; two directions are two networks, and only "
              + "their outputs meet.",
            ko: "양옆의 상태가 다 들어갔다. 신경망 하나는 한 방향으로만 읽는다. 두 방향은 두 신경망이고, 둘은 출력에서만 만난다."),
          Mistakes.BackwardState.both),
        KnownMistake(
          "no-tanh",
          Text("That is the pre-activation: the tanh around it is missing.", ko: "활성화 이전 값이다. 바깥의 tanh가 빠졌다."),
          Mistakes.BackwardState.noTanh),
        KnownMistake(
          "sigmoid",
          Text(
            "It goes through σ. The network is that of chapter 1: its activation is tanh, and σ belongs to gates.",
            ko: "σ를 지났다. 이 신경망은 1장의 신경망이라서 tanh를 쓴다. σ는 게이트가 쓴다."),
          Mistakes.BackwardState.sigmoid),
        KnownMistake(
          "no-weight",
          Text(
            "The old state enters without its weights: the matrix in front of it is missing.",
            ko: "앞서 계산한 상태가 가중치 없이 들어갔다. 그 앞의 행렬이 빠졌다."),
          Mistakes.BackwardState.noWeight),
        KnownMistake(
          "transposed",
          Text(
            "The recurrent weights are transposed. That belongs to the way back of the gradient; reading backwards is "
              + "a way forward, too.",
            ko: "순환 가중치가 전치되었다. 전치는 기울기가 거슬러 갈 때 하는 것이다. 뒤에서부터 읽는 것도 순전파다."),
          Mistakes.BackwardState.transposed),
      ],
      hints: [
        Text(
          "It is the step of chapter 1, with weights of its own. Only the neighbour is another one: which of the two "
            + "states has this network computed before?",
          ko: "가중치만 따로일 뿐 1장의 한 단계와 같다. 이웃만 다르다. 이 신경망은 두 상태 가운데 어느 것을 먼저 계산했는가?"),
        Text(
          "It begins at step T and goes down to step 1. When it comes to x_t, it comes from step t + 1.",
          ko: "시점 T에서 시작해 1까지 내려간다. x_t에 이르렀을 때는 시점 t + 1에서 온 것이다."),
        Text(
          "tanh(V_x * x + V_h * … + V_b), and the dots are one of the two states.",
          ko: "tanh(V_x * x + V_h * … + V_b)이고, 점 자리에 두 상태 가운데 하나가 들어간다."),
      ],
      why:
        Text(
          "The backward network is an ordinary recurrent network that is given the inputs from the end. What is "
            + "\"before\" for it is step t + 1.",
          ko: "역방향 신경망은 입력을 끝에서부터 받는 보통의 순환 신경망이다. 이 신경망에게 ‘앞'은 시점 t + 1이다."),
      matters:
        Text(
          "This one index is all that makes a direction, and much of the chapter follows from it: which inputs a "
            + "state has read (5.2), where the last state stands (5.4), that padding is read first (5.5). In "
            + "chapter 6 such a pair reads the whole input before anything is written.",
          ko: "방향을 정하는 것은 이 번호 하나뿐이고, 이 장의 많은 것이 여기서 나온다. 상태가 어느 입력을 읽었는지(5.2절), 마지막 상태가 어디에 있는지(5.4절), 왜 패딩부터 읽게 "
            + "되는지(5.5절)가 그렇다. 6장에서는 무엇을 쓰기 전에 이런 두 신경망이 입력을 끝까지 읽는다."))
  }

  private static var parameters: Exercise {
    Exercise(
      .prediction, "parameters", level: 1,
      title: Text("How many parameters in two directions?", ko: "양방향이면 매개변수는 몇 개인가?"),
      equation: "parameters",
      gives: "n_2",
      hole: Exercises.parameters, solution: Solutions.parameters,
      mistakes: [
        KnownMistake(
          "units-not-halved",
          Text(
            "That is with 300 units in each direction. Then y_t would have 600 entries, as it holds the states of "
              + "both.",
            ko: "방향마다 유닛을 300개씩 둔 개수다. y_t에는 두 방향의 상태가 다 들어가므로 그러면 성분이 600개가 된다."),
          { 964_800 }),
        KnownMistake(
          "one-direction",
          Text(
            "That is one of the two directions. Each has weights of its own.",
            ko: "두 방향 가운데 하나의 개수다. 방향마다 제 가중치가 따로 있다."),
          { 151_200 }),
        KnownMistake(
          "single-network",
          Text(
            "That is a single network of 300 units in one direction. Its output is as tall, but it is no "
              + "bidirectional network.",
            ko: "유닛 300개짜리 한 방향 신경망의 개수다. 출력의 높이는 같지만 양방향 신경망이 아니다."),
          { 482_400 }),
        KnownMistake(
          "one-bias",
          Text(
            "Each block has one bias in your count. PyTorch has two in each.",
            ko: "블록마다 편향을 하나씩만 세었다. PyTorch에는 둘씩 있다."),
          { 301_200 }),
        KnownMistake(
          "no-bias",
          Text("The biases are missing: two in each block of each direction.", ko: "편향이 빠졌다. 방향마다, 블록마다 둘씩 있다."),
          { 300_000 }),
        KnownMistake(
          "one-block",
          Text(
            "An LSTM has four blocks, three gates and the candidate. You counted one.",
            ko: "LSTM의 블록은 세 게이트와 후보, 모두 넷이다. 하나만 세었다."),
          { 75_600 }),
      ],
      measured: {
        Double(RecurrentConfiguration(.lstm, inputSize: 100, hiddenSize: 150, bidirectional: true).parameterCount)
      },
      hints: [
        Text(
          "How many units has each direction, if y_t puts the states of both one above the other?",
          ko: "y_t가 두 방향의 상태를 위아래로 쌓은 것이라면 방향마다 유닛은 몇 개인가?"),
        Text(
          "150 in each. One block of one direction has 150 × 100 weights for the input, 150 × 150 for its own state "
            + "and two biases of 150.",
          ko: "150개씩이다. 한 방향의 블록 하나에는 입력의 가중치 150 × 100개, 제 상태의 가중치 150 × 150개, 성분이 150개인 편향 둘이 있다."),
        Text(
          "Two directions of four blocks. You may return a formula: 2 * 4 * (150 * 100 + …).",
          ko: "방향이 둘이고 방향마다 블록이 넷이다. 2 * 4 * (150 * 100 + …)처럼 식을 그대로 return해도 된다."),
      ],
      why:
        Text(
          "n_d = d · g H (D + H + 2) with d = 2 directions, g = 4 blocks, D = 100 inputs and H = 150 units: each "
            + "direction is a network of its own of half the height.",
          ko: "방향 d = 2, 블록 g = 4, 입력 D = 100, 유닛 H = 150을 n_d = d · g H (D + H + 2)에 넣은 것이다. 방향마다 높이가 절반인 신경망이 하나씩 있다."
        ),
      matters:
        Text(
          "The hidden size that a library asks for is that of one direction, and the output is twice as tall; the "
            + "layer behind it has to know. With both directions the output of 300 entries is cheaper than with one "
            + "network of 300 units. Section 5.4 compares the two at equal height.",
          ko: "라이브러리에 적어 주는 은닉 크기는 한 방향의 것이고, 출력의 높이는 그 두 배다. 다음에 오는 층은 이것을 알고 있어야 한다. 출력이 똑같이 300개라도 양방향이 유닛 300개짜리 "
            + "신경망 하나보다 매개변수가 적다. 5.4절에서 높이가 같은 둘을 비교한다."))
  }

  private static var output: Exercise {
    Exercise(
      .function, "output", level: 2, title: Text("The outputs of both directions", ko: "두 방향을 합친 출력"),
      equation: "output",
      given: .sequence("\\overrightarrow{h}_#", "n", "B", .state), .sequence("u_#", "n", "B", .state),
      gives: "y_#",
      hole: Exercises.output, solution: Solutions.output,
      mistakes: [
        KnownMistake(
          "not-reversed-back",
          Text(
            "The backward list is not turned around. Its first entry belongs to step T, so at each step you have "
              + "stacked the states of two different steps.",
            ko: "역방향 목록을 되돌리지 않았다. 그 첫 항목은 시점 T의 것이라, 시점마다 서로 다른 시점의 상태를 쌓은 셈이다."),
          Mistakes.Output.notReversed),
        KnownMistake(
          "halves-swapped",
          Text(
            "The steps are right. The halves have changed places: the forward state goes on top.",
            ko: "시점은 맞다. 위아래가 바뀌었다. 순방향 상태가 위에 온다."),
          Mistakes.Output.swapped),
        KnownMistake(
          "all-reversed",
          Text(
            "Each output is right, but the list goes from T to 1: the forward states have been turned around instead "
              + "of the backward ones.",
            ko: "출력 하나하나는 맞는데 목록이 T에서 1로 간다. 역방향이 아니라 순방향 상태를 뒤집었다."),
          Mistakes.Output.reversedAll),
        KnownMistake(
          "both-reversed",
          Text(
            "Both lists are turned around. The forward one is in the order of time already.",
            ko: "두 목록을 다 뒤집었다. 순방향 목록은 이미 시간 순서대로다."),
          Mistakes.Output.reversedForward),
        KnownMistake(
          "added",
          Text(
            "The two states are added. They are put one above the other, so that y_t is twice as tall. (Some "
              + "libraries offer the sum as another mode.)",
            ko: "두 상태를 더했다. 위아래로 쌓아서 y_t의 높이가 두 배가 되어야 한다. (합을 골라 쓸 수 있게 한 라이브러리도 있다.)"),
          Mistakes.Output.added),
      ],
      hints: [
        Text(
          "The two lists run in opposite directions. Write down, for T = 3, which step each entry of u belongs to.",
          ko: "두 목록은 방향이 반대다. T = 3일 때 u의 항목이 저마다 어느 시점의 것인지 적어 본다."),
        Text(
          "Turn u around first: Array(u.reversed()). Then entry t of both lists belongs to the same step.",
          ko: "먼저 Array(u.reversed())로 u를 뒤집는다. 그러면 두 목록의 t번 항목이 같은 시점의 것이다."),
        Text(
          "let back = Array(u.reversed()) and then return (0..<h.count).map { t in A.stack([…, …]) }.",
          ko: "let back = Array(u.reversed())로 두고, return (0..<h.count).map { t in A.stack([…, …]) }라고 쓴다."),
      ],
      why:
        Text(
          "y_t holds both states of the same step. The backward network has computed that of step T first, so its "
            + "list has to be turned back before the two are stacked.",
          ko: "y_t에는 같은 시점의 두 상태가 들어간다. 역방향 신경망은 시점 T의 상태부터 계산했으므로, 쌓기 전에 그 목록을 되돌려 놓아야 한다."),
      matters:
        Text(
          "Forgotten, this bug changes no shape, and with one step, or at the middle step of an odd number, even the "
            + "values are right. Section 5.1 compares what is written out with the library's layer, bit for bit, "
            + "and section 5.3 compares that layer with PyTorch. The second layer of section 5.3 reads these "
            + "outputs.",
          ko: "되돌리기를 잊어도 모양은 그대로이고, 시점이 하나이거나 홀수 개일 때의 한가운데에서는 값까지 맞는다. 5.1절은 풀어 쓴 것을 라이브러리의 층과 비트까지 견주고, 5.3절은 그 층을 "
            + "PyTorch와 견준다. 5.3절의 둘째 층이 읽는 것이 바로 이 출력이다."))
  }

  private static var summary: Exercise {
    Exercise(
      .function, "summary", level: 2, title: Text("One vector for the whole sequence", ko: "시퀀스 전체를 읽은 벡터 하나"),
      equation: "summary",
      given: .sequence("y_#", "6", "B", .state),
      gives: "s",
      hole: Exercises.summary, solution: Solutions.summary,
      mistakes: [
        KnownMistake(
          "last-output",
          Text(
            "That is y_T. Its lower half is the first thing that the backward network computed: it has read x_T and "
              + "nothing else.",
            ko: "y_T다. 그 아래쪽 절반은 역방향 신경망이 맨 먼저 계산한 것이어서 x_T 말고는 아무것도 읽지 않았다."),
          Mistakes.Summary.lastOutput),
        KnownMistake(
          "first-output",
          Text(
            "That is y_1. Its upper half is the first thing that the forward network computed: it has read x_1 and "
              + "nothing else.",
            ko: "y_1이다. 그 위쪽 절반은 순방향 신경망이 맨 먼저 계산한 것이어서 x_1 말고는 아무것도 읽지 않았다."),
          Mistakes.Summary.firstOutput),
        KnownMistake(
          "halves-swapped",
          Text(
            "Both halves are right. They have changed places: the forward half goes on top.",
            ko: "두 절반은 맞게 골랐다. 위아래가 바뀌었다. 순방향 절반이 위에 온다."),
          Mistakes.Summary.swapped),
        KnownMistake(
          "first-states",
          Text(
            "These are the states with which both networks begin, each after a single input. You want those with "
              + "which they end.",
            ko: "두 신경망이 입력을 하나씩만 읽은 첫 상태들이다. 다 읽고 난 마지막 상태가 있어야 한다."),
          Mistakes.Summary.otherEnds),
        KnownMistake(
          "other-halves",
          Text(
            "The steps are the right ones, and the halves are exchanged: of y_T you took the backward half, of y_1 "
              + "the forward half.",
            ko: "시점은 맞는데 절반을 엇갈려 골랐다. y_T에서 역방향 절반을, y_1에서 순방향 절반을 잘라 냈다."),
          Mistakes.Summary.otherHalves),
        KnownMistake(
          "added",
          Text(
            "Both halves are right, and they have been added. s puts one above the other.",
            ko: "두 절반은 맞는데 더해 버렸다. s는 둘을 위아래로 쌓은 것이다."),
          Mistakes.Summary.added),
      ],
      hints: [
        Text(
          "Each network has read everything when it ends. Where does the forward one end, and where the backward one?",
          ko: "신경망은 끝나는 곳에서야 모든 입력을 읽은 것이 된다. 순방향 신경망은 어디서 끝나고 역방향 신경망은 어디서 끝나는가?"),
        Text(
          "The forward half of y_T, which is the last of the list, and the backward half of y_1, which is the first.",
          ko: "목록의 마지막인 y_T의 순방향 절반, 그리고 목록의 처음인 y_1의 역방향 절반이다."),
        Text(
          "A.stack([y[y.count - 1].rows(…), y[0].rows(…)]), with 0..<3 and 3..<6.",
          ko: "A.stack([y[y.count - 1].rows(…), y[0].rows(…)])이고, 점 자리에 0..<3과 3..<6이 들어간다."),
      ],
      why:
        Text(
          "Only →h_T and ←h_1 have read all inputs. They stand in different outputs, one at each end of the sequence.",
          ko: "모든 입력을 읽은 상태는 →h_T와 ←h_1뿐이다. 둘은 시퀀스의 양 끝, 서로 다른 출력에 들어 있다."),
      matters:
        Text(
          "Whoever takes the last output has as good as no backward network: in section 5.4 such a reader recalls the "
            + "first of 25 symbols no better than by guessing, and one that reads s recalls it with every seed. In "
            + "a padded batch even T is another one for each sequence, which is the subject of section 5.5.",
          ko: "마지막 출력을 그대로 쓰면 역방향 신경망은 있으나 마나다. 5.4절에서 기호 25개 가운데 첫 기호를 맞히게 하면, 마지막 출력을 읽는 쪽은 찍는 것과 다름없고 s를 읽는 쪽은 어느 "
            + "시드에서나 맞힌다. 패딩한 배치에서는 T도 시퀀스마다 다르다. 그것이 5.5절의 주제다."))
  }
}
