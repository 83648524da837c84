// The exercises of chapter 0 in order; Later.swift has the second half.

import Autodiff
import Notebook
import Recurrent

enum ExerciseList {
  static var all: [Exercise] {
    [layer, naiveCost, logProbability, markov, ceiling, entropy, unroll, programBug]
  }

  private static var layer: Exercise {
    Exercise(
      .formula, "layer", level: 1, title: Text("Your first line", ko: "처음 쓰는 한 줄"),
      equation: "layer",
      given: .matrix("W", "n", "d"), .matrix("x", "d", "B"), .matrix("b", "n", "1"),
      gives: "v",
      hole: Exercises.layer, solution: Solutions.layer,
      mistakes: [
        KnownMistake(
          "no-square",
          Text(
            "That is h. The last line of the equation is missing: v squares every entry of it.",
            ko: "그것은 h다. 식의 마지막 줄이 빠졌다. v는 h의 성분을 모두 제곱한 것이다."),
          Mistakes.Layer.noSquare),
        KnownMistake(
          "no-tanh",
          Text(
            "The tanh is missing: it is a that you have squared, not h.",
            ko: "tanh가 빠졌다. h가 아니라 a를 제곱했다."),
          Mistakes.Layer.noTanh),
        KnownMistake(
          "squares-first",
          Text(
            "The order is wrong: first tanh of every entry, then the square. tanh(a ⊙ a) is something else.",
            ko: "순서가 바뀌었다. 성분마다 먼저 tanh를 씌우고 그다음 제곱한다. tanh(a ⊙ a)는 다른 값이다."),
          Mistakes.Layer.squaresFirst),
        KnownMistake(
          "no-bias",
          Text("The bias b is missing inside of the tanh.", ko: "tanh 안에 편향 b가 빠졌다."),
          Mistakes.Layer.noBias),
        KnownMistake(
          "matrix-product",
          Text(
            "h * h is the matrix product. It exists only where h is square, and is something else even there. Entry by entry "
              + "it is written .*",
            ko: "h * h는 행렬 곱이다. h가 정사각 행렬일 때만 계산할 수 있고, 그때도 다른 값이다. 원소별로 곱할 때는 .*를 쓴다."),
          Mistakes.Layer.matrixProduct),
      ],
      hints: [
        Text(
          "The equation has three lines, and your code may have three, too: one for a, one for h, one for v.",
          ko: "식이 세 줄이다. 코드도 a, h, v를 한 줄씩, 세 줄로 써도 된다."),
        Text(
          "let h = tanh(W * x + b) makes h. The product of matrices is *, that of entries is .*",
          ko: "let h = tanh(W * x + b)로 h가 된다. 행렬 곱은 *이고, 성분끼리의 곱은 .*다."),
        Text(
          "In the last line stands return, and after it h times h, entry by entry.",
          ko: "마지막 줄에 return을 쓰고, 그 뒤에 h와 h를 원소별로 곱한 것을 쓴다."),
      ],
      why:
        Text(
          "* is the matrix product and .* multiplies entry by entry. b is n × 1, and a sum spreads it over the columns, which "
            + "are the examples.",
          ko: "*는 행렬 곱이고 .*는 성분끼리 곱한다. b는 n × 1인데, 더할 때 모든 열에 되풀이된다. 열 하나가 예 하나다."),
      matters:
        Text(
          "This is how every exercise of the book works: you write a formula, and it is compared with the right one on numbers "
            + "of several sizes, so that any equal form passes. And every cell of the next chapters is made of these three "
            + "things: a product, a bias, a function of every entry.",
          ko:
            "이 책의 연습 문제는 모두 이렇게 푼다. 식을 쓰면 여러 크기의 수로 맞는 식과 견주므로, 값이 같으면 어떤 꼴로 써도 통과한다. 다음 장부터 나오는 셀도 모두 이 세 가지로 만든다. 곱하고, 편향을 더하고, 성분마다 함수를 "
            + "씌운다."))
  }

  private static func firstDearerStep() -> Double {
    let (n, d) = (30, 4)
    let recurrent = n * d + n * n + d * n
    func unshared(_ t: Int) -> Int { n * d * (t - 1) + d * n }
    return Double((1...100).first { unshared($0) > recurrent } ?? 0)
  }

  private static var naiveCost: Exercise {
    Exercise(
      .prediction, "naive-cost", level: 1, title: Text("When does it cost more?", ko: "언제부터 더 드는가?"),
      equation: "multiply-adds",
      gives: "t",
      hole: Exercises.naiveCost, solution: Solutions.naiveCost,
      mistakes: [
        KnownMistake(
          "one-early",
          Text(
            "At t = 9 the naive network still takes less, 1080 against 1140. It reads the t − 1 symbols before step t, and the "
              + "recurrent one reads a symbol as well.",
            ko: "t = 9에서는 소박한 모델이 1080번, 순환 신경망이 1140번으로 아직 덜 든다. 소박한 모델은 시점 t 앞의 기호 t − 1개를 읽고, 순환 신경망도 기호를 하나 읽는다."),
          { 9 }),
        KnownMistake(
          "no-state",
          Text(
            "You have left out the recurrent network's product with its own state, n² = 900 multiply-adds in every step.",
            ko: "순환 신경망이 제 상태에 곱하는 것을 빠뜨렸다. 시점마다 n² = 900번이다."),
          { 3 }),
        KnownMistake(
          "n-over-d",
          Text(
            "n / d = 7.5 is the state's part alone. Both networks also read and answer: compare the two whole formulas.",
            ko: "n / d = 7.5는 상태에 곱하는 몫뿐이다. 두 모델 모두 입력을 읽고 답도 낸다. 두 식을 통째로 견주어야 한다."),
          { 8 }),
      ],
      measured: firstDearerStep,
      hints: [
        Text(
          "Compare the first and the third line of the equation; both end with d n.",
          ko: "식의 첫째 줄과 셋째 줄을 견준다. 둘 다 d n으로 끝난다."),
        Text(
          "n d (t − 1) > n d + n². Divide by n d.", ko: "n d (t − 1) > n d + n²이다. 양변을 n d로 나눈다."),
        Text(
          "t − 1 > 1 + n / d. Put in the numbers, and take the first whole number above.",
          ko: "t − 1 > 1 + n / d다. 수를 넣고, 그보다 큰 첫 정수를 고른다."),
      ],
      why:
        Text(
          "n d (t − 1) + d n > n d + n² + d n means t > 2 + n / d = 9.5. At 10 the naive step takes 1200 multiply-adds, the "
            + "recurrent one 1140, as at every step.",
          ko:
            "n d (t − 1) + d n > n d + n² + d n을 풀면 t > 2 + n / d = 9.5다. t = 10에서 소박한 모델은 1200번이고, 순환 신경망은 언제나처럼 1140번이다."
        ),
      matters:
        Text(
          "Up to here the naive network is even cheaper; from here on its steps grow for ever, and over a sequence the cost grows "
            + "with the square of the length (section 0.10). Attention in chapter 6 pays such a price again, and gets something for "
            + "it.",
          ko:
            "여기까지는 소박한 모델이 오히려 싸다. 여기서부터는 한 시점이 끝없이 비싸지고, 시퀀스 전체의 비용은 길이의 제곱으로 늘어난다(0.10절). 6장의 어텐션은 이런 값을 다시 치르고, 그 대신 얻는 것이 있다."
        ))
  }

  private static var logProbability: Exercise {
    Exercise(
      .function, "log-probability", level: 2, title: Text("Symbol by symbol", ko: "기호 하나씩"),
      equation: "logarithm",
      given: .sequence("p_#", "1", "B", .gate),
      gives: "\\ell",
      hole: Exercises.logProbability, solution: Solutions.logProbability,
      mistakes: [
        KnownMistake(
          "product",
          Text(
            "That is the probability itself, and right as such. Its logarithm is wanted: after a few hundred steps the product "
              + "is too small for a computer.",
            ko: "그것은 확률 자체이고 값은 맞다. 그러나 물은 것은 로그다. 수백 시점만 지나도 곱은 컴퓨터가 다룰 수 없을 만큼 작아진다."),
          Mistakes.LogProbability.product),
        KnownMistake(
          "log-of-sum",
          Text(
            "You add first and take the logarithm of the sum. The logarithm turns a product into a sum: take it of each factor.",
            ko: "먼저 더하고 그 합에 로그를 씌웠다. 로그는 곱을 합으로 바꾼다. 곱해지는 수마다 로그를 취해야 한다."),
          Mistakes.LogProbability.logOfSum),
        KnownMistake(
          "no-logarithm",
          Text(
            "The probabilities of the steps are added up. They multiply; only their logarithms add.",
            ko: "시점마다의 확률을 그대로 더했다. 확률은 곱해진다. 더할 수 있는 것은 그 로그다."),
          Mistakes.LogProbability.noLog),
        KnownMistake(
          "last-step",
          Text(
            "That is the last symbol alone, given the others. All symbols belong to the sequence: sum over time.",
            ko: "나머지가 주어졌을 때 마지막 기호의 몫뿐이다. 기호 전부가 시퀀스를 이루므로 시간에 걸쳐 더해야 한다."),
          Mistakes.LogProbability.lastStep),
        KnownMistake(
          "mean",
          Text(
            "That is the mean over the steps, useful as a loss. The logarithm of the whole probability is the sum.",
            ko: "그것은 시점마다의 평균이고, 손실로는 쓸 만하다. 그러나 전체 확률의 로그는 합이다."),
          Mistakes.LogProbability.mean),
      ],
      hints: [
        Text(
          "The probability of the whole is a product of shares. What does the logarithm make of a product?",
          ko: "전체의 확률은 비율들의 곱이다. 로그를 취하면 곱이 무엇이 되는가?"),
        Text(
          "p[t].log is the logarithm of every entry of a row. Such rows are to be added over all steps.",
          ko: "p[t].log는 행의 성분마다 로그를 취한 것이다. 이런 행을 모든 시점에 걸쳐 더한다."),
        Text(
          "sum((0..<p.count).map { t in … }) adds what stands for the dots.",
          ko: "sum((0..<p.count).map { t in … })은 점 자리의 것을 모두 더한다."),
      ],
      why:
        Text(
          "By the chain rule of probability P_{1:T} = p_1 ⊙ p_2 ⊙ … ⊙ p_T, and the logarithm of a product is the sum of the "
            + "logarithms. Nothing had to be assumed about the sequence.",
          ko: "확률의 연쇄 법칙으로 P_{1:T} = p_1 ⊙ p_2 ⊙ … ⊙ p_T이고, 곱의 로그는 로그의 합이다. 시퀀스에 대해 아무것도 가정하지 않았다."),
      matters:
        Text(
          "With a minus and divided by T this is the loss of every language model, in section 6.1, too. And it is why a beam in "
            + "chapter 6 compares sums of logarithms.",
          ko: "부호를 바꾸고 T로 나누면 모든 언어 모델의 손실이 된다. 6.1절의 손실도 이것이다. 6장의 빔이 로그의 합을 견주는 까닭도 여기에 있다."))
  }

  /// The best accuracy of a model that sees the last step, from all sequences of eight steps.
  private static func markovCeiling() -> Double {
    let steps = 8
    var joint = [[0.0, 0.0], [0.0, 0.0]]
    for code in 0..<(1 << steps) {
      let x = (0..<steps).map { (code >> $0) & 1 }
      let probability = (2..<steps).reduce(0.25) { $0 * (x[$1] == x[$1 - 2] ? 0.75 : 0.25) }
      for t in 2..<steps { joint[x[t - 1]][x[t]] += probability / Double(steps - 2) }
    }
    return joint.reduce(0) { $0 + max($1[0], $1[1]) }
  }

  private static var markov: Exercise {
    Exercise(
      .prediction, "markov", level: 2, title: Text("One step of memory", ko: "한 박만 기억할 때"),
      equation: "best-accuracy",
      gives: "A_1",
      hole: Exercises.markov, solution: Solutions.markov,
      mistakes: [
        KnownMistake(
          "sees-two",
          Text(
            "That is the ceiling of a model that sees the step two before. The Markov model does not: ask what the last step "
              + "says about the next.",
            ko: "그것은 두 박 앞을 보는 모델의 상한이다. 마르코프 모델은 두 박 앞을 보지 못한다. 바로 앞의 박이 다음 박에 대해 무엇을 알려 주는지 따져 보라."),
          { 0.75 }),
        KnownMistake(
          "halfway",
          Text(
            "Half of 3/4 and half of 1/2? What it sees is the wrong step at every t, not at every second one.",
            ko: "3/4과 1/2의 중간인가? 이 모델이 보는 것은 한 박 걸러 한 번이 아니라 언제나 엉뚱한 박이다."),
          { 0.625 }),
        KnownMistake(
          "opposite",
          Text(
            "A best answer is never worse than guessing: with two symbols, one of them is right at least half of the time.",
            ko: "가장 좋은 답이 찍기보다 못할 수는 없다. 기호가 둘이면 어느 하나는 적어도 절반은 맞는다."),
          { 0.25 }),
      ],
      measured: markovCeiling,
      hints: [
        Text(
          "Which steps depend on which? Follow the odd steps and the even steps.",
          ko: "어느 박이 어느 박에 달려 있는가? 홀수 번째 박과 짝수 번째 박을 따로 따라가 본다."),
        Text(
          "The odd steps and the even steps are two sequences that know nothing of each other.",
          ko: "홀수 번째 박들과 짝수 번째 박들은 서로를 전혀 모르는 두 시퀀스다."),
        Text(
          "So the next step strikes as often after a strike as after a rest. How often is that?",
          ko: "그러니 친 다음이든 쉰 다음이든 다음 박을 칠 확률은 같다. 얼마인가?"),
      ],
      why:
        Text(
          "The step before belongs to the other half of the steps, which is independent of this one. After either symbol both next "
            + "ones are equally likely: 1/2, as without any past. A window of two gets 3/4.",
          ko:
            "바로 앞의 박은 다른 쪽 박들에 속하고, 두 쪽은 서로 독립이다. 무엇을 보았든 다음 기호는 둘이 똑같이 나오므로 과거를 안 볼 때와 같은 1/2이다. 두 박을 보는 창은 3/4에 이른다."),
      matters:
        Text(
          "What a model cannot see cannot be learned, with any amount of data: the tables of sections 0.8 and 0.12 show the same for "
            + "a rhythm of four. Compute the ceiling first, as chapter 5 does for what reads in one direction.",
          ko:
            "보지 못하는 것은 데이터가 아무리 많아도 배울 수 없다. 0.8절과 0.12절의 표가 네 박짜리 리듬으로 같은 것을 보여 준다. 상한부터 구해 보라. 5장에서도 한 방향으로만 읽는 신경망의 상한을 먼저 구한다."
        ))
  }
}
