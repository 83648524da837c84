// The exercises of chapter 2, in the order in which they are done.

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
            ko: "게이트 자체를 적었다. 얼마나 적을지는 게이트가, 무엇을 적을지는 후보가 정한다."),
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
          ko: "f는 옛 상태가 남는 비율이고, i는 후보를 적는 비율이다."),
        Text(
          "What stays is f .* c. Add to it what is written, in the same form.",
          ko: "남는 것은 f .* c다. 적는 것을 같은 꼴로 써서 더한다."),
      ],
      why:
        Text(
          "Each valve multiplies what passes through it, entry by entry: f the old content, i the new. Then the two are "
            + "added, and no matrix and no tanh touches the old content.",
          ko: "밸브는 저마다 지나가는 것에 성분별로 곱해진다. f는 옛 내용에, i는 새 내용에 곱해진다. 그리고 둘을 더한다. 옛 내용에는 행렬도 tanh도 닿지 않는다."),
      matters:
        Text(
          "That the old content is multiplied by a number near 1 and added to is what makes the memory of an LSTM long: "
            + "section 2.8 carries it through 1,000 steps, and section 2.12 measures how long it lasts. In chapter 3 the "
            + "gradient takes the same path back, and f is its factor.",
          ko:
            "옛 내용에 1에 가까운 수를 곱하고 더하기만 하기 때문에 LSTM의 기억이 길다. 2.8절에서는 1,000시점을 나르고, 2.12절에서는 얼마나 오래가는지 잰다. 3장에서는 기울기가 같은 "
            + "길을 거슬러 오고, 그때 곱해지는 인수가 f다."))
  }

  private static var shown: Exercise {
    Exercise(
      .prediction, "shown", level: 1, title: Text("Kept and shown", ko: "간직한 것과 내보인 것"),
      equation: "h",
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
      equation: "o",
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
            + "which is why section 2.10 computes them in one product. In section 2.13 you see what such a gate has learned: "
            + "it opens where the network is asked.",
          ko:
            "f와 i는 글자만 바꾼 같은 식이고 g는 σ 대신 tanh를 쓴 것이다. 하나를 쓰면 넷을 다 쓴 셈이다. 그래서 2.10절에서는 행렬 곱 한 번으로 넷을 계산한다. 이런 게이트가 무엇을 "
            + "배우는지는 2.13절에 나온다. 망이 질문을 받을 때 열린다."))
  }

  private static var count: Exercise {
    Exercise(
      .function, "count", level: 2, title: Text("Count the parameters", ko: "매개변수 세기"),
      equation: "counts",
      given: .integer("D", 1...9), .integer("H", 1...9),
      gives: "N_{\\text{LSTM}}",
      hole: Exercises.count, solution: Solutions.count,
      mistakes: [
        KnownMistake(
          "one-block",
          Text(
            "That is one block, as in the plain network of chapter 1. The LSTM has four: f, i, g and o.",
            ko: "블록 하나, 곧 1장의 망이다. LSTM에는 f, i, g, o 네 블록이 있다."),
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
            "The biases are missing: H entries in each block.",
            ko: "편향이 빠졌다. 블록마다 성분이 H개다."),
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
            "The weights on the hidden state are missing, H × H in each block.",
            ko: "은닉 상태에 곱하는 가중치가 빠졌다. 블록마다 H × H개다."),
          Mistakes.Count.noRecurrent),
        KnownMistake(
          "inputs-squared",
          Text(
            "The recurrent weights are D × D in your count. They lead from H units to H units.",
            ko: "순환 가중치를 D × D로 세었다. 유닛 H개에서 유닛 H개로 가는 가중치다."),
          Mistakes.Count.square),
      ],
      hints: [
        Text(
          "Take one block, the forget gate: which matrices and columns stand in its formula, and what shapes do they have?",
          ko: "블록 하나, 망각 게이트를 본다. 식에 어떤 행렬과 열이 있고, 모양은 무엇인가?"),
        Text(
          "W_xf is H × D, W_hf is H × H, b_f has H entries.",
          ko: "W_xf는 H × D, W_hf는 H × H이고, b_f의 성분은 H개다."),
        Text(
          "return 4 * (H * D + … + …), since all four blocks have these shapes.",
          ko: "네 블록의 모양이 모두 같으므로 return 4 * (H * D + … + …)다."),
      ],
      why:
        Text(
          "Three gates and a candidate make four blocks, and each has H D weights on the input, H² on the hidden state and a "
            + "bias of H.",
          ko: "게이트 셋과 후보 하나로 블록이 넷이고, 블록마다 입력의 가중치 H D개, 은닉 상태의 가중치 H²개, 편향 H개가 있다."),
      matters:
        Text(
          "The number decides what a comparison of cells is worth: chapter 4 sets an LSTM against a GRU of three blocks, "
            + "with numbers of parameters as equal as they can be. And if a framework's summary is off by 4 H from yours, you "
            + "know now that it counts a second bias.",
          ko:
            "셀을 견줄 때는 이 개수부터 맞추어야 한다. 4장에서는 LSTM과 블록이 셋인 GRU를 매개변수 개수가 되도록 같게 하여 견준다. 프레임워크가 알려 주는 개수가 4 H만큼 많다면, 편향을 "
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

  private static var blocks: Exercise {
    Exercise(
      .function, "blocks", level: 3, title: Text("A step from stacked sums", ko: "쌓아 둔 합에서 한 시점"),
      equation: "rows",
      given: .matrix("a_t", "12", "B"), .matrix("c_{t-1}", "3", "B"),
      gives: ["c_t", "h_t"],
      hole: Exercises.blocks, solution: Solutions.blocks,
      mistakes: [
        KnownMistake(
          "forget-first",
          Text(
            "The first two blocks are read as f, i. PyTorch stacks i first, and the shapes do not tell.",
            ko: "처음 두 블록을 f, i로 읽었다. PyTorch는 i를 먼저 쌓는다. 모양만 보아서는 알 수 없다."),
          Mistakes.Blocks.forgetFirst),
        KnownMistake(
          "output-third",
          Text(
            "The last two blocks are read as o, g. PyTorch has the candidate third and the output gate last.",
            ko: "마지막 두 블록을 o, g로 읽었다. PyTorch에서는 후보가 셋째, 출력 게이트가 마지막이다."),
          Mistakes.Blocks.outputThird),
        KnownMistake(
          "forget-first-output-third",
          Text(
            "The blocks are read as f, i, o, g. PyTorch's order is i, f, g, o.",
            ko: "블록을 f, i, o, g로 읽었다. PyTorch의 순서는 i, f, g, o다."),
          Mistakes.Blocks.asNamed),
        KnownMistake(
          "sigmoid-candidate",
          Text(
            "The candidate goes through σ like the gates. It is content, not a gate: it goes through tanh, and may be "
              + "negative.",
            ko: "후보가 게이트처럼 σ를 지났다. 후보는 게이트가 아니라 내용이다. tanh를 지나고, 음수일 수 있다."),
          Mistakes.Blocks.allSigmoid),
        KnownMistake(
          "pre-activations",
          Text(
            "The rows are used as they come. They are pre-activations: the gates still have to go through σ and the candidate "
              + "through tanh.",
            ko: "행을 그대로 썼다. 이것은 활성화 이전 값이다. 게이트는 σ를, 후보는 tanh를 지나야 한다."),
          Mistakes.Blocks.noActivation),
        KnownMistake(
          "no-tanh",
          Text(
            "c_t is right. It is shown without its tanh.",
            ko: "c_t는 맞다. 내보일 때 tanh가 빠졌다."),
          Mistakes.Blocks.noTanh),
        KnownMistake(
          "shows-old",
          Text(
            "c_t is right, but what is shown is the old cell state. h_t shows the new one.",
            ko: "c_t는 맞지만 옛 셀 상태를 내보였다. h_t가 내보이는 것은 새 셀 상태다."),
          Mistakes.Blocks.showsOld),
        KnownMistake(
          "results-swapped",
          Text(
            "Both are right, in the wrong order: c_t first, then h_t.",
            ko: "둘 다 맞는데 순서가 바뀌었다. c_t가 먼저, h_t가 나중이다."),
          Mistakes.Blocks.otherOrder),
      ],
      hints: [
        Text(
          "Section 2.10 says in which order PyTorch stacks the blocks. a.rows(0..<3) is the first.",
          ko: "PyTorch가 블록을 어떤 순서로 쌓는지는 2.10절에 있다. a.rows(0..<3)이 첫 블록이다."),
        Text(
          "The order is i, f, g, o. Three of them go through σ, one through tanh. From there on it is the two last lines of "
            + "the cell.",
          ko: "순서는 i, f, g, o다. 셋은 σ를, 하나는 tanh를 지난다. 그다음은 셀의 마지막 두 줄이다."),
        Text(
          "let i = sigmoid(a.rows(0..<3)), likewise f, g and o; let new = f .* c + i .* g; then return [new, o .* …].",
          ko:
            "let i = sigmoid(a.rows(0..<3))이고 f, g, o도 이렇게 쓴다. 다음으로 let new = f .* c + i .* g, 끝으로 return [new, o .* …]다."
        ),
      ],
      why:
        Text(
          "PyTorch's order is i, f, g, o, in blocks of as many rows as there are units. After the activations the step is the "
            + "same as ever: c_t = f ⊙ c + i ⊙ g, h_t = o ⊙ tanh(c_t).",
          ko:
            "PyTorch의 순서는 i, f, g, o이고 블록의 행은 유닛 수만큼이다. 활성화 함수를 지난 뒤는 늘 같다. c_t = f ⊙ c + i ⊙ g, h_t = o ⊙ tanh(c_t)다."),
      matters:
        Text(
          "A wrong order raises no error and makes numbers of ordinary size: section 2.10 measures how far they are off. Only a "
            + "comparison with numbers from elsewhere tells, such as that with PyTorch's files in section 2.14. Fast code "
            + "computes the four sums in one product, as from chapter 3 on.",
          ko:
            "순서가 틀려도 오류가 나지 않고 값의 크기도 그럴듯하다. 얼마나 틀리는지는 2.10절에서 잰다. 2.14절에서 PyTorch의 파일과 견주듯 밖에서 얻은 수와 견주어야만 드러난다. 빠른 코드는 "
            + "네 합을 행렬 곱 한 번으로 계산하고, 3장부터는 그렇게 한다."))
  }

  private static var left: Exercise {
    Exercise(
      .function, "left", level: 4, title: Text("What is left of step 1", ko: "시점 1에서 남은 것"),
      equation: "what-is-in-c",
      given: .sequence("i_#", "n", "B", .gate), .sequence("f_#", "n", "B", .gate), .sequence("g_#", "n", "B", .state),
      gives: "c_T^{(1)}",
      hole: Exercises.left, solution: Solutions.left,
      mistakes: [
        KnownMistake(
          "own-forget-gate",
          Text(
            "f_1 is in the product. The forget gate of step 1 multiplies what was there before; what step 1 writes meets f_2 "
              + "first.",
            ko: "곱에 f_1이 들어갔다. 시점 1의 망각 게이트는 그 앞에 있던 것에 곱해진다. 시점 1에 적은 것이 처음 만나는 것은 f_2다."),
          Mistakes.Left.ownForget),
        KnownMistake(
          "one-early",
          Text(
            "The product runs from f_1 to f_{T−1}. It is one step too early: the first gate that what is written meets is f_2, "
              + "the last is f_T.",
            ko: "f_1부터 f_{T−1}까지 곱했다. 한 시점 이르다. 적은 것이 처음 만나는 게이트는 f_2, 마지막은 f_T다."),
          Mistakes.Left.oneEarly),
        KnownMistake(
          "last-gate",
          Text(
            "Only the last forget gate is there. What was written passes one in every step after its own.",
            ko: "마지막 망각 게이트만 있다. 적은 것은 그 뒤의 시점마다 망각 게이트를 하나씩 지난다."),
          Mistakes.Left.lastGate),
        KnownMistake(
          "nothing-forgotten",
          Text(
            "That is what was written. On the way to step T it passes the forget gates of the steps in between.",
            ko: "처음에 적은 것이다. 시점 T까지 가는 동안 망각 게이트를 지난다."),
          Mistakes.Left.nothingForgotten),
        KnownMistake(
          "no-input-gate",
          Text(
            "What was written at step 1 is i_1 ⊙ g_1. The input gate is missing.",
            ko: "시점 1에 적은 것은 i_1 ⊙ g_1이다. 입력 게이트가 빠졌다."),
          Mistakes.Left.noInputGate),
        KnownMistake(
          "everything",
          Text(
            "That is everything that has been written since. The share of step 1 alone is asked.",
            ko: "그 뒤에 적은 것까지 모두 더한 값이다. 묻는 것은 시점 1의 몫뿐이다."),
          Mistakes.Left.everything),
      ],
      hints: [
        Text(
          "Follow one drop: at step 1 it is written, at step 2 it goes through a valve, at step 3 through another.",
          ko: "물 한 방울을 따라가 본다. 시점 1에 담기고, 시점 2에 밸브를 하나, 시점 3에 또 하나를 지난다."),
        Text(
          "What is written is i_1 ⊙ g_1. Then it is multiplied by f_2, f_3, …, f_T. With T = 1 no gate is passed.",
          ko: "적는 것은 i_1 ⊙ g_1이다. 그 뒤로 f_2, f_3, …, f_T가 곱해진다. T = 1이면 지나는 게이트가 없다."),
        Text(
          "var c = i[0] .* g[0], then for t in 1..<f.count { c = … }, then return c. f[1] belongs to step 2.",
          ko: "var c = i[0] .* g[0], 다음 줄에 for t in 1..<f.count { c = … }, 끝으로 return c다. f[1]이 시점 2의 것이다."),
      ],
      why:
        Text(
          "Step 1 writes i_1 ⊙ g_1 into the cell. Every later step t multiplies all of the old content by f_t and adds its own, "
            + "so of step 1 there remains i_1 ⊙ g_1 times f_2 … f_T.",
          ko:
            "시점 1은 셀에 i_1 ⊙ g_1을 적는다. 그 뒤의 시점 t는 옛 내용 전체에 f_t를 곱하고 제 것을 더하므로, 시점 1의 것은 i_1 ⊙ g_1에 f_2 … f_T를 곱한 만큼 남는다."
        ),
      matters:
        Text(
          "This is chapter 1's product again, with factors that the network sets itself, entry by entry, and without a matrix "
            + "in between. Its derivative with respect to g_1 is the gradient that comes back on the direct path in chapter 3. "
            + "The attention of chapter 6 reads step 1 without this product.",
          ko:
            "1장의 곱이 다시 나왔다. 이번에는 인수를 망이 성분마다 스스로 정하고, 사이에 행렬이 없다. 이것을 g_1로 미분한 것이 3장에서 곧은 길로 돌아오는 기울기다. 6장의 어텐션은 이 곱을 거치지 "
            + "않고 시점 1을 읽는다."))
  }

  private static var run: Exercise {
    Exercise(
      .function, "run", level: 4, title: Text("Through a whole sequence", ko: "수열 끝까지"),
      equation: "cell",
      given: .sequence("i_#", "n", "B", .gate), .sequence("f_#", "n", "B", .gate), .sequence("g_#", "n", "B", .state),
      .sequence("o_#", "n", "B", .gate), .matrix("c_0", "n", "B"),
      gives: "h_#",
      hole: Exercises.run, solution: Solutions.run,
      mistakes: [
        KnownMistake(
          "always-from-start",
          Text(
            "Every step begins from c_0. The new cell state must go on to the next step.",
            ko: "시점마다 c_0에서 다시 시작했다. 새 셀 상태를 다음 시점으로 넘겨야 한다."),
          Mistakes.Run.fromStart),
        KnownMistake(
          "gates-swapped",
          Text(
            "The gates i and f have changed places: f belongs to the old cell state, i to the candidate.",
            ko: "게이트 i와 f의 자리가 바뀌었다. f는 옛 셀 상태에, i는 후보에 곱한다."),
          Mistakes.Run.swapped),
        KnownMistake(
          "carries-hidden",
          Text(
            "What is carried on is what was shown. The hidden state does not replace the cell state: c_t goes on to the next "
              + "step.",
            ko: "내보인 것을 다음 시점으로 넘겼다. 은닉 상태는 셀 상태를 대신하지 못한다. 다음 시점으로 가는 것은 c_t다."),
          Mistakes.Run.carriesHidden),
        KnownMistake(
          "shows-old",
          Text(
            "Each step shows the cell state before it is updated. h_t shows c_t, not c_{t−1}.",
            ko: "셀 상태를 새로 고치기 전에 내보였다. h_t는 c_{t−1}이 아니라 c_t를 내보인다."),
          Mistakes.Run.showsOld),
        KnownMistake(
          "tanh-on-path",
          Text(
            "The first step is right, the others are not: the tanh is carried along. It belongs to what is shown; the cell "
              + "state goes on without it.",
            ko: "첫 시점은 맞고 나머지가 틀리다. tanh를 씌운 값을 다음 시점으로 넘겼다. tanh는 내보일 때만 쓰고, 셀 상태는 그대로 간다."),
          Mistakes.Run.squashed),
        KnownMistake(
          "no-tanh",
          Text(
            "The cell state is shown without its tanh.",
            ko: "셀 상태를 내보일 때 tanh가 빠졌다."),
          Mistakes.Run.noTanh),
        KnownMistake(
          "no-output-gate",
          Text(
            "The output gate is missing: h_t = o_t ⊙ tanh(c_t).",
            ko: "출력 게이트가 빠졌다. h_t = o_t ⊙ tanh(c_t)다."),
          Mistakes.Run.noOutputGate),
        KnownMistake(
          "cell-states",
          Text(
            "Those are the cell states c_1 … c_T. The hidden states are asked.",
            ko: "셀 상태 c_1 … c_T다. 묻는 것은 은닉 상태다."),
          Mistakes.Run.cellStates),
      ],
      hints: [
        Text(
          "Two things happen at each step: the cell state is updated, then a part of it is shown. Only one of the two goes on.",
          ko: "시점마다 두 가지 일이 있다. 셀 상태를 새로 고치고, 그 일부를 내보인다. 다음 시점으로 가는 것은 둘 가운데 하나다."),
        Text(
          "Keep c in a variable: c = f[t] .* c + i[t] .* g[t]. Append o[t] .* tanh(c) to a list.",
          ko: "c를 변수에 둔다. c = f[t] .* c + i[t] .* g[t]로 고치고, o[t] .* tanh(c)를 목록에 넣는다."),
        Text(
          "var c = c_0 and var list: [A] = [], then for t in 0..<f.count { … } with c = … and list.append(…) in it, then return "
            + "list.",
          ko:
            "var c = c_0과 var list: [A] = []를 쓰고, for t in 0..<f.count { … } 안에 c = …와 list.append(…)를 넣은 다음 return list다."
        ),
      ],
      why:
        Text(
          "c is both the result of a step and what the next one starts from, so it lives in a variable. h_t is read off it "
            + "after the update, and changes nothing in it.",
          ko: "c는 한 시점의 결과이면서 다음 시점의 출발점이므로 변수에 둔다. h_t는 고친 뒤의 c에서 읽어 내고, c를 바꾸지 않는다."),
      matters:
        Text(
          "Passing on the wrong state is a mistake that numbers do not show: everything stays between −1 and 1. Section 2.9 cuts "
            + "a sequence in two: with the pair passed on the rest comes out the same, bit for bit; with h alone it is wrong. "
            + "Chapter 3 cuts long sequences into windows and passes on the state in this way.",
          ko:
            "엉뚱한 상태를 넘기는 실수는 값만 보아서는 드러나지 않는다. 모두 −1과 1 사이에 있기 때문이다. 2.9절에서는 수열을 둘로 잘라, 쌍을 넘기면 비트까지 같고 h만 넘기면 틀리는 것을 본다. "
            + "3장에서는 긴 수열을 창으로 자르고 이렇게 상태를 넘긴다."))
  }

  private static var sequenceBug: Exercise {
    Exercise(
      .bug, "sequence-bug", level: 5, title: Text("A bug that the first step hides", ko: "첫 시점에는 안 보이는 버그"),
      equation: "cell",
      given: .sequence("x_#", "2", "B"), .matrix("h_0", "3", "B", .state), .matrix("c_0", "3", "B"),
      .matrix("W", "12", "5", .small), .matrix("b", "12", "1", .small),
      gives: "h_#",
      hole: Exercises.sequenceBug, bug: .asGiven(Mistakes.SequenceBug.asGiven), solution: Solutions.sequenceBug,
      mistakes: [
        KnownMistake(
          "no-tanh",
          Text(
            "The cell state goes on as it should now, but it is shown without its tanh. The tanh belongs in the line of h.",
            ko: "이제 셀 상태는 제대로 넘어가지만, 내보일 때 tanh가 빠졌다. tanh는 h의 줄에 있어야 한다."),
          Mistakes.SequenceBug.noTanh),
        KnownMistake(
          "twice",
          Text(
            "Now tanh is applied twice. Of the two places only one is right.",
            ko: "이제 tanh를 두 번 씌운다. 두 곳 가운데 하나만 맞다."),
          Mistakes.SequenceBug.twice),
        KnownMistake(
          "reordered",
          Text(
            "The order of the blocks was right: i, f, g, o, as PyTorch has it. A wrong one would show at the first step.",
            ko: "블록의 순서는 맞았다. PyTorch처럼 i, f, g, o다. 순서가 틀렸다면 첫 시점부터 드러났을 것이다."),
          Mistakes.SequenceBug.reordered),
        KnownMistake(
          "reads-cell",
          Text(
            "Now the gates read the cell state. That they read h was right.",
            ko: "이제 게이트가 셀 상태를 읽는다. h를 읽는 것이 맞았다."),
          Mistakes.SequenceBug.readsCell),
        KnownMistake(
          "sigmoid-candidate",
          Text(
            "The candidate was right: it goes through tanh, not through σ.",
            ko: "후보는 맞았다. σ가 아니라 tanh를 지난다."),
          Mistakes.SequenceBug.sigmoidCandidate),
      ],
      hints: [
        Text(
          "If the first step is right from any h_0 and c_0, so are its gates. What goes on from one step to the next?",
          ko: "h_0과 c_0이 무엇이든 첫 시점이 맞는다면 게이트는 맞다. 한 시점에서 다음 시점으로 넘어가는 것은 무엇인가?"),
        Text(
          "h and c go on. h is right at step 1. Compare the line of c with section 2.6: what is on that path that should not be?",
          ko: "h와 c가 넘어간다. 시점 1의 h는 맞다. c의 줄을 2.6절과 견주어 본다. 그 길에 있으면 안 되는 것이 있는가?"),
        Text(
          "c goes on without tanh: c = f .* c + i .* g. Where does the tanh go, so that h_1 stays right?",
          ko: "c는 tanh 없이 넘어간다. c = f .* c + i .* g다. h_1이 그대로 맞으려면 tanh는 어디로 가야 하는가?"),
      ],
      why:
        Text(
          "The tanh belongs to what is shown, h = o ⊙ tanh(c). Put into c itself it gives the same h_1, but from the second step "
            + "on it has bent the content, and bends it again in every step.",
          ko: "tanh는 내보일 때 쓴다. h = o ⊙ tanh(c)다. c 자체에 씌우면 h_1은 같지만, 둘째 시점부터는 이미 찌그러진 내용이 넘어가고 시점마다 또 찌그러진다."),
      matters:
        Text(
          "With this bug no cell can count, and even with f = 1 and i = 0 the content fades: tanh takes a little at each step, as "
            + "in chapter 1. Whoever ports an LSTM and compares one step only does not see it; section 2.14 therefore compares "
            + "up to 60. Chapter 3 goes back through the right line, and its gradient is the reason for this cell.",
          ko:
            "이 버그가 있으면 셀은 수를 세지 못하고, f = 1, i = 0이어도 내용이 옅어진다. 1장에서처럼 tanh가 시점마다 조금씩 깎기 때문이다. LSTM을 옮겨 짜고 한 시점만 견주어 보면 드러나지 "
            + "않는다. 그래서 2.14절에서는 60시점까지 견준다. 3장에서는 바로잡은 이 줄을 거슬러 간다. 그 기울기가 이 셀이 있는 까닭이다."))
  }
}
