// The grades as CSV, as JSON and as a table.

import Foundation
import Notebook

/// The grades as CSV, one line for each student and exercise.
func gradesCSV(_ grades: [Grade]) -> String {
  var lines = ["student,chapter,exercise,verdict,mistake,seconds"]
  for grade in grades {
    let cells = [
      grade.student, grade.chapter, grade.exercise, grade.verdict, grade.mistake ?? "",
      NumberFormat.format(grade.seconds, decimals: 2),
    ]
    lines.append(cells.map(csvCell).joined(separator: ","))
  }
  return lines.joined(separator: "\n") + "\n"
}

/// A cell of a CSV file, in quotes if it needs them. An apostrophe is put before a text that a spreadsheet would take for a
/// formula.
func csvCell(_ text: String) -> String {
  // Compare scalars, not characters: a comma followed by a combining accent still separates cells.
  let safe = text.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } == true ? "'" + text : text
  guard safe.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else { return safe }
  return "\"" + safe.replacingOccurrences(of: "\"", with: "\"\"") + "\""
}

/// A name from outside made safe for a terminal: line breaks and characters that move the cursor are replaced.
func printable(_ text: String) -> String {
  let moving: [Unicode.GeneralCategory] = [.control, .format, .lineSeparator, .paragraphSeparator]
  return text.unicodeScalars
    .map { moving.contains($0.properties.generalCategory) ? "\u{FFFD}" : String($0) }.joined()
}

/// The grades as JSON, in the form that docs/json.md describes.
func gradesJSON(_ grades: [Grade], _ protections: Confinement.Protections, _ language: Language) -> JSON {
  .object([
    ("schema", .string("unrolled-grades")),
    ("schemaVersion", .integer(1)),
    ("version", .string(bookVersion)),
    ("language", .string(language.rawValue)),
    (
      "protection",
      .object([
        ("limits", .bool(protections.limits)), ("files", .bool(protections.files)),
        ("system", .bool(protections.system)),
      ])
    ),
    (
      "students",
      .array(
        students(grades).map { student, list in
          .object([
            ("student", .string(student)),
            ("passed", .integer(list.count { $0.verdict == "passed" })),
            ("count", .integer(list.count)),
            (
              "exercises",
              .array(
                list.map { grade in
                  .object([
                    ("chapter", .string(grade.chapter)),
                    ("exercise", .string(grade.exercise)),
                    ("verdict", .string(grade.verdict)),
                    ("mistake", grade.mistake.map(JSON.string) ?? .null),
                    ("facts", .array(grade.facts.map { .string($0(language)) })),
                    ("seconds", .number((grade.seconds * 100).rounded() / 100)),
                  ])
                })
            ),
          ])
        })
    ),
  ])
}

/// A table with a row for each student: the number of passed exercises, and how many have each other verdict.
func gradesTable(_ grades: [Grade], _ language: Language) -> [String] {
  let rows = students(grades).map { student, list in
    var others: [(String, Int)] = []
    for verdict in list.map(\.verdict) where verdict != "passed" {
      if let place = others.firstIndex(where: { $0.0 == verdict }) {
        others[place].1 += 1
      } else {
        others.append((verdict, 1))
      }
    }
    return [
      printable(student), "\(list.count { $0.verdict == "passed" })/\(list.count)",
      others.map { "\(verdictWord($0.0, language)) \($0.1)" }.joined(separator: ", "),
    ]
  }
  let header = [
    Text("student", ko: "학생"), Text("passed", ko: "통과"), Text("else", ko: "그 밖"),
  ].map { $0(language) }
  return TextTable(headers: [header], rows: rows, alignments: [.left, .right, .left]).lines(indentation: 2)
}

/// A verdict for the table: the word of the CSV in English, a translation in Korean.
private func verdictWord(_ verdict: String, _ language: Language) -> String {
  if language == .english { return verdict }
  switch verdict {
  case Grade.missing: return "내지 않음"
  case Grade.notCompiled: return "컴파일되지 않음"
  case Grade.compileTimeout: return "컴파일이 끝나지 않음"
  case Grade.refused: return "받지 않음"
  default: return ExerciseVerdict.State(rawValue: verdict)?.text(.korean) ?? verdict
  }
}

/// The grades of each student, in order.
private func students(_ grades: [Grade]) -> [(String, [Grade])] {
  var found: [(String, [Grade])] = []
  for grade in grades {
    if let last = found.last?.0, last.utf8.elementsEqual(grade.student.utf8) {
      found[found.count - 1].1.append(grade)
    } else {
      found.append((grade.student, [grade]))
    }
  }
  return found
}
