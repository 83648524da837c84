import Autodiff
import Testing

@testable import Experiments

@Suite struct TaskTests {
  /// The symbol of each column; nil if a column is not one-hot.
  static func symbols(_ x: Matrix) -> [Int?] {
    (0..<x.columns).map { j in
      let column = (0..<x.rows).map { x[$0, j] }
      return column.filter { $0 == 1 }.count == 1 && column.filter { $0 == 0 }.count == x.rows - 1
        ? column.firstIndex(of: 1) : nil
    }
  }

  @Test func aSymbolIsAColumnWithASingleOne() {
    #expect(oneHot([2, 0, 5], of: 3) == Matrix([[0, 1, 0], [0, 0, 0], [1, 0, 0]]))
  }

  @Test(arguments: [2, 4])
  func recallAsksForTheFirstSymbol(kinds: Int) throws {
    var random = Random(seed: 1)
    let task = Task.recall(lag: 5, classes: kinds)
    let drawn = task.draw(64, &random)
    #expect(drawn.x.count == 6 && drawn.count == 64)
    #expect(drawn.x.allSatisfy { $0.shape == Shape(task.inputs, 64) })
    #expect(Self.symbols(drawn.x[0]) == drawn.classes)
    #expect(Set(drawn.classes) == Set(0..<kinds) && task.outputs == kinds)
    let fillers = Set(drawn.x.dropFirst().flatMap { Self.symbols($0) })
    #expect(fillers == Set(kinds..<kinds + 4))
  }

  @Test(arguments: [2, 7, 20])
  func addingMarksOneNumberInEachHalf(steps: Int) throws {
    var random = Random(seed: 2)
    let drawn = Task.adding(steps: steps).draw(32, &random)
    guard case .numbers(let sums) = drawn.answer else { return #expect(Bool(false), "numbers are asked for") }
    for j in 0..<32 {
      let marked = (0..<steps).filter { drawn.x[$0][1, j] != 0 }
      #expect(marked.count == 2 && marked[0] < steps / 2 && marked[1] >= steps / 2)
      #expect(marked.allSatisfy { drawn.x[$0][1, j] == 1 })
      #expect(sums[0, j] == drawn.x[marked[0]][0, j] + drawn.x[marked[1]][0, j])
      #expect((0..<steps).allSatisfy { (0..<1).contains(drawn.x[$0][0, j]) })
    }
  }

  @Test func agreementIsDecidedByTheFirstNoun() {
    var random = Random(seed: 3)
    let drawn = Task.agreement(phrases: 4).draw(200, &random)
    #expect(drawn.x.count == 13)
    let steps = drawn.x.map { Self.symbols($0).map { $0 ?? -1 } }
    #expect(drawn.classes == steps[0].map { $0 < 4 ? 0 : 1 })
    for phrase in 0..<4 {
      for j in 0..<200 {
        let words = (1...3).map { steps[3 * phrase + $0][j] }
        #expect(words == [10, 10, 10] || (words[0] == 8 && words[1] == 9 && (0..<8).contains(words[2])))
      }
    }
    #expect(Set(steps[0]) == Set(0..<8))
  }

  @Test func sequencesAreChosenWithTheirAnswers() {
    var random = Random(seed: 4)
    let drawn = Task.recall(lag: 2).draw(10, &random)
    let chosen = drawn[[7, 7, 0]]
    #expect(chosen.classes == [7, 7, 0].map { drawn.classes[$0] })
    #expect(Self.symbols(chosen.x[0]) == chosen.classes && chosen.x.count == 3)
    let sums = Task.adding(steps: 4).draw(10, &random)
    guard case .numbers(let all) = sums.answer, case .numbers(let some) = sums[[3, 1]].answer else {
      return #expect(Bool(false), "numbers are asked for")
    }
    #expect(some.elements == [all[0, 3], all[0, 1]])
  }

  @Test func aSeedDecidesWhatIsDrawn() {
    for task in [Task.recall(lag: 3), .adding(steps: 6), .agreement(phrases: 2)] {
      func drawn(_ seed: UInt64) -> [Matrix] {
        var random = Random(seed: seed)
        return task.draw(8, &random).x
      }
      #expect(drawn(1) == drawn(1))
      #expect(drawn(1) != drawn(2))
    }
  }
}
