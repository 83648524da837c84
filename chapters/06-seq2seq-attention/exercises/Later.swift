// The harder exercises of chapter 6.

import Autodiff
import Notebook
import Recurrent

extension ExerciseList {
  static var allQueries: Exercise {
    Exercise(
      .function, "all-queries", level: 3, title: Text("All queries at once", ko: "질의를 한꺼번에"),
      equation: "score-dot",
      given: .matrix("K", "H", "S"), .matrix("Q", "H", "T"),
      gives: "C",
      hole: Exercises.allQueries, solution: Solutions.allQueries,
      mistakes: [
        KnownMistake(
          "wrong-axis",
          Text(
            "The softmax runs over the wrong axis: the queries compete for each key. The keys must compete for each query, so that "
              + "the weights of one query sum to 1.",
            ko: "소프트맥스의 축이 틀렸다. 키마다 질의들이 다투고 있다. 질의마다 키들이 다투어야 질의 하나의 가중치가 합해서 1이 된다."),
          Mistakes.AllQueries.overQueries),
        KnownMistake(
          "over-everything",
          Text(
            "All weights of all queries sum to 1 together. Each query has its own sum: the softmax goes column by column.",
            ko: "모든 질의의 모든 가중치를 합해 1이 되었다. 합은 질의마다 따로여야 한다. 소프트맥스는 열마다 한다."),
          Mistakes.AllQueries.overEverything),
        KnownMistake(
          "scores",
          Text(
            "The keys are added up with the scores. The softmax between scores and mean is missing.",
            ko: "점수를 그대로 곱해 더했다. 점수와 평균 사이의 소프트맥스가 빠졌다."),
          Mistakes.AllQueries.scores),
        KnownMistake(
          "means-of-queries",
          Text(
            "These are means of the queries, one for each key. A context is a mean of keys, one for each query.",
            ko: "이것은 키마다 하나씩 구한, 질의들의 평균이다. 문맥 벡터는 질의마다 하나씩 구하는, 키들의 평균이다."),
          Mistakes.AllQueries.meansOfQueries),
      ],
      hints: [
        Text(
          "For one query it is K times the softmax of Kᵀ q. Put the queries side by side, as columns.",
          ko: "질의가 하나라면 Kᵀ q의 소프트맥스에 K를 곱한다. 질의를 열로 나란히 놓아 본다."),
        Text(
          "K.transposed * Q is S × T: column t has the scores of query t. .softmax goes over each column.",
          ko: "K.transposed * Q는 S × T이고, t열이 질의 t의 점수다. .softmax는 열마다 계산한다."),
        Text(
          "K times this S × T matrix of weights is H × T, a context for each query.",
          ko: "가중치로 된 이 S × T 행렬에 K를 곱하면 H × T가 된다. 질의마다 문맥 벡터 하나다."),
      ],
      why:
        Text(
          "A matrix product treats the columns of its right side one by one, and so does the softmax here. So column t of K "
            + "softmax(Kᵀ Q) is what query t alone would get.",
          ko: "행렬 곱은 오른쪽 행렬의 열을 하나씩 다루고, 여기 소프트맥스도 그렇다. 그래서 K softmax(Kᵀ Q)의 t열은 질의 t가 혼자 물었을 때 얻는 것과 같다."),
      matters:
        Text(
          "Several products for single columns become one for a matrix, which is what makes attention fast. With Bahdanau's query it "
            + "cannot be done, since s_t is not known before c_t. Section 7.11 is this line with keys, queries and values made of "
            + "the same steps: self-attention.",
          ko:
            "열마다 따로 하던 곱이 행렬 곱 하나가 된다. 어텐션이 빠른 까닭이다. Bahdanau처럼 물으면 c_t를 알기 전에는 s_t를 모르므로 이렇게 할 수 없다. 7.11절의 셀프 어텐션은 키와 질의와 값을 모두 "
            + "같은 시점들에서 만들어 바로 이 식에 넣은 것이다."))
  }

  private static func weights(_ drawn: inout Drawn) -> Matrix {
    drawn.random.normal(drawn.sizes["S"] ?? 1, 1).softmax
  }

  private static func weightsOverTime(_ drawn: inout Drawn) -> [Matrix] {
    (0..<(drawn.sizes["T"] ?? 1)).map { _ in weights(&drawn) }
  }

  static var scoreGradient: Exercise {
    Exercise(
      .formula, "score-gradient", level: 3, title: Text("Back through the softmax", ko: "소프트맥스를 거슬러"),
      equation: "back-softmax",
      given: .matrix("K", "H", "S"), .matrix("a", "S", "1", weights),
      .matrix("\\frac{\\partial L}{\\partial c}", "H", "1"),
      gives: "\\frac{\\partial L}{\\partial e}",
      hole: Exercises.scoreGradient, solution: Solutions.scoreGradient,
      mistakes: [
        KnownMistake(
          "diagonal",
          Text(
            "a ⊙ (1 − a) is the diagonal of the softmax's Jacobian alone. Every weight depends on every score, as they share one "
              + "sum: the entries beside the diagonal, −a_j a_r, are missing.",
            ko: "a ⊙ (1 − a)는 소프트맥스의 야코비안에서 대각선뿐이다. 분모가 하나라서 모든 가중치가 모든 점수에 의존한다. 대각선 밖의 성분 −a_j a_r이 빠졌다."),
          Mistakes.ScoreGradient.diagonal),
        KnownMistake(
          "no-softmax",
          Text(
            "That is ∂L/∂a, the gradient of the weights. The way through the softmax is still to come.",
            ko: "그것은 가중치의 기울기 ∂L/∂a다. 소프트맥스를 지나는 길이 남았다."),
          Mistakes.ScoreGradient.noSoftmax),
        KnownMistake(
          "no-mean",
          Text(
            "What all weights share is missing: from ∂L/∂a its mean, weighted with a, has to be taken. Without it a shift of all "
              + "scores would change the loss.",
            ko: "가중치들이 함께 쓰는 분모의 몫이 빠졌다. ∂L/∂a에서, a를 가중치로 한 그 평균을 빼야 한다. 빼지 않으면 점수를 모두 똑같이 옮겨도 손실이 달라지는 셈이 된다."),
          Mistakes.ScoreGradient.noMean),
        KnownMistake(
          "wrong-sign",
          Text(
            "The sign is wrong: a larger score makes its own weight larger, so the diagonal of the Jacobian is positive.",
            ko: "부호가 반대다. 점수가 커지면 제 가중치도 커지므로 야코비안의 대각선은 양수다."),
          Mistakes.ScoreGradient.sign),
        KnownMistake(
          "plain-sum",
          Text(
            "The sum of ∂L/∂a is taken without the weights. What is subtracted is its mean, weighted with a.",
            ko: "∂L/∂a를 가중치 없이 그냥 더했다. 빼야 할 것은 a를 가중치로 한 평균이다."),
          Mistakes.ScoreGradient.plainSum),
      ],
      hints: [
        Text(
          "c = K a is a product: what does it send back to a? That is the first line, let da = ….",
          ko: "c = K a는 곱이다. a에는 무엇을 돌려보내는가? 그것이 첫 줄 let da = …다."),
        Text(
          "da = K.transposed * dc. The softmax's Jacobian is diag(a) − a aᵀ; diag(a) times a column is a .* column.",
          ko: "da = K.transposed * dc다. 소프트맥스의 야코비안은 diag(a) − a aᵀ이고, diag(a)에 열을 곱하면 a .* 열이다."),
        Text(
          "a .* da - a * (…), where the bracket is aᵀ da, a single number (1 × 1).",
          ko: "a .* da - a * (…)이고, 괄호 안은 aᵀ da, 곧 수 하나(1 × 1)다."),
      ],
      why:
        Text(
          "The mean sends Kᵀ ∂L/∂c to the weights. The softmax's Jacobian is diag(a) − a aᵀ: its second part comes from the common "
            + "sum, and makes the entries of ∂L/∂e sum to 0.",
          ko:
            "평균은 가중치에 Kᵀ ∂L/∂c를 보낸다. 소프트맥스의 야코비안은 diag(a) − a aᵀ인데, 둘째 항은 함께 쓰는 분모에서 나온다. 그래서 ∂L/∂e의 성분을 모두 더하면 0이다."),
      matters:
        Text(
          "Everything that attention learns about where to look comes through this line, and section 6.6 writes it as a_j (∂L/∂c)ᵀ "
            + "(k_j − c): what is not looked at is not learned about. The next exercise goes on from here to the keys.",
          ko:
            "어디를 볼지에 대해 어텐션이 배우는 것은 모두 이 식을 거쳐 온다. 6.6절은 이것을 a_j (∂L/∂c)ᵀ (k_j − c)로 고쳐 쓴다. 보지 않은 것에 대해서는 배우지 못한다는 뜻이다. 다음 문제는 여기서 키까지 "
            + "간다."))
  }

  static var keysGradient: Exercise {
    Exercise(
      .function, "keys-gradient", level: 4, title: Text("The gradient of the keys", ko: "키의 기울기"),
      equation: "back-general",
      given: .matrix("W", "H", "H", .small), .sequence("q_#", "H", "1", .state),
      .sequence("a_#", "S", "1", weightsOverTime), .sequence("\\frac{\\partial L}{\\partial c_#}", "H", "1"),
      .sequence("\\frac{\\partial L}{\\partial e_#}", "S", "1"),
      gives: "\\frac{\\partial L}{\\partial K}",
      hole: Exercises.keysGradient, solution: Solutions.keysGradient,
      mistakes: [
        KnownMistake(
          "only-scored",
          Text(
            "Only the way through the scores is there. The keys are used twice: they are scored, and they are averaged.",
            ko: "점수를 거쳐 오는 길만 있다. 키는 두 번 쓰인다. 점수를 매길 때 쓰이고, 평균할 때도 쓰인다."),
          Mistakes.KeysGradient.onlyScored),
        KnownMistake(
          "only-averaged",
          Text(
            "Only the way through the mean is there. The keys are used twice: they are averaged, and before that they are scored.",
            ko: "평균을 거쳐 오는 길만 있다. 키는 두 번 쓰인다. 평균할 때 쓰이고, 그 전에 점수를 매길 때도 쓰인다."),
          Mistakes.KeysGradient.onlyAveraged),
        KnownMistake(
          "last-step",
          Text(
            "That is the last question's share alone. All T questions are asked of the same keys: sum over time.",
            ko: "마지막 질문의 몫뿐이다. 같은 키에 T번을 물었으니 시간에 걸쳐 더해야 한다."),
          Mistakes.KeysGradient.lastStep),
        KnownMistake(
          "not-transposed",
          Text(
            "W is not transposed. Forward it takes the keys to the query's side, P = W K; back it goes the other way, by Wᵀ.",
            ko: "W를 전치하지 않았다. 앞으로 갈 때는 P = W K로 키를 질의 쪽으로 옮기고, 거슬러 올 때는 Wᵀ로 되돌아온다."),
          Mistakes.KeysGradient.notTransposed),
        KnownMistake(
          "dot-score",
          Text(
            "That is the gradient for the dot score. With the general one the gradient of P = W K still has to go through W.",
            ko: "그것은 내적 점수일 때의 기울기다. 일반 점수에서는 P = W K의 기울기가 W를 마저 지나야 한다."),
          Mistakes.KeysGradient.noWeight),
        KnownMistake(
          "weights-for-scores",
          Text(
            "On the way through the scores stand the weights a_t. There ∂L/∂e_t belongs, which has already come through the softmax.",
            ko: "점수를 거쳐 오는 길에 가중치 a_t가 들어 있다. 그 자리에는 소프트맥스를 이미 지나온 ∂L/∂e_t가 와야 한다."),
          Mistakes.KeysGradient.weightsForScores),
      ],
      hints: [
        Text(
          "K stands in two lines of one question: e = (W K)ᵀ q and c = K a. Each sends a matrix back; they are added.",
          ko: "한 번 물을 때 K는 두 식에 나온다. e = (W K)ᵀ q와 c = K a다. 둘 다 행렬을 하나씩 돌려보내고, 그것을 더한다."),
        Text(
          "From c = K a comes dc aᵀ. From the scores comes Wᵀ q deᵀ: first ∂L/∂P = q deᵀ, then back through W.",
          ko: "c = K a에서는 dc aᵀ가 온다. 점수에서는 Wᵀ q deᵀ가 온다. 먼저 ∂L/∂P = q deᵀ이고, 그다음 W를 거스른다."),
        Text(
          "sum((0..<q.count).map { t in … + dc[t] * a[t].transposed }), with the way through the scores for the dots.",
          ko: "sum((0..<q.count).map { t in … + dc[t] * a[t].transposed })이고, 점 자리에 점수를 거쳐 오는 길이 들어간다."),
      ],
      why:
        Text(
          "Each question uses the keys twice, so two terms: Wᵀ q deᵀ from the scores, dc aᵀ from the mean. All questions use the "
            + "same keys, so the terms of all steps are added.",
          ko: "물을 때마다 키를 두 번 쓰므로 항이 둘이다. 점수에서 Wᵀ q deᵀ, 평균에서 dc aᵀ가 온다. 모든 질문이 같은 키를 쓰므로 모든 시점의 것을 더한다."),
      matters:
        Text(
          "This matrix is what the encoder gets: its column j is the gradient of the encoder's output at place j, and from there it goes "
            + "back through time as in chapter 5. So attention gives every place of the source a way to the loss that leads "
            + "through no other place, and the bottleneck of section 6.2 is gone.",
          ko:
            "인코더가 받는 것이 이 행렬이다. j열은 자리 j에서 나온 인코더 출력의 기울기이고, 거기서부터는 5장처럼 시간을 거슬러 간다. 어텐션 덕분에 원문의 자리마다 다른 자리를 거치지 않고 손실에 이르는 길이 "
            + "생긴다. 6.2절의 병목이 사라지는 까닭이다."))
  }

  static var decoderBug: Exercise {
    Exercise(
      .bug, "decoder-bug", level: 5, title: Text("A bug in the decoder", ko: "디코더의 버그"),
      equation: "bahdanau",
      given: .sequence("y_#", from: 0, beyond: -1, "d", "1"), .matrix("s_0", "n", "1", .state),
      .matrix("K", "H", "S"), .matrix("W_a", "n", "H"), .matrix("W_y", "n", "(d+H)", .small),
      .matrix("b_y", "n", "1", .small), .matrix("W_h", "n", "n", .small), .matrix("b_h", "n", "1", .small),
      .matrix("W", "k", "(H+n)", .small), .matrix("b", "k", "1", .small),
      gives: "p_#",
      sizes: ["d": 2, "H": 3, "n": 4, "k": 3, "(d+H)": 5, "(H+n)": 7],
      hole: Exercises.decoderBug, bug: .asGiven(Mistakes.DecoderBug.asGiven), solution: Solutions.decoderBug,
      mistakes: [
        KnownMistake(
          "asks-twice",
          Text(
            "The decoder now asks twice: the state before the step for the cell, the state after it for the output. With Bahdanau "
              + "there is one context c_t in a step, and cell and output read the same.",
            ko:
              "이제 디코더가 두 번 묻는다. 셀에 넣을 것은 시점 앞의 상태가, 출력에 넣을 것은 시점 뒤의 상태가 묻는다. Bahdanau 방식에서는 한 시점에 문맥 c_t가 하나이고, 셀과 출력이 같은 것을 "
              + "읽는다."),
          Mistakes.DecoderBug.asksForTheOutput),
        KnownMistake(
          "only-the-output",
          Text(
            "The output has a context of its own now, asked with the state after the step. But the cell still reads the context that "
              + "s_0 asked for.",
            ko: "출력은 이제 시점 뒤의 상태로 새로 물어 얻은 문맥을 읽는다. 그러나 셀은 여전히 s_0이 물어 얻은 문맥을 읽는다."),
          Mistakes.DecoderBug.asksForTheOutputOnly),
        KnownMistake(
          "scores",
          Text(
            "The query is right now, but the softmax has gone: the keys are added up with the scores.",
            ko: "질의는 이제 맞는데 소프트맥스가 사라졌다. 키를 점수로 곱해 더하고 있다."),
          Mistakes.DecoderBug.scores),
        KnownMistake(
          "other-order",
          Text(
            "The query is right now, but the output reads [s_t; c_t]. W was made for [c_t; s_t], and that was no mistake.",
            ko: "질의는 이제 맞는데 출력이 [s_t; c_t]를 읽는다. W는 [c_t; s_t]에 맞추어져 있고, 그 순서는 버그가 아니었다."),
          Mistakes.DecoderBug.otherOrder),
        KnownMistake(
          "step-behind",
          Text(
            "The query follows now, but a step behind: step t asks with s_{t−2}. It has to be the newest state before the step.",
            ko: "질의가 이제 따라오기는 하는데 한 시점 늦다. 시점 t에서 s_{t−2}가 묻고 있다. 시점 바로 앞의 상태가 물어야 한다."),
          Mistakes.DecoderBug.stepBehind),
      ],
      hints: [
        Text(
          "At step 1 everything is right. Which quantities have an index t in the equation, and which of them does the code compute "
            + "only once?",
          ko: "시점 1에서는 모두 맞다. 식에서 번호 t가 붙은 것은 무엇이고, 그 가운데 코드가 한 번만 계산하는 것은 무엇인가?"),
        Text(
          "Who asks? e_t has s_{t−1} in it. In the code it is always s_0 that asks, so that all steps get the same context.",
          ko: "누가 묻는가? e_t에는 s_{t−1}이 들어 있다. 코드에서는 언제나 s_0이 물으므로 모든 시점의 문맥이 같다."),
        Text(
          "Move the two lines of a and c into the loop, before s gets its new value.",
          ko: "a와 c를 계산하는 두 줄을 반복문 안으로, s가 새 값을 받기 전으로 옮긴다."),
      ],
      why:
        Text(
          "e_t, a_t and c_t have an index t: every step asks anew, with the state that the step before has left. Where the lines stand "
            + "above the update of s, s is s_{t−1}.",
          ko: "e_t, a_t, c_t에는 번호 t가 붙어 있다. 시점마다 그 앞 시점이 남긴 상태로 새로 묻는다는 뜻이다. 두 줄이 s를 갱신하는 줄보다 위에 있으면 s는 s_{t−1}이다."),
      matters:
        Text(
          "One context for all steps is a column of one size for sources of any length: the bottleneck of section 6.2 is back, in a "
            + "program that says attention. Training still lowers the loss. Section 6.5 shows which state asks whom, and a table as in "
            + "section 6.8, with the same row at every step, would give the bug away at once.",
          ko:
            "모든 시점이 문맥 하나를 함께 쓰면, 원문이 아무리 길어도 크기가 같은 열 하나에 담아야 한다. 이름만 어텐션일 뿐 6.2절의 병목으로 되돌아간 것이다. 그래도 학습하면 손실은 줄어든다. 어느 상태가 묻는지는 "
            + "6.5절에 있고, 6.8절처럼 가중치를 그려 보면 모든 시점의 행이 똑같아서 버그가 바로 드러난다."))
  }
}
