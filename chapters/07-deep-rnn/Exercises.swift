// Exercises of chapter 7 / 7장 연습 문제
//
//   swift run deep-rnn exercise                   what is done, and what comes next / 푼 문제와 다음 문제
//   swift run deep-rnn exercise residual          one of them / 문제 하나
//   swift run deep-rnn exercise residual --hint   a hint, three times / 힌트, 세 번까지
//
// EN: Write a line of your own where 'throw Hole()' stands. The letters are those of the notes; sequences count from 0,
// as in Python. What you need:
//
// KO: 'throw Hole()'이 있는 줄을 직접 쓴 줄로 바꾼다. 글자는 노트와 같고, 시퀀스의 번호는 파이썬처럼 0부터 센다. 쓸 것은 다음이 전부다.
//
//   a .* b     a ⊙ b              a * b     a b                 a + b, a - b, 1 - a, a + 1, 2 * a
//   sigmoid(a), tanh(a)           a.transposed                  a.sumOfColumns   (n × B -> n × 1)
//   let m = a * b                 return m                      sum((0..<5).map { t in a[t] .* b[t] })
//   var h = a                     may change: h = h + a / 바뀔 수 있다
//
// EN: .* and * bind alike, from the left: write r .* (W * h) where the notes have r ⊙ W h.
// KO: .*와 *는 왼쪽부터 차례로 계산된다. 노트의 r ⊙ W h는 r .* (W * h)로 쓴다.

import Autodiff
import Notebook

enum Exercises {
  // begin: residual
  // EN: Write the output h_l of a residual layer. h is the layer's input h_{l−1}.
  // KO: 잔차 층의 출력 h_l을 쓴다. h는 층의 입력 h_{l−1}이다.
  //
  // Equation / 수식: residual (7.5)
  //   h    h_{l−1}   n × B
  //   W    W_l       n × n
  //   b    b_l       n × 1
  static func residual<A: Algebra>(h: A, W: A, b: A) throws -> A {
    throw Hole()
  }
  // end: residual

  // begin: parameters
  // EN: Before you count: an LSTM of three layers has 200 units in each and reads 100 inputs. Each block has two biases, as in
  // PyTorch. How many parameters has it?
  // KO: 세어 보기 전에 답한다. 세 층짜리 LSTM이 층마다 유닛이 200개이고 입력 100개를 읽는다. 블록마다 편향이 PyTorch처럼 둘이다. 매개변수는 모두 몇 개인가?
  //
  // Equation / 수식: counts (7.1)
  static func parameters() throws -> Double {
    throw Hole()
  }
  // end: parameters

  // begin: highway
  // EN: Write the output h_l of a highway layer: first the candidate g_l, then the gate τ_l, then the mixture of g_l and the input.
  // KO: 하이웨이 층의 출력 h_l을 쓴다. 먼저 후보 g_l, 그다음 게이트 τ_l, 마지막으로 g_l과 입력을 섞는다.
  //
  // Equation / 수식: highway (7.5)
  //   h    h_{l−1}   n × B
  //   W    W_l       n × n
  //   b    b_l       n × 1
  //   V    V_l       n × n
  //   c    c_l       n × 1
  static func highway<A: Algebra>(h: A, W: A, b: A, V: A, c: A) throws -> A {
    throw Hole()
  }
  // end: highway

  // begin: stack
  // EN: Write a stack of two layers: from x_1 … x_T to the states of the second layer, h_1 … h_T. h1 and h2 are the states of both
  // layers at step 0. The frame stands below 'throw Hole()', which you delete: take away the '//' and write what stands for the
  // dots.
  // KO: 두 층을 쌓은 신경망을 쓴다. x_1 … x_T에서 둘째 층의 상태 h_1 … h_T를 낸다. h1과 h2는 두 층의 시점 0 상태다. 틀은 'throw Hole()' 아래에 적어 두었다. 'throw Hole()'을
  // 지우고, '//'를 떼고, 점 자리를 채운다.
  //
  // Equation / 수식: layers (7.1)
  //   x      x_1 … x_T   d × B
  //   h1     h_0⁽¹⁾      n × B
  //   h2     h_0⁽²⁾      n × B
  //   W_x1   W_x⁽¹⁾      n × d
  //   W_h1   W_h⁽¹⁾      n × n
  //   b1     b⁽¹⁾        n × 1
  //   W_x2   W_x⁽²⁾      n × n
  //   W_h2   W_h⁽²⁾      n × n
  //   b2     b⁽²⁾        n × 1
  static func stack<A: Algebra>(
    x: [A], h1: A, h2: A, W_x1: A, W_h1: A, b1: A, W_x2: A, W_h2: A, b2: A
  ) throws -> [A] {
    throw Hole()
    // var low = h1
    // var high = h2
    // var states: [A] = []
    // for x_t in x {
    //   low = …
    //   high = …
    //   states.append(high)
    // }
    // return states
  }
  // end: stack

  // begin: three-layers
  // EN: Three residual layers: J_l is each one's own Jacobian, without the identity. Send ∂L/∂h_3 back to h_0: write ∂L/∂h_0.
  // KO: 잔차 층이 셋이다. J_l은 단위행렬을 뺀, 층 자신의 야코비안이다. ∂L/∂h_3을 h_0까지 돌려보내 ∂L/∂h_0을 쓴다.
  //
  // Equation / 수식: product-residual (7.6)
  //   dh   ∂L/∂h_3   n × 1
  //   J1   J_1       n × n
  //   J2   J_2       n × n
  //   J3   J_3       n × n
  static func threeLayers<A: Algebra>(dh: A, J1: A, J2: A, J3: A) throws -> A {
    throw Hole()
  }
  // end: three-layers

  // begin: highway-gradient
  // EN: Go back through a highway layer: write ∂L/∂h_{l−1}. The input stands in three places of the layer, so there are three
  // terms.
  // KO: 하이웨이 층을 거슬러 가서 ∂L/∂h_{l−1}을 쓴다. 입력이 층의 세 곳에 나오므로 항이 셋이다.
  //
  // Equation / 수식: back-highway (7.5)
  //   dh    ∂L/∂h_l   n × B
  //   h     h_{l−1}   n × B
  //   g     g_l       n × B
  //   tau   τ_l       n × B
  //   W     W_l       n × n
  //   V     V_l       n × n
  static func highwayGradient<A: Algebra>(dh: A, h: A, g: A, tau: A, W: A, V: A) throws -> A {
    throw Hole()
  }
  // end: highway-gradient

  // begin: skip-bug
  // EN: Two layers of tanh networks, with a skip around the second: the output is y_t = h_t of the first layer + h_t of the second.
  // This goes back through time and depth, from ∂L/∂y_1 … ∂L/∂y_T to the states at step 0, [first layer's, second layer's]. It has
  // one bug, and all gradients of the second layer are right. Find it and repair it. (h1[0] is h_0, h1[1] is h_1, and so on.)
  // KO: tanh 신경망 두 층을 쌓고 둘째 층을 건너뛰는 스킵 연결을 두었다. 출력은 y_t = 첫째 층의 h_t + 둘째 층의 h_t다. 시간과 깊이를 거슬러, ∂L/∂y_1 … ∂L/∂y_T에서 시점 0의 상태까지 가서
  // [첫째 층의 것, 둘째 층의 것]을 낸다. 버그가 하나 있는데, 둘째 층의 기울기는 모두 맞다. 찾아서 고친다. (h1[0]이 h_0, h1[1]이 h_1이고, 그 뒤도 마찬가지다.)
  //
  // Equation / 수식: back-residual (7.5)
  //   dy     ∂L/∂y_1 … ∂L/∂y_T   n × B
  //   h1     h_0⁽¹⁾ … h_T⁽¹⁾     n × B
  //   h2     h_0⁽²⁾ … h_T⁽²⁾     n × B
  //   W_h1   W_h⁽¹⁾              n × n
  //   W_x2   W_x⁽²⁾              n × n
  //   W_h2   W_h⁽²⁾              n × n
  static func skipBug<A: Algebra>(dy: [A], h1: [A], h2: [A], W_h1: A, W_x2: A, W_h2: A) throws -> [A] {
    var later1 = 0 * h1[0]  // what comes from the next step / 다음 시점에서 오는 것
    var later2 = 0 * h2[0]
    for t in (0..<dy.count).reversed() {
      let dh2 = dy[t] + later2
      let da2 = dh2 .* (1 - h2[t + 1] .* h2[t + 1])
      let dh1 = W_x2.transposed * da2 + later1
      let da1 = dh1 .* (1 - h1[t + 1] .* h1[t + 1])
      later2 = W_h2.transposed * da2
      later1 = W_h1.transposed * da1
    }
    return [later1, later2]
  }
  // end: skip-bug
}
