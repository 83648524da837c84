// A small book in a temporary folder, for tests to break.

import Foundation
import Notebook

@testable import book

/// A checkout of one chapter, which is well: its pages are woven.
final class SmallBook {
  let root: String

  init() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent("unrolled-\(UUID().uuidString)").path
    try write("chapters/03-tiny/notes.en.md", SmallBook.english)
    try write("chapters/03-tiny/notes.ko.md", SmallBook.korean)
    try write("README.md", "# Book\n\n[3. Tiny](chapters/03-tiny/notes.en.md)\n")
    try write("README.ko.md", "# 책\n\n[3. 작은 장](chapters/03-tiny/notes.ko.md)\n")
    try write("docs/errata.en.md", "# Errata\n\n[한국어](errata.ko.md)\n\n<!-- woven -->\n<!-- /woven -->\n\nThe end.\n")
    try write("docs/errata.ko.md", "# 바로잡기\n\n[English](errata.en.md)\n\n<!-- woven -->\n<!-- /woven -->\n\n끝.\n")
    try write("chapters/03-tiny/Chapter.swift", "")
    try write("Package.swift", SmallBook.manifest)
    for language in ["en", "ko"] {
      try write(
        "docs/architecture.\(language).md",
        "# Architecture\n\n<!-- woven -->\n<!-- /woven -->\n\n`Sums`, `Pages`, `printer`, `chapters`\n")
    }
    // The text in the last column is written by hand; the rest of the row is woven.
    for (language, title, skill) in [("en", "Teaching", "adding"), ("ko", "가르치기", "더하기")] {
      try write(
        "docs/teaching.\(language).md",
        """
        # \(title)

        <!-- woven -->
        ### [3](../chapters/03-tiny/notes.\(language).md)
        | `sum` | | | | \(skill) |
        <!-- /woven -->

        """)
    }
    try write(
      "docs/glossary.md",
      "# Glossary\n\n<!-- spellings -->\n\n| not | but |\n|---|---|\n| 그래디언트, 경사도 | 기울기 |\n")
    for (language, meaning, everywhere) in [("en", "input", "all"), ("ko", "입력", "모두")] {
      try write(
        "docs/conventions.\(language).md",
        """
        # Letters

        <!-- letters -->
        | a | b | c |
        |---|---|---|
        | $`x_t, x`$ | \(meaning) | \(everywhere) |

        """)
    }
    let woven = try run("docs")
    precondition(woven.status == 0, "\(woven.errors)")
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  static let manifest = """
    let modules: [Target] = [
      .target(name: "Sums"),
      .target(
        name: "Pages", dependencies: ["Sums"], swiftSettings: []),
      .executableTarget(
        name: "printer", dependencies: isSmall ? ["Sums", "Pages"] : []),
    ]
    let chapterTargets = chapters.map { .executableTarget(name: $0, dependencies: ["Pages"], path: $0) }
    let tests = [.testTarget(name: "SumsTests", dependencies: ["Sums"])]

    """

  static let english = """
    # 3. Tiny

    [한국어](notes.ko.md)
    <!-- part: question -->
    <!-- section: one -->
    ## 3.1 One & only `x`

    > **Erratum.** "It is 2." It is <!-- value: right -->3<!-- /value -->, as [below](#31-one--only-x) and
    > in the [code](Chapter.swift).

    <!-- checks: one -->
    <details>
      ✓ three is not two                             every bit
    </details>

    > **Erratum.** “It is even.” The run: `✓ three is not two`.

    > **Erratum.** "It is 4."

    <!-- equation: three -->
    ```math
    x = 3
    ```

    ## Exercises

    <!-- exercises: tiny -->
    - `sum` ●●○○○ One (and two) (a formula, section 3.1)

    """

  static let korean = """
    # 3. 작은 장

    [English](notes.en.md)
    <!-- part: question -->
    <!-- section: one -->
    ## 3.1 하나뿐인 `x`

    > **바로잡기.** “2다.” 답은 <!-- value: right -->3<!-- /value -->이고, [아래](#31-하나뿐인-x)와
    > [코드](Chapter.swift)에 있다.

    <!-- checks: one -->
    <details>
      ✓ 셋은 둘이 아니다                             모든 비트가 같다
    </details>

    > **바로잡기.** “짝수다.” 검산: `✓ 셋은 둘이 아니다`.

    > **바로잡기.** "4다."

    <!-- equation: three -->
    ```math
    x = 3
    ```

    ## 연습 문제

    <!-- exercises: tiny -->
    - `sum` ●●○○○ 하나(와 둘)(식 쓰기, 3.1절)

    """

  func path(_ name: String) -> String { "\(root)/\(name)" }

  func write(_ name: String, _ text: String) throws {
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func read(_ name: String) throws -> String { try readText(path(name)) }

  /// Replaces text in a file. Throws if the file does not contain it.
  func edit(_ name: String, _ old: String, _ new: String) throws {
    let text = try read(name)
    if !text.contains(old) { throw BadInput("\(name) does not contain \(old)") }
    try write(name, text.replacingOccurrences(of: old, with: new))
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

  func run(_ arguments: String...) throws -> (lines: [String], errors: [String], status: Int32) {
    var (lines, errors) = ([String](), [String]())
    var program = Program(subcommands: Book.subcommands, root: root)
    program.output = { lines.append($0) }
    program.errors = { errors.append($0) }
    let status = try program.run(arguments)
    return (lines, errors, status)
  }
}
