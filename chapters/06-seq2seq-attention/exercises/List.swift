// The exercises of chapter 6, in the order in which they are done.

import Autodiff
import Notebook
import Recurrent

enum ExerciseList {
  static var all: [Exercise] {
    [scaled, context, padding, masked, allQueries, scoreGradient, keysGradient, decoderBug]
  }

  private static var scaled: Exercise {
    Exercise(
      .formula, "scaled", level: 1, title: Text("The scaled scores", ko: "축소 내적 점수"),
      equation: "score-scaled",
      given: .matrix("K", "H", "S"), .matrix("q", "H", "1"), .number("H") { Double($0.sizes["H"] ?? 1) },
      gives: "e",
      hole: Exercises.scaled, solution: Solutions.scaled,
      mistakes: [
        KnownMistake(
          "not-scaled",
          Text(
            "That is the dot score. Its variance grows with the size of the keys: the division is missing.",
            ko: "그것은 그냥 내적 점수다. 키가 클수록 분산이 커진다. 나누는 것이 빠졌다."),
          Mistakes.Scaled.plain),
        KnownMistake(
          "divided-by-size",
          Text(
            "You divide by the size of the keys itself. The variance of a sum of H products is H, so its deviation is the "
              + "root of H, and that is what one divides by.",
            ko: "키의 크기로 그대로 나누었다. 곱 H개를 더하면 분산이 H이고 표준편차는 H의 제곱근이다. 나눌 것은 이 제곱근이다."),
          Mistakes.Scaled.bySize),
        KnownMistake(
          "multiplied",
          Text(
            "The root of H multiplies the scores. It is there to make them smaller.",
            ko: "H의 제곱근을 곱했다. 점수를 줄이려고 있는 것이니 나누어야 한다."),
          Mistakes.Scaled.times),
        KnownMistake(
          "softmax",
          Text(
            "These are already the weights. The softmax comes in the next section; scores may be negative and sum to "
              + "anything.",
            ko: "이것은 벌써 가중치다. 소프트맥스는 다음 절에서 씌운다. 점수는 음수여도 되고 합이 얼마여도 된다."),
          Mistakes.Scaled.softmax),
      ],
      hints: [
        Text(
          "One score is the sum of the products of a key's entries with the query's. How do you get that of all columns "
            + "of K with one matrix product?",
          ko: "점수 하나는 키의 성분과 질의의 성분을 짝지어 곱해 더한 것이다. 행렬 곱 한 번으로 K의 모든 열에 대해 구하려면 어떻게 하는가?"),
        Text(
          "The columns of K must become rows: K.transposed * q is S × 1. All of it is then divided by √H.",
          ko: "K의 열이 행이 되어야 한다. K.transposed * q는 S × 1이다. 그다음 전체를 √H로 나눈다."),
        Text(
          "To divide by a number is to multiply by 1 over it: (1 / H.squareRoot()) * (…).",
          ko: "수로 나누는 것은 그 역수를 곱하는 것이다. (1 / H.squareRoot()) * (…)."),
      ],
      why:
        Text(
          "Row j of Kᵀ is the key k_j, so entry j of Kᵀ q is q · k_j. Entries of variance 1 give a sum of variance H; divided "
            + "by √H it has variance 1 again, however large the keys are.",
          ko: "Kᵀ의 j행이 키 k_j이므로 Kᵀ q의 j번째 성분은 q와 k_j의 내적이다. 성분의 분산이 1이면 합의 분산은 H인데, √H로 나누면 키가 아무리 커도 다시 1이 된다."),
      matters:
        Text(
          "Scores that are too large make a softmax that looks at one place and learns no more; that is why Transformers "
            + "scale. It is no law: section 6.9 measures a task in which scaling makes the attention too flat. Chapter 7 "
            + "writes this line again, for self-attention.",
          ko: "점수가 너무 크면 소프트맥스가 한 자리만 보고 더는 배우지 못한다. 트랜스포머가 점수를 나누는 까닭이다. 하지만 늘 나누어야 하는 것은 아니다. 6.9절에는 나누면 어텐션이 너무 "
            + "평평해지는 과제가 나온다. 7장에서 셀프 어텐션을 쓸 때 이 식을 다시 쓴다."))
  }

  private static var context: Exercise {
    Exercise(
      .formula, "context", level: 1, title: Text("From scores to the context", ko: "점수에서 문맥 벡터로"),
      equation: "context",
      given: .matrix("K", "H", "S"), .matrix("e", "S", "1"),
      gives: "c",
      hole: Exercises.context, solution: Solutions.context,
      mistakes: [
        KnownMistake(
          "scores",
          Text(
            "The keys are added up with the scores, not with the weights. Scores can be negative, and they do not sum to 1, so "
              + "that this is no mean.",
            ko: "가중치가 아니라 점수를 곱해 더했다. 점수는 음수일 수 있고 합도 1이 아니므로 평균이 되지 않는다."),
          Mistakes.Context.scores),
        KnownMistake(
          "sigmoid",
          Text(
            "A sigmoid gives each place a share of its own. The places have to compete for one whole: weights sum to 1, as those "
              + "of the softmax.",
            ko: "시그모이드는 자리마다 따로 비율을 매긴다. 자리들은 전체 1을 나누어 가져야 한다. 소프트맥스를 쓰면 합이 1이 된다."),
          Mistakes.Context.sigmoid),
        KnownMistake(
          "no-sum",
          Text(
            "The exponentials are right, but nothing has been divided by their sum: the weights do not sum to 1.",
            ko: "지수 함수까지는 맞지만, 그 합으로 나누지 않았다. 가중치의 합이 1이 아니다."),
          Mistakes.Context.noSum),
        KnownMistake(
          "plain-mean",
          Text(
            "That is the plain mean of the keys. The scores should decide how much each of them counts.",
            ko: "그것은 키들을 똑같이 평균한 것이다. 키가 저마다 얼마나 들어갈지는 점수가 정해야 한다."),
          Mistakes.Context.plainMean),
      ],
      hints: [
        Text(
          "Two steps: first make weights of the scores, then take the mean of the keys that they weight.",
          ko: "두 단계다. 먼저 점수로 가중치를 만들고, 그 가중치로 키들을 평균한다."),
        Text(
          "The weights are the softmax of e. The sum of columns times numbers is a matrix product.",
          ko: "가중치는 e의 소프트맥스다. 열마다 수를 곱해 더하는 것은 행렬 곱이다."),
        Text(
          "e.softmax is S × 1, and K times it is H × 1.", ko: "e.softmax는 S × 1이고, 여기에 K를 곱하면 H × 1이다."),
      ],
      why:
        Text(
          "The softmax makes positive numbers with sum 1 of any scores, and K a = Σ a_j k_j is then a mean: every entry of c lies "
            + "between the least and the largest of the keys.",
          ko: "소프트맥스는 어떤 점수든 합이 1인 양수들로 바꾼다. 그래서 K a = Σ a_j k_j는 평균이고, c의 성분은 모두 키들의 가장 작은 성분과 가장 큰 성분 사이에 있다."),
      matters:
        Text(
          "This is all that the decoder gets to see of the source at one step, and it can be differentiated: so it learns where to "
            + "look, with nobody telling it (section 6.8). The way back through the two steps is an exercise further down.",
          ko: "디코더가 한 시점에 원문에서 보는 것은 이것이 전부다. 게다가 미분할 수 있으니, 어디를 볼지 아무도 일러 주지 않아도 배운다(6.8절). 이 두 단계를 거꾸로 지나는 것은 뒤의 문제에 "
            + "나온다."))
  }

  private static func paddingMeasured() -> Double {
    let scores = Matrix(column: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    return scores.softmax.elements.dropFirst(2).reduce(0, +)
  }

  private static var padding: Exercise {
    Exercise(
      .prediction, "padding", level: 2, title: Text("How much goes to the padding?", ko: "패딩은 얼마나 가져가는가?"),
      equation: "masked",
      gives: "a",
      within: 0.01,
      hole: Exercises.padding, solution: Solutions.padding,
      mistakes: [
        KnownMistake(
          "nothing",
          Text(
            "A score of 0 is not a weight of 0. The softmax takes its exponential first, and that is 1.",
            ko: "점수가 0이라고 가중치가 0인 것은 아니다. 소프트맥스는 먼저 지수 함수를 씌우고, 그 값은 1이다."),
          { 0 }),
        KnownMistake(
          "by-count",
          Text(
            "That would be so if all ten scores were equal. The real ones are larger by 1, which makes their exponentials e times "
              + "as large.",
            ko: "점수 열 개가 모두 같다면 그렇다. 진짜 자리의 점수는 1만큼 크고, 그래서 지수 함수 값이 e배다."),
          { 0.8 }),
        KnownMistake(
          "the-rest",
          Text(
            "That is the share of the two real places. The question is what the padding gets.",
            ko: "그것은 진짜 자리 둘의 몫이다. 물은 것은 패딩의 몫이다."),
          { 0.40461 }),
        KnownMistake(
          "one-place",
          Text(
            "You have counted one real place. There are two, and each adds its exponential to the sum.",
            ko: "진짜 자리를 하나만 세었다. 자리는 둘이고, 저마다 분모에 지수 함수 값을 보탠다."),
          { 0.74639 }),
      ],
      measured: paddingMeasured,
      hints: [
        Text(
          "Weights are exponentials of scores, divided by the sum of all ten of them. What is the exponential of 0?",
          ko: "가중치는 점수의 지수 함수 값을 열 자리의 합으로 나눈 것이다. 0의 지수 함수 값은 얼마인가?"),
        Text(
          "Each place of padding contributes 1 to the sum, each real place e = 2.718.",
          ko: "패딩은 자리마다 분모에 1을 보태고, 진짜 자리는 e = 2.718씩 보탠다."),
        Text(
          "The padding has 8 of 8 + 2 · 2.718. You may return it as a formula: 8 / (…).",
          ko: "8 + 2 · 2.718 가운데 8이 패딩의 몫이다. 8 / (…)처럼 식을 그대로 return해도 된다."),
      ],
      why:
        Text(
          "e⁰ = 1, so eight places of padding have 8 together, and the real ones 2e = 5.44. The padding gets more than half, though "
            + "each of its scores is lower.",
          ko: "e⁰ = 1이므로 패딩 여덟 자리가 8이고, 진짜 자리 둘은 2e = 5.44다. 점수는 더 낮은데도 절반 넘게 패딩이 가져간다."),
      matters:
        Text(
          "Section 6.7 measures the same on real scores. The mistake does not stop a training: the network learns to live with it, "
            + "but its answer then depends on how long the longest sequence of the batch was.",
          ko:
            "6.7절에서 진짜 점수로 같은 것을 잰다. 이 실수가 있어도 학습은 멈추지 않는다. 신경망이 그럭저럭 맞추어 배우지만, 같은 배치에서 가장 긴 시퀀스가 얼마나 길었느냐에 따라 답이 달라진다."
        )
    )
  }

  private static var masked: Exercise {
    Exercise(
      .function, "masked", level: 2, title: Text("Weights without the padding", ko: "패딩을 뺀 가중치"),
      equation: "masked",
      given: .matrix("e", "S", "1"), .matrix("m", "S", "1", mask),
      gives: "a",
      hole: Exercises.masked, solution: Solutions.masked,
      mistakes: [
        KnownMistake(
          "score-zero",
          Text(
            "The masked scores are 0, and a score of 0 is a score like any other: its exponential is 1. Mask the exponentials.",
            ko: "가린 자리의 점수가 0이 되었다. 0도 다른 점수와 다를 것이 없어서 지수 함수 값이 1이다. 지수 함수 값을 가려야 한다."),
          Mistakes.Masked.scoreZero),
        KnownMistake(
          "cut-after",
          Text(
            "The padding is cut off after the softmax, so that what is left does not sum to 1. The sum that one divides by must "
              + "leave out the padding, too.",
            ko: "소프트맥스 뒤에 패딩을 잘라 냈다. 그러면 남은 가중치의 합이 1이 아니다. 나누는 합에서도 패딩을 빼야 한다."),
          Mistakes.Masked.cutAfter),
        KnownMistake(
          "adds-mask",
          Text(
            "The mask is added to the scores. That favours the real places a little and hides none: only −∞, added, would hide "
              + "one.",
            ko: "마스크를 점수에 더했다. 진짜 자리가 조금 유리해질 뿐 아무것도 가려지지 않는다. 더해서 가리려면 −∞를 더해야 한다."),
          Mistakes.Masked.addsMask),
        KnownMistake(
          "by-count",
          Text(
            "You divide by the number of real places. The weights sum to 1 only if you divide by the sum of their exponentials.",
            ko: "진짜 자리의 개수로 나누었다. 지수 함수 값의 합으로 나누어야 가중치의 합이 1이 된다."),
          Mistakes.Masked.byCount),
        KnownMistake(
          "no-sum",
          Text(
            "The padding is out, but the numbers do not sum to 1 yet: divide by their sum.",
            ko: "패딩은 빠졌지만 합이 아직 1이 아니다. 그 합으로 나누어야 한다."),
          Mistakes.Masked.noSum),
      ],
      hints: [
        Text(
          "The equation has m_j twice: above the line and in the sum below it.",
          ko: "식에는 m_j가 두 번 나온다. 분자에 있고 분모의 합 안에도 있다."),
        Text(
          "Name what stands in both: let terms = m .* e.exp. Below the line is its sum over all rows.",
          ko: "둘에 다 나오는 것에 이름을 붙인다. let terms = m .* e.exp. 분모는 이것을 모든 행에 걸쳐 더한 것이다."),
        Text(
          "terms.sumOfRows is 1 × 1. To divide entry by entry it needs the shape of terms: .spread(like: terms).",
          ko: "terms.sumOfRows는 1 × 1이다. 원소별로 나누려면 terms의 모양이 되어야 한다. .spread(like: terms)."),
      ],
      why:
        Text(
          "A masked place has the exponential 0 above the line and in the sum. So it gets exactly 0, and the others are what "
            + "their softmax would be if there were no padding at all.",
          ko: "가린 자리는 분자에서도 분모의 합에서도 0이다. 그래서 정확히 0을 받고, 나머지 자리는 애초에 패딩이 없을 때의 소프트맥스와 같은 값을 받는다."),
      matters:
        Text(
          "With this mask every sequence of a batch gets the answer that it would get alone: section 6.7 checks it with NaN in the "
            + "padding. The reader of dates trains on batches of strings of all lengths and depends on it.",
          ko:
            "이렇게 가리면 배치에 든 시퀀스가 저마다 혼자 있을 때와 같은 답을 얻는다. 6.7절은 패딩에 NaN을 넣어 이것을 확인한다. 날짜를 읽는 신경망은 길이가 제각각인 문자열을 한 배치로 배우므로 "
            + "이것이 없으면 안 된다."))
  }

  /// A column of 1 at the real places, which come first, and 0 at the padding: at least one of each.
  private static func mask(_ drawn: inout Drawn) -> Matrix {
    let places = drawn.sizes["S"] ?? 2
    let real = 1 + drawn.random.index(below: places - 1)
    return Matrix(rows: places, columns: 1) { row, _ in row < real ? 1 : 0 }
  }
}
