// Exercises of chapter 6 / 6장 연습 문제
//
//   swift run seq2seq-attention exercise                 what is done, and what comes next / 푼 문제와 다음 문제
//   swift run seq2seq-attention exercise scaled          one of them / 문제 하나
//   swift run seq2seq-attention exercise scaled --hint   a hint, three times / 힌트, 세 번까지
//
// EN: Write a line of your own where 'throw Hole()' stands. The letters are those of the notes; sequences count from 0,
// as in Python. What you need:
//
// KO: 'throw Hole()'이 있는 줄을 직접 쓴 줄로 바꾼다. 글자는 노트와 같고, 시퀀스의 번호는 파이썬처럼 0부터 센다. 쓸 것은 다음이 전부다.
//
//   a .* b     a ⊙ b              a * b     a b                 a + b, a - b, 1 - a, a + 1, 2 * a
//   a ./ b     entry by entry / 원소별로 나누기                  H.squareRoot()   √H
//   a.exp, tanh(a)                a.transposed                  a.softmax        over each column / 열마다
//   a.sumOfRows                   each column's sum / 열마다 더한 합 (n × B -> 1 × B)
//   a.spread(like: b)             repeated to the shape of b / b의 모양이 되도록 되풀이
//   let m = a * b                 return m                      sum((0..<5).map { t in a[t] .* b[t] })
//
// EN: .* and * bind alike, from the left: write r .* (W * h) where the notes have r ⊙ W h.
// KO: .*와 *는 왼쪽부터 차례로 계산된다. 노트의 r ⊙ W h는 r .* (W * h)로 쓴다.

import Autodiff
import Notebook

enum Exercises {
  // begin: scaled
  // EN: Write the scaled scores e of all S keys, the columns of K. H is the size of a key.
  // KO: K의 열인 키 S개의 축소 내적 점수 e를 한꺼번에 쓴다. H는 키의 크기다.
  //
  // Equation / 수식: score-scaled (6.3)
  //   K    K    H × S
  //   q    q    H × 1
  //   H    H
  static func scaled<A: Algebra>(K: A, q: A, H: Double) throws -> A {
    throw Hole()
  }
  // end: scaled

  // begin: context
  // EN: From the scores e to the context c: what attention gives to the decoder.
  // KO: 점수 e에서 문맥 벡터 c까지 간다. 어텐션이 디코더에 건네는 것이다.
  //
  // Equation / 수식: context (6.4)
  //   K    K    H × S
  //   e    e    S × 1
  static func context<A: Algebra>(K: A, e: A) throws -> A {
    throw Hole()
  }
  // end: context

  // begin: padding
  // EN: A source of 2 symbols stands in a batch whose longest has 10. Both real places have the score 1. Somebody "masks"
  // the 8 places of padding by setting their scores to 0. Which share of the weight, between 0 and 1, does the padding get?
  // Two digits will do (e is 2.718).
  // KO: 기호 2개짜리 원문이, 가장 긴 원문이 10자리인 배치에 들어 있다. 진짜 자리 둘의 점수는 모두 1이다. 누군가 패딩 8자리를 가리겠다며 점수를 0으로 했다. 패딩은 전체
  // 가중치 가운데 얼마를 차지하는가? 0과 1 사이의 수로 답한다. 두 자리면 된다(e는 2.718).
  //
  // Equation / 수식: masked (6.7)
  static func padding() throws -> Double {
    throw Hole()
  }
  // end: padding

  // begin: masked
  // EN: Write the weights a with the padding masked: m is 1 at the real places and 0 at the others. What is masked gets
  // exactly 0, and the rest sums to 1.
  // KO: 패딩을 가린 가중치 a를 쓴다. m은 진짜 자리에서 1, 나머지에서 0이다. 가린 자리는 정확히 0이 되고, 나머지의 합은 1이 되어야 한다.
  //
  // Equation / 수식: masked (6.7)
  //   e    e    S × 1
  //   m    m    S × 1
  static func masked<A: Algebra>(e: A, m: A) throws -> A {
    throw Hole()
  }
  // end: masked

  // begin: all-queries
  // EN: With a teacher and Luong's query all T queries are known beforehand. They are the columns of Q. Write all T contexts
  // at once, the columns of C, with the dot score.
  // KO: 교사 강요로 배우면서 Luong처럼 물으면 질의 T개를 미리 다 안다. 이것이 Q의 열이다. 내적 점수로 문맥 벡터 T개를 한꺼번에 구해, C의 열로 쓴다.
  //
  // Equation / 수식: score-dot (6.3)
  //   K    K    H × S
  //   Q    Q    H × T
  static func allQueries<A: Algebra>(K: A, Q: A) throws -> A {
    throw Hole()
  }
  // end: all-queries

  // begin: score-gradient
  // EN: Go back from the context to the scores: write ∂L/∂e. Two steps are in it: the mean of the keys, then the softmax.
  // KO: 문맥 벡터에서 점수까지 거슬러 간다. ∂L/∂e를 쓴다. 두 단계가 들어 있다. 먼저 키들의 평균, 그다음 소프트맥스다.
  //
  // Equation / 수식: back-softmax (6.6)
  //   K    K        H × S
  //   a    a        S × 1
  //   dc   ∂L/∂c    H × 1
  static func scoreGradient<A: Algebra>(K: A, a: A, dc: A) throws -> A {
    throw Hole()
  }
  // end: score-gradient

  // begin: keys-gradient
  // EN: Write ∂L/∂K for the general score. The decoder asks T times, and always of the same keys. [0] belongs to step 1.
  // KO: 일반 점수를 쓸 때의 ∂L/∂K를 쓴다. 디코더는 T번 묻고, 키는 늘 같다. [0]이 시점 1의 것이다.
  //
  // Equation / 수식: back-general (6.6)
  //   W    W                      H × H
  //   q    q_1 … q_T              H × 1
  //   a    a_1 … a_T              S × 1
  //   dc   ∂L/∂c_1 … ∂L/∂c_T      H × 1
  //   de   ∂L/∂e_1 … ∂L/∂e_T      S × 1
  static func keysGradient<A: Algebra>(W: A, q: [A], a: [A], dc: [A], de: [A]) throws -> A {
    throw Hole()
  }
  // end: keys-gradient

  // begin: decoder-bug
  // EN: A decoder with Bahdanau's attention, taught: from s_0 and the right symbols before each step to p_1 … p_T. It has one
  // bug, and a test with a single step does not see it. Find it and repair it. (A.stack puts its parts one above the other.)
  // KO: Bahdanau처럼 묻는 디코더를 교사 강요로 돌린다. s_0과, 시점마다 바로 앞의 정답 기호에서 p_1 … p_T를 구한다. 버그가 하나 있는데, 한 시점만 시험하면 보이지 않는다. 찾아서
  // 고친다. (A.stack은 나열한 것들을 위아래로 쌓는다.)
  //
  // Equation / 수식: bahdanau (6.5)
  //   y      y_0 … y_{T−1}   d × 1
  //   s_0    s_0             n × 1
  //   K      K               H × S
  //   W_a    W_a             n × H
  //   W_y    W_y             n × (d+H)
  //   b_y    b_y             n × 1
  //   W_h    W_h             n × n
  //   b_h    b_h             n × 1
  //   W      W               k × (H+n)
  //   b      b               k × 1
  static func decoderBug<A: Algebra>(
    y: [A], s_0: A, K: A, W_a: A, W_y: A, b_y: A, W_h: A, b_h: A, W: A, b: A
  ) throws -> [A] {
    var s = s_0
    var p: [A] = []
    let a = (K.transposed * (W_a.transposed * s)).softmax
    let c = K * a
    for t in 0..<y.count {
      s = tanh(W_y * A.stack([y[t], c]) + b_y + W_h * s + b_h)
      p.append((W * A.stack([c, s]) + b).softmax)
    }
    return p
  }
  // end: decoder-bug
}
