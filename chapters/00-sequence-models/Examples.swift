// Small data in the manner of what people use the five kinds of programs for: pictures, captions, reviews, tags, translations.

import Autodiff
import Notebook

/// Examples of one task: what each reads, step by step, and its right answers.
struct Examples {
  let title: Text
  let program: Program
  /// For each example and each step the input, as a list of numbers.
  let reads: [[[Double]]]
  /// For each example the classes of its answers.
  let answers: [[Int]]
  /// What the classes are called.
  let classes: [Text]
  /// Each example in words.
  let shown: [Text]
  /// How many examples a program learns from; it is tested on others.
  let learned: Int

  /// Examples whose inputs are words, each with a single 1 in its place.
  fileprivate init(
    _ title: Text, _ program: Program, words: [Text], sentences: [[Int]], answers: [[Int]], classes: [Text],
    learned: Int
  ) {
    let one = words.indices.map { k in words.indices.map { $0 == k ? 1.0 : 0.0 } }
    self.init(
      title: title, program: program, reads: sentences.map { $0.map { one[$0] } }, answers: answers, classes: classes,
      shown: sentences.map { Text(joining: $0.map { words[$0] }) }, learned: learned)
  }

  private init(
    title: Text, program: Program, reads: [[[Double]]], answers: [[Int]], classes: [Text], shown: [Text], learned: Int
  ) {
    (self.title, self.program, self.reads, self.answers) = (title, program, reads, answers)
    (self.classes, self.shown, self.learned) = (classes, shown, learned)
  }

  /// The examples with these indices, side by side.
  func lesson(_ indices: [Int]) -> Lesson {
    let inputs = reads[0].indices.map { t in
      Matrix(rows: reads[0][t].count, columns: indices.count) { row, column in reads[indices[column]][t][row] }
    }
    let wanted = answers[0].indices.map { k in indices.map { answers[$0][k] } }
    return Lesson(program: program, inputs: inputs, wanted: wanted, classCount: classes.count)
  }

  /// The best accuracy of a model that answers each step from its input alone: the most frequent class of each.
  var ceilingOfOneStep: Double {
    var counts: [[Double]: [Int: Int]] = [:]
    for (inputs, classes) in zip(reads, answers) {
      for (input, one) in zip(inputs, classes) { counts[input, default: [:]][one, default: 0] += 1 }
    }
    let right = counts.values.reduce(0) { $0 + $1.values.max()! }
    return Double(right) / Double(reads.count * reads[0].count)
  }
}

extension Text {
  fileprivate init(joining words: [Text]) {
    self.init(
      words.map(\.english).joined(separator: " "), ko: words.map(\.korean).joined(separator: " "))
  }
}

// MARK: - Pictures

extension Examples {
  /// Pictures of 3 × 3 points: a row or a column, bright or faint, with some noise. Fourteen of each of the twelve kinds.
  private static func pictures(_ random: inout Random) -> [(points: [Double], light: Int, place: Int, line: Int)] {
    var pictures: [(points: [Double], light: Int, place: Int, line: Int)] = []
    for kind in 0..<12 * 14 {
      let (light, place, line) = (kind % 2, kind / 2 % 3, kind / 6 % 2)
      let points = (0..<9).map { point in
        let isOn = (line == 0 ? point / 3 : point % 3) == place
        return (isOn ? (light == 0 ? 1.0 : 0.6) : 0) + 0.1 * random.normal()
      }
      pictures.append((points, light, place, line))
    }
    return pictures
  }

  private static let lines = [Text("row", ko: "행"), Text("column", ko: "열")]
  private static let caption =
    [Text("bright", ko: "밝은"), Text("faint", ko: "흐린")]
    + [Text("first", ko: "첫째"), Text("second", ko: "둘째"), Text("third", ko: "셋째")] + lines

  /// A picture in words of the caption, for tables.
  private static func picture(_ light: Int, _ place: Int, _ line: Int) -> Text {
    let mark = light == 0 ? "█" : "▒"
    let rows = (0..<3).map { row in
      (0..<3).map { (line == 0 ? row : $0) == place ? mark : "·" }.joined()
    }
    return .symbols(rows.joined(separator: "/"))
  }

  /// A picture → whether it shows a row or a column.
  static func recognition(_ random: inout Random) -> Examples {
    let all = pictures(&random)
    return Examples(
      title: Text("a picture's class", ko: "그림 분류"), program: .oneToOne, reads: all.map { [$0.points] },
      answers: all.map { [$0.line] }, classes: lines, shown: all.map { picture($0.light, $0.place, $0.line) },
      learned: 60)
  }

  /// A picture → three words about it.
  static func captions(_ random: inout Random) -> Examples {
    let all = pictures(&random)
    return Examples(
      title: Text("a picture's caption", ko: "그림 설명"), program: .oneToMany, reads: all.map { [$0.points] },
      answers: all.map { [$0.light, 2 + $0.place, 5 + $0.line] }, classes: caption,
      shown: all.map { picture($0.light, $0.place, $0.line) }, learned: 60)
  }
}

// MARK: - Sentences

extension Examples {
  /// A review of three clauses in any order, each a noun, an adverb and an adjective → whether most of them are praise.
  /// "not" turns a clause round, so that no single word decides.
  static func reviews() -> Examples {
    let words = [
      Text("film", ko: "영화"), Text("music", ko: "음악"), Text("ending", ko: "결말"), Text("very", ko: "아주"),
      Text("not", ko: "안"), Text("good", ko: "좋음"), Text("funny", ko: "웃김"), Text("bad", ko: "나쁨"),
      Text("boring", ko: "지루함"),
    ]
    var (sentences, answers): ([[Int]], [[Int]]) = ([], [])
    for nouns in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
      for code in 0..<512 {
        let clauses = [code % 8, code / 8 % 8, code / 64]
        sentences.append(zip(nouns, clauses).flatMap { [$0, 3 + $1 % 2, 5 + $1 / 2] })
        // The adjectives 0 and 1 praise; the adverb 1 is "not".
        let praise = clauses.count { ($0 / 2 < 2) != ($0 % 2 == 1) }
        answers.append([praise >= 2 ? 0 : 1])
      }
    }
    return Examples(
      Text("a review's sentiment", ko: "영화평의 감정"), .manyToOne, words: words, sentences: sentences,
      answers: answers, classes: [Text("praise", ko: "호평"), Text("blame", ko: "혹평")], learned: 400)
  }

  /// English words → their kinds: P pronoun, V verb, D article, A adjective, N noun, M will. Six words are a noun in one
  /// place and a verb in another.
  static func tags() -> Examples {
    let words = [
      "they", "we", "the", "a", "old", "big", "will", "them", "us", "watch", "play", "show", "cook", "work", "run",
    ]
    let both = Array(9..<15)
    var (sentences, answers): ([[Int]], [[Int]]) = ([], [])
    for first in both {
      for second in both {
        for (k, l) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
          for adjective in [4, 5] {  // they watch the old play
            sentences.append([k, first, 2 + l, adjective, second])
            answers.append([0, 1, 2, 3, 4])
          }
          sentences.append([2 + k, first, 6, second, 7 + l])  // the cook will watch them
          answers.append([2, 4, 5, 1, 0])
        }
      }
    }
    return Examples(
      Text("tags of words", ko: "단어의 품사"), .aligned, words: words.map { .symbols($0) }, sentences: sentences,
      answers: answers, classes: ["P", "V", "D", "A", "N", "M"].map { .symbols($0) }, learned: 60)
  }

  /// English → Korean, where the verb moves to the end and a noun's ending says what it does.
  static func translations() -> Examples {
    let nouns = ["dogs", "cats", "birds", "horses", "cows", "ducks", "bees", "bears"]
    let verbs = ["see", "like", "follow", "know", "fear", "help"]
    let subjects = ["개가", "고양이가", "새가", "말이", "소가", "오리가", "벌이", "곰이"]
    let objects = ["개를", "고양이를", "새를", "말을", "소를", "오리를", "벌을", "곰을"]
    let koreanVerbs = ["본다", "좋아한다", "따라간다", "안다", "무서워한다", "돕는다"]
    var (sentences, answers): ([[Int]], [[Int]]) = ([], [])
    for subject in nouns.indices {
      for verb in verbs.indices {
        for object in nouns.indices {
          sentences.append([subject, 8 + verb, object])
          answers.append([subject, 8 + object, 16 + verb])
        }
      }
    }
    return Examples(
      Text("a translation", ko: "번역"), .encoderDecoder, words: (nouns + verbs).map { .symbols($0) },
      sentences: sentences, answers: answers, classes: (subjects + objects + koreanVerbs).map { .symbols($0) },
      learned: 300)
  }
}
