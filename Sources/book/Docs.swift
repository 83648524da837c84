// book docs: weaves the pages of docs/ that are made from the chapters' notes.

import Notebook

extension Subcommand {
  static let docs = Subcommand(
    name: "docs", usage: "",
    summary: Text("weaves the pages of docs/ from the chapters' notes", ko: "장의 노트에서 docs/의 문서를 만든다")
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
    for woven in WovenPage.all {
      for language in Language.allCases {
        let path = woven.path(language)
        guard let page = try checkout.page(path) else { throw BadInput("there is no \(path) to weave into") }
        let text = try woven.woven(page, checkout, language)
        if text.utf8.elementsEqual(page.text.utf8) { continue }
        try writeAtomically(text, to: "\(checkout.root)/\(path)")
        call.output(Text("wrote \(path)", ko: "\(path) 작성")(call.language))
        written += 1
      }
    }
    if written == 0 { call.output(Text("the pages of docs/ are fresh", ko: "docs/의 문서가 최신이다")(call.language)) }
    return ExitStatus.success
  }
}
