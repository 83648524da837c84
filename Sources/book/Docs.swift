// book docs: weaves what is made from all chapters' notes together: pages of docs/, and the links from chapter to chapter.

import Notebook

extension Subcommand {
  static let docs = Subcommand(
    name: "docs", usage: "",
    summary: Text(
      "weaves docs/errata and docs/teaching from the chapters' notes, and the links between these",
      ko: "장의 노트에서 docs/errata와 docs/teaching의 표를 만들고 장끼리 잇는 링크를 넣는다")
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
