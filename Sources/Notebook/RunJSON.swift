// A run as JSON: `swift run CHAPTER --json`.

extension Transcript {
  /// The whole run as JSON; docs/json.md describes it.
  func json(chapter: String, number: String, options: Options, notes: Notes, findings: [String]) -> JSON {
    let language = options.language
    return .object([
      ("schema", .string("unrolled-run")),
      ("schemaVersion", .integer(1)),
      ("version", .string(bookVersion)),
      ("chapter", .string(chapter)),
      ("number", .string(number)),
      ("language", .string(language.rawValue)),
      ("seed", .string("\(options.seed)")),
      ("full", .bool(options.isFull)),
      (
        "sections",
        .array(
          sections.map { section in
            .object([
              ("name", .string(section.name)),
              ("title", .string(section.title)),
              (
                "equations",
                .array(
                  equations.filter { $0.section == section.name }.map {
                    .object([
                      ("name", .string($0.name)), ("latex", .string($0.latex)),
                      ("relations", .integer($0.relations)), ("held", .integer($0.relationsHeld)),
                    ])
                  })
              ),
              (
                "numbers",
                .array(
                  numbers.filter { $0.section == section.name }.map {
                    .object([("name", .string($0.name)), ("value", .number($0.value)), ("text", .string($0.text))])
                  })
              ),
              (
                "tables",
                .array(
                  tables.filter { $0.section == section.name }.map {
                    .object([
                      ("header", .array($0.header.map(JSON.string))),
                      ("rows", .array($0.rows.map { .array($0.map(JSON.string)) })),
                    ])
                  })
              ),
              (
                "checks",
                .array(
                  checks.filter { $0.section == section.name }.map {
                    .object([
                      ("claim", .string($0.claim(language))), ("passed", .bool($0.passed)),
                      ("detail", .string($0.detail(language))),
                    ])
                  })
              ),
              ("figures", .array(figures.filter { $0.section == section.name }.map { .string($0.name) })),
              ("text", .array((output(of: section.name) ?? []).map(JSON.string))),
            ])
          })
      ),
      (
        "stated",
        .array(notes.directives.filter { $0.kind == .stated }.map { .string($0.argument) })
      ),
      ("findings", .array(findings.map(JSON.string))),
      ("checksPassed", .integer(checks.count - failures)),
      ("checksFailed", .integer(failures)),
    ])
  }
}
