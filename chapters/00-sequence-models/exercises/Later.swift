// The later exercises of chapter 0, from the best accuracy on.

import Autodiff
import Notebook
import Recurrent

extension ExerciseList {
  /// Positive probabilities with sum 1.
  private static func joint(_ drawn: inout Drawn) -> Matrix {
    let exps = drawn.random.normal(2, drawn.sizes["K"] ?? 1).exp
    return exps ./ exps.total.spread(like: exps)
  }

  static var ceiling: Exercise {
    Exercise(
      .function, "ceiling", level: 3, title: Text("The best accuracy", ko: "가장 높은 정확도"),
      equation: "best-accuracy",
      given: .matrix("J_\\tau", "2", "K", joint),
      gives: "A_\\tau",
      hole: Exercises.ceiling, solution: Solutions.ceiling,
      mistakes: [
        KnownMistake(
          "one-answer",
          Text(
            "That is the best accuracy of a model that sees nothing: it gives the same answer in every column. Choose in each "
              + "column first, and sum then.",
            ko: "그것은 아무것도 보지 못하는 모델의 상한이다. 어느 열에서나 같은 답을 낸다. 먼저 열마다 답을 고르고 그다음 더해야 한다."),
          Mistakes.Ceiling.oneAnswer),
        KnownMistake(
          "wrong-axis",
          Text(
            "The maximum is taken along the rows: the likeliest thing seen for each symbol. The model sees a column and chooses the "
              + "symbol.",
            ko: "행을 따라 최댓값을 골랐다. 기호마다 무엇이 가장 자주 보이는지 고른 셈이다. 모델은 열을 보고 기호를 고른다."),
          Mistakes.Ceiling.wrongAxis),
        KnownMistake(
          "columns-alike",
          Text(
            "Every column counts alike here. Some are seen more often than others, and J already has that in it.",
            ko: "모든 열을 똑같이 쳤다. 더 자주 보이는 열이 있고, 그것은 이미 J에 들어 있다."),
          Mistakes.Ceiling.allWindowsAlike),
        KnownMistake(
          "matching",
          Text(
            "That model draws its answer with the true shares. It is right more often if it always gives the more likely one.",
            ko: "참된 비율대로 뽑아서 답하는 모델이다. 언제나 확률이 더 높은 쪽으로 답하면 더 자주 맞힌다."),
          Mistakes.Ceiling.matching),
        KnownMistake(
          "one-column",
          Text(
            "That is the largest entry of J: how often the model is right in a single column. All columns count.",
            ko: "J의 가장 큰 성분이다. 열 하나에서 맞히는 몫뿐이다. 모든 열을 더해야 한다."),
          Mistakes.Ceiling.oneWindow),
      ],
      hints: [
        Text(
          "The model sees which column it is in, and not the row. Which row should it answer?",
          ko: "모델은 어느 열인지는 알고 어느 행인지는 모른다. 어느 행으로 답해야 하는가?"),
        Text(
          "In each column it is right with the largest entry: J.maximumOfRows, 1 × K.",
          ko: "열마다 가장 큰 성분만큼 맞힌다. J.maximumOfRows이고 1 × K다."),
        Text(
          ".total adds up all entries.", ko: ".total은 모든 성분을 더한다."),
      ],
      why:
        Text(
          "Pasts that look alike get one answer. In a column the best answer is the row with the largest probability, and the "
            + "accuracy adds up what these answers get right.",
          ko: "똑같아 보이는 과거에는 같은 답을 한다. 열에서 가장 좋은 답은 확률이 가장 큰 행이고, 이 답들이 맞히는 몫을 모두 더한 것이 정확도다."),
      matters:
        Text(
          "A result above this number is a bug, and one far below it says that there is something left to learn. Section 0.12 holds "
            + "six models against it, chapter 5 the two directions of reading.",
          ko: "이 수를 넘는 결과가 나왔다면 버그가 있는 것이고, 한참 밑돈다면 더 배울 것이 있다는 뜻이다. 0.12절은 여섯 모델을, 5장은 두 방향으로 읽는 것을 이 수에 견준다."))
  }

  static var entropy: Exercise {
    Exercise(
      .formula, "entropy", level: 3, title: Text("What surprise is left", ko: "남는 놀라움"),
      equation: "entropy",
      given: .matrix("J_\\tau", "2", "K", joint),
      gives: "H_\\tau",
      hole: Exercises.entropy, solution: Solutions.entropy,
      mistakes: [
        KnownMistake(
          "joint",
          Text(
            "That is the surprise of window and symbol together. The model has seen the window already: divide each column by its "
              + "sum before the logarithm.",
            ko: "그것은 창과 기호를 합친 놀라움이다. 창은 모델이 이미 보았다. 로그를 취하기 전에 열을 그 합으로 나누어야 한다."),
          Mistakes.Entropy.joint),
        KnownMistake(
          "wrong-sign",
          Text(
            "The sign is wrong: logarithms of shares are negative, and surprise is not.",
            ko: "부호가 반대다. 비율의 로그는 음수이고 놀라움은 음수가 아니다."),
          Mistakes.Entropy.sign),
        KnownMistake(
          "own-weights",
          Text(
            "The mean is weighted with the shares Q, so that every column counts alike. Weight it with J, which says how often a "
              + "column is seen.",
            ko: "비율 Q를 가중치로 평균해서 모든 열을 똑같이 쳤다. 열이 얼마나 자주 보이는지는 J에 있으니 J를 가중치로 써야 한다."),
          Mistakes.Entropy.ownWeights),
        KnownMistake(
          "no-window",
          Text(
            "That is the entropy for a model that sees nothing: the columns have been added up.",
            ko: "그것은 아무것도 보지 못하는 모델의 엔트로피다. 열을 모두 더해 버렸다."),
          Mistakes.Entropy.noWindow),
        KnownMistake(
          "no-weights",
          Text(
            "The surprises are added up as if each case came equally often. It is a mean: each is weighted with its probability J.",
            ko: "모든 경우가 똑같이 자주 나오는 것처럼 놀라움을 더했다. 평균이어야 하므로 저마다 확률 J를 곱한다."),
          Mistakes.Entropy.noWeights),
      ],
      hints: [
        Text(
          "The first two lines of the equation are enough: first the shares Q, then the mean of −log Q.",
          ko: "식의 앞 두 줄이면 된다. 먼저 비율 Q, 그다음 −log Q의 평균이다."),
        Text(
          "A column's sum is how often that window is seen. let Q = J ./ J.sumOfRows.spread(like: J).",
          ko: "열의 합이 그 창이 보일 확률이다. let Q = J ./ J.sumOfRows.spread(like: J)."),
        Text(
          "A mean weights with probabilities: J .* Q.log, then .total, and a minus before it all.",
          ko: "평균은 확률을 가중치로 쓴다. J .* Q.log를 .total로 더하고 맨 앞에 음의 부호를 붙인다."),
      ],
      why:
        Text(
          "Divided by its sum, a column of J has the shares of the next symbols after that window. The surprise is −log of the share "
            + "that came, and J says how often that happens.",
          ko: "J의 열을 그 합으로 나누면 그 창 다음에 올 기호들의 비율이 된다. 놀라움은 실제로 나온 기호의 비율에 −log를 취한 것이고, 그 일이 얼마나 자주 일어나는지가 J다."),
      matters:
        Text(
          "It is the lowest loss that any model with this view can reach, and its exponential is the perplexity. Section 0.9 shows "
            + "that it notices what the accuracy does not; and a loss in chapter 6 is the same mean, with a model's shares for Q.",
          ko:
            "같은 것을 보는 모델이라면 어떤 모델도 손실을 이 아래로 내릴 수 없다. 지수를 취하면 혼잡도다. 0.9절은 정확도가 놓치는 것을 엔트로피가 알아챈다는 것을 보여 준다. 6장의 손실도 같은 평균인데, Q 자리에 모델의 비율이 "
            + "들어간다."))
  }

  static var unroll: Exercise {
    Exercise(
      .function, "unroll", level: 4, title: Text("One weight, T times", ko: "가중치 하나를 T번"),
      equation: "unrolled",
      given: .matrix("W_x", "n", "d", .small), .matrix("W_h", "n", "n", .small), .matrix("b", "n", "1", .small),
      .sequence("x_#", "d", "B"), .matrix("h_0", "n", "B", .state),
      gives: "h_#",
      hole: Exercises.unroll, solution: Solutions.unroll,
      mistakes: [
        KnownMistake(
          "no-memory",
          Text(
            "Every step starts from h_0 again. The step's h must be the one that the step before has made; that is all the memory "
              + "there is.",
            ko: "시점마다 h_0에서 다시 시작한다. 앞 시점에서 만든 h를 써야 한다. 기억이라고는 그것뿐이다."),
          Mistakes.Unroll.noMemory),
        KnownMistake(
          "before-the-step",
          Text(
            "The list has the states before each step, h_0 … h_{T−1}. Put h into it after it got its new value.",
            ko: "목록에 시점 앞의 상태 h_0 … h_{T−1}이 들어갔다. h가 새 값을 받은 다음에 넣어야 한다."),
          Mistakes.Unroll.before),
        KnownMistake(
          "starts-at-zero",
          Text(
            "The first state is made from zero. It starts from h_0, which is given.",
            ko: "첫 상태를 0에서 시작해 만들었다. 주어진 h_0에서 시작해야 한다."),
          Mistakes.Unroll.fromZero),
        KnownMistake(
          "no-tanh",
          Text(
            "The tanh is missing: these are sums, and over many steps they grow without bound or die out.",
            ko: "tanh가 빠졌다. 더하기만 하면 여러 시점을 지나며 한없이 커지거나 사라진다."),
          Mistakes.Unroll.noTanh),
        KnownMistake(
          "adds",
          Text(
            "The new state is added to the old one. In this network it takes its place; the old one enters through W_h alone.",
            ko: "새 상태를 옛 상태에 더했다. 이 신경망에서는 새 상태가 옛 상태를 대신하고, 옛 상태는 W_h를 거쳐서만 들어온다."),
          Mistakes.Unroll.adds),
      ],
      hints: [
        Text(
          "The two lines of the equation in one: tanh around a product with x_t, a product with the old h, and the bias.",
          ko: "식 두 줄을 한 줄로 쓴다. x_t에 곱한 것, 옛 h에 곱한 것, 편향을 더하고 tanh를 씌운다."),
        Text(
          "In the loop h is the old state on the right of =, and the new one on its left.",
          ko: "반복문 안에서 =의 오른쪽 h는 옛 상태이고 왼쪽 h는 새 상태다."),
        Text(
          "h = tanh(W_x * x_t + … + b), and states.append(h) below it.",
          ko: "h = tanh(W_x * x_t + … + b)라 쓰고, 그 아래에 states.append(h)를 쓴다."),
      ],
      why:
        Text(
          "Each turn of the loop is one line of the unrolled network: the same W_x, W_h and b, another input, and the state that the "
            + "turn before has left in h.",
          ko: "반복문을 한 번 도는 것이 펼친 신경망의 한 줄이다. W_x, W_h, b는 같고, 입력이 다르고, 앞 번에 h에 남겨 둔 상태를 쓴다."),
      matters:
        Text(
          "You have written a recurrent network. All five programs of section 0.11 are this loop with other inputs and other answers, "
            + "and chapter 1 goes back through it, turn by turn.",
          ko: "순환 신경망을 쓴 것이다. 0.11절의 다섯 프로그램은 모두 이 반복문에 넣는 것과 읽는 답만 다르다. 1장은 이 반복문을 한 번씩 거슬러 간다."))
  }

  static var programBug: Exercise {
    Exercise(
      .bug, "program-bug", level: 5, title: Text("The same answer to everything", ko: "무엇을 읽든 똑같은 답"),
      equation: "zero-inputs",
      given: .sequence("x_#", "d", "B"), .matrix("h_0", "n", "B", .state), .matrix("E_x", "n", "d", .small),
      .matrix("E_h", "n", "n", .small), .matrix("b_e", "n", "1", .small), .matrix("W_h", "n", "n"),
      .matrix("b", "n", "1", .small), .matrix("V", "K", "n"), .matrix("b_s", "K", "1", .small), .integer("m", 2...4),
      gives: "s_#",
      hole: Exercises.programBug, bug: .asGiven(Mistakes.ProgramBug.asGiven), solution: Solutions.programBug,
      mistakes: [
        KnownMistake(
          "first-state",
          Text(
            "The decoder now knows the first input alone. The encoder's last state is the one that has read everything.",
            ko: "이제 디코더는 첫 입력만 안다. 모두 읽고 난 상태는 인코더의 마지막 상태다."),
          Mistakes.ProgramBug.firstState),
        KnownMistake(
          "step-early",
          Text(
            "The answers come a step early: the first one is made from the encoder's last state, before the decoder has made a "
              + "step.",
            ko: "답이 한 시점 이르다. 디코더가 한 시점도 나아가기 전에, 인코더의 마지막 상태로 첫 답을 냈다."),
          Mistakes.ProgramBug.stepEarly),
        KnownMistake(
          "encoder-goes-on",
          Text(
            "It is the encoder's cell that goes on. The decoder has weights of its own, W_h and b.",
            ko: "인코더의 셀이 계속 나아가고 있다. 디코더에는 제 가중치 W_h와 b가 있다."),
          Mistakes.ProgramBug.encoderGoesOn),
        KnownMistake(
          "stands-still",
          Text(
            "Every answer is made from the encoder's last state, so that all of them are equal. The decoder's state must move on "
              + "from step to step.",
            ko: "모든 답을 인코더의 마지막 상태에서 바로 만들어서 답이 모두 같다. 디코더의 상태도 시점마다 나아가야 한다."),
          Mistakes.ProgramBug.standsStill),
      ],
      hints: [
        Text(
          "What does the decoder know of the inputs? Go through its lines and look for an x, or for something made from one.",
          ko: "디코더는 입력에 대해 무엇을 아는가? 디코더의 줄을 훑으며 x나, x로 만든 것을 찾아본다."),
        Text(
          "The encoder's work ends up in h, and nobody reads h afterwards.",
          ko: "인코더가 한 일은 h에 남는데, 그 뒤로 아무도 h를 읽지 않는다."),
        Text(
          "Look at the line var s = …: where should the decoder go on from?",
          ko: "var s = … 줄을 본다. 디코더는 어디에서 이어 가야 하는가?"),
      ],
      why:
        Text(
          "While it reads zeros, a decoder knows nothing but the state that it starts from. Only the encoder's last state has all "
            + "inputs in it; started from h_0, the answers cannot depend on any.",
          ko: "영벡터만 읽는 디코더가 아는 것은 시작하는 상태뿐이다. 입력이 모두 들어 있는 것은 인코더의 마지막 상태다. h_0에서 시작하면 답은 어떤 입력에도 달려 있을 수 없다."),
      matters:
        Text(
          "Such a program runs without an error, and its loss falls, since it learns which answers are frequent. Ask of a model "
            + "whether its answer depends on the input at all: it is the cheapest check. In chapter 6 the last state is all that a "
            + "decoder gets, too, and turns out too small for long sequences.",
          ko:
            "이런 프로그램도 오류 없이 돌고 손실도 준다. 어느 답이 흔한지는 배우기 때문이다. 모델의 답이 입력에 달려 있기는 한지 물어보라. 가장 값싼 검산이다. 6장의 디코더도 처음에는 마지막 상태만 받는데, 긴 시퀀스를 담기에는 그것이 "
            + "너무 작다는 것이 드러난다."))
  }
}
