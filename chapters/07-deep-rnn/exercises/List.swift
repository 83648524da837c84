// The exercises of chapter 7, in the order in which they are done.

import Autodiff
import Notebook
import Recurrent

enum ExerciseList {
  static var all: [Exercise] {
    [residual, parameters, highway, stack, threeLayers, highwayGradient, skipBug]
  }

  private static var residual: Exercise {
    Exercise(
      .formula, "residual", level: 1, title: Text("A residual layer", ko: "잔차 층"),
      equation: "residual",
      given: .matrix("h_{l-1}", "n", "B"), .matrix("W_l", "n", "n", .small), .matrix("b_l", "n", "1", .small),
      gives: "h_l",
      hole: Exercises.residual, solution: Solutions.residual,
      mistakes: [
        KnownMistake(
          "no-identity",
          Text(
            "That is u_l, what a plain layer makes. The residual connection adds the layer's input to it.",
            ko: "그것은 u_l, 곧 평범한 층이 내는 것이다. 잔차 연결은 여기에 층의 입력을 더한다."),
          Mistakes.Residual.noIdentity),
        KnownMistake(
          "inside-tanh",
          Text(
            "The input is added inside of the tanh, so that it is squashed with the rest. It has to go past the layer unchanged.",
            ko: "입력을 tanh 안에서 더했다. 그러면 입력까지 함께 눌린다. 입력은 층을 거치지 않고 그대로 지나가야 한다."),
          Mistakes.Residual.inside),
        KnownMistake(
          "no-tanh",
          Text("The tanh is missing: this layer is linear.", ko: "tanh가 빠졌다. 이 층은 선형이다."),
          Mistakes.Residual.noTanh),
        KnownMistake(
          "product",
          Text(
            "The input multiplies what the layer makes. A product would scale the gradient on its way back; the sum leaves it whole.",
            ko: "층이 만든 것에 입력을 곱했다. 곱하면 돌아가는 기울기의 크기가 달라진다. 더해야 기울기가 온전히 지나간다."),
          Mistakes.Residual.product),
        KnownMistake(
          "minus",
          Text(
            "The input is subtracted. The layer learns what has to be added to its input, the residual.",
            ko: "입력을 뺐다. 이 층이 배우는 것은 입력에 더해야 할 나머지, 곧 잔차다."),
          Mistakes.Residual.minus),
      ],
      hints: [
        Text(
          "With W = 0 and b = 0 the layer must hand on its input as it is.",
          ko: "W = 0이고 b = 0이면 층은 입력을 그대로 넘겨야 한다."),
        Text(
          "The layer itself makes tanh(W * h + b), and its input is added to that.",
          ko: "층 자신이 만드는 것은 tanh(W * h + b)이고, 여기에 입력을 더한다."),
        Text("h + …, with the layer's own part for the dots.", ko: "h + …이고, 점 자리에 층이 만든 것이 들어간다."),
      ],
      why:
        Text(
          "The input goes on unchanged, and the layer adds what it has found. A layer that knows nothing yet, with small weights, "
            + "is therefore close to the identity and does no harm.",
          ko: "입력은 그대로 이어지고 층은 찾아낸 것을 더할 뿐이다. 그래서 아직 아무것도 배우지 못해 가중치가 작은 층은 항등 함수에 가깝고, 해가 되지 않는다."),
      matters:
        Text(
          "The h in front gives the gradient a way back that passes nothing: section 7.7 measures how much of it comes through up to "
            + "64 layers, with it and without. The same sum stands around every part of a Transformer, to which section 7.11 comes.",
          ko:
            "맨 앞의 h 덕분에 기울기에 아무것도 거치지 않고 돌아오는 길이 생긴다. 64층까지 쌓을 때 기울기가 얼마나 돌아오는지, h가 있을 때와 없을 때를 7.7절에서 잰다. 7.11절에 나오는 트랜스포머에서도 부분마다 이 덧셈이 "
            + "둘러져 있다."))
  }

  private static func parametersMeasured() -> Double {
    let configuration = Recurrent.RecurrentConfiguration(.lstm, inputSize: 100, hiddenSize: 200, layers: 3)
    return Double(configuration.parameterCount)
  }

  private static var parameters: Exercise {
    Exercise(
      .prediction, "parameters", level: 1, title: Text("How many in three layers?", ko: "세 층이면 몇 개인가?"),
      equation: "counts",
      gives: "p",
      hole: Exercises.parameters, solution: Solutions.parameters,
      mistakes: [
        KnownMistake(
          "shared",
          Text(
            "That is the first layer alone. Time steps share their weights; layers do not.",
            ko: "첫째 층만의 개수다. 시점은 가중치를 공유하지만 층은 공유하지 않는다."),
          { 241_600 }),
        KnownMistake(
          "three-times-first",
          Text(
            "That is three times the first layer. The layers above it read 200 states and not 100 inputs.",
            ko: "첫째 층의 세 배다. 위의 두 층은 입력 100개가 아니라 상태 200개를 읽는다."),
          { 724_800 }),
        KnownMistake(
          "three-times-upper",
          Text(
            "That is three times an upper layer. The first one reads 100 inputs and not 200 states.",
            ko: "위층의 세 배다. 첫째 층은 상태 200개가 아니라 입력 100개를 읽는다."),
          { 964_800 }),
        KnownMistake(
          "one-bias",
          Text(
            "Each block has one bias in your count. PyTorch has two in each, 200 entries more per block.",
            ko: "블록마다 편향을 하나씩만 세었다. PyTorch에는 둘씩 있어서 블록마다 200개가 더 있다."),
          { 882_400 }),
        KnownMistake(
          "one-block",
          Text(
            "That is one block in each layer. The LSTM has four: three gates and the candidate.",
            ko: "층마다 블록을 하나만 세었다. LSTM에는 게이트 셋과 후보, 블록이 넷 있다."),
          { 221_200 }),
      ],
      measured: parametersMeasured,
      hints: [
        Text(
          "Count the first layer, then one of the layers above it. What do these read?",
          ko: "첫째 층을 세고, 그 위의 층 하나를 센다. 위의 층은 무엇을 읽는가?"),
        Text(
          "The first has 4 · (100 · 200 + 200² + 2 · 200). Above it 100 becomes 200.",
          ko: "첫째 층은 4 · (100 · 200 + 200² + 2 · 200)이다. 그 위에서는 100이 200이 된다."),
        Text(
          "There are two upper layers, and you may return a formula: 4 * (100 * 200 + …) + 2 * 4 * (…).",
          ko: "위층은 둘이다. 4 * (100 * 200 + …) + 2 * 4 * (…)처럼 식을 그대로 return해도 된다."),
      ],
      why:
        Text(
          "p_1 = 4 (d n + n² + 2 n), and above the first layer the input is a state, so d becomes n. Each layer has its own "
            + "weights.",
          ko: "p_1 = 4 (d n + n² + 2 n)이고, 첫째 층 위에서는 입력이 곧 상태이므로 d 자리에 n이 들어간다. 가중치는 층마다 따로 있다."),
      matters:
        Text(
          "More layers of one width are a larger network, and may be better for that alone. So section 7.9 compares layers at equal "
            + "numbers of parameters, counted as here.",
          ko: "폭이 같은 층을 더 쌓으면 신경망이 커지고, 크기만으로도 나아질 수 있다. 그래서 7.9절에서는 여기서처럼 센 매개변수의 개수를 맞추어 놓고 층수를 견준다."))
  }

  private static var highway: Exercise {
    Exercise(
      .formula, "highway", level: 2, title: Text("A highway layer", ko: "하이웨이 층"),
      equation: "highway",
      given: .matrix("h_{l-1}", "n", "B"), .matrix("W_l", "n", "n", .small), .matrix("b_l", "n", "1", .small),
      .matrix("V_l", "n", "n", .small), .matrix("c_l", "n", "1", .small),
      gives: "h_l",
      hole: Exercises.highway, solution: Solutions.highway,
      mistakes: [
        KnownMistake(
          "gate-wrong-way",
          Text(
            "The gate is the wrong way round: an open τ_l transforms, and 1 − τ_l carries the input on. (The GRU's z is the one that "
              + "keeps.)",
            ko: "게이트의 방향이 반대다. τ_l이 열리면 변환하고, 1 − τ_l만큼 입력을 나른다. (간직하는 쪽은 GRU의 z다.)"),
          Mistakes.Highway.wrongWay),
        KnownMistake(
          "whole-input",
          Text(
            "The input is handed on whole, as in a residual layer. Here the two shares add up to 1: what is transformed is not "
              + "carried.",
            ko: "잔차 층처럼 입력을 통째로 넘겼다. 여기서는 두 비율의 합이 1이다. 변환한 만큼은 나르지 않는다."),
          Mistakes.Highway.wholeInput),
        KnownMistake(
          "no-input",
          Text(
            "The input is not carried at all. Where the gate is shut nothing would get through.",
            ko: "입력을 나르는 항이 없다. 게이트가 닫힌 곳에서는 아무것도 지나가지 못한다."),
          Mistakes.Highway.noInput),
        KnownMistake(
          "tanh-gate",
          Text(
            "The gate goes through tanh, and may be negative. A share lies between 0 and 1: that is σ.",
            ko: "게이트에 tanh를 씌워서 음수가 될 수 있다. 비율은 0과 1 사이여야 하므로 σ를 쓴다."),
          Mistakes.Highway.tanhGate),
        KnownMistake(
          "exchanged",
          Text(
            "The parameters are exchanged: W_l and b_l make the candidate, V_l and c_l the gate.",
            ko: "매개변수가 서로 바뀌었다. W_l과 b_l로 후보를, V_l과 c_l로 게이트를 만든다."),
          Mistakes.Highway.exchanged),
      ],
      hints: [
        Text(
          "Three lines: let g = …, let tau = …, and the mixture of g and h.",
          ko: "세 줄이다. let g = …, let tau = …, 그리고 g와 h를 섞는 줄이다."),
        Text(
          "g is tanh(W * h + b), and the gate is sigmoid(V * h + c).",
          ko: "g는 tanh(W * h + b)이고, 게이트는 sigmoid(V * h + c)다."),
        Text(
          "tau .* g is what is transformed. What is left of 1 belongs to h.",
          ko: "tau .* g가 변환한 몫이다. 1에서 남은 비율이 h의 것이다."),
      ],
      why:
        Text(
          "τ_l is the share that is transformed, entry by entry, and 1 − τ_l the share that is carried. It is the GRU's mixture with "
            + "layers for steps.",
          ko: "성분마다 τ_l이 변환하는 비율이고 1 − τ_l이 나르는 비율이다. 시점 자리에 층을 놓은 GRU의 섞는 식이다."),
      matters:
        Text(
          "With shut gates 100 such layers hand on their input bit for bit, and the gradient, too (section 7.6). So one begins with a "
            + "negative c_l, as one adds 1 to an LSTM's forget bias.",
          ko:
            "게이트가 닫혀 있으면 이런 층 100개가 입력을 비트까지 그대로 넘기고, 기울기도 그렇게 넘긴다(7.6절). 그래서 c_l을 음수로 두고 시작한다. LSTM의 망각 편향에 1을 더하는 것과 같은 까닭이다."
        ))
  }

  private static var stack: Exercise {
    Exercise(
      .function, "stack", level: 3, title: Text("Two layers over time", ko: "두 층을 시간에 걸쳐"),
      equation: "layers",
      given: .sequence("x_#", "d", "B"), .matrix("h_0^{(1)}", "n", "B", .state), .matrix("h_0^{(2)}", "n", "B", .state),
      .matrix("W_x^{(1)}", "n", "d", .small), .matrix("W_h^{(1)}", "n", "n", .small),
      .matrix("b^{(1)}", "n", "1", .small),
      .matrix("W_x^{(2)}", "n", "n", .small), .matrix("W_h^{(2)}", "n", "n", .small),
      .matrix("b^{(2)}", "n", "1", .small),
      gives: "h_#^{(2)}",
      hole: Exercises.stack, solution: Solutions.stack,
      mistakes: [
        KnownMistake(
          "step-behind",
          Text(
            "The second layer reads the first one's state of the step before. It has to read that of the same step: first low, then "
              + "high.",
            ko: "둘째 층이 첫째 층의 앞 시점 상태를 읽는다. 같은 시점의 상태를 읽어야 한다. low가 먼저이고 high가 나중이다."),
          Mistakes.Stack.stepBehind),
        KnownMistake(
          "lower-layer",
          Text(
            "Those are the states of the first layer. The second one has not been computed.",
            ko: "그것은 첫째 층의 상태다. 둘째 층을 계산하지 않았다."),
          Mistakes.Stack.lowerLayer),
        KnownMistake(
          "lower-memory",
          Text(
            "The second layer remembers the first one's state. Each layer remembers its own: W_h⁽²⁾ multiplies h_{t−1}⁽²⁾.",
            ko: "둘째 층이 첫째 층의 앞 상태를 기억하고 있다. 층은 자기 상태만 기억한다. W_h⁽²⁾는 h_{t−1}⁽²⁾에 곱한다."),
          Mistakes.Stack.lowerMemory),
        KnownMistake(
          "shared-weight",
          Text(
            "The second layer uses the first one's W_h. Steps share their weights, layers do not.",
            ko: "둘째 층이 첫째 층의 W_h를 쓴다. 시점은 가중치를 공유하지만 층은 공유하지 않는다."),
          Mistakes.Stack.sharedWeight),
        KnownMistake(
          "no-memory",
          Text(
            "The second layer starts from its state at step 0 in every step: what it made in the step before is lost.",
            ko: "둘째 층이 시점마다 시점 0의 상태에서 시작한다. 앞 시점에서 만든 것이 사라진다."),
          Mistakes.Stack.noMemory),
      ],
      hints: [
        Text(
          "Each layer is the network of chapter 0. Only what it reads differs: the first reads x_t.",
          ko: "층마다 0장의 순환 신경망 그대로다. 읽는 것만 다르다. 첫째 층은 x_t를 읽는다."),
        Text(
          "low = tanh(W_x1 * x_t + W_h1 * low + b1). The second has the same form, and reads low.",
          ko: "low = tanh(W_x1 * x_t + W_h1 * low + b1)이다. 둘째 층도 같은 꼴이고 low를 읽는다."),
        Text(
          "high = tanh(W_x2 * … + W_h2 * … + b2): what it reads first, and what it remembers then.",
          ko: "high = tanh(W_x2 * … + W_h2 * … + b2)이고, 앞의 점은 읽는 것, 뒤의 점은 기억하는 것이다."),
      ],
      why:
        Text(
          "Where a single layer reads x_t, the second one reads h_t⁽¹⁾, which has to be there already. Each layer keeps a state and "
            + "weights of its own.",
          ko: "한 층짜리가 x_t를 읽는 자리에서 둘째 층은 h_t⁽¹⁾을 읽는다. 그러므로 h_t⁽¹⁾이 먼저 나와 있어야 한다. 상태와 가중치는 층마다 따로 있다."),
      matters:
        Text(
          "This goes step by step, as a decoder must. Section 7.2 computes the same states layer by layer, as libraries do, and gets "
            + "the same bits; it also finds how many of them can be computed at the same time.",
          ko: "디코더처럼 한 시점씩 나아가는 순서다. 7.2절은 라이브러리처럼 한 층씩 계산해서 비트까지 같은 상태를 얻고, 그 가운데 몇 개를 한꺼번에 계산할 수 있는지도 따진다."))
  }

  private static var threeLayers: Exercise {
    Exercise(
      .formula, "three-layers", level: 3, title: Text("Back through three residual layers", ko: "잔차 층 셋을 거슬러"),
      equation: "product-residual",
      given: .matrix("\\frac{\\partial L}{\\partial h_3}", "n", "1"), .matrix("J_1", "n", "n"),
      .matrix("J_2", "n", "n"),
      .matrix("J_3", "n", "n"),
      gives: "\\frac{\\partial L}{\\partial h_0}",
      hole: Exercises.threeLayers, solution: Solutions.threeLayers,
      mistakes: [
        KnownMistake(
          "no-identity",
          Text(
            "The identity is forgotten: this is the product through three plain layers, which may vanish or explode. Each layer's "
              + "Jacobian is I + J_l.",
            ko: "단위행렬을 잊었다. 이것은 평범한 층 셋을 지나는 곱이고, 사라지거나 폭발할 수 있다. 층마다 야코비안은 I + J_l이다."),
          Mistakes.ThreeLayers.noIdentity),
        KnownMistake(
          "one-identity",
          Text(
            "The identity stands there once, around all three layers. Each layer has a skip of its own, so that there are 2³ ways and "
              + "not two.",
            ko: "단위행렬이 세 층 전체에 한 번만 있다. 층마다 스킵이 따로 있으므로 길은 둘이 아니라 2³개다."),
          Mistakes.ThreeLayers.oneIdentity),
        KnownMistake(
          "no-products",
          Text(
            "The ways through one layer are all there, but not those through two or three: J_2 J_1 and its like are missing.",
            ko: "층 하나를 지나는 길은 다 있지만 둘이나 셋을 지나는 길이 없다. J_2 J_1 같은 항이 빠졌다."),
          Mistakes.ThreeLayers.noProducts),
        KnownMistake(
          "other-order",
          Text(
            "The order is wrong: the gradient comes from h_3, so it meets layer 3 first. The matrices do not commute.",
            ko: "순서가 틀렸다. 기울기는 h_3에서 오므로 층 3을 먼저 만난다. 이 행렬들은 순서를 바꾸면 곱이 달라진다."),
          Mistakes.ThreeLayers.otherOrder),
        KnownMistake(
          "not-transposed",
          Text(
            "The Jacobians are not transposed. A gradient, written as a column, goes back by the transpose.",
            ko: "야코비안을 전치하지 않았다. 열로 쓴 기울기는 전치를 거쳐 거슬러 간다."),
          Mistakes.ThreeLayers.notTransposed),
        KnownMistake(
          "forward",
          Text(
            "That is ∂h_3/∂h_0 times a column: how a change of h_0 goes forward. A gradient goes back, by the transpose of it.",
            ko: "그것은 ∂h_3/∂h_0에 열을 곱한 것이다. h_0의 변화가 앞으로 가는 식이다. 기울기는 그 전치를 거쳐 거슬러 간다."),
          Mistakes.ThreeLayers.forward),
      ],
      hints: [
        Text(
          "Go one layer at a time, and give each gradient a name: d2 for ∂L/∂h_2, then d1.",
          ko: "한 층씩 가면서 기울기마다 이름을 붙인다. ∂L/∂h_2는 d2, 그다음은 d1이다."),
        Text(
          "A layer's Jacobian is I + J. Its transpose times a column is the column itself plus Jᵀ times it.",
          ko: "층의 야코비안은 I + J다. 그 전치에 열을 곱하면 열 자신에 Jᵀ를 곱한 열을 더한 것이 된다."),
        Text(
          "let d2 = dh + J3.transposed * dh, and so on down to layer 1.",
          ko: "let d2 = dh + J3.transposed * dh. 이렇게 층 1까지 내려간다."),
      ],
      why:
        Text(
          "∂h_3/∂h_0 = (I + J_3)(I + J_2)(I + J_1), and a gradient goes back by its transpose, in which the order turns around: layer 3 "
            + "first.",
          ko: "∂h_3/∂h_0 = (I + J_3)(I + J_2)(I + J_1)이고, 기울기는 그 전치를 거쳐 거슬러 간다. 전치하면 순서가 뒤집히므로 층 3이 먼저다."),
      matters:
        Text(
          "Multiplied out it is a sum over 2³ ways, and one of them passes through no layer: whatever the J do, that term cannot vanish. "
            + "It is no protection against growth: section 7.7 measures how the sum grows with depth.",
          ko:
            "펼치면 2³갈래 길의 합이고, 그 가운데 하나는 어느 층도 지나지 않는다. J가 어떻든 그 항은 사라질 수 없다. 하지만 커지는 것까지 막아 주지는 않는다. 층이 늘수록 합이 얼마나 커지는지 7.7절에서 잰다."
        ))
  }

  private static var highwayGradient: Exercise {
    Exercise(
      .formula, "highway-gradient", level: 4, title: Text("Back through a highway layer", ko: "하이웨이 층을 거슬러"),
      equation: "back-highway",
      given: .matrix("\\frac{\\partial L}{\\partial h_l}", "n", "B"), .matrix("h_{l-1}", "n", "B", .state),
      .matrix("g_l", "n", "B", .state), .matrix("\\tau_l", "n", "B", .gate), .matrix("W_l", "n", "n"),
      .matrix("V_l", "n", "n"),
      gives: "\\frac{\\partial L}{\\partial h_{l-1}}",
      hole: Exercises.highwayGradient, solution: Solutions.highwayGradient,
      mistakes: [
        KnownMistake(
          "no-direct-path",
          Text(
            "The direct path is missing: the share 1 − τ_l of the input goes on as it is, and so comes back as it is.",
            ko: "곧은 길이 빠졌다. 입력의 1 − τ_l만큼은 그대로 넘어갔으니 그대로 돌아온다."),
          Mistakes.HighwayGradient.noDirectPath),
        KnownMistake(
          "no-gate-path",
          Text(
            "The way through the gate is missing. The gate reads the input, too: by V_l.",
            ko: "게이트를 거쳐 오는 길이 빠졌다. 게이트도 V_l로 입력을 읽는다."),
          Mistakes.HighwayGradient.noGatePath),
        KnownMistake(
          "gate-wrong-way",
          Text(
            "The gate is the wrong way round in all terms: τ_l is the share that is transformed, 1 − τ_l the one that is carried.",
            ko: "모든 항에서 게이트의 방향이 반대다. τ_l이 변환하는 비율이고 1 − τ_l이 나르는 비율이다."),
          Mistakes.HighwayGradient.gateWrongWay),
        KnownMistake(
          "gate-sign",
          Text(
            "The sign of the gate's term is wrong: a larger τ_l moves h_l towards g_l, so the difference is g − h.",
            ko: "게이트를 지나는 항의 부호가 반대다. τ_l이 커지면 h_l은 g_l 쪽으로 움직이므로 차는 g − h다."),
          Mistakes.HighwayGradient.gateSign),
        KnownMistake(
          "whole-identity",
          Text(
            "That is the direct path of a residual layer. Here it carries the share 1 − τ_l alone.",
            ko: "그것은 잔차 층의 곧은 길이다. 여기서는 1 − τ_l만큼만 지나간다."),
          Mistakes.HighwayGradient.wholeIdentity),
        KnownMistake(
          "no-sigmoid",
          Text(
            "On the way to the gate's pre-activation the derivative of the sigmoid is missing: τ ⊙ (1 − τ).",
            ko: "게이트의 활성화 이전 값으로 가는 길에 시그모이드의 도함수 τ ⊙ (1 − τ)가 빠졌다."),
          Mistakes.HighwayGradient.noSigmoid),
      ],
      hints: [
        Text(
          "h_l = τ ⊙ g + (1 − τ) ⊙ h. Where does h stand? In g, in τ, and by itself.",
          ko: "h_l = τ ⊙ g + (1 − τ) ⊙ h다. h는 어디에 나오는가? g 안에, τ 안에, 그리고 따로 하나 있다."),
        Text(
          "By itself: dh .* (1 - tau). Through g: dh .* tau goes through the tanh, then through W.transposed.",
          ko: "따로 있는 것에서는 dh .* (1 - tau)가 온다. g에서는 dh .* tau가 tanh를 지나고 W.transposed를 지난다."),
        Text(
          "Through the gate: V.transposed * (dh .* (g - h) .* tau .* (1 - tau)).",
          ko: "게이트에서는 V.transposed * (dh .* (g - h) .* tau .* (1 - tau))가 온다."),
      ],
      why:
        Text(
          "The three places of the input give three terms: the carried share, the candidate through tanh and W, the gate through σ and "
            + "V. In the gate's term τ stands for g and against h, hence g − h.",
          ko: "입력이 나오는 세 곳에서 항이 하나씩 온다. 나르는 몫, tanh와 W를 지나는 후보, σ와 V를 지나는 게이트다. τ는 g를 늘리고 h를 줄이므로 게이트의 항에는 g − h가 들어간다."
        ),
      matters:
        Text(
          "It is the backward pass of a GRU with depth for time: chapter 4 has the same three kinds of ways. A gate that shuts leaves the "
            + "first term alone, and section 7.7 shows how far the gradient then reaches.",
          ko: "시간 자리에 깊이를 놓은 GRU의 역전파다. 4장에도 같은 세 가지 길이 있다. 게이트가 닫히면 첫 항만 남고, 그때 기울기가 얼마나 멀리 가는지 7.7절에서 보여 준다."))
  }

  private static var skipBug: Exercise {
    Exercise(
      .bug, "skip-bug", level: 5, title: Text("A bug between the layers", ko: "층 사이의 버그"),
      equation: "back-residual",
      given: .sequence("\\frac{\\partial L}{\\partial y_#}", "n", "B"),
      .sequence("h_#^{(1)}", from: 0, "n", "B", .state), .sequence("h_#^{(2)}", from: 0, "n", "B", .state),
      .matrix("W_h^{(1)}", "n", "n"), .matrix("W_x^{(2)}", "n", "n"), .matrix("W_h^{(2)}", "n", "n"),
      gives: ["\\frac{\\partial L}{\\partial h_0^{(1)}}", "\\frac{\\partial L}{\\partial h_0^{(2)}}"],
      hole: Exercises.skipBug, bug: .asGiven(Mistakes.SkipBug.asGiven), solution: Solutions.skipBug,
      mistakes: [
        KnownMistake(
          "after-tanh",
          Text(
            "The skip's share comes in after the first layer's tanh. It ends at the state h_t⁽¹⁾, and from there the gradient goes "
              + "through this tanh as all the rest does.",
            ko: "스킵으로 온 몫을 첫째 층의 tanh 뒤에서 더했다. 스킵은 상태 h_t⁽¹⁾에서 갈라져 나온 길이므로, 그 기울기도 나머지와 함께 이 tanh를 지나야 한다."),
          Mistakes.SkipBug.afterTanh),
        KnownMistake(
          "whole-state",
          Text(
            "You send all of dh2 over the skip. It begins at y_t, and not at h_t⁽²⁾: what the second layer's next step sends back "
              + "belongs to the second layer.",
            ko: "dh2를 통째로 스킵에 실었다. 스킵은 h_t⁽²⁾가 아니라 y_t에 닿아 있다. 둘째 층의 다음 시점이 돌려보낸 것은 둘째 층의 것이다."),
          Mistakes.SkipBug.wholeState),
        KnownMistake(
          "through-weight",
          Text(
            "The skip's share goes through W_x⁽²⁾. The skip has no weight: that is its point.",
            ko: "스킵으로 오는 몫이 W_x⁽²⁾를 지난다. 스킵에는 가중치가 없다. 그래서 스킵이다."),
          Mistakes.SkipBug.throughWeight),
        KnownMistake(
          "through-tanh",
          Text(
            "You send da2 over the skip, which has come through the second layer's tanh. The skip goes around it.",
            ko: "둘째 층의 tanh를 지나온 da2를 스킵에 실었다. 스킵은 그 tanh를 돌아서 간다."),
          Mistakes.SkipBug.behindTanh),
        KnownMistake(
          "last-step",
          Text(
            "The skip's share is there at the last step alone. There is a skip at every step.",
            ko: "스킵의 몫이 마지막 시점에만 있다. 스킵은 시점마다 있다."),
          Mistakes.SkipBug.lastOnly),
      ],
      hints: [
        Text(
          "Draw one step: who reads h_t⁽¹⁾? Each reader sends something back.",
          ko: "한 시점을 그려 본다. h_t⁽¹⁾을 누가 읽는가? 읽은 쪽은 모두 무언가를 돌려보낸다."),
        Text(
          "Three read it: the second layer, the next step of the first one, and the sum y_t = h_t⁽¹⁾ + h_t⁽²⁾. How many terms has "
            + "dh1?",
          ko: "셋이 읽는다. 둘째 층, 첫째 층의 다음 시점, 그리고 합 y_t = h_t⁽¹⁾ + h_t⁽²⁾다. dh1의 항은 몇 개인가?"),
        Text(
          "A sum hands its gradient on to both parts unchanged: add dy[t] to dh1.",
          ko: "덧셈은 두 쪽에 기울기를 그대로 넘긴다. dh1에 dy[t]를 더한다."),
      ],
      why:
        Text(
          "h_t⁽¹⁾ is read three times, so its gradient has three terms. The one over the skip is ∂L/∂y_t itself, the identity of the "
            + "residual connection.",
          ko: "h_t⁽¹⁾은 세 번 읽히므로 기울기에 항이 셋이다. 스킵을 건너온 것은 ∂L/∂y_t 그대로이고, 잔차 연결의 단위행렬이 이것이다."),
      matters:
        Text(
          "With this bug the network still learns, but its lower layers get as little gradient as in a plain stack: the skip is there on "
            + "the way forward, and missing where it matters. Section 7.8 measures what it is worth in 16 layers, and section 7.10 what it "
            + "does to learning.",
          ko:
            "이 버그가 있어도 신경망은 배운다. 그러나 아래층이 받는 기울기는 스킵 없이 쌓은 망만큼 적다. 앞으로 갈 때는 스킵이 있고, 정작 필요한 데서는 없는 것이다. 7.8절에서 16층을 쌓았을 때 스킵의 값어치를 재고, "
            + "7.10절에서 학습이 어떻게 달라지는지 본다."))
  }
}
