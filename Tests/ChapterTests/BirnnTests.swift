import Testing

@testable import birnn

@Suite("Chapter 05")
struct BirnnTests {
  /// Counted by hand for templates of two words.
  @Test func aCeilingIsTheMostFrequentAnswerOfThoseAlike() {
    func sentence(_ words: String, _ place: Int, _ answer: String) -> Sentence {
      Sentence(words: words.split(separator: " ").map(String.init), place: place, answer: answer)
    }
    let corpus = Corpus(sentences: [
      sentence("a x b p", 1, "1"), sentence("a x b q", 1, "2"), sentence("a x c q", 1, "2"),
      sentence("d x c q", 1, "1"),
    ])
    // past: {1, 2, 2}, {1}; next word: {1, 2}, {2}, {1}; future: {1}, {2}, {2, 1}; everything: each by itself.
    #expect(Corpus.View.allCases.map { corpus.ceiling($0) } == [3, 3, 3, 4])
  }

  /// Where the place of the answer is in every sentence of the templates.
  @Test func everySentenceHasItsWordInItsPlace() {
    for (corpus, word) in [
      (Corpus.gongjung, "공중"), (.terribly, "terribly"), (.undong, "[_]"), (.exercise, "[_]"),
    ] {
      #expect(corpus.sentences.allSatisfy { $0.words[$0.place] == word })
      #expect(corpus.sentences.allSatisfy { $0.words.count { $0 == word } == 1 })
      let distinct = Set(corpus.sentences.map { ($0.words + [$0.answer]).joined(separator: " ") })
      #expect(distinct.count == corpus.sentences.count)
      #expect(Set(corpus.sentences.map(\.words.count)).count > 1, "all of one length: the masks would have no work")
    }
  }
}
