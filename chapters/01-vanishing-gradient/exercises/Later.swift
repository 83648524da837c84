// The later exercises of chapter 1, from the peak of a matrix's powers on.

import Autodiff
import Notebook

extension ExerciseList {
  static var peak: Exercise {
    Exercise(
      .prediction, "peak", level: 3, title: Text("Where do the powers peak?", ko: "거듭제곱은 어디서 가장 큰가?"),
      equation: "jordan",
      gives: "k",
      hole: Exercises.peak, solution: Solutions.peak,
      mistakes: [
        KnownMistake(
          "only-shrinks",
          Text(
            "You took it that the powers only shrink, since no eigenvalue reaches 1. But the corner 10 k · 0.85^{k−1} "
              + "grows first.",
            ko: "고윳값이 모두 1보다 작으니 줄기만 한다고 본 답이다. 그러나 오른쪽 위 성분 10 k · 0.85^{k−1}은 먼저 커진다."),
          { 1 }),
        KnownMistake(
          "from-identity",
          Text(
            "A^0 is the identity, with norm 1. The first power is already longer, by its corner of 10.",
            ko: "A^0은 단위행렬이고 노름이 1이다. 일제곱만 해도 오른쪽 위의 10 때문에 더 크다."),
          { 0 }),
        KnownMistake(
          "the-example",
          Text(
            "That is the peak of the matrix with 0.9. With 0.85 the powers of the diagonal catch up sooner.",
            ko: "0.9를 쓴 행렬의 답이다. 0.85면 거듭제곱이 더 일찍 따라잡는다."),
          { 9 }),
        KnownMistake(
          "one-too-far",
          Text(
            "One step too far: from k = 6 to 7 the corner gains the factor 7/6 · 0.85, which is a little less than 1.",
            ko: "하나 더 갔다. k = 6에서 7로 갈 때 오른쪽 위 성분에는 7/6 · 0.85가 곱해지는데, 1보다 조금 작다."),
          { 7 }),
      ],
      measured: {
        let A = Matrix([[0.85, 10], [0, 0.85]])
        var power = A
        var best = (k: 1, norm: A.spectralNorm)
        for k in 2...100 {
          power = power * A
          if power.spectralNorm > best.norm { best = (k, power.spectralNorm) }
        }
        return Double(best.k)
      },
      hints: [
        Text(
          "Nearly all of the norm sits in the upper right corner, 10 k · 0.85^{k−1}. By what factor does it change from one "
            + "k to the next?",
          ko: "노름은 거의 오른쪽 위 성분 10 k · 0.85^{k−1}에서 온다. k가 하나 늘 때 이 성분에는 무엇이 곱해지는가?"),
        Text(
          "By (k + 1)/k · 0.85. As long as that exceeds 1, the corner grows.",
          ko: "(k + 1)/k · 0.85가 곱해진다. 이것이 1보다 큰 동안 성분은 커진다."),
        Text(
          "(k + 1)/k · 0.85 > 1 means k < 0.85/0.15, which is about 5.67. The step from k = 5 still gains, the next no more.",
          ko: "(k + 1)/k · 0.85 > 1이면 k < 0.85/0.15이고, 이 값은 5.67쯤이다. k = 5에서 내딛는 걸음까지는 커지고, 다음 걸음부터는 줄어든다."),
      ],
      why:
        Text(
          "From k to k + 1 the corner gains the factor (k + 1)/k · 0.85, which exceeds 1 up to k = 5. So it grows up to "
            + "k = 6 and shrinks from there on, and the norm goes with it.",
          ko:
            "k에서 k + 1로 갈 때 오른쪽 위 성분에는 (k + 1)/k · 0.85가 곱해지고, 이것은 k = 5까지 1보다 크다. 그래서 k = 6까지 커졌다가 그 뒤로 줄고, 노름도 따라간다."),
      matters:
        Text(
          "Both eigenvalues are 0.85, and yet a gradient that comes back through six such linear steps has grown more than "
            + "26-fold. Eigenvalues speak of the limit only, singular values of the single step: that is the erratum of "
            + "section 1.20. With tanh in between not even the limit is theirs.",
          ko:
            "고윳값이 둘 다 0.85인데도, 이런 선형 시점을 여섯 번 거슬러 온 기울기는 26배 넘게 커져 있다. 고윳값은 극한만 말하고 특잇값은 한 시점을 말한다. 1.20절의 바로잡기가 이것이다. "
            + "사이에 tanh가 끼면 극한조차 고윳값이 정하지 못한다."))
  }

  static var twoSteps: Exercise {
    Exercise(
      .formula, "two-steps", level: 3, title: Text("The Jacobian of two steps", ko: "두 시점의 야코비안"),
      equation: "jacobian-product",
      given: .matrix("v_{t-2}", "n", "B"), .matrix("h_{t-1}", "n", "B", .state), .matrix("h_t", "n", "B", .state),
      .matrix("W_h", "n", "n", .small),
      gives: "v_t",
      hole: Exercises.twoSteps, solution: Solutions.twoSteps,
      mistakes: [
        KnownMistake(
          "pulled-out",
          Text(
            "Both slopes stand outside of both matrices. A diagonal matrix cannot be moved past W_h: the slope of step "
              + "t − 1 belongs between the two.",
            ko: "두 미분값이 두 행렬 밖으로 나와 있다. 대각행렬은 W_h 너머로 옮길 수 없다. 시점 t − 1의 미분값은 두 W_h 사이에 있어야 한다."),
          Mistakes.TwoSteps.pulledOut),
        KnownMistake(
          "reversed",
          Text(
            "The two steps have changed places. Step t − 1 comes first, so it stands next to v; the last step stands "
              + "leftmost.",
            ko: "두 시점의 순서가 바뀌었다. 시점 t − 1이 먼저이므로 v 바로 옆에 오고, 마지막 시점이 맨 왼쪽에 온다."),
          Mistakes.TwoSteps.reversed),
        KnownMistake(
          "slope-first",
          Text(
            "In each step the slope multiplies before W_h. Forwards the matrix comes first and tanh second.",
            ko: "시점마다 미분값을 W_h보다 먼저 곱했다. 앞으로 갈 때는 행렬이 먼저, tanh가 나중이다."),
          Mistakes.TwoSteps.slopeFirst),
        KnownMistake(
          "no-derivative",
          Text(
            "That is the linear network: the slopes of tanh are missing.",
            ko: "선형 신경망의 식이다. tanh의 미분값이 빠졌다."),
          Mistakes.TwoSteps.noSlopes),
        KnownMistake(
          "one-step",
          Text(
            "That is one step. From h_{t−2} to h_t there are two, each with its slope and its W_h.",
            ko: "한 시점뿐이다. h_{t−2}에서 h_t까지는 두 시점이고, 시점마다 미분값과 W_h가 있다."),
          Mistakes.TwoSteps.oneStep),
        KnownMistake(
          "backwards",
          Text(
            "That is how a gradient comes back, through the transposes. Here a small change goes forwards.",
            ko: "전치를 지나 기울기가 거슬러 오는 식이다. 여기서는 작은 변화가 앞으로 나아간다."),
          Mistakes.TwoSteps.backwards),
        KnownMistake(
          "tanh-of-value",
          Text(
            "tanh is applied twice: the states already are values of tanh, and the slope is 1 minus their square.",
            ko: "tanh를 두 번 씌웠다. 상태가 이미 tanh의 값이고, 미분값은 1에서 그 제곱을 뺀 것이다."),
          Mistakes.TwoSteps.slopeOfValue),
      ],
      hints: [
        Text(
          "First from v_{t−2} to v_{t−1}: a step multiplies by W_h, then by the slope of tanh.",
          ko: "먼저 v_{t−2}에서 v_{t−1}로 간다. 한 시점은 W_h를 곱하고, 그다음 tanh의 미분값을 곱한다."),
        Text(
          "v_{t−1} = (1 - h_before .* h_before) .* (W_h * push). The second step does the same with v_{t−1}.",
          ko: "v_{t−1} = (1 - h_before .* h_before) .* (W_h * push)다. 둘째 시점은 v_{t−1}에 같은 일을 한다."),
        Text(
          "(1 - h .* h) .* (W_h * (…)), with v_{t−1} in the inner brackets.",
          ko: "(1 - h .* h) .* (W_h * (…))이고, 안쪽 괄호에 v_{t−1}이 들어간다."),
      ],
      why:
        Text(
          "The Jacobian of two steps is diag(1 − h_t²) W_h diag(1 − h_{t−1}²) W_h, the last step leftmost. Times v it reads "
            + "from the right: matrix, slope, matrix, slope.",
          ko:
            "두 시점의 야코비안은 마지막 시점이 맨 왼쪽에 오는 diag(1 − h_t²) W_h diag(1 − h_{t−1}²) W_h다. v를 곱하면 오른쪽부터 행렬, 미분값, 행렬, 미분값의 "
            + "순서가 된다."),
      matters:
        Text(
          "Written with a power of W_h, as some lecture notes do, it is already wrong for two steps; the erratum of section "
            + "1.20 measures by how much. The bound of section 1.8 holds all the same, since norms are numbers and may change "
            + "places. Chapter 3 meets the same product for c_t, where its factors are gates.",
          ko:
            "어떤 강의 노트처럼 W_h의 거듭제곱으로 쓰면 두 시점에서 벌써 틀린다. 얼마나 틀리는지는 1.20절의 바로잡기에서 잰다. 그래도 1.8절의 상한은 성립한다. 노름은 수여서 순서를 바꾸어도 "
            + "되기 때문이다. 3장에서는 c_t에 대해 같은 곱을 만나고, 거기서는 인수가 게이트다."))
  }

  static var parameterGradients: Exercise {
    Exercise(
      .function, "parameter-gradients", level: 4, title: Text("The gradients of the parameters", ko: "매개변수의 기울기"),
      equation: "sum-over-uses",
      given: .sequence("\\frac{\\partial L}{\\partial a_#}", "n", "B"), .sequence("x_#", "d", "B"),
      .sequence("h_#", from: 0, "n", "B", .state),
      gives: [
        "\\frac{\\partial L}{\\partial W_x}", "\\frac{\\partial L}{\\partial W_h}", "\\frac{\\partial L}{\\partial b}",
      ],
      hole: Exercises.parameterGradients, solution: Solutions.parameterGradients,
      mistakes: [
        KnownMistake(
          "new-state",
          Text(
            "∂L/∂W_h is one step off: W_h multiplies the state before the step, which stands at h[t] when da[t] belongs to "
              + "step t + 1.",
            ko: "∂L/∂W_h가 한 시점 어긋났다. W_h에 곱해지는 것은 그 시점 앞의 상태이고, da[t]가 시점 t + 1의 것일 때 h[t]에 있다."),
          Mistakes.ParameterGradients.newState),
        KnownMistake(
          "last-step",
          Text(
            "That is the last step's share alone. The parameters are used at every step: sum over time.",
            ko: "마지막 시점의 몫뿐이다. 매개변수는 모든 시점에서 쓰이므로 시간에 걸쳐 더해야 한다."),
          Mistakes.ParameterGradients.lastStep),
        KnownMistake(
          "first-step",
          Text(
            "That is the first step's share alone. The parameters are used at every step: sum over time.",
            ko: "첫 시점의 몫뿐이다. 매개변수는 모든 시점에서 쓰이므로 시간에 걸쳐 더해야 한다."),
          Mistakes.ParameterGradients.firstStep),
        KnownMistake(
          "no-batch-sum",
          Text(
            "The bias's gradient is not summed over the batch. One bias serves all examples, so their columns are added; "
              + "in the other two the product with the transpose does it.",
            ko: "편향의 기울기를 배치에 걸쳐 더하지 않았다. 편향 하나를 모든 예제가 함께 쓰므로 열을 모두 더해야 한다. 나머지 둘에서는 전치를 곱하는 행렬 곱이 그 일을 한다."),
          Mistakes.ParameterGradients.noBatchSum),
        KnownMistake(
          "transposed",
          Text(
            "The gradients of both weights are transposed: ∂L/∂a comes first, the transposed input or state second.",
            ko: "두 가중치의 기울기가 전치되었다. ∂L/∂a가 앞에 오고, 전치한 입력이나 상태가 뒤에 온다."),
          Mistakes.ParameterGradients.transposed),
        KnownMistake(
          "slope-again",
          Text(
            "The slope of tanh is multiplied once more. da already is the gradient of the pre-activation, so tanh lies "
              + "behind you.",
            ko: "tanh의 미분값을 한 번 더 곱했다. da는 이미 활성화 이전 값의 기울기여서 tanh는 다 거슬러 왔다."),
          Mistakes.ParameterGradients.slopeAgain),
      ],
      hints: [
        Text(
          "a_t = W_x x_t + W_h h_{t−1} + b. For a single step: what does each of the three parameters get from ∂L/∂a_t?",
          ko: "a_t = W_x x_t + W_h h_{t−1} + b다. 한 시점만 보면, 세 매개변수는 ∂L/∂a_t에서 각각 무엇을 받는가?"),
        Text(
          "W_x gets ∂L/∂a_t x_tᵀ, W_h gets ∂L/∂a_t h_{t−1}ᵀ, b gets the sum of the columns. Then all steps are added.",
          ko: "W_x는 ∂L/∂a_t x_tᵀ를, W_h는 ∂L/∂a_t h_{t−1}ᵀ를, b는 열의 합을 받는다. 그리고 모든 시점의 것을 더한다."),
        Text(
          "let dW_x = sum((0..<da.count).map { t in da[t] * x[t].transposed }); the other two alike, with h[t].transposed and "
            + "with da[t].sumOfColumns. Then return [dW_x, …, …].",
          ko:
            "let dW_x = sum((0..<da.count).map { t in da[t] * x[t].transposed })로 쓴다. 나머지 둘도 h[t].transposed와 da[t].sumOfColumns로 똑같이 쓴 다음 "
            + "return [dW_x, …, …]다."),
      ],
      why:
        Text(
          "At one step a product W v passes ∂L/∂a vᵀ on to W, and that product sums over the batch; the bias is added to "
            + "every column, so its columns are summed. All steps share the parameters, so the steps are summed too.",
          ko: "한 시점에서 곱 W v는 W에 ∂L/∂a vᵀ를 넘기고, 이 행렬 곱이 배치에 걸쳐 더한다. 편향은 모든 열에 더해지므로 열의 합을 받는다. 매개변수는 모든 시점이 함께 쓰므로 시점에 "
            + "걸쳐서도 더한다."),
      matters:
        Text(
          "These three lines and the one of state-gradient are all of section 1.4, where the tape, finite differences and "
            + "PyTorch agree with them. Chapters 3 and 4 use them four and three times, once a block. A test of a single step "
            + "with a batch of one does not see whether the sums are there.",
          ko:
            "이 세 줄과 state-gradient의 한 줄이 1.4절의 전부이고, 거기서 테이프, 유한 차분, PyTorch와 맞추어 본다. 3장과 4장에서는 블록마다 한 번씩, 네 번과 세 번 쓴다. 시점 하나, "
            + "예제 하나로 시험하면 합이 빠져도 드러나지 않는다."))
  }

  static var skipBug: Exercise {
    Exercise(
      .bug, "skip-bug", level: 5, title: Text("A bug behind a skip connection", ko: "스킵 연결 뒤의 버그"),
      equation: "skip-jacobian",
      given: .sequence("h_#", from: 0, "n", "B", .state), .sequence("y_#", "n", "B", .state),
      .matrix("W_h", "n", "n", .small),
      gives: "\\frac{\\partial L}{\\partial b}",
      hole: Exercises.skipBug, bug: .asGiven(Mistakes.SkipBug.asGiven), solution: Solutions.skipBug,
      mistakes: [
        KnownMistake(
          "plain",
          Text(
            "Now it is the pass of the network without a skip connection. The path past the tanh was right; it must stay.",
            ko: "이제 스킵 연결이 없는 신경망의 역전파가 되었다. tanh를 비켜 가는 길은 맞았으니 그대로 두어야 한다."),
          Mistakes.SkipBug.plain),
        KnownMistake(
          "no-identity",
          Text(
            "The slope is right now, but the identity has gone from the Jacobian: dh also goes past the tanh to h_{t−1}, "
              + "unchanged.",
            ko: "미분값은 맞게 고쳤는데 야코비안에서 단위행렬이 사라졌다. dh는 tanh를 비켜 h_{t−1}로 그대로 가기도 한다."),
          Mistakes.SkipBug.noIdentity),
        KnownMistake(
          "slope-on-path",
          Text(
            "The slope is right now, but the skip path sends back da. No tanh stands on that path: what goes back there is dh.",
            ko: "미분값은 맞게 고쳤는데 스킵 길로 da가 돌아간다. 그 길에는 tanh가 없으므로 dh가 그대로 돌아가야 한다."),
          Mistakes.SkipBug.slopeOnPath),
        KnownMistake(
          "old-state",
          Text(
            "The slope is taken at h_{t−1}. It must be taken at what tanh gave at step t, and that is neither of the two "
              + "states alone.",
            ko: "미분값을 h_{t−1}에서 구했다. 시점 t에서 tanh가 낸 값으로 구해야 하고, 그것은 두 상태 가운데 어느 하나가 아니다."),
          Mistakes.SkipBug.oldSlope),
        KnownMistake(
          "tanh-of-value",
          Text(
            "tanh is applied twice: h_t − h_{t−1} already is its value, and the slope is 1 minus the square of that.",
            ko: "tanh를 두 번 씌웠다. h_t − h_{t−1}이 이미 tanh의 값이고, 미분값은 1에서 그 제곱을 뺀 것이다."),
          Mistakes.SkipBug.slopeOfValue),
        KnownMistake(
          "no-derivative",
          Text(
            "The slope has gone altogether. b stands inside of the tanh, and the way to it leads through its slope.",
            ko: "미분값이 아예 사라졌다. b는 tanh 안에 있으므로 b로 가려면 tanh의 미분값을 곱해야 한다."),
          Mistakes.SkipBug.noSlope),
        KnownMistake(
          "not-transposed",
          Text(
            "The slope is right now, but W_h is no longer transposed on the way back.",
            ko: "미분값은 맞게 고쳤는데, 거슬러 가는 길에서 W_h의 전치가 빠졌다."),
          Mistakes.SkipBug.notTransposed),
      ],
      hints: [
        Text(
          "With a single step from h_0 = 0, h_1 is what tanh gave. Which line takes that for granted at every step?",
          ko: "h_0 = 0에서 한 시점만 가면 h_1이 곧 tanh의 값이다. 모든 시점에서 그렇다고 여긴 줄은 어디인가?"),
        Text(
          "The slope of tanh is 1 minus the square of its value. With a skip connection its value is no longer h_t.",
          ko: "tanh의 미분값은 1에서 tanh 값의 제곱을 뺀 것이다. 스킵 연결이 있으면 그 값은 h_t가 아니다."),
        Text(
          "Since h_t = h_{t−1} + tanh(a_t), write let value = h[t] - h[t - 1] and use value where da has h[t] twice.",
          ko: "h_t = h_{t−1} + tanh(a_t)이므로 let value = h[t] - h[t - 1]을 쓰고, da의 두 h[t] 자리에 value를 넣는다."),
      ],
      why:
        Text(
          "What tanh gave at step t is h_t − h_{t−1}, so the slope is 1 − (h_t − h_{t−1})², as in the Jacobian of section "
            + "1.11. The identity in that Jacobian is the dh in fromNext.",
          ko:
            "시점 t에서 tanh가 낸 값은 h_t − h_{t−1}이므로 미분값은 1.11절의 야코비안에서처럼 1 − (h_t − h_{t−1})²이다. 그 야코비안의 단위행렬이 fromNext에 있는 "
            + "dh다."),
      matters:
        Text(
          "With this bug the slope turns negative as soon as a state leaves [−1, 1], and with a skip connection states do. "
            + "A test with zeros or a single step passes; one from a random start does not. Chapter 2 puts a gate on the "
            + "skip path, chapter 3 goes back through it, and chapter 7 lays such paths over depth.",
          ko: "이 버그가 있으면 상태가 [−1, 1]을 벗어나자마자 미분값이 음수가 되는데, 스킵 연결이 있으면 상태는 실제로 벗어난다. 0에서 시작하거나 한 시점만 돌리는 시험은 통과하지만 무작위로 "
            + "시작하는 시험은 통과하지 못한다. 2장에서는 이 길에 게이트를 달고, 3장에서는 그 길을 거슬러 가고, 7장에서는 깊이 방향으로 이런 길을 놓는다."))
  }
}
