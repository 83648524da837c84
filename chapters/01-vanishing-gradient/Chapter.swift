// Chapter 01: why gradients vanish and explode, what that does to learning, and what helps.

import Notebook

@main
struct VanishingGradient: Chapter {
  static let number = "01"
  static let name = "vanishing-gradient"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

  func body(_ page: Page) throws {
    // The machine, and one example by hand.
    try page.section("machine") { try machine(page) }
    try page.section("forwards") { try forwards(page) }
    try page.section("backwards") { try backwards(page) }
    // The argument.
    try page.section("through-time") { try throughTime(page) }
    try page.section("chain-rule") { try chainRule(page) }
    try page.section("jacobian") { try jacobian(page) }
    try page.section("stretch") { try stretch(page) }
    try page.section("bound") { try bound(page) }
    try page.section("powers") { try powers(page) }
    try page.section("clipping") { try clipping(page) }
    try page.section("paths") { try paths(page) }
    // What was measured.
    page.section("lags") { lags(page) }
    page.section("near-and-far") { nearAndFar(page) }
    page.section("recall") { recall(page) }
    page.section("agreement") { agreement(page) }
    try page.section("cliff") { try cliff(page) }
    page.section("remedies") { remedies(page) }
    page.section("depth") { depth(page) }
    // In PyTorch, and what people get wrong.
    try page.section("pytorch") { try pytorch(page) }
    try page.section("errata") { try errata(page) }
  }
}
