// Chapter 07: recurrent layers upon each other, what depth does to the gradient, and what it buys.
//
// The table of contents: each section is a method in the file that is named after it.

import Notebook
import Recurrent

@main
struct DeepNetworks: Chapter {
  static let number = "07"
  static let name = "deep-rnn"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

  func body(_ page: Page) throws {
    try stack(page)
    try orders(page)
    try states(page)
    try backward(page)
    try connections(page)
    try jacobians(page)
    depth(page)
    recurrentDepth(page)
    buys(page)
    if page.isFull { buysMore(page) }
    transformer(page)
  }
}

extension Page {
  /// The seeds of everything that is measured over several seeds: the run's own and the next four.
  var fiveSeeds: [UInt64] { seeds(5) }
}

extension RecurrentConfiguration.Kind {
  /// The three cells that this chapter stacks.
  static var stacked: [RecurrentConfiguration.Kind] { [.rnn(.tanh), .lstm, .gru()] }
}
