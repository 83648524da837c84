// A layer whose type is known only when the program runs.

import Autodiff

/// Any layer over one algebra, as a value of one type. (Embedded Swift has no `any MaskableLayer<A>`.)
struct AnyLayer<A: RecurrentAlgebra>: MaskableLayer {
  let stateCount: Int
  private let runParts: ([A], [[A]]?) -> Unrolled<A>
  private let runJoined: (Joined<A>, [[A]]?) -> (outputs: Joined<A>, states: [[A]])
  private let runMasked: ([A], [[A]]?, Mask) -> MaskedSteps<A>

  init<Layer: MaskableLayer>(_ layer: Layer) where Layer.A == A {
    stateCount = layer.stateCount
    runParts = { layer.run($0, from: $1) }
    runJoined = { layer.run($0, from: $1) }
    runMasked = { layer.steps($0, from: $1, mask: $2) }
  }

  func run(_ inputs: [A], from states: [[A]]?) -> Unrolled<A> { runParts(inputs, states) }

  func run(_ inputs: Joined<A>, from states: [[A]]?) -> (outputs: Joined<A>, states: [[A]]) {
    runJoined(inputs, states)
  }

  func steps(_ inputs: [A], from states: [[A]]?, mask: Mask) -> MaskedSteps<A> { runMasked(inputs, states, mask) }
}
