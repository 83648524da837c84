// Exercises of chapter 4 / 4장 연습 문제
//
//   swift run gru exercise                  what is done, and what comes next / 푼 문제와 다음 문제
//   swift run gru exercise state            one of them / 문제 하나
//   swift run gru exercise state --hint     a hint, three times / 힌트, 세 번까지
//
// EN: Write a line of your own where 'throw Hole()' stands. The letters are those of the notes; sequences count from 0,
// as in Python. What you need:
//
// KO: 'throw Hole()'이 있는 줄을 직접 쓴 줄로 바꾼다. 글자는 노트와 같고, 시퀀스의 번호는 파이썬처럼 0부터 센다. 쓸 것은 다음이 전부다.
//
//   a .* b     a ⊙ b              a * b     a b                 a + b, a - b, 1 - a, a + 1, 2 * a
//   sigmoid(a), tanh(a)           a.transposed                  a.sumOfColumns   (n × B -> n × 1)
//   let m = a * b                 return m                      sum((0..<5).map { t in a[t] .* b[t] })
//
// EN: .* and * bind alike, from the left: write r .* (W * h) where the notes have r ⊙ W h.
// KO: .*와 *는 왼쪽부터 차례로 계산된다. 노트의 r ⊙ W h는 r .* (W * h)로 쓴다.

import Autodiff
import Notebook

enum Exercises {
  // begin: state
  // EN: Write the new state h_t: a mixture, entry by entry, of the candidate g and the old state h, in which z says how much
  // of the old one stays.
  // KO: 새 상태 h_t를 쓴다. 후보 g와 옛 상태 h를 성분마다 섞은 것이고, z는 옛 상태가 얼마나 남는지를 정한다.
  //
  // Equation / 수식: state (4.1)
  //   z    z_t      n × B
  //   g    g_t      n × B
  //   h    h_{t−1}  n × B
  static func state<A: Algebra>(z: A, g: A, h: A) throws -> A {
    throw Hole()
  }
  // end: state

  // begin: parameters
  // EN: Before you count: how many parameters has a GRU of 300 units that reads 100 inputs, if each of its blocks has two
  // biases, as in PyTorch? Return the number.
  // KO: 세어 보기 전에 답한다. 입력 100개를 읽는 유닛 300개짜리 GRU에서 블록마다 편향이 PyTorch처럼 둘이면 매개변수는 모두 몇 개인가? 그 수를 return한다.
  //
  // Equation / 수식: counts (4.8)
  static func parameters() throws -> Double {
    throw Hole()
  }
  // end: parameters

  // begin: candidate
  // EN: Write the candidate g_t, with the reset gate after the product, as PyTorch has it. Mind which bias the gate multiplies.
  // KO: 후보 g_t를 쓴다. 리셋 게이트는 PyTorch처럼 행렬을 곱한 뒤에 곱한다. 게이트가 어느 편향에 곱해지는지 눈여겨본다.
  //
  // Equation / 수식: candidate (4.1)
  //   x      x_t      d × B
  //   h      h_{t−1}  n × B
  //   r      r_t      n × B
  //   W_xg   W_{xg}   n × d
  //   W_hg   W_{hg}   n × n
  //   b_xg   b_{xg}   n × 1
  //   b_hg   b_{hg}   n × 1
  static func candidate<A: Algebra>(x: A, h: A, r: A, W_xg: A, W_hg: A, b_xg: A, b_hg: A) throws -> A {
    throw Hole()
  }
  // end: candidate

  // begin: convert
  // EN: In this book z keeps the past; elsewhere it takes the new. Turn the three parameters of z into those of the other
  // reading, so that every state stays the same. Return them in the same order: [W_xz, W_hz, b_z].
  // KO: 이 책의 z는 과거를 간직하지만, 새것을 받아들이는 z를 쓰는 곳도 있다. 모든 상태가 그대로이도록 z의 매개변수 셋을 그쪽 방식으로 바꾼다. 같은 순서
  // [W_xz, W_hz, b_z]로 return한다.
  //
  // Equation / 수식: mirror (4.3)
  //   W_xz   W_{xz}   n × d
  //   W_hz   W_{hz}   n × n
  //   b_z    b_z      n × 1
  static func convert<A: Algebra>(W_xz: A, W_hz: A, b_z: A) throws -> [A] {
    throw Hole()
  }
  // end: convert

  // begin: update-gradient
  // EN: Go back from the state to the pre-activation of the update gate: write ∂L/∂ẑ_t. Two steps are in it: the mixture,
  // then the sigmoid.
  // KO: 상태에서 업데이트 게이트의 활성화 이전 값까지 거슬러 간다. ∂L/∂ẑ_t를 쓴다. 두 단계가 들어 있다. 먼저 섞기, 그다음 시그모이드다.
  //
  // Equation / 수식: back-gates (4.5)
  //   dh   ∂L/∂h_t  n × B
  //   z    z_t      n × B
  //   g    g_t      n × B
  //   h    h_{t−1}  n × B
  static func updateGradient<A: Algebra>(dh: A, z: A, g: A, h: A) throws -> A {
    throw Hole()
  }
  // end: update-gradient

  // begin: bias-gradient
  // EN: Write ∂L/∂b_hg, the gradient of the bias that the reset gate multiplies. All steps and all examples of the batch use
  // the one bias. da_g[0] belongs to step 1.
  // KO: 리셋 게이트가 곱해지는 편향의 기울기 ∂L/∂b_hg를 쓴다. 모든 시점과 배치의 모든 예제가 이 편향 하나를 함께 쓴다. da_g[0]이 시점 1의 것이다.
  //
  // Equation / 수식: biases (4.5)
  //   da_g   ∂L/∂ĝ_1 … ∂L/∂ĝ_T   n × B
  //   r      r_1 … r_T           n × B
  static func biasGradient<A: Algebra>(da_g: [A], r: [A]) throws -> A {
    throw Hole()
  }
  // end: bias-gradient

  // begin: weight-gradient
  // EN: Write ∂L/∂W_hg. Again all steps use the one matrix. da_g[0] and r[0] belong to step 1, but h[0] is h_0.
  // KO: ∂L/∂W_hg를 쓴다. 이번에도 모든 시점이 행렬 하나를 함께 쓴다. da_g[0]과 r[0]은 시점 1의 것이지만 h[0]은 h_0이다.
  //
  // Equation / 수식: weights (4.5)
  //   da_g   ∂L/∂ĝ_1 … ∂L/∂ĝ_T   n × B
  //   r      r_1 … r_T           n × B
  //   h      h_0 … h_T           n × B
  static func weightGradient<A: Algebra>(da_g: [A], r: [A], h: [A]) throws -> A {
    throw Hole()
  }
  // end: weight-gradient

  // begin: backward-bug
  // EN: A step of the backward pass, from ∂L/∂h_t to what step t sends back to h_{t−1}. It has one bug, and a gradient check
  // of the cell with r = 1 does not see it. Find it and repair it.
  // KO: 역전파의 한 단계다. ∂L/∂h_t에서 시작해 시점 t가 h_{t−1}에 돌려보내는 것까지 계산한다. 버그가 하나 있는데, r = 1인 셀에서 기울기를 검산하면 보이지
  // 않는다. 찾아서 고친다.
  //
  // Equation / 수식: back-past (4.5)
  //   dh     ∂L/∂h_t  n × B
  //   h      h_{t−1}  n × B
  //   r      r_t      n × B
  //   z      z_t      n × B
  //   g      g_t      n × B
  //   W_hr   W_{hr}   n × n
  //   W_hz   W_{hz}   n × n
  //   W_hg   W_{hg}   n × n
  //   b_hg   b_{hg}   n × 1
  static func backwardBug<A: Algebra>(
    dh: A, h: A, r: A, z: A, g: A, W_hr: A, W_hz: A, W_hg: A, b_hg: A
  ) throws -> A {
    let m = W_hg * h + b_hg
    let dz = dh .* (h - g)
    let da_g = dh .* (1 - z) .* (1 - g .* g)
    let da_r = da_g .* m .* r .* (1 - r)
    let da_z = dz .* z .* (1 - z)
    return dh .* z + W_hr.transposed * da_r + W_hz.transposed * da_z + W_hg.transposed * da_g
  }
  // end: backward-bug
}
