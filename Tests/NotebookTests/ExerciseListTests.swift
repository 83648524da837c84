// The list of exercises in a chapter's notes.

import Testing

@testable import Notebook

@Suite struct ExerciseListTests {
  private func findings(_ block: String) -> Notes {
    Notes(path: "n.md", text: "# 7. Tiny\n\n<!-- exercises: tiny -->\n\(block)\n\nMore.\n")
  }

  @Test func theListIsWovenAndGoesStale() {
    let notes = findings("- old\n- older")
    #expect(notes.findings.isEmpty && notes.directives.first?.block == 3..<5)
    func weave(_ chapter: String, _ lines: [String], prefix: String? = nil) -> Weave {
      Weave(
        notes, prefix: prefix, language: .english, label: "Figure 1.", transcript: Transcript(), isFull: false,
        folder: "/", root: "/",
        exercises: (chapter, lines))
    }
    let new = weave("tiny", ["- `a`", "- `b`", "- `c`"])
    #expect(new.stale.count == 1 && new.text.contains("- `a`\n- `b`\n- `c`\n\nMore."))
    #expect(weave("tiny", ["- old", "- older"]).stale.isEmpty)
    #expect(weave("tiny", []).broken.count == 1 && weave("other", ["- x"]).broken.count == 1)
    // A page of docs/ may list a chapter's exercises, too.
    #expect(weave("tiny", ["- `a`"], prefix: "tiny").stale.count == 1)
    #expect(weave("other", ["- `a`"], prefix: "other").stale.isEmpty)
  }

  @Test func aListMustFollow() {
    #expect(findings("Words.").findings.first?.message == "after this 'exercises' directive a list must follow")
  }
}
