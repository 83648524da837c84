// Exercises of chapter 1 / 1장 연습 문제
//
//   swift run vanishing-gradient exercise                   what is done, and what comes next / 푼 문제와 다음 문제
//   swift run vanishing-gradient exercise factor            one of them / 문제 하나
//   swift run vanishing-gradient exercise factor --hint     a hint, three times / 힌트, 세 번까지
//
// EN: Write a line of your own where 'throw Hole()' stands. The letters are those of the notes; sequences count from 0,
// as in Python. What you need:
//
// KO: 'throw Hole()'이 있는 줄을 직접 쓴 줄로 바꾼다. 글자는 노트와 같고, 시퀀스의 번호는 파이썬처럼 0부터 센다. 쓸 것은 다음이 전부다.
//
//   a .* b     a ⊙ b              a * b     a b                 a + b, a - b, 1 - a, 2 * a
//   sigmoid(a), tanh(a)           a.transposed                  a.sumOfColumns   (n × B -> n × 1)
//   let m = a * b                 return m                      (0..<5).map { t in … }, sum([a, b, …])
//   min(1, u), max(1, u), u / v   u.squareRoot()                a.norm   ‖a‖

import Autodiff
import Notebook

enum Exercises {
  // begin: factor
  // EN: One link of the chain: write ∂h_l/∂h_{l−1}, the factor by which the gradient is multiplied on its way from h_l to
  // h_{l−1}. You may not need everything that is given.
  // KO: 사슬의 고리 하나다. 기울기가 h_l에서 h_{l−1}로 갈 때 곱해지는 인수 ∂h_l/∂h_{l−1}을 쓴다. 주어진 것을 다 쓰지 않아도 된다.
  //
  // Equation / 수식: chain-factor (1.5)
  //   w          w_l      1 × 1
  //   h_before   h_{l−1}  1 × 1
  //   h          h_l      1 × 1
  static func factor<A: Algebra>(w: A, h_before: A, h: A) throws -> A {
    throw Hole()
  }
  // end: factor

  // begin: sigmoid-limit
  // EN: In a network with the sigmoid, up to which ‖W_h‖₂ does the bound promise that the gradient vanishes? Return the
  // number that ‖W_h‖₂ must stay below.
  // KO: 시그모이드를 쓰는 신경망에서, 기울기가 소실된다고 상한이 보장하는 것은 ‖W_h‖₂가 얼마보다 작을 때까지인가? 그 수를 return한다.
  //
  // Equation / 수식: bound (1.8)
  static func sigmoidLimit() throws -> Double {
    throw Hole()
  }
  // end: sigmoid-limit

  // begin: state-gradient
  // EN: One step of backpropagation through time: write ∂L/∂h_t. The state is used twice, by its own loss and by step t + 1.
  // What comes back from step t + 1 goes through its tanh first, then through W_h.
  // KO: 시간에 따른 역전파를 한 시점만 한다. ∂L/∂h_t를 쓴다. 상태는 두 번 쓰인다. 제 시점의 손실이 쓰고, 시점 t + 1이 쓴다. 시점 t + 1에서 돌아오는 것은 먼저
  // 그 시점의 tanh를, 그다음 W_h를 거슬러 온다.
  //
  // Equation / 수식: back-state (1.4)
  //   dh_next   ∂L/∂h_{t+1}  n × B
  //   h_next    h_{t+1}      n × B
  //   h         h_t          n × B
  //   y         y_t          n × B
  //   W_h       W_h          n × n
  static func stateGradient<A: Algebra>(dh_next: A, h_next: A, h: A, y: A, W_h: A) throws -> A {
    throw Hole()
  }
  // end: state-gradient

  // begin: clip
  // EN: Clip the gradient of a weight and that of a bias together at the threshold: the norm is taken over the entries of
  // both, and a gradient below the threshold stays as it is. Return [dW, db], each times the same number.
  // KO: 가중치의 기울기와 편향의 기울기를 임계값에서 함께 클리핑한다. 노름은 두 기울기의 성분을 한데 모아 재고, 임계값보다 짧은 기울기는 그대로 둔다. 둘에 같은 수를 곱해
  // [dW, db]로 return한다.
  //
  // Equation / 수식: clip (1.10)
  //   dW          ∂L/∂W  n × d
  //   db          ∂L/∂b  n × 1
  //   threshold   θ
  static func clip(dW: Matrix, db: Matrix, threshold: Double) throws -> [Matrix] {
    throw Hole()
  }
  // end: clip

  // begin: peak
  // EN: Take 0.85 for 0.9 in the matrix of the section: A = [0.85, 10; 0, 0.85]. At which k is the norm of its power A^k
  // largest? Say it before you compute the norms.
  // KO: 이 절의 행렬에서 0.9를 0.85로 바꾼다. A = [0.85, 10; 0, 0.85]다. 거듭제곱 A^k의 노름은 k가 얼마일 때 가장 큰가? 노름을 계산해 보기 전에 답한다.
  //
  // Equation / 수식: jordan (1.9)
  static func peak() throws -> Double {
    throw Hole()
  }
  // end: peak

  // begin: two-steps
  // EN: Push the state h_{t−2} by a very small v_{t−2}. By how much does that move h_t, two steps later? Write v_t, which is
  // the Jacobian of two steps times v_{t−2}. For columns h and v, diag(h) v is h .* v.
  // KO: 상태 h_{t−2}를 아주 작은 v_{t−2}만큼 민다. 두 시점 뒤의 h_t는 얼마나 움직이는가? 두 시점의 야코비안에 v_{t−2}를 곱한 v_t를 쓴다. 열 h와 v에
  // 대해 diag(h) v는 h .* v다.
  //
  // Equation / 수식: jacobian-product (1.6)
  //   push       v_{t−2}  n × B
  //   h_before   h_{t−1}  n × B
  //   h          h_t      n × B
  //   W_h        W_h      n × n
  static func twoSteps<A: Algebra>(push: A, h_before: A, h: A, W_h: A) throws -> A {
    throw Hole()
  }
  // end: two-steps

  // begin: parameter-gradients
  // EN: The end of the backward pass: from the gradients of all pre-activations, the gradients of the three parameters.
  // Return [∂L/∂W_x, ∂L/∂W_h, ∂L/∂b]. da[0] and x[0] belong to step 1, but h[0] is h_0.
  // KO: 역전파의 마지막이다. 모든 활성화 이전 값의 기울기에서 세 매개변수의 기울기를 얻는다. [∂L/∂W_x, ∂L/∂W_h, ∂L/∂b]로 return한다. da[0]과 x[0]은
  // 시점 1의 것이지만 h[0]은 h_0이다.
  //
  // Equation / 수식: sum-over-uses (1.4)
  //   da   ∂L/∂a_1 … ∂L/∂a_T   n × B
  //   x    x_1 … x_T           d × B
  //   h    h_0 … h_T           n × B
  static func parameterGradients<A: Algebra>(da: [A], x: [A], h: [A]) throws -> [A] {
    throw Hole()
  }
  // end: parameter-gradients

  // begin: skip-bug
  // EN: The backward pass of a network with a skip connection, h_t = h_{t−1} + tanh(a_t), down to ∂L/∂b; the loss is that of
  // section 1.1. It has one bug, and a test with a single step from h_0 = 0 does not see it. Find it and repair it. h[0] is
  // h_0, y[0] is y_1.
  // KO: 스킵 연결이 있는 신경망 h_t = h_{t−1} + tanh(a_t)에서 ∂L/∂b까지 가는 역전파다. 손실은 1.1절의 것이다. 버그가 하나 있는데, h_0 = 0에서 한 시점만 돌려 보는 시험에서는
  // 보이지 않는다. 찾아서 고친다. h[0]은 h_0이고 y[0]은 y_1이다.
  //
  // Equation / 수식: skip-jacobian (1.11)
  //   h     h_0 … h_T   n × B
  //   y     y_1 … y_T   n × B
  //   W_h   W_h         n × n
  static func skipBug<A: Algebra>(h: [A], y: [A], W_h: A) throws -> A {
    var db = 0 * h[0].sumOfColumns
    var fromNext = 0 * h[0]
    for t in stride(from: y.count, through: 1, by: -1) {
      let dh = h[t] - y[t - 1] + fromNext
      let da = dh .* (1 - h[t] .* h[t])
      db = db + da.sumOfColumns
      fromNext = dh + W_h.transposed * da
    }
    return db
  }
  // end: skip-bug
}
