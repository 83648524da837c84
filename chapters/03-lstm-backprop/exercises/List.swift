// The exercises of chapter 3, in the order of their difficulty; the later ones are in Later.swift.

import Autodiff
import Notebook
import Recurrent

enum ExerciseList {
  static var all: [Exercise] {
    [inputGate, directPath, cellGradient, forgetGate, sums, detour, passBug]
  }

  private static var inputGate: Exercise {
    Exercise(
      .formula, "input-gate", level: 1, title: Text("The gradient of a gate", ko: "게이트의 기울기"),
      equation: "back-gates",
      given: .matrix("\\frac{\\partial L}{\\partial c_t}", "n", "B"), .matrix("i_t", "n", "B", .gate),
      .matrix("g_t", "n", "B", .state),
      gives: "\\frac{\\partial L}{\\partial i_t}",
      hole: Exercises.inputGate, solution: Solutions.inputGate,
      mistakes: [
        KnownMistake(
          "i-for-g",
          Text(
            "That is ∂L/∂g_t. The pair is crossed: in the product i ⊙ g each factor's gradient contains the other "
              + "factor, so that of i contains g.",
            ko: "그것은 ∂L/∂g_t다. 짝이 엇갈린다. 곱 i ⊙ g에서 한 인수의 기울기에는 다른 인수가 들어가므로, i의 기울기에는 g가 들어간다."),
          Mistakes.InputGate.ownFactor),
        KnownMistake(
          "no-factor",
          Text(
            "i_t does not enter c_t by itself but times the candidate. The other factor of the product is missing.",
            ko: "i_t는 c_t에 그대로 더해지지 않고 후보에 곱해져서 더해진다. 곱의 다른 인수가 빠졌다."),
          Mistakes.InputGate.noFactor),
        KnownMistake(
          "both-factors",
          Text(
            "i_t itself stands in it, too. The derivative of i ⊙ g with respect to i is g alone.",
            ko: "i_t 자신까지 곱해졌다. i ⊙ g를 i로 미분하면 g만 남는다."),
          Mistakes.InputGate.bothFactors),
        KnownMistake(
          "too-far",
          Text(
            "That is ∂L/∂î_t, one step further: the derivative of the sigmoid has been multiplied already. Here the "
              + "gradient of the gate itself is wanted.",
            ko: "그것은 한 걸음 더 간 ∂L/∂î_t다. 시그모이드의 도함수가 벌써 곱해졌다. 여기서 쓸 것은 게이트 자체의 기울기다."),
          Mistakes.InputGate.tooFar),
      ],
      hints: [
        Text(
          "c_t is a sum of two products. In which of them does i_t stand, and what is it multiplied by there?",
          ko: "c_t는 두 곱의 합이다. i_t는 어느 곱에 있고, 거기서 무엇과 곱해지는가?"),
        Text(
          "A factor's gradient is the gradient of the product times the other factor.",
          ko: "한 인수의 기울기는 곱의 기울기에 다른 인수를 곱한 것이다."),
        Text(
          "The other factor of i is g, and the product's gradient is dc: combine the two entry by entry, with .*",
          ko: "i의 다른 인수는 g이고 곱의 기울기는 dc다. 이 둘을 .*로 성분마다 곱한다."),
      ],
      why:
        Text(
          "A sum hands its gradient to each term unchanged, so i ⊙ g gets ∂L/∂c_t. If an entry of i grows a little, "
            + "that of the product grows g times as much: ∂L/∂c_t ⊙ g_t.",
          ko: "합은 받은 기울기를 항마다 그대로 넘기므로 i ⊙ g는 ∂L/∂c_t를 받는다. i의 성분이 조금 커지면 곱은 그 g배만큼 커진다. 그래서 ∂L/∂c_t ⊙ g_t다."),
      matters:
        Text(
          "Nothing warns you when i stands here for g: the shapes fit, and a network may learn all the same. So it is "
            + "a bug of the museum in section 3.15. The other three gates follow the same rule. The exercise on the "
            + "forget gate goes on from here, through the sigmoid.",
          ko:
            "g 자리에 i를 써도 알려 주는 것이 없다. 모양이 맞고, 그런 채로도 신경망은 무언가를 배우곤 한다. 그래서 3.15절의 버그 박물관에 이 버그가 있다. 나머지 세 게이트도 같은 규칙을 "
            + "따른다. 뒤의 망각 게이트 문제에서는 여기서 시그모이드까지 더 거슬러 간다."))
  }

  private static var directPath: Exercise {
    Exercise(
      .prediction, "direct-path", level: 1, title: Text("What the direct path keeps", ko: "곧은 길에 남는 것"),
      equation: "shortcut",
      gives: "p", within: 0.006,
      hole: Exercises.directPath, solution: Solutions.directPath,
      mistakes: [
        KnownMistake(
          "one-step",
          Text(
            "That is what one step leaves. The gradient goes back ten of them, and each multiplies.",
            ko: "한 시점을 거슬러 남는 것이다. 기울기는 열 시점을 거슬러 가고, 그때마다 곱해진다."),
          { 0.9 }),
        KnownMistake(
          "one-too-few",
          Text(
            "One step is missing: from c_T to c_{T−10} the gradient passes f_T, f_{T−1} … f_{T−9}, which are ten "
              + "gates.",
            ko: "한 시점이 빠졌다. c_T에서 c_{T−10}까지 지나는 게이트는 f_T, f_{T−1} … f_{T−9}, 모두 열 개다."),
          { 0.387 }),
        KnownMistake(
          "one-too-many",
          Text(
            "That is one step too many: the gates from f_T to f_{T−9} are ten.",
            ko: "한 시점을 더 지났다. f_T부터 f_{T−9}까지 게이트는 열 개다."),
          { 0.314 }),
        KnownMistake(
          "linear",
          Text(
            "A tenth is not taken off ten times from the 1 at the start, but each time from what is left. The factors "
              + "multiply.",
            ko: "처음의 1에서 10분의 1씩 열 번 떼는 것이 아니라, 그때마다 남아 있는 것에서 뗀다. 곱해 나가야 한다."),
          { 0 }),
        KnownMistake(
          "what-is-lost",
          Text("That is what is lost on the way. What is left is wanted.", ko: "그것은 오는 길에 잃은 것이다. 남은 것을 답해야 한다."),
          { 0.651 }),
        KnownMistake(
          "exactly-one",
          Text(
            "A gradient of exactly 1 flows only if the gates are exactly 1. Here they are 0.9.",
            ko: "정확히 1인 기울기가 흐르려면 게이트가 정확히 1이어야 한다. 여기서는 0.9다."),
          { 1 }),
        KnownMistake(
          "added",
          Text(
            "The ten factors have been added. Along a path the factors multiply.",
            ko: "열 인수를 더했다. 한 길을 따라서는 곱해 나간다."),
          { 9 }),
      ],
      measured: { try directPathMeasured() },
      hints: [
        Text(
          "With W_h = 0 no gate depends on the past. What is left between c_{t−1} and c_t?",
          ko: "W_h = 0이면 어느 게이트도 과거에 달려 있지 않다. 그러면 c_{t−1}에서 c_t로 가는 길에 무엇이 남는가?"),
        Text(
          "∂c_t/∂c_{t−1} = diag(f_t), and ten of them are multiplied.",
          ko: "∂c_t/∂c_{t−1} = diag(f_t)이고, 이것을 열 번 곱한다."),
        Text(
          "0.9 to the power of 10. Squared it is 0.81, to the fourth about 0.656, to the eighth about 0.43.",
          ko: "0.9의 10제곱이다. 제곱이 0.81, 네제곱이 약 0.656, 여덟제곱이 약 0.43이다."),
      ],
      why:
        Text(
          "The detour needs W_h, so only diag(f_t) is left of ∂c_t/∂c_{t−1}, and the product over ten steps is 0.9 to "
            + "the power of 10, about 0.35. No weight and no slope stands in it.",
          ko: "우회로에는 W_h가 있어야 하므로 ∂c_t/∂c_{t−1}에는 diag(f_t)만 남고, 열 시점에 걸친 곱은 0.9의 10제곱, 약 0.35다. 가중치도 도함수도 끼어들지 않는다."),
      matters:
        Text(
          "A gate of 0.9 sounds wide open, yet ten steps leave a third and a hundred about 0.00003. That is why the "
            + "forget bias decides in section 3.11 what comes back over 100 steps. Real networks have W_h, and the "
            + "detour of section 3.8 adds to the direct path.",
          ko: "0.9라면 활짝 열린 게이트 같지만 열 시점이면 3분의 1쯤, 백 시점이면 0.00003쯤만 남는다. 3.11절에서 100시점을 거슬러 돌아오는 것을 망각 편향이 가르는 까닭이다. 실제 "
            + "신경망에는 W_h가 있어서 3.8절의 우회로가 곧은 길에 더해진다."))
  }

  private static var cellGradient: Exercise {
    Exercise(
      .formula, "cell-gradient", level: 2, title: Text("The two users of the cell state", ko: "셀 상태를 쓰는 두 곳"),
      equation: "back-c",
      given: .matrix("\\frac{\\partial L}{\\partial h_t}", "n", "B"), .matrix("o_t", "n", "B", .gate),
      .matrix("c_t", "n", "B"),
      .matrix("\\frac{\\partial L}{\\partial c_{t+1}}", "n", "B"), .matrix("f_{t+1}", "n", "B", .gate),
      gives: "\\frac{\\partial L}{\\partial c_t}",
      hole: Exercises.cellGradient, solution: Solutions.cellGradient,
      mistakes: [
        KnownMistake(
          "no-next",
          Text(
            "Nothing comes from the next step. c_t lives on in c_{t+1}, which sends its gradient back through the "
              + "forget gate.",
            ko: "다음 시점에서 오는 것이 없다. c_t는 c_{t+1}에도 쓰이고, c_{t+1}은 망각 게이트를 거쳐 기울기를 돌려보낸다."),
          Mistakes.CellGradient.noNext),
        KnownMistake(
          "no-forget",
          Text(
            "∂L/∂c_{t+1} comes back whole. On its way to c_t it passes the forget gate of the next step.",
            ko: "∂L/∂c_{t+1}이 통째로 왔다. c_t로 오는 길에 다음 시점의 망각 게이트를 지나야 한다."),
          Mistakes.CellGradient.noForget),
        KnownMistake(
          "slope-twice",
          Text(
            "The derivative of tanh is in it twice. h_t uses tanh(c_t) once.",
            ko: "tanh의 도함수가 두 번 곱해졌다. h_t가 tanh(c_t)를 쓰는 것은 한 번이다."),
          Mistakes.CellGradient.slopeTwice),
        KnownMistake(
          "no-slope",
          Text(
            "The derivative of tanh is missing: c_t reaches h_t through tanh.",
            ko: "tanh의 도함수가 빠졌다. c_t는 tanh를 지나 h_t에 이른다."),
          Mistakes.CellGradient.noSlope),
        KnownMistake(
          "slope-of-c",
          Text(
            "The slope is written with c_t, that is, with what goes into the tanh. In 1 − tanh² its value belongs, "
              + "tanh(c_t).",
            ko: "도함수에 tanh에 들어가는 값인 c_t를 그대로 썼다. 1 − tanh²에는 함숫값인 tanh(c_t)가 들어간다."),
          Mistakes.CellGradient.slopeOfCell),
        KnownMistake(
          "not-squared",
          Text(
            "The square is missing: tanh′ = 1 − tanh², so tanh(c) stands there twice.",
            ko: "제곱이 빠졌다. tanh′ = 1 − tanh²이므로 tanh(c)가 두 번 곱해져야 한다."),
          Mistakes.CellGradient.notSquared),
        KnownMistake(
          "no-output-gate",
          Text(
            "The output gate is missing: h_t = o_t ⊙ tanh(c_t), and its gradient passes both factors.",
            ko: "출력 게이트가 빠졌다. h_t = o_t ⊙ tanh(c_t)이므로 기울기가 o_t도 거쳐야 한다."),
          Mistakes.CellGradient.noOutputGate),
        KnownMistake(
          "slope-of-both",
          Text(
            "What comes from the next step went through the tanh, too. c_{t+1} uses c_t itself, without tanh.",
            ko: "다음 시점에서 온 것까지 tanh의 도함수에 곱해졌다. c_{t+1}은 tanh 없이 c_t를 그대로 쓴다."),
          Mistakes.CellGradient.slopeOfBoth),
      ],
      hints: [
        Text(
          "Write down where c_t occurs: h_t = o_t ⊙ tanh(c_t), and c_{t+1} = f_{t+1} ⊙ c_t + … One term for each.",
          ko: "c_t가 나오는 곳을 적어 본다. h_t = o_t ⊙ tanh(c_t), 그리고 c_{t+1} = f_{t+1} ⊙ c_t + …이다. 곳마다 항이 하나씩 있다."),
        Text(
          "Through h_t: dh times o times the derivative of tanh at c. Through c_{t+1}: dc_next times its forget gate. "
            + "Add them.",
          ko: "h_t를 거친 항은 dh에 o와 c에서의 tanh의 도함수를 곱한 것이다. c_{t+1}을 거친 항은 dc_next에 그 시점의 망각 게이트를 곱한 것이다. 둘을 더한다."),
        Text(
          "dh .* o .* (1 - tanh(c) .* tanh(c)) is the first term. The second has the two that are left.",
          ko: "첫 항은 dh .* o .* (1 - tanh(c) .* tanh(c))다. 둘째 항에는 남은 둘이 들어간다."),
      ],
      why:
        Text(
          "A gradient is the sum of what all users send back. h_t sends ∂L/∂h_t ⊙ o_t through the slope of tanh, "
            + "c_{t+1} sends its own gradient through the factor f_{t+1}.",
          ko: "기울기는 쓰는 곳에서 돌려보낸 것을 모두 더한 것이다. h_t는 ∂L/∂h_t ⊙ o_t에 tanh의 도함수를 곱해 보내고, c_{t+1}은 자기 기울기에 f_{t+1}을 곱해 "
            + "보낸다."),
      matters:
        Text(
          "The second term is the whole point of an LSTM: no matrix and no slope stands between c_{t+1} and c_t, only "
            + "a gate. A test with a single step does not notice when it is forgotten. Section 3.8 counts what else "
            + "comes back, and the last exercise looks for a bug in just this line.",
          ko: "LSTM의 핵심이 둘째 항이다. c_{t+1}과 c_t 사이에는 행렬도 도함수도 없고 게이트 하나뿐이다. 이 항을 잊어도 한 시점짜리 시험은 알아채지 못한다. 이것 말고 무엇이 더 "
            + "돌아오는지는 3.8절에서 세고, 마지막 문제의 버그도 이 식에 있다."))
  }

  /// The gradient of c_T that comes back to c_{T−10}, from the tape of an LSTM with W_h = 0 and forget gates of 9/10.
  private static func directPathMeasured() throws -> Double {
    let tape = Tape()
    let zero = tape.constant(Matrix(0))
    let cell = LSTMCell(
      W: (zero, zero, zero, zero, zero, zero, zero, zero),
      b: (f: tape.constant(Matrix(9).log), i: zero, g: zero, o: zero))
    let first = tape.variable(Matrix(0.3))
    var state = [zero, first]
    for _ in 1...10 { state = cell.step(zero, state) }
    return tape.gradients(of: state[1])[first].scalar
  }
}
