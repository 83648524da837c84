// The later exercises of chapter 2, from the blocks of stacked weights on.

import Autodiff
import Notebook
import Recurrent

extension ExerciseList {
  static var blocks: Exercise {
    Exercise(
      .function, "blocks", level: 3, title: Text("A step from stacked sums", ko: "쌓아 둔 합에서 한 시점"),
      equation: "rows",
      given: .matrix("a_t", "12", "B"), .matrix("c_{t-1}", "3", "B"),
      gives: ["c_t", "h_t"],
      hole: Exercises.blocks, solution: Solutions.blocks,
      mistakes: [
        KnownMistake(
          "forget-first",
          Text(
            "The first two blocks are read as f, i. PyTorch stacks i first, and the shapes do not tell.",
            ko: "처음 두 블록을 f, i로 읽었다. PyTorch는 i를 먼저 쌓는다. 모양만 보아서는 알 수 없다."),
          Mistakes.Blocks.forgetFirst),
        KnownMistake(
          "output-third",
          Text(
            "The last two blocks are read as o, g. PyTorch has the candidate third and the output gate last.",
            ko: "마지막 두 블록을 o, g로 읽었다. PyTorch에서는 후보가 셋째, 출력 게이트가 마지막이다."),
          Mistakes.Blocks.outputThird),
        KnownMistake(
          "forget-first-output-third",
          Text(
            "The blocks are read as f, i, o, g. PyTorch's order is i, f, g, o.",
            ko: "블록을 f, i, o, g로 읽었다. PyTorch의 순서는 i, f, g, o다."),
          Mistakes.Blocks.asNamed),
        KnownMistake(
          "sigmoid-candidate",
          Text(
            "The candidate goes through σ like the gates. It is content, not a gate: it goes through tanh, and may be "
              + "negative.",
            ko: "후보가 게이트처럼 σ를 지났다. 후보는 게이트가 아니라 내용이다. tanh를 지나고, 음수일 수 있다."),
          Mistakes.Blocks.allSigmoid),
        KnownMistake(
          "pre-activations",
          Text(
            "The rows are used as they come. They are pre-activations: the gates still have to go through σ and the candidate "
              + "through tanh.",
            ko: "행을 그대로 썼다. 이것은 활성화 이전 값이다. 게이트는 σ를, 후보는 tanh를 지나야 한다."),
          Mistakes.Blocks.noActivation),
        KnownMistake(
          "no-tanh",
          Text(
            "c_t is right. It is shown without its tanh.",
            ko: "c_t는 맞다. 내보일 때 tanh가 빠졌다."),
          Mistakes.Blocks.noTanh),
        KnownMistake(
          "shows-old",
          Text(
            "c_t is right, but what is shown is the old cell state. h_t shows the new one.",
            ko: "c_t는 맞지만 옛 셀 상태를 내보였다. h_t가 내보이는 것은 새 셀 상태다."),
          Mistakes.Blocks.showsOld),
        KnownMistake(
          "results-swapped",
          Text(
            "Both are right, in the wrong order: c_t first, then h_t.",
            ko: "둘 다 맞는데 순서가 바뀌었다. c_t가 먼저, h_t가 나중이다."),
          Mistakes.Blocks.otherOrder),
      ],
      hints: [
        Text(
          "Section 2.10 says in which order PyTorch stacks the blocks. a.rows(0..<3) is the first.",
          ko: "PyTorch가 블록을 어떤 순서로 쌓는지는 2.10절에 있다. a.rows(0..<3)이 첫 블록이다."),
        Text(
          "The order is i, f, g, o. Three of them go through σ, one through tanh. From there on it is the two last lines of "
            + "the cell.",
          ko: "순서는 i, f, g, o다. 셋은 σ를, 하나는 tanh를 지난다. 그다음은 셀의 마지막 두 줄이다."),
        Text(
          "let i = sigmoid(a.rows(0..<3)), likewise f, g and o; let new = f .* c + i .* g; then return [new, o .* …].",
          ko:
            "let i = sigmoid(a.rows(0..<3))이고 f, g, o도 이렇게 쓴다. 다음으로 let new = f .* c + i .* g, 끝으로 return [new, o .* …]다."
        ),
      ],
      why:
        Text(
          "PyTorch's order is i, f, g, o, in blocks of as many rows as there are units. After the activations the step is the "
            + "same as ever: c_t = f ⊙ c + i ⊙ g, h_t = o ⊙ tanh(c_t).",
          ko:
            "PyTorch의 순서는 i, f, g, o이고 블록의 행은 유닛 수만큼이다. 활성화 함수를 지난 뒤는 늘 같다. c_t = f ⊙ c + i ⊙ g, h_t = o ⊙ tanh(c_t)다."),
      matters:
        Text(
          "A wrong order raises no error and makes numbers of ordinary size: section 2.10 measures how far they are off. Only a "
            + "comparison with numbers from elsewhere tells, such as that with PyTorch's files in section 2.19. Fast code "
            + "computes the four sums in one product, as from chapter 3 on.",
          ko:
            "순서가 틀려도 오류가 나지 않고 값의 크기도 그럴듯하다. 얼마나 틀리는지는 2.10절에서 잰다. 2.19절에서 PyTorch의 파일과 견주듯 밖에서 얻은 수와 견주어야만 드러난다. 빠른 코드는 "
            + "네 합을 행렬 곱 한 번으로 계산하고, 3장부터는 그렇게 한다."))
  }

  static var left: Exercise {
    Exercise(
      .function, "left", level: 4, title: Text("What is left of step 1", ko: "시점 1에서 남은 것"),
      equation: "what-is-in-c",
      given: .sequence("i_#", "n", "B", .gate), .sequence("f_#", "n", "B", .gate), .sequence("g_#", "n", "B", .state),
      gives: "c_T^{(1)}",
      hole: Exercises.left, solution: Solutions.left,
      mistakes: [
        KnownMistake(
          "own-forget-gate",
          Text(
            "f_1 is in the product. The forget gate of step 1 multiplies what was there before; what step 1 writes meets f_2 "
              + "first.",
            ko: "곱에 f_1이 들어갔다. 시점 1의 망각 게이트는 그 앞에 있던 것에 곱해진다. 시점 1에 쓴 것이 처음 만나는 것은 f_2다."),
          Mistakes.Left.ownForget),
        KnownMistake(
          "one-early",
          Text(
            "The product runs from f_1 to f_{T−1}. It is one step too early: the first gate that what is written meets is f_2, "
              + "the last is f_T.",
            ko: "f_1부터 f_{T−1}까지 곱했다. 한 시점 이르다. 쓴 것이 처음 만나는 게이트는 f_2, 마지막은 f_T다."),
          Mistakes.Left.oneEarly),
        KnownMistake(
          "last-gate",
          Text(
            "Only the last forget gate is there. What was written passes one in every step after its own.",
            ko: "마지막 망각 게이트만 있다. 쓴 것은 그 뒤의 시점마다 망각 게이트를 하나씩 지난다."),
          Mistakes.Left.lastGate),
        KnownMistake(
          "nothing-forgotten",
          Text(
            "That is what was written. On the way to step T it passes the forget gates of the steps in between.",
            ko: "처음에 쓴 것이다. 시점 T까지 가는 동안 망각 게이트를 지난다."),
          Mistakes.Left.nothingForgotten),
        KnownMistake(
          "no-input-gate",
          Text(
            "What was written at step 1 is i_1 ⊙ g_1. The input gate is missing.",
            ko: "시점 1에 쓴 것은 i_1 ⊙ g_1이다. 입력 게이트가 빠졌다."),
          Mistakes.Left.noInputGate),
        KnownMistake(
          "everything",
          Text(
            "That is everything that has been written since. The share of step 1 alone is asked.",
            ko: "그 뒤에 쓴 것까지 모두 더한 값이다. 묻는 것은 시점 1의 몫뿐이다."),
          Mistakes.Left.everything),
      ],
      hints: [
        Text(
          "Follow one drop: at step 1 it is written, at step 2 it goes through a valve, at step 3 through another.",
          ko: "물 한 방울을 따라가 본다. 시점 1에 담기고, 시점 2에 밸브를 하나, 시점 3에 또 하나를 지난다."),
        Text(
          "What is written is i_1 ⊙ g_1. Then it is multiplied by f_2, f_3, …, f_T. With T = 1 no gate is passed.",
          ko: "쓰는 것은 i_1 ⊙ g_1이다. 그 뒤로 f_2, f_3, …, f_T가 곱해진다. T = 1이면 지나는 게이트가 없다."),
        Text(
          "var c = i[0] .* g[0], then for t in 1..<f.count { c = … }, then return c. f[1] belongs to step 2.",
          ko: "var c = i[0] .* g[0], 다음 줄에 for t in 1..<f.count { c = … }, 끝으로 return c다. f[1]이 시점 2의 것이다."),
      ],
      why:
        Text(
          "Step 1 writes i_1 ⊙ g_1 into the cell. Every later step t multiplies all of the old content by f_t and adds its own, "
            + "so of step 1 there remains i_1 ⊙ g_1 times f_2 … f_T.",
          ko:
            "시점 1은 셀에 i_1 ⊙ g_1을 쓴다. 그 뒤의 시점 t는 옛 내용 전체에 f_t를 곱하고 제 것을 더하므로, 시점 1의 것은 i_1 ⊙ g_1에 f_2 … f_T를 곱한 만큼 남는다."
        ),
      matters:
        Text(
          "This is chapter 1's product again, with factors that the network sets itself, entry by entry, and without a matrix "
            + "in between. Its derivative with respect to g_1 is the gradient that comes back on the direct path in chapter 3. "
            + "The attention of chapter 6 reads step 1 without this product.",
          ko:
            "1장의 곱이 다시 나왔다. 이번에는 인수를 신경망이 성분마다 스스로 정하고, 사이에 행렬이 없다. 이것을 g_1로 미분한 것이 3장에서 곧은 길로 돌아오는 기울기다. 6장의 어텐션은 이 곱을 거치지 "
            + "않고 시점 1을 읽는다."))
  }

  static var run: Exercise {
    Exercise(
      .function, "run", level: 4, title: Text("Through a whole sequence", ko: "시퀀스 끝까지"),
      equation: "cell",
      given: .sequence("i_#", "n", "B", .gate), .sequence("f_#", "n", "B", .gate), .sequence("g_#", "n", "B", .state),
      .sequence("o_#", "n", "B", .gate), .matrix("c_0", "n", "B"),
      gives: "h_#",
      hole: Exercises.run, solution: Solutions.run,
      mistakes: [
        KnownMistake(
          "always-from-start",
          Text(
            "Every step begins from c_0. The new cell state must go on to the next step.",
            ko: "시점마다 c_0에서 다시 시작했다. 새 셀 상태를 다음 시점으로 넘겨야 한다."),
          Mistakes.Run.fromStart),
        KnownMistake(
          "gates-swapped",
          Text(
            "The gates i and f have changed places: f belongs to the old cell state, i to the candidate.",
            ko: "게이트 i와 f의 자리가 바뀌었다. f는 옛 셀 상태에, i는 후보에 곱한다."),
          Mistakes.Run.swapped),
        KnownMistake(
          "carries-hidden",
          Text(
            "What is carried on is what was shown. The hidden state does not replace the cell state: c_t goes on to the next "
              + "step.",
            ko: "내보인 것을 다음 시점으로 넘겼다. 은닉 상태는 셀 상태를 대신하지 못한다. 다음 시점으로 가는 것은 c_t다."),
          Mistakes.Run.carriesHidden),
        KnownMistake(
          "shows-old",
          Text(
            "Each step shows the cell state before it is updated. h_t shows c_t, not c_{t−1}.",
            ko: "셀 상태를 새로 고치기 전에 내보였다. h_t는 c_{t−1}이 아니라 c_t를 내보인다."),
          Mistakes.Run.showsOld),
        KnownMistake(
          "tanh-on-path",
          Text(
            "The first step is right, the others are not: the tanh is carried along. It belongs to what is shown; the cell "
              + "state goes on without it.",
            ko: "첫 시점은 맞고 나머지가 틀리다. tanh를 씌운 값을 다음 시점으로 넘겼다. tanh는 내보일 때만 쓰고, 셀 상태는 그대로 간다."),
          Mistakes.Run.squashed),
        KnownMistake(
          "no-tanh",
          Text(
            "The cell state is shown without its tanh.",
            ko: "셀 상태를 내보일 때 tanh가 빠졌다."),
          Mistakes.Run.noTanh),
        KnownMistake(
          "no-output-gate",
          Text(
            "The output gate is missing: h_t = o_t ⊙ tanh(c_t).",
            ko: "출력 게이트가 빠졌다. h_t = o_t ⊙ tanh(c_t)다."),
          Mistakes.Run.noOutputGate),
        KnownMistake(
          "cell-states",
          Text(
            "Those are the cell states c_1 … c_T. The hidden states are asked.",
            ko: "셀 상태 c_1 … c_T다. 묻는 것은 은닉 상태다."),
          Mistakes.Run.cellStates),
      ],
      hints: [
        Text(
          "Two things happen at each step: the cell state is updated, then a part of it is shown. Only one of the two goes on.",
          ko: "시점마다 두 가지 일이 있다. 셀 상태를 새로 고치고, 그 일부를 내보인다. 다음 시점으로 가는 것은 둘 가운데 하나다."),
        Text(
          "Keep c in a variable: c = f[t] .* c + i[t] .* g[t]. Append o[t] .* tanh(c) to a list.",
          ko: "c를 변수에 둔다. c = f[t] .* c + i[t] .* g[t]로 고치고, o[t] .* tanh(c)를 목록에 넣는다."),
        Text(
          "var c = c_0 and var list: [A] = [], then for t in 0..<f.count { … } with c = … and list.append(…) in it, then return "
            + "list.",
          ko:
            "var c = c_0과 var list: [A] = []를 쓰고, for t in 0..<f.count { … } 안에 c = …와 list.append(…)를 넣은 다음 return list다."
        ),
      ],
      why:
        Text(
          "c is both the result of a step and what the next one starts from, so it lives in a variable. h_t is read off it "
            + "after the update, and changes nothing in it.",
          ko: "c는 한 시점의 결과이면서 다음 시점의 출발점이므로 변수에 둔다. h_t는 고친 뒤의 c에서 읽어 내고, c를 바꾸지 않는다."),
      matters:
        Text(
          "Passing on the wrong state is a mistake that numbers do not show: everything stays between −1 and 1. Section 2.9 cuts "
            + "a sequence in two: with the pair passed on the rest comes out the same, bit for bit; with h alone it is wrong. "
            + "Chapter 3 cuts long sequences into windows and passes on the state in this way.",
          ko:
            "엉뚱한 상태를 넘기는 실수는 값만 보아서는 드러나지 않는다. 모두 −1과 1 사이에 있기 때문이다. 2.9절에서는 시퀀스를 둘로 잘라, 쌍을 넘기면 비트까지 같고 h만 넘기면 틀리는 것을 본다. "
            + "3장에서는 긴 시퀀스를 창으로 자르고 이렇게 상태를 넘긴다."))
  }

  static var sequenceBug: Exercise {
    Exercise(
      .bug, "sequence-bug", level: 5, title: Text("A bug that the first step hides", ko: "첫 시점에는 안 보이는 버그"),
      equation: "cell",
      given: .sequence("x_#", "2", "B"), .matrix("h_0", "3", "B", .state), .matrix("c_0", "3", "B"),
      .matrix("W", "12", "5", .small), .matrix("b", "12", "1", .small),
      gives: "h_#",
      hole: Exercises.sequenceBug, bug: .asGiven(Mistakes.SequenceBug.asGiven), solution: Solutions.sequenceBug,
      mistakes: [
        KnownMistake(
          "no-tanh",
          Text(
            "The cell state goes on as it should now, but it is shown without its tanh. The tanh belongs in the line of h.",
            ko: "이제 셀 상태는 제대로 넘어가지만, 내보일 때 tanh가 빠졌다. tanh는 h의 줄에 있어야 한다."),
          Mistakes.SequenceBug.noTanh),
        KnownMistake(
          "twice",
          Text(
            "Now tanh is applied twice. Of the two places only one is right.",
            ko: "이제 tanh를 두 번 씌운다. 두 곳 가운데 하나만 맞다."),
          Mistakes.SequenceBug.twice),
        KnownMistake(
          "reordered",
          Text(
            "The order of the blocks was right: i, f, g, o, as PyTorch has it. A wrong one would show at the first step.",
            ko: "블록의 순서는 맞았다. PyTorch처럼 i, f, g, o다. 순서가 틀렸다면 첫 시점부터 드러났을 것이다."),
          Mistakes.SequenceBug.reordered),
        KnownMistake(
          "reads-cell",
          Text(
            "Now the gates read the cell state. That they read h was right.",
            ko: "이제 게이트가 셀 상태를 읽는다. h를 읽는 것이 맞았다."),
          Mistakes.SequenceBug.readsCell),
        KnownMistake(
          "sigmoid-candidate",
          Text(
            "The candidate was right: it goes through tanh, not through σ.",
            ko: "후보는 맞았다. σ가 아니라 tanh를 지난다."),
          Mistakes.SequenceBug.sigmoidCandidate),
      ],
      hints: [
        Text(
          "If the first step is right from any h_0 and c_0, so are its gates. What goes on from one step to the next?",
          ko: "h_0과 c_0이 무엇이든 첫 시점이 맞는다면 게이트는 맞다. 한 시점에서 다음 시점으로 넘어가는 것은 무엇인가?"),
        Text(
          "h and c go on. h is right at step 1. Compare the line of c with section 2.3: what is on that path that should not be?",
          ko: "h와 c가 넘어간다. 시점 1의 h는 맞다. c의 줄을 2.3절과 견주어 본다. 그 길에 있으면 안 되는 것이 있는가?"),
        Text(
          "c goes on without tanh: c = f .* c + i .* g. Where does the tanh go, so that h_1 stays right?",
          ko: "c는 tanh 없이 넘어간다. c = f .* c + i .* g다. h_1이 그대로 맞으려면 tanh는 어디로 가야 하는가?"),
      ],
      why:
        Text(
          "The tanh belongs to what is shown, h = o ⊙ tanh(c). Put into c itself it gives the same h_1, but from the second step "
            + "on it has bent the content, and bends it again in every step.",
          ko: "tanh는 내보일 때 쓴다. h = o ⊙ tanh(c)다. c 자체에 씌우면 h_1은 같지만, 둘째 시점부터는 이미 찌그러진 내용이 넘어가고 시점마다 또 찌그러진다."),
      matters:
        Text(
          "With this bug no cell can count, and even with f = 1 and i = 0 the content fades: tanh takes a little at each step, as "
            + "in chapter 1. Whoever ports an LSTM and compares one step only does not see it; section 2.19 therefore compares "
            + "up to 60. Chapter 3 goes back through the right line, and its gradient is the reason for this cell.",
          ko:
            "이 버그가 있으면 셀은 수를 세지 못하고, f = 1, i = 0이어도 내용이 옅어진다. 1장에서처럼 tanh가 시점마다 조금씩 깎기 때문이다. LSTM을 옮겨 짜고 한 시점만 견주어 보면 드러나지 "
            + "않는다. 그래서 2.19절에서는 60시점까지 견준다. 3장에서는 바로잡은 이 줄을 거슬러 간다. 그 기울기가 이 셀이 있는 까닭이다."))
  }
}
