// Chapter 00: the recurrent network, what a model of a sequence may look at, the best accuracy that this allows, and five
// kinds of programs.

import Notebook

@main
struct SequenceModels: Chapter {
  static let number = "00"
  static let name = "sequence-models"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

  /// The length of a rhythm.
  let steps = 12
  /// The steps that models predict: all after the first bar. There are eight, a power of two, so that a mean over them
  /// rounds nothing.
  let predicted = 5...12

  func body(_ page: Page) throws {
    let truth = Pasts(Joint(Rhythm(), steps: steps), predicted: predicted)
    try page.section("machine") { try machine(page) }
    try page.section("by-hand") { try byHand(page) }
    try page.section("reading") { try reading(page) }
    try page.section("unrolled") { try unrolled(page) }
    try page.section("chain-rule") { try chainRule(page) }
    try page.section("views") { try views(page) }
    try page.section("register") { try register(page, truth) }
    try page.section("ceilings") { try ceilings(page, truth) }
    try page.section("surprise") { try surprise(page, truth) }
    try page.section("cost") { try cost(page) }
    try page.section("kinds") { try kinds(page) }
    page.section("learning") { learning(page, truth) }
    page.section("programs") { programs(page) }
    page.section("words") { words(page) }
    page.section("pytorch") { pytorch(page) }
    page.section("errata") { errata(page) }
  }

  /// Names an accuracy for the notes and returns it in percent, with one decimal.
  @discardableResult
  func percent(_ page: Page, _ name: String, _ accuracy: Double) -> String {
    page.number(name, 100 * accuracy, decimals: 1)
    return NumberFormat.percent(accuracy)
  }
}
