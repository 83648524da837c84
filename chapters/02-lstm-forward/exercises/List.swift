// The exercises of chapter 2 in order; Later.swift has the second half.

import Autodiff
import Notebook
import Recurrent

enum ExerciseList {
  static var all: [Exercise] {
    [cellState, shown, outputGate, count, halfLife, blocks, left, run, sequenceBug]
  }

  private static var cellState: Exercise {
    Exercise(
      .formula, "cell-state", level: 1, title: Text("The new cell state", ko: "새 셀 상태"),
      equation: "c",
      given: .matrix("f_t", "n", "B", .gate), .matrix("i_t", "n", "B", .gate), .matrix("g_t", "n", "B", .state),
      .matrix("c_{t-1}", "n", "B"),
      gives: "c_t",
      hole: Exercises.cellState, solution: Solutions.cellState,
      mistakes: [
        KnownMistake(
          "input-on-past",
          Text(
            "The input gate multiplies the old cell state. It multiplies the candidate and nothing else; what stays of "
              + "the old state is the forget gate's business.",
            ko: "입력 게이트를 옛 셀 상태에 곱했다. 입력 게이트는 후보에만 곱해진다. 옛 상태가 얼마나 남을지는 망각 게이트의 일이다."),
          Mistakes.CellState.inputOnPast),
        KnownMistake(
          "gates-swapped",
          Text(
            "The two gates have changed places: f belongs to the old state, i to the candidate.",
            ko: "두 게이트의 자리가 바뀌었다. f는 옛 상태에, i는 후보에 곱한다."),
          Mistakes.CellState.swapped),
        KnownMistake(
          "no-input-gate",
          Text(
            "The candidate enters whole: its valve, the input gate, is missing.",
            ko: "후보가 통째로 들어갔다. 그 밸브인 입력 게이트가 빠졌다."),
          Mistakes.CellState.noInputGate),
        KnownMistake(
          "i-for-g",
          Text(
            "What is written is the gate itself. The gate says how much, the candidate says what.",
            ko: "게이트 자체를 썼다. 얼마나 쓸지는 게이트가, 무엇을 쓸지는 후보가 정한다."),
          Mistakes.CellState.inputForCandidate),
        KnownMistake(
          "no-forget-gate",
          Text(
            "The old state stays whole. That is the LSTM of 1997, without a forget gate.",
            ko: "옛 상태가 통째로 남았다. 망각 게이트가 없던 1997년의 LSTM이다."),
          Mistakes.CellState.noForgetGate),
        KnownMistake(
          "coupled",
          Text(
            "The candidate's share is 1 − f. So does the GRU of chapter 4 with one gate; an LSTM has i for that, and the "
              + "two need not add up to 1.",
            ko: "후보의 비율을 1 − f로 썼다. 게이트 하나로 두 일을 하는 4장의 GRU가 그렇다. LSTM에는 i가 따로 있고, 둘의 합이 1일 필요는 없다."),
          Mistakes.CellState.coupled),
        KnownMistake(
          "tanh-on-path",
          Text(
            "A tanh stands around the sum. Nothing bends the cell state on its way; the tanh comes only when it is shown.",
            ko: "합에 tanh를 씌웠다. 셀 상태가 가는 길에는 아무것도 씌우지 않는다. tanh는 내보일 때만 쓴다."),
          Mistakes.CellState.squashed),
      ],
      hints: [
        Text(
          "Two valves, two terms: one for what was there, one for what comes in.",
          ko: "밸브가 둘이고 항도 둘이다. 하나는 있던 것, 하나는 들어오는 것이다."),
        Text(
          "f is the share of the old state that stays, i is the share of the candidate that is written.",
          ko: "f는 옛 상태가 남는 비율이고, i는 후보를 쓰는 비율이다."),
        Text(
          "What stays is f .* c. Add to it what is written, in the same form.",
          ko: "남는 것은 f .* c다. 쓰는 것을 같은 꼴로 적어서 더한다."),
      ],
      why:
        Text(
          "Each valve multiplies what passes through it, entry by entry: f the old content, i the new. Then the two are "
            + "added, and no matrix and no tanh touches the old content.",
          ko: "밸브는 저마다 지나가는 것에 원소별로 곱해진다. f는 옛 내용에, i는 새 내용에 곱해진다. 그리고 둘을 더한다. 옛 내용에는 행렬도 tanh도 닿지 않는다."),
      matters:
        Text(
          "That the old content is multiplied by a number near 1 and added to is what makes the memory of an LSTM long: "
            + "section 2.8 carries it through 1,000 steps, and section 2.12 says how long it lasts. In chapter 3 the "
            + "gradient takes the same path back, and f is its factor.",
          ko:
            "옛 내용에 1에 가까운 수를 곱하고 더하기만 하기 때문에 LSTM의 기억이 길다. 2.8절에서는 1,000시점을 나르고, 2.12절에서는 얼마나 오래가는지 잰다. 3장에서는 기울기가 같은 "
            + "길을 거슬러 오고, 그때 곱해지는 인수가 f다."))
  }

  private static var shown: Exercise {
    Exercise(
      .prediction, "shown", level: 1, title: Text("Kept and shown", ko: "간직한 것과 내보인 것"),
      equation: "h-bound",
      gives: "h_{1000}", within: 0.001,
      hole: Exercises.shown, solution: Solutions.shown,
      mistakes: [
        KnownMistake(
          "the-cell",
          Text(
            "That is the cell state, which has added up 1,000 candidates. Before it is shown, it goes through tanh and the "
              + "output gate.",
            ko: "후보를 1,000번 더한 셀 상태다. 내보이기 전에 tanh와 출력 게이트를 지난다."),
          { 1000 }),
        KnownMistake(
          "no-tanh",
          Text(
            "That is half of the cell state: the output gate without the tanh.",
            ko: "셀 상태의 절반이다. 출력 게이트는 지났지만 tanh를 지나지 않았다."),
          { 500 }),
        KnownMistake(
          "no-output-gate",
          Text(
            "That is tanh of the cell state. The output gate shows half of it.",
            ko: "셀 상태에 tanh를 씌운 값이다. 출력 게이트는 그 절반만 내보인다."),
          { 1 }),
        KnownMistake(
          "bounded-cell",
          Text(
            "That is ½ tanh(1), as if the cell state could not exceed 1. It adds up its candidates without bound.",
            ko: "셀 상태가 1을 넘지 못한다고 보고 ½ tanh(1)을 답했다. 셀 상태는 후보를 끝없이 더해 간다."),
          { 0.5 * Matrix(1).tanh.scalar }),
        KnownMistake(
          "forgotten",
          Text(
            "Nothing is forgotten here: the forget gate is open, f = 1.",
            ko: "여기서는 아무것도 잊지 않는다. 망각 게이트가 열려 있어서 f = 1이다."),
          { 0 }),
      ],
      measured: {
        let (zero, open) = (Matrix(0), Matrix(1000))
        let cell = LSTMCell<Matrix>(
          W: (xf: zero, xi: zero, xg: zero, xo: zero, hf: zero, hi: zero, hg: zero, ho: zero),
          b: (f: open, i: open, g: open, o: zero))
        var (h, c) = (zero, zero)
        for _ in 0..<1000 {
          let step = cell.step(zero, h, c)
          (h, c) = (step.h, step.c)
        }
        return h.scalar
      },
      hints: [
        Text(
          "First the cell state: with f = 1 and i = 1, what does every step do to it?",
          ko: "먼저 셀 상태를 본다. f = 1, i = 1이면 시점마다 셀 상태가 어떻게 되는가?"),
        Text(
          "It grows by 1 in every step. What is shown of it is o ⊙ tanh(c).",
          ko: "시점마다 1씩 커진다. 그 가운데 내보이는 것은 o ⊙ tanh(c)다."),
        Text(
          "tanh of a large number is as good as 1. What does an output gate of 1/2 leave of that?",
          ko: "큰 수의 tanh는 1이나 다름없다. 출력 게이트가 1/2이면 거기서 얼마가 남는가?"),
      ],
      why:
        Text(
          "c is 1,000 by then, tanh(1000) is 1 but for rounding, and the output gate shows half of it.",
          ko: "그때 c는 1,000이다. tanh(1000)은 반올림하면 1이고, 출력 게이트가 그 절반을 내보인다."),
      matters:
        Text(
          "Whatever the cell holds, |h| stays below o: section 2.7 checks it. So a cell can count without bound, as in "
            + "section 2.8, and the next layer and the next step's gates still see a number of ordinary size. The state of an "
            + "LSTM is therefore the pair of both, as section 2.9 shows.",
          ko:
            "셀이 무엇을 가졌든 |h|는 o보다 작다. 2.7절에서 검산한다. 그래서 2.8절처럼 셀이 끝없이 세어 나가도, 다음 층과 다음 시점의 게이트에는 보통 크기의 수가 보인다. LSTM의 상태가 "
            + "둘의 쌍이라는 것은 2.9절에 나온다."))
  }

  private static var outputGate: Exercise {
    Exercise(
      .formula, "output-gate", level: 2, title: Text("The output gate", ko: "출력 게이트"),
      equation: "cell",
      given: .matrix("x_t", "d", "B"), .matrix("h_{t-1}", "n", "B", .state), .matrix("c_{t-1}", "n", "B"),
      .matrix("W_{xo}", "n", "d", .small), .matrix("W_{ho}", "n", "n", .small), .matrix("b_o", "n", "1", .small),
      gives: "o_t",
      hole: Exercises.outputGate, solution: Solutions.outputGate,
      mistakes: [
        KnownMistake(
          "reads-cell",
          Text(
            "The gate reads the cell state. Of the two states the gates see h_{t−1} and never c_{t−1}.",
            ko: "게이트가 셀 상태를 읽었다. 게이트는 두 상태 가운데 h_{t−1}만 보고 c_{t−1}은 보지 않는다."),
          Mistakes.OutputGate.readsCell),
        KnownMistake(
          "no-bias",
          Text(
            "The bias is missing. It says how far the gate is open when nothing else speaks.",
            ko: "편향이 빠졌다. 다른 것이 아무 말도 하지 않을 때 게이트를 얼마나 열지 정하는 것이 편향이다."),
          Mistakes.OutputGate.noBias),
        KnownMistake(
          "no-sigmoid",
          Text(
            "That is the pre-activation. A gate is a number between 0 and 1, by the sigmoid.",
            ko: "활성화 이전 값이다. 게이트는 시그모이드를 지나 0과 1 사이에 있는 수다."),
          Mistakes.OutputGate.noSigmoid),
        KnownMistake(
          "tanh",
          Text(
            "tanh makes numbers between −1 and 1. That suits the candidate; a gate goes through σ.",
            ko: "tanh는 −1과 1 사이의 수를 낸다. 후보에 맞는 함수다. 게이트는 σ를 지난다."),
          Mistakes.OutputGate.tanh),
        KnownMistake(
          "no-recurrence",
          Text(
            "The gate sees the input alone. The hidden state of the step before is missing.",
            ko: "게이트가 입력만 보았다. 앞 시점의 은닉 상태가 빠졌다."),
          Mistakes.OutputGate.inputOnly),
        KnownMistake(
          "shown",
          Text(
            "That is what a gate lets through, and from the old cell state at that. The gate itself is asked, the factor.",
            ko: "게이트가 내보내는 것, 그것도 옛 셀 상태에서 내보내는 것을 썼다. 묻는 것은 곱해지는 수인 게이트 자체다."),
          Mistakes.OutputGate.opensTwice),
      ],
      hints: [
        Text(
          "It is computed as f_t and i_t are, with weights of its own.",
          ko: "f_t, i_t와 똑같이 계산하고, 가중치만 따로 있다."),
        Text(
          "The input through W_xo, the hidden state of the step before through W_ho, the bias, and around it the function "
            + "that brings any number between 0 and 1.",
          ko: "입력에 W_xo를, 앞 시점의 은닉 상태에 W_ho를 곱하고, 편향을 더하고, 어떤 수든 0과 1 사이로 보내는 함수를 씌운다."),
        Text(
          "sigmoid(W_xo * x + … + b_o), with the product for h in the middle.",
          ko: "sigmoid(W_xo * x + … + b_o)이고, 가운데에 h의 곱이 들어간다."),
      ],
      why:
        Text(
          "Every gate is σ of one sum: the input's share, the hidden state's share and a bias. The bias is a column, the "
            + "same at every step and for every example.",
          ko: "게이트는 모두 합 하나에 σ를 씌운 것이다. 입력의 몫, 은닉 상태의 몫, 편향을 더한다. 편향은 열 하나이고, 모든 시점과 모든 예제에서 같다."),
      matters:
        Text(
          "f and i are this formula with other letters, and g is the same with tanh: write one and you have written all four, "
            + "which is why section 2.10 computes them in one product. In section 2.15 you see what such a gate has learned: "
            + "it opens where the network is asked.",
          ko:
            "f와 i는 글자만 바꾼 같은 식이고 g는 σ 대신 tanh를 쓴 것이다. 하나를 쓰면 넷을 다 쓴 셈이다. 그래서 2.10절에서는 행렬 곱 한 번으로 넷을 계산한다. 이런 게이트가 무엇을 "
            + "배우는지는 2.15절에 나온다. 신경망이 질문을 받을 때 열린다."))
  }

  private static var count: Exercise {
    Exercise(
      .function, "count", level: 2, title: Text("Count the parameters", ko: "매개변수 세기"),
      equation: "counts",
      given: .integer("d", 1...9), .integer("n", 1...9),
      gives: "P_{\\text{LSTM}}",
      hole: Exercises.count, solution: Solutions.count,
      mistakes: [
        KnownMistake(
          "one-block",
          Text(
            "That is one block, as in the plain network of chapter 1. The LSTM has four: f, i, g and o.",
            ko: "블록 하나, 곧 1장의 신경망이다. LSTM에는 f, i, g, o 네 블록이 있다."),
          Mistakes.Count.plain),
        KnownMistake(
          "three-blocks",
          Text(
            "You counted the three gates. The candidate has weights and a bias, too.",
            ko: "게이트 셋만 세었다. 후보에도 가중치와 편향이 있다."),
          Mistakes.Count.threeBlocks),
        KnownMistake(
          "two-biases",
          Text(
            "That is PyTorch's count, with two biases in each block. Here each has one.",
            ko: "블록마다 편향이 둘인 PyTorch의 개수다. 여기서는 하나씩이다."),
          Mistakes.Count.twoBiases),
        KnownMistake(
          "no-bias",
          Text(
            "The biases are missing: n entries in each block.",
            ko: "편향이 빠졌다. 블록마다 성분이 n개다."),
          Mistakes.Count.noBias),
        KnownMistake(
          "one-bias",
          Text(
            "There is one bias in your count for all four blocks. Each has its own.",
            ko: "네 블록에 편향을 하나만 세었다. 블록마다 제 편향이 있다."),
          Mistakes.Count.oneBias),
        KnownMistake(
          "no-recurrent",
          Text(
            "The weights on the hidden state are missing, n × n in each block.",
            ko: "은닉 상태에 곱하는 가중치가 빠졌다. 블록마다 n × n개다."),
          Mistakes.Count.noRecurrent),
        KnownMistake(
          "inputs-squared",
          Text(
            "The recurrent weights are d × d in your count. They lead from n units to n units.",
            ko: "순환 가중치를 d × d로 세었다. 유닛 n개에서 유닛 n개로 가는 가중치다."),
          Mistakes.Count.square),
      ],
      hints: [
        Text(
          "Take one block, the forget gate: which matrices and columns stand in its formula, and what shapes do they have?",
          ko: "블록 하나, 망각 게이트를 본다. 식에 어떤 행렬과 열이 있고, 모양은 무엇인가?"),
        Text(
          "W_xf is n × d, W_hf is n × n, b_f has n entries.",
          ko: "W_xf는 n × d, W_hf는 n × n이고, b_f의 성분은 n개다."),
        Text(
          "return 4 * (n * d + … + …), since all four blocks have these shapes.",
          ko: "네 블록의 모양이 모두 같으므로 return 4 * (n * d + … + …)다."),
      ],
      why:
        Text(
          "Three gates and a candidate make four blocks, and each has n d weights on the input, n² on the hidden state and a "
            + "bias of n.",
          ko: "게이트 셋과 후보 하나로 블록이 넷이고, 블록마다 입력의 가중치 n d개, 은닉 상태의 가중치 n²개, 편향 n개가 있다."),
      matters:
        Text(
          "The number decides what a comparison of cells is worth: chapter 4 sets an LSTM against a GRU of three blocks, "
            + "with numbers of parameters as equal as they can be. And if a framework's summary is off by 4 n from yours, you "
            + "know now that it counts a second bias.",
          ko:
            "셀을 견줄 때는 이 개수부터 맞추어야 한다. 4장에서는 LSTM과 블록이 셋인 GRU를 매개변수 개수가 되도록 같게 하여 견준다. 프레임워크가 알려 주는 개수가 4 n만큼 많다면, 편향을 "
            + "하나 더 세었기 때문이다."))
  }

  private static var halfLife: Exercise {
    Exercise(
      .prediction, "half-life", level: 3, title: Text("How long is half of it left?", ko: "절반은 얼마나 오래 남는가?"),
      equation: "half-life",
      gives: "k",
      hole: Exercises.halfLife, solution: Solutions.halfLife,
      mistakes: [
        KnownMistake(
          "one-percent-of-the-start",
          Text(
            "You took away a hundredth of the first content in every step. The gate takes a hundredth of what is left, and "
              + "that grows less and less.",
            ko: "시점마다 처음 내용의 1 %를 뺐다. 게이트는 그때 남아 있는 것의 1 %를 덜고, 덜어 내는 양은 점점 줄어든다."),
          { 50 }),
        KnownMistake(
          "one-less",
          Text(
            "One step too early: 0.99^68 is 0.505, still more than half.",
            ko: "한 시점 이르다. 0.99^68은 0.505로 아직 절반이 넘는다."),
          { 68 }),
        KnownMistake(
          "time-constant",
          Text(
            "That is 1/(1 − f). After so many steps about 1/e of the content is left, 0.37 and not 0.5.",
            ko: "1/(1 − f)이다. 그만큼 지나면 내용의 1/e쯤, 곧 절반이 아니라 0.37이 남는다."),
          { 100 }),
        KnownMistake(
          "bias",
          Text(
            "That is about the half-life for f = 0.9933, a bias of 5, in the table of the section.",
            ko: "이 절의 표에 있는 f = 0.9933, 곧 편향이 5일 때의 반감기에 가깝다."),
          { 103 }),
      ],
      measured: {
        let zero = Matrix(0)
        let cell = LSTMCell<Matrix>(
          W: (xf: zero, xi: zero, xg: zero, xo: zero, hf: zero, hi: zero, hg: zero, ho: zero),
          b: (f: Matrix(99).log, i: Matrix(-1000), g: zero, o: zero))
        var (c, steps) = (Matrix(1), 0)
        while c.scalar >= 0.5 {
          c = cell.step(zero, zero, c).c
          steps += 1
        }
        return Double(steps)
      },
      hints: [
        Text(
          "After k steps f^k of the content is left.",
          ko: "k시점 뒤에는 내용의 f^k가 남는다."),
        Text(
          "Solve 0.99^k = 1/2 for k: log 2 divided by −log 0.99. For a small ε, −log(1 − ε) is about ε.",
          ko: "0.99^k = 1/2을 k에 대해 푼다. log 2를 −log 0.99로 나눈다. ε이 작으면 −log(1 − ε)은 ε쯤이다."),
        Text(
          "log 2 is 0.6931 and −log 0.99 is 0.01005. Divide, and take the next whole number.",
          ko: "log 2는 0.6931, −log 0.99는 0.01005다. 나눈 다음 그 바로 위의 정수를 쓴다."),
      ],
      why:
        Text(
          "The content falls as 0.99^k. It is 0.505 at k = 68 and 0.4998 at 69; the half-life, log 2 / −log f, is 68.97.",
          ko: "내용은 0.99^k로 줄어든다. k = 68에서 0.505, 69에서 0.4998이다. 반감기 log 2 / −log f는 68.97이다."),
      matters:
        Text(
          "A gate of 0.99 looks open, and yet after 300 steps only a twentieth is left. To remember longer a unit needs a "
            + "gate much nearer to 1, and section 2.12 says what forget bias that takes. In chapter 3 the same power "
            + "multiplies the gradient on its direct path.",
          ko:
            "0.99인 게이트는 다 열린 것처럼 보이지만 300시점 뒤에는 이십분의 일만 남는다. 더 오래 기억하려면 게이트가 1에 훨씬 가까워야 하고, 그러려면 망각 편향이 얼마나 커야 하는지는 2.12절에 "
            + "있다. 3장에서는 같은 거듭제곱이 곧은 길을 오는 기울기에 곱해진다."))
  }
}
