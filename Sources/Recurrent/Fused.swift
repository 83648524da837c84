// What the fused cells share: places in memory, products over all steps, and threads.

import Autodiff
import Dispatch

// MARK: Memory

/// Numbers that are about to be written, all of them: there is no point in clearing them first.
func uninitialised(_ count: Int) -> [Double] {
  [Double](unsafeUninitializedCapacity: count) { _, initialised in initialised = count }
}

/// The places of three arrays at once; of fewer, with empty ones for the rest.
func withPointers(
  _ a: inout [Double], _ b: inout [Double], _ c: inout [Double],
  _ body: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Void
) {
  body(&a, &b, &c)
}

/// The place of a matrix' numbers, while `body` runs.
func withPointer(_ a: Matrix, _ body: (UnsafePointer<Double>) -> Void) {
  a.elements.withUnsafeBufferPointer { if let start = $0.baseAddress { body(start) } }
}

func copy(_ source: Matrix, to target: UnsafeMutablePointer<Double>) {
  withPointer(source) { target.update(from: $0, count: source.count) }
}

/// A function of every number, in place.
func apply(
  _ function: (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void,
  to x: UnsafeMutablePointer<Double>, count: Int
) {
  function(UnsafeBufferPointer(start: x, count: count), UnsafeMutableBufferPointer(start: x, count: count))
}

/// Up to eight neighbouring units, to be computed with at once: what stands in several places at the same distance from
/// their starts.
struct Units {
  let start: Int
  let count: Int

  /// All of `count` units, in eights.
  @inline(__always)
  static func each(of count: Int, _ body: (Units) -> Void) {
    var start = 0
    while start < count {
      body(Units(start: start, count: min(8, count - start)))
      start += 8
    }
  }

  @inline(__always)
  func read(_ place: UnsafePointer<Double>) -> SIMD8<Double> {
    let place = place + start
    if count == 8 { return UnsafeRawPointer(place).loadUnaligned(as: SIMD8<Double>.self) }
    var x = SIMD8<Double>.zero
    for k in 0..<count { x[k] = place[k] }
    return x
  }

  @inline(__always)
  func write(_ x: SIMD8<Double>, _ place: UnsafeMutablePointer<Double>) {
    let place = place + start
    if count == 8 { return UnsafeMutableRawPointer(place).storeBytes(of: x, as: SIMD8<Double>.self) }
    for k in 0..<count { place[k] = x[k] }
  }
}

// MARK: Threads

/// How many threads share the work. It is dealt out in parts of which none adds to what another does, so every number is
/// computed as by one thread: the same bits.
struct Threads: Sendable {
  let count: Int

  /// Traps where there is none.
  init(_ count: Int) {
    require(count >= 1, "a fused layer computes with one thread or more, not \(count)")
    self.count = count
  }

  /// Calls `body` with ranges that make up 0..<total, each on a thread, and returns when all are done.
  ///
  /// - Parameter unit: ranges begin at multiples of it.
  func share(_ total: Int, unit: Int = 1, _ body: (Range<Int>) -> Void) {
    let units = (total + unit - 1) / unit
    let parts = min(count, units)
    if parts <= 1 { return body(0..<total) }
    withoutActuallyEscaping(body) { body in
      // The parts write to places of their own, which the compiler cannot know.
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: parts) { part in
        body(units * part / parts * unit..<min(total, units * (part + 1) / parts * unit))
      }
    }
  }
}

// MARK: Recording

/// A cell whose sequence is one node.
protocol FusedCell: RecurrentCell where A == Variable {
  /// What messages call it: "an RNN".
  static var title: String { get }
  /// What its state consists of: h, or h and c.
  static var parts: StateParts { get }
  var weights: CellWeights<Variable> { get }
  /// Entries of a state.
  var hidden: Int { get }

  /// The node's operation. Its inputs are W_x, W_h, the biases that there are, h_0 (and c_0) and x_1 … x_T: all steps side
  /// by side, in one matrix or several. Its output is h_0 … h_T (and then c_0 … c_T), side by side.
  ///
  /// - Parameter wants: which gradients somebody waits for.
  func operation(steps: Int, batch: Int, wants: (W_x: Bool, W_h: Bool, x: Bool)) -> FusedOperation
}

/// What a state consists of.
enum StateParts: Int {
  case h = 1
  case hAndC
}

extension FusedCell {
  public func step(_ x: Variable, _ state: [Variable]) -> [Variable] { unroll([x], from: state)[0] }

  public func zeroState(for x: Variable) -> [Variable] { zeroState(on: x.tape, batch: x.shape.columns) }

  private func zeroState(on tape: Tape, batch: Int) -> [Variable] {
    let zeros = tape.constant(Matrix(rows: hidden, columns: batch))
    return Self.parts == .h ? [zeros] : [zeros, zeros]
  }

  public func unroll(_ inputs: [Variable], from state: [Variable]) -> [[Variable]] {
    let states = record(inputs, from: state)
    return (1...inputs.count).map { states[$0] }
  }

  /// As a layer it shows all of h, and of c the last only.
  public func run(_ inputs: [Variable], from states: [[Variable]]?) -> Unrolled<Variable> {
    checkRun(inputs, states)
    let all = record(inputs, from: states?[0] ?? zeroState(for: inputs[0]))
    let h = (1...inputs.count).map { all.h($0) }
    return Unrolled(outputs: h, states: [all.state(of: h[h.count - 1])])
  }

  public func run(
    _ inputs: Joined<Variable>, from states: [[Variable]]?
  ) -> (outputs: Joined<Variable>, states: [[Variable]]) {
    checkStates(states)
    let (x, steps, batch) = (inputs.value, inputs.steps, inputs.batch)
    checkInput(x.shape, Shape(weights.W.x.shape.columns, steps * batch))
    let start = states?[0] ?? zeroState(on: x.tape, batch: batch)
    let all = record([x], steps: steps, batch: batch, from: start)
    return (Joined(all.joined.columns(batch..<(steps + 1) * batch), steps: steps), [all[steps]])
  }

  private func checkInput(_ shape: Shape, _ expected: Shape) {
    require(shape == expected, "an input of \(Self.title) is \(shape), expected \(expected)")
  }

  private func record(_ x: [Variable], from state: [Variable]) -> FusedStates {
    require(!x.isEmpty, "a sequence needs at least one step")
    let expected = Shape(weights.W.x.shape.columns, x[0].shape.columns)
    for x in x { checkInput(x.shape, expected) }
    return record(x, steps: x.count, batch: expected.columns, from: state)
  }

  private func record(_ x: [Variable], steps: Int, batch: Int, from state: [Variable]) -> FusedStates {
    require(
      state.count == Self.parts.rawValue,
      "the state of \(Self.title) is \(Self.parts == .h ? "h" : "h and c"), not \(state.count) matrices")
    let expected = Shape(hidden, batch)
    for part in state {
      require(part.shape == expected, "a state of \(Self.title) is \(part.shape), expected \(expected)")
    }
    let operation = operation(steps: steps, batch: batch, wants: weights.wants(x))
    let joined = Variable.apply(.fused(operation), weights.joined(state, x))
    return FusedStates(joined: joined, parts: Self.parts, steps: steps, batch: batch)
  }
}

/// The node of a fused cell, and what its columns are.
private struct FusedStates {
  /// h_0 … h_T, and c_0 … c_T where there is c, side by side.
  let joined: Variable
  let parts: StateParts
  let steps: Int
  let batch: Int

  func h(_ t: Int) -> Variable { joined.columns(t * batch..<(t + 1) * batch) }
  private func c(_ t: Int) -> Variable { h(steps + 1 + t) }

  /// The state after step t, from 1.
  subscript(t: Int) -> [Variable] { parts == .h ? [h(t)] : [h(t), c(t)] }

  /// The last state, of which h is already there.
  func state(of h: Variable) -> [Variable] { parts == .h ? [h] : [h, c(steps)] }
}

extension CellWeights<Variable> {
  /// Which gradients somebody waits for. Data get none, and their product is spared.
  func wants(_ x: [Variable]) -> (W_x: Bool, W_h: Bool, x: Bool) {
    (W_x: W.x.isDifferentiable, W_h: W.h.isDifferentiable, x: x.contains { $0.isDifferentiable })
  }

  /// The inputs of a fused node: W_x, W_h, the biases that there are, the state and x_1 … x_T.
  func joined(_ state: [Variable], _ x: [Variable]) -> [Variable] {
    [W.x, W.h] + biases + state + x
  }
}

// MARK: Products over all steps

/// The sum of the biases that there are, nil of none.
func sum(_ biases: ArraySlice<Matrix>) -> Matrix? {
  guard let first = biases.first else { return nil }
  return biases.dropFirst().reduce(first) { $0 + $1 }
}

/// What does not depend on the state, of all steps at once: z = W x + b, whose columns the threads share.
///
/// - Parameter b: nil for none.
func affine(_ W: Matrix, _ x: Matrix, _ b: Matrix?, into z: UnsafeMutablePointer<Double>, _ threads: Threads) {
  let panels = Kernels.Panels(W)
  let count = x.columns
  withPointer(x) { x in
    threads.share(count, unit: 24) { columns in
      // A few columns of z at a time: they are still near when the product is added to them.
      for left in stride(from: columns.lowerBound, to: columns.upperBound, by: 96) {
        let part = left..<min(left + 96, columns.upperBound)
        spread(b, rows: W.rows, part, into: z)
        Kernels.addProduct(panels, x + left * W.columns, into: z + left * W.rows, columns: part.count)
      }
    }
  }
}

/// b in each of the columns, zeros where it is nil.
func spread(_ b: Matrix?, rows: Int, _ columns: Range<Int>, into z: UnsafeMutablePointer<Double>) {
  guard let b else {
    return (z + columns.lowerBound * rows).update(repeating: 0, count: columns.count * rows)
  }
  for column in columns { copy(b, to: z + column * rows) }
}

/// The gradients of z = W_x x + W_h h + b from those of z, over all steps and examples.
struct Sums {
  /// dW_x = Σ dz xᵀ, dW_h = Σ dz hᵀ and db = Σ dz; nil what nobody waits for.
  var W_x, W_h, b: Matrix?

  /// The threads share the rows of dz.
  ///
  /// - Parameters:
  ///   - x: as many columns as dz; nil where W_x gets no gradient.
  ///   - h: as many columns as dz, or more, of which the first are taken; nil where W_h gets none.
  init(of dz: UnsafePointer<Double>, rows: Int, terms: Int, x: Matrix?, h: Matrix?, b wantsB: Bool, _ threads: Threads)
  {
    var dW_x = [Double](repeating: 0, count: rows * (x?.rows ?? 0))
    var dW_h = [Double](repeating: 0, count: rows * (h?.rows ?? 0))
    var db = [Double](repeating: 0, count: wantsB ? rows : 0)
    withPointers(&dW_x, &dW_h, &db) { dW_x, dW_h, db in
      threads.share(rows, unit: 16) { part in
        let (top, height) = (part.lowerBound, part.count)
        let dz = Kernels.Operand(at: dz + top, like: Kernels.Operand(dz, rows: rows))
        // Some terms at a time, for both: what is read of dz is then still near.
        for first in stride(from: 0, to: terms, by: 256) {
          for (factor, sum) in [(x, dW_x), (h, dW_h)] {
            guard let factor else { continue }
            withPointer(factor) { place in
              let transposed = Kernels.Operand(place + first * factor.rows, rows: factor.rows, transposed: true)
              Kernels.addProduct(
                Kernels.Operand(at: dz.at(0, first), like: dz), transposed, into: sum + top, rows: height,
                inner: min(256, terms - first), columns: factor.rows, stride: rows)
            }
          }
        }
        if wantsB {
          for k in 0..<terms {
            let (dz, db) = (dz.at(0, k), db + top)
            for i in 0..<height { db[i] += dz[i] }
          }
        }
      }
    }
    W_x = x.map { Matrix(rows: rows, columns: $0.rows, elements: dW_x) }
    W_h = h.map { Matrix(rows: rows, columns: $0.rows, elements: dW_h) }
    b = wantsB ? Matrix(rows: rows, columns: 1, elements: db) : nil
  }
}

/// The last step whose state somebody uses, from 1; 0 where none is used. Later ones get no gradient and send none,
/// whatever stands in them: a NaN times their zeros would be a NaN.
///
/// - Parameters:
///   - δ: the gradients of h_0 … h_T, and of c_0 … c_T behind them where there are two parts.
///   - size: entries of a state, of all examples.
func lastUsed(_ δ: Matrix, steps: Int, size: Int, parts: StateParts = .h) -> Int {
  δ.elements.withUnsafeBufferPointer { δ in
    for t in stride(from: steps, to: 0, by: -1) {
      for part in 0..<parts.rawValue {
        let first = (part * (steps + 1) + t) * size
        for k in first..<first + size where δ[k] != 0 { return t }
      }
    }
    return 0
  }
}

/// dx = Wᵀ dz, for every step, from the gradients of z side by side: parted as the inputs are.
///
/// - Parameters:
///   - used: how many columns have a gradient; the others get zeros.
///   - isWanted: whether somebody waits for them; nil each where not.
func inputGradients(
  of x: ArraySlice<Matrix>, _ W: Matrix, _ dz: UnsafePointer<Double>, used: Int, isWanted: Bool, _ threads: Threads
) -> [Matrix?] {
  guard isWanted else { return [Matrix?](repeating: nil, count: x.count) }
  let count = x.reduce(0) { $0 + $1.columns }
  var dx = [Double](repeating: 0, count: W.columns * count)
  dx.withUnsafeMutableBufferPointer { dx in
    guard let dx = dx.baseAddress else { return }
    threads.share(used, unit: 24) { columns in
      withPointer(W) { place in
        Kernels.addProduct(
          Kernels.Operand(place, rows: W.rows, transposed: true),
          Kernels.Operand(dz + columns.lowerBound * W.rows, rows: W.rows),
          into: dx + columns.lowerBound * W.columns, rows: W.columns, inner: W.rows, columns: columns.count)
      }
    }
  }
  if x.count == 1 { return [Matrix(rows: W.columns, columns: count, elements: dx)] }
  var start = 0
  return x.map { x in
    defer { start += x.count }
    return Matrix(rows: x.rows, columns: x.columns, elements: Array(dx[start..<start + x.count]))
  }
}
