// Exercises of chapter 5 / 5장 연습 문제
//
//   swift run birnn exercise                           what is done, and what comes next / 푼 문제와 다음 문제
//   swift run birnn exercise backward-state            one of them / 문제 하나
//   swift run birnn exercise backward-state --hint     a hint, three times / 힌트, 세 번까지
//
// EN: Write a line of your own where 'throw Hole()' stands. The weights of the forward network are W_x, W_h, W_b here, those
// of the backward network V_x, V_h, V_b. Sequences count from 0, as in Python: x[0] is x_1. What you need:
//
// KO: 'throw Hole()'이 있는 줄을 직접 쓴 줄로 바꾼다. 여기서 순방향 신경망의 가중치는 W_x, W_h, W_b이고 역방향 신경망의 가중치는 V_x, V_h, V_b다. 시퀀스의 번호는
// 파이썬처럼 0부터 세므로 x[0]이 x_1이다. 쓸 것은 다음이 전부다.
//
//   a .* b     a ⊙ b              a * b     a b                 a + b, a - b, 1 - a, 2 * a
//   sigmoid(a), tanh(a)           a.transposed                  A.stack([a, b])   (a above b / a가 위, b가 아래)
//   let m = a * b                 return m                      a.rows(0..<3)     (rows 0, 1, 2 / 0, 1, 2행)
//   list[0], list[list.count - 1]                               (0..<list.count).map { t in … }

import Autodiff
import Notebook

enum Exercises {
  // begin: backward-state
  // EN: The backward network reads from the right. Write its state at step t. Both neighbours are given, and only one of
  // them belongs into it.
  // KO: 역방향 신경망은 오른쪽에서부터 읽는다. 시점 t에서 이 신경망의 상태를 쓴다. 양옆의 상태가 다 주어졌지만 쓸 것은 하나뿐이다.
  //
  // Equation / 수식: two-directions (5.1)
  //   x          x_t      d × B
  //   h_before   h⃖_{t−1}  n × B
  //   h_after    h⃖_{t+1}  n × B
  //   V_x        W⃖_x      n × d
  //   V_h        W⃖_h      n × n
  //   V_b        b⃖        n × 1
  static func backwardState<A: Algebra>(x: A, h_before: A, h_after: A, V_x: A, V_h: A, V_b: A) throws -> A {
    throw Hole()
  }
  // end: backward-state

  // begin: parameters
  // EN: Before you count: a bidirectional LSTM of one layer reads 100 inputs, and its outputs y_t are to have 300 entries.
  // How many parameters has it, with the two biases of PyTorch? Return the number.
  // KO: 세어 보기 전에 답한다. 한 층짜리 양방향 LSTM이 입력 100개를 읽고, 출력 y_t의 성분은 300개여야 한다. 편향을 PyTorch처럼 둘 둔다면 매개변수는 모두
  // 몇 개인가? 그 수를 return한다.
  //
  // Equation / 수식: parameters (5.3)
  static func parameters() throws -> Double {
    throw Hole()
  }
  // end: parameters

  // begin: output
  // EN: Both networks have run. The forward states are listed from step 1 to T. The backward ones are listed as they were
  // computed: u[0] is the state at step T, the first one, and the last of the list the state at step 1. Return the outputs
  // y_1 … y_T.
  // KO: 두 신경망을 다 돌렸다. 순방향 상태는 시점 1부터 T까지 차례로 있다. 역방향 상태는 계산한 순서대로 있다. 맨 먼저 계산한 u[0]이 시점 T의 상태이고, 목록의 마지막이
  // 시점 1의 상태다. 출력 y_1 … y_T를 return한다.
  //
  // Equation / 수식: output (5.1)
  //   h   h⃗_1 … h⃗_T  n × B
  //   u   u_1 … u_T    n × B
  static func output<A: Algebra>(h: [A], u: [A]) throws -> [A] {
    throw Hole()
  }
  // end: output

  // begin: summary
  // EN: Make one vector that has read the whole sequence in both directions, s. You have the outputs: rows 0, 1, 2 of each
  // are the forward half, rows 3, 4, 5 the backward half. The forward half of s goes on top.
  // KO: 두 방향 모두 시퀀스 전체를 읽은 벡터 하나, s를 만든다. 가진 것은 출력이다. 출력마다 0, 1, 2행이 순방향 절반이고 3, 4, 5행이 역방향 절반이다. s에서도 순방향
  // 절반이 위에 온다.
  //
  // Equation / 수식: summary (5.4)
  //   y   y_1 … y_T  6 × B
  static func summary<A: Algebra>(y: [A]) throws -> A {
    throw Hole()
  }
  // end: summary

  // begin: state-gradient
  // EN: Write the gradient of a backward state. It comes from two places: from the output y_t, whose rows 0, 1, 2 are the
  // forward half and 3, 4, 5 the backward half, and from the step that used the state. Again one neighbour is not needed.
  // KO: 역방향 상태의 기울기를 쓴다. 두 곳에서 온다. 하나는 출력 y_t이고(0, 1, 2행이 순방향 절반, 3, 4, 5행이 역방향 절반이다), 하나는 그 상태를 쓴 시점이다. 이번에도
  // 이웃 하나는 필요 없다.
  //
  // Equation / 수식: back-states (5.1)
  //   dy          ∂L/∂y_t      6 × B
  //   da_before   ∂L/∂a⃖_{t−1}  3 × B
  //   da_after    ∂L/∂a⃖_{t+1}  3 × B
  //   V_h         W⃖_h          3 × 3
  static func stateGradient<A: Algebra>(dy: A, da_before: A, da_after: A, V_h: A) throws -> A {
    throw Hole()
  }
  // end: state-gradient

  // begin: masked-state
  // EN: The same state as in the first exercise, in a batch whose sequences have different lengths. The mask m is 1 in the
  // columns whose sequence reaches step t, else 0; its row has been repeated for all n rows. At a padded step the state
  // stays as it is.
  // KO: 첫 문제와 같은 상태인데, 이제 배치에 든 시퀀스의 길이가 저마다 다르다. 마스크 m은 그 열의 시퀀스에 시점 t가 있으면 1, 없으면 0이다. 마스크의 행을 n개 행 모두에
  // 되풀이해 두었다. 패딩 시점에서는 상태가 그대로 있어야 한다.
  //
  // Equation / 수식: masked (5.5)
  //   x          x_t      d × B
  //   m          m_t      n × B
  //   h_before   h⃖_{t−1}  n × B
  //   h_after    h⃖_{t+1}  n × B
  //   V_x        W⃖_x      n × d
  //   V_h        W⃖_h      n × n
  //   V_b        b⃖        n × 1
  static func maskedState<A: Algebra>(x: A, m: A, h_before: A, h_after: A, V_x: A, V_h: A, V_b: A) throws -> A {
    throw Hole()
  }
  // end: masked-state

  // begin: masked-gradient
  // EN: Now the way back through that step. Suppose that the loss uses the state at step t alone. Write the gradient of the
  // state at step t + 1. Where the mask is 1, the new state h is a tanh; h is given, so you need no tanh. The first line is
  // the gradient of the pre-activation.
  // KO: 이제 그 시점을 거슬러 간다. 손실이 시점 t의 상태만 쓴다고 하자. 시점 t + 1의 상태의 기울기를 쓴다. 마스크가 1인 열에서 새 상태 h는 tanh의 값이다. h가 주어졌으니
  // tanh를 다시 쓸 필요는 없다. 활성화 이전 값의 기울기부터 쓰면 된다.
  //
  // Equation / 수식: masked (5.5)
  //   dh    ∂L/∂h⃖_t  n × B
  //   m     m_t      n × B
  //   h     h⃖_t      n × B
  //   V_h   W⃖_h      n × n
  static func maskedGradient<A: Algebra>(dh: A, m: A, h: A, V_h: A) throws -> A {
    throw Hole()
  }
  // end: masked-gradient

  // begin: layer-bug
  // EN: A whole bidirectional layer for a padded batch, which gives y_1 … y_T. It has one bug, and if all sequences of the
  // batch have the same length, nothing is wrong. Find it and repair it. The padding stands at the end of each sequence;
  // each mask has its row repeated n times. back.insert(h, at: 0) puts h at the front of the list.
  // KO: 패딩한 배치를 받아 y_1 … y_T를 내는 양방향 층 전체다. 버그가 하나 있는데, 배치에 든 시퀀스의 길이가 모두 같으면 틀린 데가 없다. 찾아서 고친다. 패딩은 시퀀스마다
  // 끝에 있고, 마스크마다 그 행을 n번 되풀이해 두었다. back.insert(h, at: 0)은 h를 목록 맨 앞에 넣는다.
  //
  // Equation / 수식: masked (5.5)
  //   x     x_1 … x_T  d × B
  //   m     m_1 … m_T  n × B
  //   W_x   W⃗_x        n × d
  //   W_h   W⃗_h        n × n
  //   W_b   b⃗          n × 1
  //   V_x   W⃖_x        n × d
  //   V_h   W⃖_h        n × n
  //   V_b   b⃖          n × 1
  static func layerBug<A: Algebra>(
    x: [A], m: [A], W_x: A, W_h: A, W_b: A, V_x: A, V_h: A, V_b: A
  ) throws -> [A] {
    var there: [A] = []
    var h = 0 * (W_x * x[0])
    for t in 0..<x.count {
      let new = tanh(W_x * x[t] + W_h * h + W_b)
      h = m[t] .* new + (1 - m[t]) .* h
      there.append(m[t] .* h)
    }
    var back: [A] = []
    h = 0 * h
    for t in (0..<x.count).reversed() {
      let new = tanh(V_x * x[t] + V_h * h + V_b)
      h = new
      back.insert(m[t] .* h, at: 0)
    }
    return (0..<x.count).map { t in A.stack([there[t], back[t]]) }
  }
  // end: layer-bug
}
