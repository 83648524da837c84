// The corpora of this chapter: sentences from templates, few enough to count, so that the best possible accuracy is known
// before a network is trained.

import Autodiff

/// A sentence, and a question about one of its words.
struct Sentence {
  let words: [String]
  /// The index of the word that the question is about.
  let place: Int
  let answer: String
}

/// All sentences of a template, each equally likely.
struct Corpus {
  let sentences: [Sentence]

  /// All distinct words, and all distinct answers, in the order of their first use.
  var words: [String] { Corpus.distinct(sentences.flatMap(\.words)) }
  var answers: [String] { Corpus.distinct(sentences.map(\.answer)) }

  private static func distinct(_ strings: [String]) -> [String] {
    var seen: Set<String> = []
    return strings.filter { seen.insert($0).inserted }
  }

  // begin: ceiling
  /// What a model may look at when it answers.
  enum View: CaseIterable {
    case past, pastAndNextWord, future, everything

    func words(of sentence: Sentence) -> ArraySlice<String> {
      let (words, place) = (sentence.words, sentence.place)
      return switch self {
      case .past: words[...place]
      case .pastAndNextWord: words[...min(place + 1, words.count - 1)]
      case .future: words[place...]
      case .everything: words[...]
      }
    }
  }

  /// How many answers the best model with this view gets right. It gives one answer to sentences that look alike to it, so
  /// the best is their most frequent answer.
  func ceiling(_ view: View) -> Int {
    let alike = Dictionary(grouping: sentences) { view.words(of: $0).joined(separator: " ") }
    return alike.values.reduce(0) { sum, group in
      sum + (Dictionary(grouping: group, by: \.answer).values.map(\.count).max() ?? 0)
    }
  }
  // end: ceiling

  /// The least mean loss that a model with this view can have on the corpus: −log of the share that each answer has among the
  /// sentences that look alike.
  func entropy(_ view: View) -> Double {
    func seen(_ sentence: Sentence) -> String { view.words(of: sentence).joined(separator: " ") }
    let alike = Dictionary(grouping: sentences, by: seen)
    let losses = sentences.map { sentence in
      let group = alike[seen(sentence)]!
      return -Elementary.log(Double(group.count { $0.answer == sentence.answer }) / Double(group.count))
    }
    return losses.reduce(0, +) / Double(losses.count)
  }
}

// MARK: - Templates

extension Corpus {
  /// 공중 is 空中, the air, or 公衆, the public: the word after it says which.
  static let gongjung: Corpus = {
    // begin: gongjung
    let clauses = [
      ("마술사가", [("부양을 연습했다", "空中"), ("부양을 선보였다", "空中"), ("곡예를 선보였다", "空中"), ("화장실을 찾았다", "公衆")]),
      ("시장이", [("화장실을 점검했다", "公衆"), ("위생을 점검했다", "公衆"), ("도덕을 강조했다", "公衆"), ("촬영을 지시했다", "空中")]),
      ("아이들이", [("곡예를 구경했다", "空中"), ("부양을 구경했다", "空中"), ("도덕을 배웠다", "公衆"), ("위생을 배웠다", "公衆")]),
      ("조종사가", [("급유를 마쳤다", "空中"), ("촬영을 마쳤다", "空中"), ("곡예를 선보였다", "空中"), ("화장실을 찾았다", "公衆")]),
      ("관리인이", [("화장실을 청소했다", "公衆"), ("전화를 고쳤다", "公衆")]),
    ]
    let openings = ["", "오늘 ", "어제 "]
    // end: gongjung
    return tagged("공중", openings, clauses.map { ("\($0) 공중", $1) })
  }()

  /// "terribly" praises or complains: the next word says which, in some sentences only together with the subject.
  static let terribly: Corpus = {
    // begin: terribly
    let clauses = [
      ("movie", [("exciting", "+"), ("funny", "+"), ("boring", "−"), ("long", "−")]),
      ("lecture", [("exciting", "+"), ("boring", "−"), ("long", "−"), ("dry", "−")]),
      ("garden", [("quiet", "+"), ("pretty", "+")]),
      ("party", [("exciting", "+"), ("quiet", "−"), ("boring", "−")]),
      ("queue", [("short", "+"), ("long", "−")]),
      ("holiday", [("pretty", "+"), ("relaxing", "+"), ("short", "−")]),
    ]
    let openings = ["", "honestly ", "well "]
    // end: terribly
    return tagged("terribly", openings, clauses.map { ("the \($0) was terribly", $1) })
  }()

  /// Every opening with every clause and each of its endings. The question is about `word`.
  private static func tagged(
    _ word: String, _ openings: [String], _ clauses: [(String, [(String, String)])]
  ) -> Corpus {
    Corpus(
      sentences: openings.flatMap { opening in
        clauses.flatMap { beginning, endings in
          endings.map { ending, answer in
            let words = "\(opening)\(beginning) \(ending)".split(separator: " ").map(String.init)
            return Sentence(words: words, place: words.firstIndex(of: word)!, answer: answer)
          }
        }
      })
  }

  /// Exercise is very effective at [ ] belly fat.
  static let exercise: Corpus = {
    // begin: exercise
    let facts = [
      ("exercise", "reducing", "belly fat"), ("exercise", "burning", "belly fat"), ("exercise", "building", "muscle"),
      ("exercise", "relieving", "stress"), ("exercise", "lowering", "blood pressure"), ("sugar", "adding", "belly fat"),
      ("sugar", "raising", "blood sugar"), ("salt", "raising", "blood pressure"), ("meditation", "relieving", "stress"),
      ("meditation", "lowering", "blood pressure"), ("meditation", "building", "patience"),
    ]
    let degrees = ["", "very ", "really "]
    // end: exercise
    return blanked(degrees.flatMap { degree in facts.map { ("\($0) is \(degree)effective at", $1, $2) } })
  }()

  /// 운동은 [ ] 줄이는 데 좋다.
  static let undong: Corpus = {
    // begin: undong
    let facts = [
      ("운동은", "뱃살을", "줄이는"), ("운동은", "체중을", "줄이는"), ("운동은", "근육을", "늘리는"), ("운동은", "스트레스를", "푸는"),
      ("명상은", "불안을", "줄이는"), ("명상은", "집중력을", "늘리는"), ("명상은", "긴장을", "푸는"), ("명상은", "스트레스를", "푸는"),
      ("독서는", "어휘를", "늘리는"), ("독서는", "불안을", "줄이는"), ("독서는", "궁금증을", "푸는"),
    ]
    let degrees = ["좋다", "아주 좋다", "정말 좋다"]
    // end: undong
    return blanked(degrees.flatMap { degree in facts.map { ($0, $1, "\($2) 데 \(degree)") } })
  }()

  /// The word in the middle becomes a blank, and is the answer.
  private static func blanked(_ parts: [(before: String, word: String, after: String)]) -> Corpus {
    Corpus(
      sentences: parts.map { before, word, after in
        let words = "\(before) [_] \(after)".split(separator: " ")
        return Sentence(words: words.map(String.init), place: words.firstIndex(of: "[_]")!, answer: word)
      })
  }
}
