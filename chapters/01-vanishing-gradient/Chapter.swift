// Chapter 01: why gradients vanish and explode, what that does to learning, and what helps.

import Notebook

@main
struct VanishingGradient: Chapter {
  static let number = "01"
  static let name = "vanishing-gradient"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

  func body(_ page: Page) throws {
    try page.section("chain-rule") { try chainRule(page) }
    try page.section("through-time") { try throughTime(page) }
    try page.section("jacobian") { try jacobian(page) }
    try page.section("bound") { try bound(page) }
    try page.section("eigenvalues") { try eigenvalues(page) }
    page.section("learning") { learning(page) }
    try page.section("clipping") { try clipping(page) }
    try page.section("remedies") { try remedies(page) }
    page.section("depth") { depth(page) }
  }
}
