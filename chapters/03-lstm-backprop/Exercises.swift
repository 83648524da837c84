// Exercises of chapter 3 / 3장 연습 문제
//
//   swift run lstm-backprop exercise                       what is done, and what comes next / 푼 문제와 다음 문제
//   swift run lstm-backprop exercise input-gate            one of them / 문제 하나
//   swift run lstm-backprop exercise input-gate --hint     a hint, three times / 힌트, 세 번까지
//
// EN: Write a line of your own where 'throw Hole()' stands. The letters are those of the notes, and d in front of one is
// its gradient: dc is ∂L/∂c_t. Sequences count from 0, as in Python. What you need:
//
// KO: 'throw Hole()'이 있는 줄을 직접 쓴 줄로 바꾼다. 글자는 노트와 같고, 앞에 d가 붙으면 그 기울기다. dc는 ∂L/∂c_t다. 시퀀스의 번호는 파이썬처럼 0부터
// 센다. 쓸 것은 다음이 전부다.
//
//   a .* b     a ⊙ b              a * b     a b                 a + b, a - b, 1 - a, 2 * a
//   sigmoid(a), tanh(a)           a.transposed                  a.sumOfColumns   (n × B -> n × 1)
//   let m = a * b                 return m                      (0..<5).map { t in … }, sum([a, b, …])

import Autodiff
import Notebook

enum Exercises {
  // begin: input-gate
  // EN: c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t. Given ∂L/∂c_t, write ∂L/∂i_t, the gradient of the input gate itself, not yet of
  // what goes into its sigmoid.
  // KO: c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t이다. ∂L/∂c_t가 주어졌을 때 ∂L/∂i_t를 쓴다. 시그모이드에 들어가는 값이 아니라 입력 게이트 자체의 기울기다.
  //
  // Equation / 수식: back-gates (3.4)
  //   dc   ∂L/∂c_t  n × B
  //   i    i_t      n × B
  //   g    g_t      n × B
  static func inputGate<A: Algebra>(dc: A, i: A, g: A) throws -> A {
    throw Hole()
  }
  // end: input-gate

  // begin: direct-path
  // EN: Before you run it: an LSTM has W_h = 0, so that only the direct path is left, and its forget gates are 0.9 at every
  // step. An entry of ∂L/∂c_T is 1. How large is that entry of ∂L/∂c_{T−10}, to two decimals? The loss uses the last cell
  // state alone.
  // KO: 돌려 보기 전에 답한다. 어떤 LSTM은 W_h = 0이라서 곧은 길만 남았고, 망각 게이트는 시점마다 0.9다. 손실은 마지막 셀 상태만 쓰고, ∂L/∂c_T의 한 성분이 1이다.
  // ∂L/∂c_{T−10}에서 같은 성분은 얼마인가? 소수 둘째 자리까지 답한다.
  //
  // Equation / 수식: shortcut (3.9)
  static func directPath() throws -> Double {
    throw Hole()
  }
  // end: direct-path

  // begin: cell-gradient
  // EN: The cell state c_t has two users, h_t = o_t ⊙ tanh(c_t) and the next step. Write ∂L/∂c_t, the sum of what both send
  // back.
  // KO: 셀 상태 c_t를 쓰는 곳은 둘이다. h_t = o_t ⊙ tanh(c_t)와 다음 시점이다. 두 곳에서 돌려보내는 것을 더해 ∂L/∂c_t를 쓴다.
  //
  // Equation / 수식: back-c (3.3)
  //   dh        ∂L/∂h_t      n × B
  //   o         o_t          n × B
  //   c         c_t          n × B
  //   dc_next   ∂L/∂c_{t+1}  n × B
  //   f_next    f_{t+1}      n × B
  static func cellGradient<A: Algebra>(dh: A, o: A, c: A, dc_next: A, f_next: A) throws -> A {
    throw Hole()
  }
  // end: cell-gradient

  // begin: forget-gate
  // EN: Go back from the cell state to the pre-activation of the forget gate: write ∂L/∂f̂_t. Not everything that is given
  // is needed.
  // KO: 셀 상태에서 망각 게이트의 활성화 이전 값까지 거슬러 간다. ∂L/∂f̂_t를 쓴다. 주어진 것이 다 필요하지는 않다.
  //
  // Equation / 수식: back-slopes (3.4)
  //   dc         ∂L/∂c_t  n × B
  //   c_before   c_{t−1}  n × B
  //   c          c_t      n × B
  //   f_hat      f̂_t      n × B
  //   f          f_t      n × B
  static func forgetGate<A: Algebra>(dc: A, c_before: A, c: A, f_hat: A, f: A) throws -> A {
    throw Hole()
  }
  // end: forget-gate

  // begin: sums
  // EN: All steps and all examples of the batch use one W_h and one b. Return both gradients, [∂L/∂W_h, ∂L/∂b]. The four
  // blocks stand stacked in the m rows of a_t. da[0] belongs to step 1, but h[0] is h_0.
  // KO: 모든 시점과 배치의 모든 예제가 W_h 하나와 b 하나를 함께 쓴다. 두 기울기를 [∂L/∂W_h, ∂L/∂b]로 return한다. a_t의 행 m개에는 네 블록이 쌓여 있다.
  // da[0]은 시점 1의 것이지만 h[0]은 h_0이다.
  //
  // Equation / 수식: sums (3.5)
  //   da   ∂L/∂a_1 … ∂L/∂a_T  m × B
  //   h    h_0 … h_T          n × B
  static func sums<A: Algebra>(da: [A], h: [A]) throws -> [A] {
    throw Hole()
  }
  // end: sums

  // begin: detour
  // EN: Suppose that the loss uses c_t alone, nothing else of step t or later. Write all of ∂L/∂c_{t−1}: the direct path, and
  // the detour through h_{t−1}, which enters f̂_t, î_t and ĝ_t. Several lines are welcome: let da_f = …
  // KO: 손실이 c_t만 쓰고, 시점 t와 그 뒤의 다른 것은 쓰지 않는다고 하자. ∂L/∂c_{t−1}을 빠짐없이 쓴다. 곧은 길이 있고, h_{t−1}을 거쳐 f̂_t, î_t, ĝ_t에
  // 들어가는 우회로가 있다. let da_f = … 처럼 여러 줄로 나누어 써도 된다.
  //
  // Equation / 수식: highway (3.8)
  //   dc         ∂L/∂c_t  n × B
  //   f          f_t      n × B
  //   i          i_t      n × B
  //   g          g_t      n × B
  //   c_before   c_{t−1}  n × B
  //   o_before   o_{t−1}  n × B
  //   W_hf       W_{hf}   n × n
  //   W_hi       W_{hi}   n × n
  //   W_hg       W_{hg}   n × n
  static func detour<A: Algebra>(
    dc: A, f: A, i: A, g: A, c_before: A, o_before: A, W_hf: A, W_hi: A, W_hg: A
  ) throws -> A {
    throw Hole()
  }
  // end: detour

  // begin: pass-bug
  // EN: The whole backward pass for L = ½ Σ ‖h_t − y_t‖², from step T to step 1. It gives [∂L/∂W_h, ∂L/∂h_0, ∂L/∂c_0]. It
  // has one bug, and with a single step nothing is wrong. Find it and repair it. h[0] and c[0] are h_0 and c_0, and
  // everything else begins at step 1: in the loop, f[t] and h[t + 1] belong to one step, and h[t] to the step before.
  // KO: L = ½ Σ ‖h_t − y_t‖²의 역전파 전체를 시점 T에서 시점 1까지 돌려 [∂L/∂W_h, ∂L/∂h_0, ∂L/∂c_0]을 낸다. 버그가 하나 있는데, 시점이 하나뿐이면
  // 틀린 데가 없다. 찾아서 고친다. h[0]과 c[0]은 h_0과 c_0이고 나머지는 시점 1부터 있다. 반복문 안에서 f[t]와 h[t + 1]은 같은 시점의 것이고 h[t]는 그 앞
  // 시점의 것이다.
  //
  // Equation / 수식: back-c (3.3)
  //   h     h_0 … h_T  3 × B
  //   c     c_0 … c_T  3 × B
  //   i     i_1 … i_T  3 × B
  //   f     f_1 … f_T  3 × B
  //   g     g_1 … g_T  3 × B
  //   o     o_1 … o_T  3 × B
  //   y     y_1 … y_T  3 × B
  //   W_h   W_h        12 × 3
  static func passBug<A: Algebra>(h: [A], c: [A], i: [A], f: [A], g: [A], o: [A], y: [A], W_h: A) throws -> [A] {
    var dW_h = 0 * W_h
    var dh_next = 0 * h[0]
    var dc_next = 0 * c[0]
    for t in (0..<f.count).reversed() {
      let dh = h[t + 1] - y[t] + dh_next
      let dc = dh .* o[t] .* (1 - tanh(c[t + 1]) .* tanh(c[t + 1]))
      let da_i = dc .* g[t] .* i[t] .* (1 - i[t])
      let da_f = dc .* c[t] .* f[t] .* (1 - f[t])
      let da_g = dc .* i[t] .* (1 - g[t] .* g[t])
      let da_o = dh .* tanh(c[t + 1]) .* o[t] .* (1 - o[t])
      let da = A.stack([da_i, da_f, da_g, da_o])
      dW_h = dW_h + da * h[t].transposed
      dh_next = W_h.transposed * da
      dc_next = (dc + dc_next) .* f[t]
    }
    return [dW_h, dh_next, dc_next]
  }
  // end: pass-bug
}
