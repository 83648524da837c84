// The known mistakes in the exercises of chapter 2: wrong versions of the solutions, with the same signatures.

import Autodiff
import Notebook

enum Mistakes {
  enum CellState {
    static func inputOnPast<A: Algebra>(f: A, i: A, g: A, c: A) -> A { f .* c + i .* c }
    static func swapped<A: Algebra>(f: A, i: A, g: A, c: A) -> A { i .* c + f .* g }
    static func noInputGate<A: Algebra>(f: A, i: A, g: A, c: A) -> A { f .* c + g }
    static func inputForCandidate<A: Algebra>(f: A, i: A, g: A, c: A) -> A { f .* c + i }
    static func noForgetGate<A: Algebra>(f: A, i: A, g: A, c: A) -> A { c + i .* g }
    static func coupled<A: Algebra>(f: A, i: A, g: A, c: A) -> A { f .* c + (1 - f) .* g }
    static func squashed<A: Algebra>(f: A, i: A, g: A, c: A) -> A { (f .* c + i .* g).tanh }
  }

  enum OutputGate {
    static func noBias<A: Algebra>(x: A, h: A, c: A, W_xo: A, W_ho: A, b_o: A) -> A { (W_xo * x + W_ho * h).sigmoid }
    static func tanh<A: Algebra>(x: A, h: A, c: A, W_xo: A, W_ho: A, b_o: A) -> A {
      (W_xo * x + W_ho * h + b_o).tanh
    }
    static func noSigmoid<A: Algebra>(x: A, h: A, c: A, W_xo: A, W_ho: A, b_o: A) -> A { W_xo * x + W_ho * h + b_o }
    static func readsCell<A: Algebra>(x: A, h: A, c: A, W_xo: A, W_ho: A, b_o: A) -> A {
      (W_xo * x + W_ho * c + b_o).sigmoid
    }
    static func inputOnly<A: Algebra>(x: A, h: A, c: A, W_xo: A, W_ho: A, b_o: A) -> A { (W_xo * x + b_o).sigmoid }
    static func opensTwice<A: Algebra>(x: A, h: A, c: A, W_xo: A, W_ho: A, b_o: A) -> A {
      (W_xo * x + W_ho * h + b_o).sigmoid .* c.tanh
    }
  }

  enum Count {
    static func plain(d: Int, n: Int) -> Int { n * d + n * n + n }
    static func threeBlocks(d: Int, n: Int) -> Int { 3 * (n * d + n * n + n) }
    static func twoBiases(d: Int, n: Int) -> Int { 4 * (n * d + n * n + 2 * n) }
    static func noBias(d: Int, n: Int) -> Int { 4 * (n * d + n * n) }
    static func noRecurrent(d: Int, n: Int) -> Int { 4 * (n * d + n) }
    static func oneBias(d: Int, n: Int) -> Int { 4 * (n * d + n * n) + n }
    static func square(d: Int, n: Int) -> Int { 4 * (n * d + d * d + n) }
  }

  enum Blocks {
    static func forgetFirst<A: Algebra>(a: A, c: A) -> [A] {
      step(i: a.rows(3..<6).sigmoid, f: a.rows(0..<3).sigmoid, g: a.rows(6..<9).tanh, o: a.rows(9..<12).sigmoid, c)
    }
    static func outputThird<A: Algebra>(a: A, c: A) -> [A] {
      step(i: a.rows(0..<3).sigmoid, f: a.rows(3..<6).sigmoid, g: a.rows(9..<12).tanh, o: a.rows(6..<9).sigmoid, c)
    }
    static func asNamed<A: Algebra>(a: A, c: A) -> [A] {
      step(i: a.rows(3..<6).sigmoid, f: a.rows(0..<3).sigmoid, g: a.rows(9..<12).tanh, o: a.rows(6..<9).sigmoid, c)
    }
    static func allSigmoid<A: Algebra>(a: A, c: A) -> [A] {
      step(i: a.rows(0..<3).sigmoid, f: a.rows(3..<6).sigmoid, g: a.rows(6..<9).sigmoid, o: a.rows(9..<12).sigmoid, c)
    }
    static func noActivation<A: Algebra>(a: A, c: A) -> [A] {
      step(i: a.rows(0..<3), f: a.rows(3..<6), g: a.rows(6..<9), o: a.rows(9..<12), c)
    }
    static func noTanh<A: Algebra>(a: A, c: A) -> [A] {
      let new = right(a, c)[0]
      return [new, a.rows(9..<12).sigmoid .* new]
    }
    static func showsOld<A: Algebra>(a: A, c: A) -> [A] {
      [right(a, c)[0], a.rows(9..<12).sigmoid .* c.tanh]
    }
    static func otherOrder<A: Algebra>(a: A, c: A) -> [A] { right(a, c).reversed() }

    private static func right<A: Algebra>(_ a: A, _ c: A) -> [A] {
      step(i: a.rows(0..<3).sigmoid, f: a.rows(3..<6).sigmoid, g: a.rows(6..<9).tanh, o: a.rows(9..<12).sigmoid, c)
    }
    private static func step<A: Algebra>(i: A, f: A, g: A, o: A, _ c: A) -> [A] {
      let new = f .* c + i .* g
      return [new, o .* new.tanh]
    }
  }

  enum Left {
    static func ownForget<A: Algebra>(i: [A], f: [A], g: [A]) -> A { f.reduce(i[0] .* g[0]) { $1 .* $0 } }
    static func oneEarly<A: Algebra>(i: [A], f: [A], g: [A]) -> A {
      f.dropLast().reduce(i[0] .* g[0]) { $1 .* $0 }
    }
    static func nothingForgotten<A: Algebra>(i: [A], f: [A], g: [A]) -> A { i[0] .* g[0] }
    static func lastGate<A: Algebra>(i: [A], f: [A], g: [A]) -> A {
      f.count > 1 ? f[f.count - 1] .* i[0] .* g[0] : i[0] .* g[0]
    }
    static func noInputGate<A: Algebra>(i: [A], f: [A], g: [A]) -> A {
      f.dropFirst().reduce(g[0]) { $1 .* $0 }
    }
    static func everything<A: Algebra>(i: [A], f: [A], g: [A]) -> A {
      f.indices.dropFirst().reduce(i[0] .* g[0]) { c, t in f[t] .* c + i[t] .* g[t] }
    }
  }

  enum Run {
    static func fromStart<A: Algebra>(i: [A], f: [A], g: [A], o: [A], c_0: A) -> [A] {
      f.indices.map { t in o[t] .* (f[t] .* c_0 + i[t] .* g[t]).tanh }
    }
    static func swapped<A: Algebra>(i: [A], f: [A], g: [A], o: [A], c_0: A) -> [A] {
      zip(o, cells(f, i, g, c_0)).map { $0 .* $1.tanh }
    }
    static func carriesHidden<A: Algebra>(i: [A], f: [A], g: [A], o: [A], c_0: A) -> [A] {
      var h = c_0
      return f.indices.map { t in
        h = o[t] .* (f[t] .* h + i[t] .* g[t]).tanh
        return h
      }
    }
    static func showsOld<A: Algebra>(i: [A], f: [A], g: [A], o: [A], c_0: A) -> [A] {
      var c = c_0
      return f.indices.map { t in
        let shown = o[t] .* c.tanh
        c = f[t] .* c + i[t] .* g[t]
        return shown
      }
    }
    static func noTanh<A: Algebra>(i: [A], f: [A], g: [A], o: [A], c_0: A) -> [A] {
      zip(o, cells(i, f, g, c_0)).map { $0 .* $1 }
    }
    static func noOutputGate<A: Algebra>(i: [A], f: [A], g: [A], o: [A], c_0: A) -> [A] {
      cells(i, f, g, c_0).map(\.tanh)
    }
    static func cellStates<A: Algebra>(i: [A], f: [A], g: [A], o: [A], c_0: A) -> [A] { cells(i, f, g, c_0) }
    static func squashed<A: Algebra>(i: [A], f: [A], g: [A], o: [A], c_0: A) -> [A] {
      var c = c_0
      return f.indices.map { t in
        c = (f[t] .* c + i[t] .* g[t]).tanh
        return o[t] .* c
      }
    }

    private static func cells<A: Algebra>(_ i: [A], _ f: [A], _ g: [A], _ c_0: A) -> [A] {
      var c = c_0
      return f.indices.map { t in
        c = f[t] .* c + i[t] .* g[t]
        return c
      }
    }
  }

  enum SequenceBug {
    static func asGiven<A: Algebra>(x: [A], h_0: A, c_0: A, W: A, b: A) -> [A] {
      states(x, h_0, c_0, W, b, keep: { $0.tanh }, show: { $0 })
    }
    static func noTanh<A: Algebra>(x: [A], h_0: A, c_0: A, W: A, b: A) -> [A] {
      states(x, h_0, c_0, W, b, keep: { $0 }, show: { $0 })
    }
    static func twice<A: Algebra>(x: [A], h_0: A, c_0: A, W: A, b: A) -> [A] {
      states(x, h_0, c_0, W, b, keep: { $0.tanh }, show: { $0.tanh })
    }
    static func reordered<A: Algebra>(x: [A], h_0: A, c_0: A, W: A, b: A) -> [A] {
      states(x, h_0, c_0, W, b, isForgetFirst: true, keep: { $0.tanh }, show: { $0 })
    }
    static func readsCell<A: Algebra>(x: [A], h_0: A, c_0: A, W: A, b: A) -> [A] {
      states(x, h_0, c_0, W, b, readsCell: true, keep: { $0.tanh }, show: { $0 })
    }
    static func sigmoidCandidate<A: Algebra>(x: [A], h_0: A, c_0: A, W: A, b: A) -> [A] {
      states(x, h_0, c_0, W, b, candidate: { $0.sigmoid }, keep: { $0.tanh }, show: { $0 })
    }

    /// The loop of the solution with parts replaced: the order of the first two blocks, the state that the gates read, the
    /// activation of the candidate, and the functions applied to c before it is stored and before it becomes h.
    private static func states<A: Algebra>(
      _ x: [A], _ h_0: A, _ c_0: A, _ W: A, _ b: A, isForgetFirst: Bool = false, readsCell: Bool = false,
      candidate: (A) -> A = { $0.tanh }, keep: (A) -> A, show: (A) -> A
    ) -> [A] {
      var (h, c) = (h_0, c_0)
      return x.map { x_t in
        let a = W * A.stack([x_t, readsCell ? c : h]) + b
        let (first, second) = (a.rows(0..<3).sigmoid, a.rows(3..<6).sigmoid)
        let (i, f) = isForgetFirst ? (second, first) : (first, second)
        c = keep(f .* c + i .* candidate(a.rows(6..<9)))
        h = a.rows(9..<12).sigmoid .* show(c)
        return h
      }
    }
  }
}
