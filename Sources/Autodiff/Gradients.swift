// What the reverse loop is for: gradients as numbers, gradients that can be differentiated again, Jacobians.

/// The gradients of one output with respect to every node of a tape.
public struct Gradients {
  let tape: Tape
  let found: [Term?]
  /// The output's time: nodes recorded after it are not among these.
  let time: Int

  /// ∂L/∂v, of v's shape: zeros where L does not depend on v. Traps on a constant, and on what depends on constants only.
  public subscript(_ variable: Variable) -> Matrix {
    tape.check(variable)
    tape.checkDifferentiable(variable)
    if variable.node >= found.count { return Matrix(variable.value.shape) }
    require(
      variable.birth <= time,
      "\(tape.label(variable.node)) was recorded after these gradients were computed and the tape was rewound")
    return found[variable.node]?.matrix ?? Matrix(variable.value.shape)
  }
}

extension Tape {
  /// A derivative rule on numbers: the gradient that δ sends to input k, of that input's shape, or nil for none.
  public typealias Rule = (_ operation: Operation, _ δ: Matrix, _ k: Int, _ inputs: [Matrix], _ output: Matrix) ->
    Matrix?

  /// ∂L/∂v for every node v that L depends on, as numbers.
  ///
  /// - Parameters:
  ///   - output: L itself (1 × 1), or any node together with its own gradient.
  ///   - seed: ∂L/∂output, of its shape; by default 1, which needs a scalar output.
  ///   - rule: what to use instead of `Operation.pullback`: a wrong rule, to see a check fail. Fused operations keep their own.
  public func gradients(of output: Variable, seed: Matrix? = nil, rule: Rule? = nil) -> Gradients {
    check(output)
    let nodes = nodes
    let found: [Term?] = reverse(
      from: output.node, seed: Term(checkedSeed(seed, for: output)), value: { Term(nodes[$0].value) },
      isWanted: { nodes[$0].isDifferentiable }
    ) { operation, δ, k, x, y in
      let sent =
        if let rule {
          rule(operation, δ.matrix, k, x.map { $0.matrix }, y.matrix).map { Term($0) }
        } else {
          operation.pullback(δ, to: k, inputs: x, output: y)
        }
      if let sent, sent.shape != x[k].shape {
        fail("\(operation.title) gave its input \(k), \(x[k].shape), a gradient of \(sent.shape)")
      }
      return sent
    }
    return Gradients(tape: self, found: found, time: output.birth)
  }

  /// ∂L/∂v for the given variables, recorded on this tape: differentiate them again for second derivatives.
  ///
  /// A variable that the output does not depend on gets zeros.
  public func differentiableGradients(
    of output: Variable, seed: Matrix? = nil, withRespectTo variables: [Variable]
  ) -> [Variable] {
    check(output)
    for variable in variables {
      check(variable)
      checkDifferentiable(variable)
    }
    let found: [Variable?] = reverse(
      from: output.node, seed: constant(checkedSeed(seed, for: output)), value: { self.variable(at: $0) },
      isWanted: { self.nodes[$0].isDifferentiable },
      rule: { $0.pullback($1, to: $2, inputs: $3, output: $4) })
    return variables.map { v in
      (v.node < found.count ? found[v.node] : nil) ?? constant(Matrix(nodes[v.node].value.shape))
    }
  }

  private func checkedSeed(_ seed: Matrix?, for output: Variable) -> Matrix {
    let shape = nodes[output.node].value.shape
    if let seed {
      require(seed.shape == shape, "the gradient of \(label(output.node)) must be \(shape), not \(seed.shape)")
      return seed
    }
    require(
      shape == Shape(1, 1), "\(label(output.node)) is \(shape): only a scalar has a gradient by itself; give a seed")
    return Matrix(1)
  }

  /// ∂y/∂x, every entry: row i + j·rows is y's entry (i, j), column likewise x's. For columns it is the usual Jacobian.
  ///
  /// One reverse loop for each entry of y.
  public func jacobian(of y: Variable, withRespectTo x: Variable) -> Matrix {
    let rows = y.value.elements.indices.map { k in
      let seed = Matrix(y.shape, elements: y.value.elements.indices.map { $0 == k ? 1 : 0 })
      return gradients(of: y, seed: seed)[x].elements
    }
    return Matrix(rows: rows.count, columns: x.value.count) { rows[$0][$1] }
  }
}
