// The later exercises of chapter 3, from the forget gate on.

import Autodiff
import Notebook
import Recurrent

extension ExerciseList {
  static var forgetGate: Exercise {
    Exercise(
      .formula, "forget-gate", level: 3, title: Text("Back through the forget gate", ko: "망각 게이트를 거슬러"),
      equation: "back-slopes",
      given: .matrix("\\frac{\\partial L}{\\partial c_t}", "n", "B"), .matrix("c_{t-1}", "n", "B"),
      .matrix("c_t", "n", "B"),
      .matrix("\\hat{f}_t", "n", "B"), .matrix("f_t", "n", "B") { $0["\\hat{f}_t"].sigmoid },
      gives: "\\frac{\\partial L}{\\partial \\hat{f}_t}",
      hole: Exercises.forgetGate, solution: Solutions.forgetGate,
      mistakes: [
        KnownMistake(
          "no-derivative",
          Text(
            "That is ∂L/∂f_t. The way through the sigmoid is missing.",
            ko: "그것은 ∂L/∂f_t다. 시그모이드를 거슬러 가는 걸음이 빠졌다."),
          Mistakes.ForgetGate.noSigmoid),
        KnownMistake(
          "tanh-derivative",
          Text(
            "1 − f² would be the derivative of tanh. f comes out of a sigmoid.",
            ko: "1 − f²은 tanh의 도함수다. f는 시그모이드에서 나왔다."),
          Mistakes.ForgetGate.tanhSlope),
        KnownMistake(
          "c-after",
          Text(
            "The forget gate multiplies the cell state before the step, c_{t−1}. You have the one after it.",
            ko: "망각 게이트에 곱해지는 것은 그 시점 앞의 셀 상태 c_{t−1}이다. 뒤의 것을 썼다."),
          Mistakes.ForgetGate.cellAfter),
        KnownMistake(
          "pre-activation",
          Text(
            "The slope is written with the pre-activation f̂. In σ (1 − σ) stands the value of the sigmoid, which is "
              + "f.",
            ko: "도함수에 활성화 이전 값 f̂을 썼다. σ (1 − σ)에는 시그모이드의 값인 f가 들어간다."),
          Mistakes.ForgetGate.preActivation),
        KnownMistake(
          "sigmoid-again",
          Text(
            "The sigmoid has been applied to f, which has been through it already.",
            ko: "f에 시그모이드를 또 씌웠다. f는 이미 시그모이드를 지난 값이다."),
          Mistakes.ForgetGate.sigmoidAgain),
        KnownMistake(
          "f-for-c",
          Text(
            "In the place of the other factor f itself stands. In f ⊙ c_{t−1} the gradient of f contains c_{t−1}.",
            ko: "다른 인수의 자리에 f 자신이 있다. f ⊙ c_{t−1}에서 f의 기울기에는 c_{t−1}이 들어간다."),
          Mistakes.ForgetGate.ownFactor),
      ],
      hints: [
        Text(
          "Two steps: from c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t to f_t, then from f_t = σ(f̂_t) to f̂_t.",
          ko: "두 걸음이다. c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t에서 f_t로, 그다음 f_t = σ(f̂_t)에서 f̂_t로 간다."),
        Text(
          "The first step multiplies by what f_t is multiplied by. The second multiplies by σ′, which can be written "
            + "with f alone.",
          ko: "첫 걸음에서는 f_t에 곱해져 있는 것을 곱한다. 둘째 걸음에서는 σ′을 곱하는데, 이것은 f만으로 쓸 수 있다."),
        Text(
          "dc .* c_before is ∂L/∂f_t, and σ′ = σ (1 − σ) with σ = f.",
          ko: "dc .* c_before가 ∂L/∂f_t다. 여기에 σ = f로 둔 σ′ = σ (1 − σ)를 곱한다."),
      ],
      why:
        Text(
          "f_t multiplies c_{t−1}, so ∂L/∂f_t = ∂L/∂c_t ⊙ c_{t−1}. The sigmoid then multiplies by its derivative, and "
            + "as f_t is its value, that is f ⊙ (1 − f).",
          ko: "f_t는 c_{t−1}에 곱해지므로 ∂L/∂f_t = ∂L/∂c_t ⊙ c_{t−1}이다. 여기에 시그모이드의 도함수를 곱하는데, f_t가 바로 그 값이므로 f ⊙ (1 − f)다."),
      matters:
        Text(
          "Slopes written with values are why a backward pass keeps the activations and not the pre-activations; the "
            + "fused operation of section 3.7 does the same. The factor f (1 − f) also tells that a gate near 0 or "
            + "1 hardly learns. The museum in section 3.15 has three ways to get this line wrong.",
          ko: "도함수를 함숫값으로 쓰기 때문에 역전파에는 활성값만 남겨 두면 되고 활성화 이전 값은 없어도 된다. 3.7절의 합친 연산도 그렇게 한다. f (1 − f)는 0이나 1에 가까운 "
            + "게이트가 거의 배우지 못한다는 것도 말해 준다. 3.15절의 박물관에는 이 줄을 틀리는 방법이 셋 있다."))
  }

  static var sums: Exercise {
    Exercise(
      .function, "sums", level: 3, title: Text("Sums over time and batch", ko: "시간과 배치에 걸친 합"),
      equation: "sums",
      given: .sequence("\\frac{\\partial L}{\\partial a_#}", "m", "B"), .sequence("h_#", from: 0, "n", "B", .state),
      gives: ["\\frac{\\partial L}{\\partial W_h}", "\\frac{\\partial L}{\\partial b}"],
      hole: Exercises.sums, solution: Solutions.sums,
      mistakes: [
        KnownMistake(
          "new-state",
          Text(
            "h is one step too late. W_h multiplies the state before the step, h_{t−1}, and that stands at h[t] when "
              + "da[t] is step t + 1.",
            ko: "h가 한 시점 늦다. W_h에 곱해지는 것은 그 시점 앞의 상태 h_{t−1}이고, da[t]가 시점 t + 1의 것일 때 h[t]에 있다."),
          Mistakes.Sums.newState),
        KnownMistake(
          "last-step",
          Text(
            "Both are the last step's share alone. One W_h and one b serve all steps.",
            ko: "둘 다 마지막 시점의 몫뿐이다. W_h 하나와 b 하나를 모든 시점이 쓴다."),
          Mistakes.Sums.lastStep),
        KnownMistake(
          "first-step",
          Text(
            "Both are the first step's share alone. One W_h and one b serve all steps.",
            ko: "둘 다 첫 시점의 몫뿐이다. W_h 하나와 b 하나를 모든 시점이 쓴다."),
          Mistakes.Sums.firstStep),
        KnownMistake(
          "bias-of-one-step",
          Text("∂L/∂W_h is right. ∂L/∂b is not summed over time.", ko: "∂L/∂W_h는 맞다. ∂L/∂b는 시간에 걸쳐 더하지 않았다."),
          Mistakes.Sums.biasOfLastStep),
        KnownMistake(
          "no-batch-sum",
          Text(
            "∂L/∂W_h is right. In ∂L/∂b the batch is not summed: b is one column, added to the columns of all "
              + "examples.",
            ko: "∂L/∂W_h는 맞다. ∂L/∂b에서 배치를 더하지 않았다. b는 열 하나이고, 모든 예제의 열에 더해진다."),
          Mistakes.Sums.noBatchSum),
        KnownMistake(
          "one-example",
          Text(
            "∂L/∂W_h is right. ∂L/∂b knows only the first example of the batch.",
            ko: "∂L/∂W_h는 맞다. ∂L/∂b에는 배치의 첫 예제만 들어 있다."),
          Mistakes.Sums.oneExample),
        KnownMistake(
          "transposed",
          Text(
            "∂L/∂W_h is transposed: the gradient of the product comes first, then the state, transposed.",
            ko: "∂L/∂W_h가 전치되었다. 곱의 결과가 받은 기울기가 앞에 오고, 전치한 상태가 뒤에 온다."),
          Mistakes.Sums.transposed),
        KnownMistake(
          "sums-first",
          Text(
            "Gradients and states are each summed first and multiplied then. Each step's gradient belongs to its own "
              + "state: multiply, then sum.",
            ko: "기울기와 상태를 따로 더한 다음 곱했다. 시점마다 기울기와 상태의 짝이 있으므로, 먼저 곱하고 나서 더한다."),
          Mistakes.Sums.sumsFirst),
      ],
      hints: [
        Text(
          "One step first: a_t = W_x x_t + W_h h_{t−1} + b. What do W_h and b get from da_t?",
          ko: "먼저 한 시점만 본다. a_t = W_x x_t + W_h h_{t−1} + b다. da_t에서 W_h와 b로 무엇이 가는가?"),
        Text(
          "For one step they get da times the transposed last state, and the sum of da's columns. Then add these over "
            + "all steps.",
          ko: "한 시점에서 W_h에는 da에 앞 상태의 전치를 곱한 것이, b에는 da의 열을 더한 것이 간다. 이것을 모든 시점에 걸쳐 더한다."),
        Text(
          "[sum((0..<da.count).map { t in da[t] * h[t].transposed }), …], and the second is built in the same way "
            + "with .sumOfColumns.",
          ko: "[sum((0..<da.count).map { t in da[t] * h[t].transposed }), …]이고, 둘째 것도 .sumOfColumns를 써서 같은 꼴로 만든다."),
      ],
      why:
        Text(
          "In a product W h the gradient of W is that of the product times hᵀ, and this matrix product adds up the "
            + "batch by itself. The bias is added to each column, so its columns must be summed. All steps share "
            + "both, so time is summed, too.",
          ko: "곱 W h에서 W의 기울기는 곱의 기울기에 hᵀ를 곱한 것이고, 이 행렬 곱이 배치까지 더해 준다. 편향은 열마다 더해지므로 열을 따로 더해야 한다. 둘 다 모든 시점이 함께 쓰므로 "
            + "시간에 걸쳐서도 더한다."),
      matters:
        Text(
          "From here on an LSTM is like any recurrent network, so these two lines are those of chapter 1, and chapter "
            + "4 uses them again for the GRU. A forgotten batch sum in b hides well: in section 3.15 a check of one "
            + "random entry misses it in most draws, and a batch of one example always.",
          ko: "여기부터 LSTM은 여느 순환 신경망과 같다. 이 두 줄은 1장의 것이고, 4장의 GRU에서 다시 쓴다. b에서 배치의 합을 빠뜨린 버그는 잘 숨는다. 3.15절에서 성분 하나를 "
            + "무작위로 뽑는 검산은 대개 이것을 놓치고, 예제가 하나뿐인 배치로는 아예 보이지 않는다."))
  }

  static var detour: Exercise {
    Exercise(
      .formula, "detour", level: 4, title: Text("The direct path and the detour", ko: "곧은 길과 우회로"),
      equation: "highway",
      given: .matrix("\\frac{\\partial L}{\\partial c_t}", "n", "B"), .matrix("f_t", "n", "B", .gate),
      .matrix("i_t", "n", "B", .gate),
      .matrix("g_t", "n", "B", .state), .matrix("c_{t-1}", "n", "B"), .matrix("o_{t-1}", "n", "B", .gate),
      .matrix("W_{hf}", "n", "n", .small), .matrix("W_{hi}", "n", "n", .small), .matrix("W_{hg}", "n", "n", .small),
      gives: "\\frac{\\partial L}{\\partial c_{t-1}}",
      hole: Exercises.detour, solution: Solutions.detour,
      mistakes: [
        KnownMistake(
          "direct-only",
          Text(
            "That is the direct path alone. c_{t−1} also becomes h_{t−1}, which enters the gates and the candidate of "
              + "step t.",
            ko: "곧은 길뿐이다. c_{t−1}은 h_{t−1}이 되기도 하고, h_{t−1}은 시점 t의 게이트와 후보에 들어간다."),
          Mistakes.Detour.directOnly),
        KnownMistake(
          "detour-only",
          Text(
            "The detour is right, and the direct path is missing: c_t = f_t ⊙ c_{t−1} + …",
            ko: "우회로는 맞는데 곧은 길이 빠졌다. c_t = f_t ⊙ c_{t−1} + …"),
          Mistakes.Detour.detourOnly),
        KnownMistake(
          "no-tanh-slope",
          Text(
            "The detour leaves c_{t−1} through a tanh, h_{t−1} = o_{t−1} ⊙ tanh(c_{t−1}); its derivative is missing.",
            ko: "우회로는 c_{t−1}에서 tanh를 지나 나간다. h_{t−1} = o_{t−1} ⊙ tanh(c_{t−1})인데 그 도함수가 빠졌다."),
          Mistakes.Detour.noSlope),
        KnownMistake(
          "no-output-gate",
          Text(
            "The output gate of step t − 1 is missing: h_{t−1} = o_{t−1} ⊙ tanh(c_{t−1}).",
            ko: "시점 t − 1의 출력 게이트가 빠졌다. h_{t−1} = o_{t−1} ⊙ tanh(c_{t−1})이다."),
          Mistakes.Detour.noOutputGate),
        KnownMistake(
          "ends-at-h",
          Text(
            "The detour ends at h_{t−1}. From there it must go on to c_{t−1}, through the output gate and the tanh.",
            ko: "우회로가 h_{t−1}에서 끝났다. 거기서 출력 게이트와 tanh를 지나 c_{t−1}까지 가야 한다."),
          Mistakes.Detour.endsAtState),
        KnownMistake(
          "not-transposed",
          Text(
            "The matrices are not transposed. Going back through W h, the gradient is multiplied by Wᵀ.",
            ko: "행렬을 전치하지 않았다. W h를 거슬러 갈 때 기울기에는 Wᵀ가 곱해진다."),
          Mistakes.Detour.notTransposed),
        KnownMistake(
          "no-gate-slopes",
          Text(
            "Before the matrices stand the gradients of the gates, and not of their pre-activations: σ′ and tanh′ are "
              + "missing there.",
            ko: "행렬을 곱하기 전의 것이 게이트의 기울기이지 활성화 이전 값의 기울기가 아니다. 거기서 σ′과 tanh′이 빠졌다."),
          Mistakes.Detour.noGateSlopes),
        KnownMistake(
          "forget-gate-only",
          Text(
            "The detour goes through the forget gate alone. h_{t−1} enters the input gate and the candidate as well.",
            ko: "우회로가 망각 게이트만 지난다. h_{t−1}은 입력 게이트와 후보에도 들어간다."),
          Mistakes.Detour.forgetGateOnly),
      ],
      hints: [
        Text(
          "The direct path is one product. The detour goes back through three blocks to h_{t−1}, and from h_{t−1} to "
            + "c_{t−1}. The output gate of step t has no part in c_t.",
          ko: "곧은 길은 곱 하나다. 우회로는 세 블록을 거슬러 h_{t−1}로, h_{t−1}에서 다시 c_{t−1}로 간다. 시점 t의 출력 게이트는 c_t에 들어가지 않는다."),
        Text(
          "Write da_f, da_i and da_g as in section 3.4. Through the transposed matrices they add up to dh, the "
            + "gradient of h_{t−1}. Then dh goes through h_{t−1} = o_{t−1} ⊙ tanh(c_{t−1}).",
          ko: "3.4절처럼 da_f, da_i, da_g를 쓴다. 전치한 행렬을 곱해 더하면 h_{t−1}의 기울기 dh다. 이것이 h_{t−1} = o_{t−1} ⊙ tanh(c_{t−1})을 "
            + "거슬러 간다."),
        Text(
          "let da_f = dc .* c_before .* f .* (1 - f), likewise da_i and da_g; let dh = W_hf.transposed * da_f + …; "
            + "return dc .* f + dh .* o_before .* (…)",
          ko: "let da_f = dc .* c_before .* f .* (1 - f)를 쓰고 da_i와 da_g도 같은 식으로 쓴다. let dh = W_hf.transposed * da_f + "
            + "…, 마지막은 return dc .* f + dh .* o_before .* (…)다."),
      ],
      why:
        Text(
          "It is the total derivative J_t of section 3.8, transposed and applied to ∂L/∂c_t: diag(f_t) gives the first term. The "
            + "rest goes back through the three blocks that make c_t, through their matrices to h_{t−1}, and "
            + "through o_{t−1} and tanh to c_{t−1}.",
          ko: "3.8절의 전미분 J_t를 전치해 ∂L/∂c_t에 곱한 것이다. diag(f_t)에서 첫 항이 나온다. 나머지는 c_t를 만드는 세 블록을 거슬러 행렬을 지나 "
            + "h_{t−1}에 이르고, o_{t−1}과 tanh를 지나 c_{t−1}에 이른다."),
      matters:
        Text(
          "Whoever says that exactly f_t flows back has left out all but the first term. Section 3.10 measures fresh "
            + "networks with open gates: over 30 steps the whole is several times as large as the direct path. "
            + "Chapter 4 asks the same of the GRU, whose direct path is z_t.",
          ko:
            "정확히 f_t만큼 흐른다고 말하는 사람은 첫 항 말고는 다 빠뜨린 것이다. 3.10절에서 게이트를 열어 둔 학습 전의 신경망을 재 보면, 30시점에 걸쳐 전체가 곧은 길의 몇 배나 된다. "
            + "4장은 GRU에 같은 물음을 던지는데, 거기서 곧은 길은 z_t다."))
  }

  static var passBug: Exercise {
    Exercise(
      .bug, "pass-bug", level: 5, title: Text("A bug in the whole pass", ko: "역전파 전체에 숨은 버그"),
      equation: "back-c",
      given: .sequence("h_#", from: 0, "3", "B", .state), .sequence("c_#", from: 0, "3", "B"),
      .sequence("i_#", "3", "B", .gate), .sequence("f_#", "3", "B", .gate), .sequence("g_#", "3", "B", .state),
      .sequence("o_#", "3", "B", .gate), .sequence("y_#", "3", "B"), .matrix("W_h", "12", "3", .small),
      gives: [
        "\\frac{\\partial L}{\\partial W_h}", "\\frac{\\partial L}{\\partial h_0}",
        "\\frac{\\partial L}{\\partial c_0}",
      ],
      hole: Exercises.passBug, bug: .asGiven(Mistakes.PassBug.asGiven), solution: Solutions.passBug,
      mistakes: [
        KnownMistake(
          "counted-twice",
          Text(
            "Now dc_next is in it twice: dc contains it already when it is added once more on the way to step t − 1.",
            ko: "이제 dc_next가 두 번 들어간다. dc에 이미 들어 있는데 시점 t − 1로 가는 길에 또 더해진다."),
          Mistakes.PassBug.countedTwice),
        KnownMistake(
          "not-handed-on",
          Text(
            "What came back from step t + 1 is not handed on at all. It must reach the gates of step t and go on to "
              + "step t − 1.",
            ko: "시점 t + 1에서 돌아온 것이 아예 끊겼다. 시점 t의 게이트에도 닿고 시점 t − 1로도 가야 한다."),
          Mistakes.PassBug.dropped),
        KnownMistake(
          "no-forget",
          Text(
            "The gradient goes to step t − 1 past the forget gate: its factor f[t] is missing.",
            ko: "기울기가 망각 게이트를 거치지 않고 시점 t − 1로 간다. f[t]가 빠졌다."),
          Mistakes.PassBug.noForget),
        KnownMistake(
          "forget-twice",
          Text(
            "dc_next passed its forget gate already when it left step t + 1. Here it is multiplied once more.",
            ko: "dc_next는 시점 t + 1을 떠날 때 이미 망각 게이트를 지났다. 여기서 한 번 더 곱해졌다."),
          Mistakes.PassBug.forgetTwice),
        KnownMistake(
          "inside-tanh",
          Text(
            "dc_next is multiplied by the derivative of tanh, too. c_{t+1} uses c_t itself, and only h_t uses "
              + "tanh(c_t).",
            ko: "dc_next에까지 tanh의 도함수가 곱해졌다. tanh(c_t)를 쓰는 것은 h_t뿐이고 c_{t+1}은 c_t를 그대로 쓴다."),
          Mistakes.PassBug.slopeOfBoth),
      ],
      hints: [
        Text(
          "With a single step nothing is wrong. So look at what comes from the next step, dh_next and dc_next, and "
            + "where each is used.",
          ko: "시점이 하나면 틀린 데가 없다. 그러니 다음 시점에서 오는 dh_next와 dc_next가 어디에 쓰이는지 본다."),
        Text(
          "dh has its share from the next step before the gates read it. Is that so for dc?",
          ko: "dh에는 게이트가 읽기 전에 다음 시점의 몫이 더해져 있다. dc도 그런가?"),
        Text(
          "Add dc_next where dc is made, and then no longer in the last line: it must be counted once.",
          ko: "dc를 만드는 줄에서 dc_next를 더하고, 마지막 줄에서는 뺀다. 한 번만 세어야 한다."),
      ],
      why:
        Text(
          "∂L/∂c_t is the sum over both users of c_t, and i, f and g must see that whole sum. In the given pass they "
            + "saw only what came through h_t, while the rest went past them to earlier steps. Once dc has it, dc ⊙ "
            + "f hands everything on.",
          ko: "∂L/∂c_t는 c_t를 쓰는 두 곳에서 온 것의 합이고, i와 f와 g는 이 합을 통째로 받아야 한다. 주어진 코드에서는 h_t를 거친 것만 받고, 나머지는 게이트를 지나쳐 앞 "
            + "시점으로 가 버렸다. dc에 다 들어 있으면 dc ⊙ f가 그것을 모두 넘겨준다."),
      matters:
        Text(
          "A network can learn with such a pass, since the direct path is intact, and a check with one step lets it "
            + "through; a check over several steps does not. That is the lesson of section 3.15. In section 3.7 "
            + "these very lines become one operation, the one that trains the networks of section 3.12, and chapter "
            + "4 derives and checks its pass for the GRU in the same way.",
          ko: "곧은 길이 온전하므로 이런 역전파로도 신경망은 배울 수 있고, 한 시점짜리 검산도 통과한다. 여러 시점을 돌려 견주어야 드러난다. 3.15절의 교훈이 이것이다. 3.7절에서는 바로 이 "
            + "줄들이 한 연산이 되는데, 3.12절의 신경망을 학습시킨 것이 그 연산이다. 4장에서는 GRU의 역전파를 같은 방법으로 유도하고 검산한다."))
  }
}
