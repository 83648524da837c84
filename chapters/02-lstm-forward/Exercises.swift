// Exercises of chapter 2 / 2장 연습 문제
//
//   swift run lstm-forward exercise                        what is done, and what comes next / 푼 문제와 다음 문제
//   swift run lstm-forward exercise cell-state             one of them / 문제 하나
//   swift run lstm-forward exercise cell-state --hint      a hint, three times / 힌트, 세 번까지
//
// EN: Write a line of your own where 'throw Hole()' stands. The letters are those of the notes; sequences count from 0,
// as in Python. What you need:
//
// KO: 'throw Hole()'이 있는 줄을 직접 쓴 줄로 바꾼다. 글자는 노트와 같고, 시퀀스의 번호는 파이썬처럼 0부터 센다. 쓸 것은 다음이 전부다.
//
//   a .* b     a ⊙ b              a * b     a b                 a + b, a - b, 1 - a, 2 * a
//   sigmoid(a), tanh(a)           a.rows(0..<3)   rows 0, 1, 2  [a, b]   two results / 결과 둘
//   let m = a * b                 return m
//   var c = c_0                   c = f[t] .* c                 for t in 0..<f.count { … }
//   var list: [A] = []            list.append(c)                return list

import Autodiff
import Notebook

enum Exercises {
  // begin: cell-state
  // EN: Write the new cell state c_t: what is kept of the old one, plus what is written.
  // KO: 새 셀 상태 c_t를 쓴다. 옛 상태에서 남긴 것에 새로 쓴 것을 더한다.
  //
  // Equation / 수식: c (2.3)
  //   f   f_t      n × B
  //   i   i_t      n × B
  //   g   g_t      n × B
  //   c   c_{t−1}  n × B
  static func cellState<A: Algebra>(f: A, i: A, g: A, c: A) throws -> A {
    throw Hole()
  }
  // end: cell-state

  // begin: shown
  // EN: Before you compute: a unit begins with c_0 = 0 and has f = 1, i = 1, o = 1/2 and the candidate g = 1 at every step.
  // What is its hidden state h_t after 1,000 steps? Three decimals are enough.
  // KO: 계산해 보기 전에 답한다. 유닛 하나가 c_0 = 0에서 시작하고, 시점마다 f = 1, i = 1, o = 1/2, 후보 g = 1이다. 1,000시점 뒤의 은닉 상태 h_t는 얼마인가? 소수 셋째
  // 자리까지 맞으면 된다.
  //
  // Equation / 수식: h-bound (2.7)
  static func shown() throws -> Double {
    throw Hole()
  }
  // end: shown

  // begin: output-gate
  // EN: Write the output gate o_t. You may not need everything that is given.
  // KO: 출력 게이트 o_t를 쓴다. 주어진 것을 다 쓰지 않아도 된다.
  //
  // Equation / 수식: cell (2.1)
  //   x      x_t      d × B
  //   h      h_{t−1}  n × B
  //   c      c_{t−1}  n × B
  //   W_xo   W_{xo}   n × d
  //   W_ho   W_{ho}   n × n
  //   b_o    b_o      n × 1
  static func outputGate<A: Algebra>(x: A, h: A, c: A, W_xo: A, W_ho: A, b_o: A) throws -> A {
    throw Hole()
  }
  // end: output-gate

  // begin: count
  // EN: Count the parameters of an LSTM layer of n units that reads d inputs, with one bias in each block. d and n are whole
  // numbers; return a whole number.
  // KO: 입력 d개를 읽는 유닛 n개짜리 LSTM 층의 매개변수를 센다. 블록마다 편향은 하나다. d와 n은 정수이고, 정수를 return한다.
  //
  // Equation / 수식: counts (2.11)
  //   d   d
  //   n   n
  static func count(d: Int, n: Int) throws -> Int {
    throw Hole()
  }
  // end: count

  // begin: half-life
  // EN: Before you compute: a forget gate stays at f = 0.99 and nothing is written. After how many steps is less than half of
  // the content left for the first time? Return the number of steps.
  // KO: 계산해 보기 전에 답한다. 망각 게이트가 f = 0.99에 머물고 새로 쓰는 것은 없다. 남은 내용이 처음으로 절반보다 적어지는 것은 몇 시점 뒤인가? 그 수를 return한다.
  //
  // Equation / 수식: half-life (2.12)
  static func halfLife() throws -> Double {
    throw Hole()
  }
  // end: half-life

  // begin: blocks
  // EN: Somebody gives you the four sums of a step as one matrix, stacked as PyTorch stacks them, for three units: the first
  // three rows are the first block. Write the step from there: return [c_t, h_t].
  // KO: 한 시점의 네 합을 PyTorch의 순서대로 쌓은 행렬 하나를 받았다. 유닛은 셋이므로 처음 세 행이 첫 블록이다. 나머지 계산을 하여 [c_t, h_t]를 return한다.
  //
  // Equation / 수식: rows (2.10)
  //   a   a_t      12 × B
  //   c   c_{t−1}  3 × B
  static func blocks<A: Algebra>(a: A, c: A) throws -> [A] {
    throw Hole()
  }
  // end: blocks

  // begin: left
  // EN: How much of what was written at step 1 is still in c_T? Write that term of the cell state, c_T⁽¹⁾. The gates vary from
  // step to step. i[0], f[0] and g[0] belong to step 1; T may be 1.
  // KO: 시점 1에 쓴 것이 c_T에 얼마나 남아 있는가? 셀 상태에서 그 항 c_T⁽¹⁾을 쓴다. 게이트는 시점마다 다르다. i[0], f[0], g[0]이 시점 1의 것이고, T는 1일
  // 수도 있다.
  //
  // Equation / 수식: what-is-in-c (2.12)
  //   i   i_1 … i_T   n × B
  //   f   f_1 … f_T   n × B
  //   g   g_1 … g_T   n × B
  static func left<A: Algebra>(i: [A], f: [A], g: [A]) throws -> A {
    throw Hole()
  }
  // end: left

  // begin: run
  // EN: Run the cell over a sequence whose gates and candidates are known already, from the cell state c_0. Return the list
  // of the hidden states h_1 … h_T. i[0], f[0], g[0] and o[0] belong to step 1.
  // KO: 게이트와 후보를 이미 다 아는 시퀀스에서, 셀 상태 c_0부터 셀을 끝까지 돌린다. 은닉 상태 h_1 … h_T의 목록을 return한다. i[0], f[0], g[0], o[0]이 시점 1의
  // 것이다.
  //
  // Equation / 수식: cell (2.1)
  //   i     i_1 … i_T   n × B
  //   f     f_1 … f_T   n × B
  //   g     g_1 … g_T   n × B
  //   o     o_1 … o_T   n × B
  //   c_0   c_0         n × B
  static func run<A: Algebra>(i: [A], f: [A], g: [A], o: [A], c_0: A) throws -> [A] {
    throw Hole()
  }
  // end: run

  // begin: sequence-bug
  // EN: A whole LSTM of three units over a sequence, with its weights stacked as in PyTorch: it returns h_1 … h_T. It has one
  // bug. The first step comes out right, from any start, and no number ever looks odd. Find it and repair it.
  // KO: 유닛 셋짜리 LSTM이 시퀀스 하나를 끝까지 읽고 h_1 … h_T를 return한다. 가중치는 PyTorch처럼 쌓았다. 버그가 하나 있다. 어디서 시작하든 첫 시점은 맞게 나오고, 이상해
  // 보이는 값도 없다. 찾아서 고친다.
  //
  // Equation / 수식: cell (2.1)
  //   x     x_1 … x_T   2 × B
  //   h_0   h_0         3 × B
  //   c_0   c_0         3 × B
  //   W     W           12 × 5
  //   b     b           12 × 1
  static func sequenceBug<A: Algebra>(x: [A], h_0: A, c_0: A, W: A, b: A) throws -> [A] {
    var h = h_0
    var c = c_0
    var list: [A] = []
    for t in 0..<x.count {
      let a = W * A.stack([x[t], h]) + b
      let i = sigmoid(a.rows(0..<3))
      let f = sigmoid(a.rows(3..<6))
      let g = tanh(a.rows(6..<9))
      let o = sigmoid(a.rows(9..<12))
      c = tanh(f .* c + i .* g)
      h = o .* c
      list.append(h)
    }
    return list
  }
  // end: sequence-bug
}
