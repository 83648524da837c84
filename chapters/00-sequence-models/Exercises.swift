// Exercises of chapter 0 / 0장 연습 문제
//
//   swift run sequence-models exercise                what is done, and what comes next / 푼 문제와 다음 문제
//   swift run sequence-models exercise layer          one of them / 문제 하나
//   swift run sequence-models exercise layer --hint   a hint, three times / 힌트, 세 번까지
//
// EN: Write a line of your own where 'throw Hole()' stands. The letters are those of the notes; sequences count from 0,
// as in Python. What you need:
//
// KO: 'throw Hole()'이 있는 줄을 직접 쓴 줄로 바꾼다. 글자는 노트와 같고, 시퀀스의 번호는 파이썬처럼 0부터 센다. 쓸 것은 다음이 전부다.
//
//   a .* b     a ⊙ b              a * b     a b                 a + b, a - b, 1 - a, a + 1, 2 * a, -a
//   a ./ b     entry by entry / 원소별로 나누기                  tanh(a), a.log   of every entry / 성분마다
//   a.sumOfRows, a.maximumOfRows  of each column / 열마다 (n × B -> 1 × B)      a.total   all entries / 모든 성분의 합
//   a.spread(like: b)             repeated to the shape of b / b의 모양이 되도록 되풀이
//   let m = a * b                 return m                      sum((0..<5).map { t in a[t] .* b[t] })
//   var h = a                     may change: h = h + a / 바뀔 수 있다
//
// EN: .* and * bind alike, from the left: write r .* (W * h) where the notes have r ⊙ W h.
// KO: .*와 *는 왼쪽부터 차례로 계산된다. 노트의 r ⊙ W h는 r .* (W * h)로 쓴다.

import Autodiff
import Notebook

enum Exercises {
  // begin: layer
  // EN: Your first line: write v, which squares every entry of h = tanh(W x + b). You may give h a name first, on a line of
  // its own (let h = …), and then return what you want of it.
  // KO: 처음 쓰는 한 줄이다. h = tanh(W x + b)의 성분을 모두 제곱한 v를 쓴다. 먼저 한 줄에 h라는 이름을 지어 두고(let h = …) 그것으로 만든 것을 return해도 된다.
  //
  // Equation / 수식: layer (0.3)
  //   W    W    n × d
  //   x    x    d × B
  //   b    b    n × 1
  static func layer<A: Algebra>(W: A, x: A, b: A) throws -> A {
    throw Hole()
  }
  // end: layer

  // begin: naive-cost
  // EN: A naive and a recurrent network have n = 30 units each and read symbols of d = 4 entries. The naive one's step grows
  // with t. At which t does it take more multiply-adds than the recurrent one's for the first time?
  // KO: 소박한 모델과 순환 신경망이 모두 유닛 n = 30개이고, 성분이 d = 4개인 기호를 읽는다. 소박한 모델은 t가 커질수록 한 시점에 곱셈이 더 든다. 순환 신경망보다 처음으로 더 많이 드는 t는 얼마인가?
  //
  // Equation / 수식: multiply-adds (0.10)
  static func naiveCost() throws -> Double {
    throw Hole()
  }
  // end: naive-cost

  // begin: log-probability
  // EN: Write log(P_{1:T}), the logarithm of the probability of whole sequences. p[0] is p_1: a row with an entry for each of B
  // sequences, the probability of its first symbol. p[1] is p_2, that of its second one given the first, and so on.
  // KO: 시퀀스 전체가 나올 확률의 로그 log(P_{1:T})를 쓴다. p[0]은 p_1이고, 시퀀스 B개마다 성분이 하나씩 있는 행이다. 성분은 그 시퀀스의 첫 기호가 나올 확률이다. p[1]은 p_2이고, 첫 기호가 주어졌을 때 둘째
  // 기호가 나올 확률이다. 그 뒤도 마찬가지다.
  //
  // Equation / 수식: logarithm (0.5)
  //   p    p_1 … p_T   1 × B
  static func logProbability<A: Algebra>(p: [A]) throws -> A {
    throw Hole()
  }
  // end: log-probability

  // begin: markov
  // EN: Another drummer: the first two steps are fair. After that each step does what the drum did two steps before with
  // probability 3/4, and the opposite with 1/4. How often, between 0 and 1, can a Markov model be right at best from the third
  // step on? It sees the last step alone.
  // KO: 이번에는 다르게 친다. 처음 두 박은 반반이다. 그 뒤로는 두 박 앞에서 한 대로 할 확률이 3/4이고 반대로 할 확률이 1/4이다. 셋째 박부터 마르코프 모델은 아무리 잘해도 얼마나 맞히는가? 0과 1 사이의 수로 답한다. 이
  // 모델은 바로 앞의 박만 본다.
  //
  // Equation / 수식: best-accuracy (0.8)
  static func markov() throws -> Double {
    throw Hole()
  }
  // end: markov

  // begin: ceiling
  // EN: Write the best accuracy of a model. J has a column for everything that the model can see, a row for each next symbol,
  // and in it the probability of both together; all of J sums to 1.
  // KO: 모델이 이를 수 있는 가장 높은 정확도를 쓴다. J에는 모델이 볼 수 있는 것마다 열이 하나, 다음 기호마다 행이 하나 있고, 성분은 둘이 함께 나올 확률이다. J의 성분을 모두 더하면 1이다.
  //
  // Equation / 수식: best-accuracy (0.8)
  //   J    J_τ    2 × K
  static func ceiling<A: Algebra>(J: A) throws -> A {
    throw Hole()
  }
  // end: ceiling

  // begin: entropy
  // EN: Write the entropy that is left to a model which gives the true shares: the mean surprise −log of the share that the symbol
  // has in its column. J is as before.
  // KO: 참된 비율을 주는 모델에게도 남는 엔트로피를 쓴다. 실제로 나온 기호가 제 열에서 차지하는 비율의 −log, 곧 놀라움을 평균한 것이다. J는 앞 문제와 같다.
  //
  // Equation / 수식: entropy (0.9)
  //   J    J_τ    2 × K
  static func entropy<A: Algebra>(J: A) throws -> A {
    throw Hole()
  }
  // end: entropy

  // begin: unroll
  // EN: Write the loop of a recurrent network: from the inputs and h_0 to the list of its states h_1 … h_T. x[0] is x_1. The
  // frame stands below 'throw Hole()', which you delete: take away the '//' and write what stands for the dots.
  // KO: 순환 신경망의 반복문을 쓴다. 입력들과 h_0에서 시작해 상태의 목록 h_1 … h_T를 낸다. x[0]이 x_1이다. 틀은 'throw Hole()' 아래에 적어
  // 두었다. 'throw Hole()'을 지우고, '//'를 떼고, 점 자리를 채운다.
  //
  // Equation / 수식: unrolled (0.4)
  //   W_x   W_x          n × d
  //   W_h   W_h          n × n
  //   b     b            n × 1
  //   x     x_1 … x_T    d × B
  //   h_0   h_0          n × B
  static func unroll<A: Algebra>(W_x: A, W_h: A, b: A, x: [A], h_0: A) throws -> [A] {
    throw Hole()
    // var h = h_0
    // var states: [A] = []
    // for x_t in x {
    //   h = …
    //   states.append(h)
    // }
    // return states
  }
  // end: unroll

  // begin: program-bug
  // EN: An encoder reads x_1 … x_T, and a decoder with weights of its own writes m answers, while it reads zeros. It can be
  // trained, and its loss falls a little, but it gives the same answers whatever it has read. Find the bug and repair it.
  // KO: 인코더가 x_1 … x_T를 읽고, 가중치가 따로 있는 디코더가 영벡터를 읽으며 답을 m개 쓴다. 학습도 되고 손실도 조금은 줄지만, 무엇을 읽었든 똑같이 답한다. 버그를 찾아서 고친다.
  //
  // Equation / 수식: zero-inputs (0.11)
  //   x     x_1 … x_T    d × B
  //   h_0   h_0          n × B
  //   E_x   E_x          n × d
  //   E_h   E_h          n × n
  //   b_e   b_e          n × 1
  //   W_h   W_h          n × n
  //   b     b            n × 1
  //   V     V            K × n
  //   b_s   b_s          K × 1
  //   m     m
  static func programBug<A: Algebra>(
    x: [A], h_0: A, E_x: A, E_h: A, b_e: A, W_h: A, b: A, V: A, b_s: A, m: Int
  ) throws -> [A] {
    var h = h_0
    for x_t in x {
      h = tanh(E_x * x_t + E_h * h + b_e)
    }
    var s = h_0
    var answers: [A] = []
    for _ in 0..<m {
      s = tanh(W_h * s + b)
      answers.append(V * s + b_s)
    }
    return answers
  }
  // end: program-bug
}
