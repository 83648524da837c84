// One change of the student's formula that would make it right: the sign of a term, or a factor transposed.

import Autodiff
import Console
import LaTeX

extension Exercise {
  /// The sentence about such a change; nil where there is none, or where the formula is not known.
  ///
  /// The formula is computed anew with every change, on the numbers of all cases. Where a case has a formula of its own, as
  /// a sum over time has, each must be made right by one change.
  func repair(_ found: [Outcome], _ right: [Outcome]) -> Text? {
    var tries: [Attempt] = []
    var place: Int?
    for (one, (mine, theirs)) in zip(cases, zip(found, right)) {
      guard case .values(let wanted, _) = theirs else { return nil }
      let scope = scope(of: one)
      let formulas: [Symbol?]
      let wrong: Int?
      switch mine {
      case .values(let values, let all):
        guard values.count == wanted.count else { return nil }
        // A short sequence may end before the step in question.
        if let place, place >= values.count { continue }
        wrong = values.indices.first { !agree(values[$0], wanted[$0]) }
        formulas = all
        // What is read from the formula must be what the student's code computes.
        if let k = place ?? wrong {
          guard let formula = all[k], let value = try? scope.evaluate(formula), agree(value, values[k]) else {
            return nil
          }
        }
      case .misfit(_, let all):
        guard all.count == wanted.count else { return nil }
        if let place, place >= all.count { continue }
        wrong = all.indices.first { k in
          guard let formula = all[k], let value = try? scope.evaluate(formula) else { return true }
          return !agree(value, wanted[k])
        }
        formulas = all
      default: return nil
      }
      place = place ?? wrong
      // A case that is right, before the first that is wrong: it is looked at with the others below.
      let k = place ?? 0
      guard let formula = formulas[k], !formula.hasFusedOperation else { return nil }
      tries.append(Attempt(formula: formula, scope: scope, wanted: wanted, isRight: wrong == nil))
    }
    guard let place, let shown = tries.first(where: { !$0.isRight }) else { return nil }
    func isRight(_ formula: Symbol, _ attempt: Attempt) -> Bool {
      guard place < attempt.wanted.count, let value = try? attempt.scope.evaluate(formula) else { return false }
      return agree(value, attempt.wanted[place])
    }
    let isOne = tries.allSatisfy { $0.formula == shown.formula }
    let change = shown.formula.changes.first { change in
      guard isRight(change.formula, shown) else { return false }
      if isOne { return tries.allSatisfy { isRight(change.formula, $0) } }
      return tries.allSatisfy { other in
        other.isRight || other.formula.changes.contains { $0.isSign == change.isSign && isRight($0.formula, other) }
      }
    }
    guard let change else { return nil }
    let name = shown.wanted.count == 1 ? nil : gives.name(place)
    let (it, inKorean) = (name ?? "It", name.map { "\($0.with(.topic)) " } ?? "")
    let part = change.part.unicode
    guard let product = change.product else {
      return Text(
        "\(it) would be right with the sign of this term turned: \(part)",
        ko: "\(inKorean)이 항의 부호를 바꾸면 맞다: \(part)")
    }
    let other = change.part.transposed.unicode
    return Text(
      "\(it) would be right with \(other) in place of \(part), in the product \(product.unicode).",
      ko: "\(inKorean)곱 \(product.unicode)에서 \(part) 대신 \(other.with(.object)) 쓰면 맞다.")
  }

  private struct Attempt {
    let formula: Symbol
    let scope: Scope
    let wanted: [Matrix]
    let isRight: Bool
  }

  /// The numbers that the names of the student's formula stand for.
  private func scope(of one: Case) -> Scope {
    var scope = Scope()
    func put(_ x: Traced) {
      if case .name(let name)? = x.formula { scope[name] = x.value }
    }
    for (_, value) in draw(one).values {
      switch value {
      case .written(let x): put(x)
      case .sequence(let list): list.forEach(put)
      default: break
      }
    }
    return scope
  }
}

/// A formula with one thing in it changed.
private struct Change {
  /// What was changed: a term that has the other sign now, or a factor that is transposed now.
  let part: Symbol
  /// The product that the factor stands in; nil for a term.
  let product: Symbol?
  let formula: Symbol
  var isSign: Bool { product == nil }
}

extension Symbol {
  fileprivate var hasFusedOperation: Bool {
    switch self {
    case .number, .name: false
    case .applied(.fused, _): true
    case .applied(_, let inputs): inputs.contains(where: \.hasFusedOperation)
    default: true
    }
  }

  /// Every change, the outermost parts first: signs of terms, then of sums inside of sums, then factors.
  fileprivate var changes: [Change] {
    var (terms, groups, factors): ([Change], [Change], [Change]) = ([], [], [])
    var queue: [(symbol: Symbol, rebuild: (Symbol) -> Symbol)] = [(self, { $0 })]
    var next = 0
    while next < queue.count {
      let (symbol, rebuild) = queue[next]
      next += 1
      guard case .applied(let operation, let inputs) = symbol else { continue }
      for (k, input) in inputs.enumerated() {
        let rebuildInput = { (new: Symbol) -> Symbol in
          var changed = inputs
          changed[k] = new
          return rebuild(.applied(operation, changed))
        }
        queue.append((input, rebuildInput))
        switch operation {
        case .sum, .bias, .difference:
          let change = Change(part: input, product: nil, formula: rebuildInput(.applied(.negation, [input])))
          // (a + b) + c has three terms.
          let isSum = input.isSum && (k == 0 || operation != .difference)
          if isSum { groups.append(change) } else { terms.append(change) }
        case .negation: terms.append(Change(part: input, product: nil, formula: rebuild(input)))
        case .matrixProduct where !inputs.contains(where: \.isNumber):
          if case .applied(.matrixProduct, _) = input { continue }
          factors.append(Change(part: input, product: symbol, formula: rebuildInput(input.transposed)))
        default: break
        }
      }
    }
    return Array((terms + groups + factors).prefix(Self.mostChanges))
  }

  private static let mostChanges = 60

  private var isSum: Bool {
    guard case .applied(let operation, _) = self else { return false }
    return operation == .sum || operation == .bias || operation == .difference
  }

  private var isNumber: Bool {
    if case .number = self { return true }
    return false
  }
}
