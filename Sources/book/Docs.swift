// book docs: writes everything that is generated from all chapters together: parts of pages in docs/, and the links from
// chapter to chapter.

import Notebook

extension Subcommand {
  static let docs = Subcommand(
    name: "docs", usage: "",
    summary: Text(
      "refreshes docs/errata, docs/teaching, docs/architecture and the links between the chapters",
      ko: "docs/errata, docs/teaching, docs/architecture와 장끼리 잇는 링크를 새로 고친다")
  ) { call in
    try call.takesNoArguments()
    let checkout = try Checkout(root: call.root)
    let findings = checkout.errataFindings()
    for finding in findings { call.errors("\(finding)") }
    if !findings.isEmpty {
      call.errors("nothing written: docs are not made from notes with such errata")
      return ExitStatus.failure
    }
    var written = 0
    for (file, text) in try checkout.wovenFiles() where !text.utf8.elementsEqual(file.text.utf8) {
      try writeAtomically(text, to: "\(checkout.root)/\(file.path)")
      call.output(Text("wrote \(file.path)", ko: "\(file.path) 작성")(call.language))
      written += 1
    }
    if written == 0 { call.output(Text("the pages of docs/ are fresh", ko: "docs/의 문서가 최신이다")(call.language)) }
    return ExitStatus.success
  }
}
