// Chapter 02: the LSTM forwards: the machine whole, one step by hand, what each part does, how long a bit survives in it, and
// what its gates learn.

import Foundation
import Notebook

@main
struct LSTMForward: Chapter {
  static let number = "02"
  static let name = "lstm-forward"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

  static let commands = [
    ChapterCommand(
      "write", usage: WriteOptions.usage,
      summary: Text("let a network write numbers and times of day in words", ko: "신경망이 수와 시각을 글로 쓰게 한다")
    ) { try write($0) },
    ChapterCommand(
      "train", usage: TrainOptions.usage,
      summary: Text("make the weights that write uses", ko: "write가 쓰는 가중치를 만든다")
    ) { try train($0, showsProgress: isatty(STDERR_FILENO) == 1) },
  ]

  func body(_ page: Page) throws {
    let runs = Runs(seed: page.seed)
    try page.section("cell") { try wholeCell(page, runs) }
    try page.section("by-hand") { try byHand(page, runs) }
    try page.section("cell-state") { try cellState(page, runs) }
    try page.section("valve") { try valve(page) }
    try page.section("forget-gate") { try forgetGate(page, runs) }
    try page.section("input-gate") { try inputGate(page, runs) }
    try page.section("output-gate") { try outputGate(page, runs) }
    try page.section("extremes") { try extremes(page, runs) }
    page.section("in-and-out") { inAndOut(page, runs.random) }
    try page.section("stacked-weights") { try stackedWeights(page, runs) }
    try page.section("parameters") { try parameters(page) }
    try page.section("half-life") { try halfLife(page) }
    page.section("one-gate") { oneGate(page) }
    page.section("survival") { survivalOfABit(page) }
    page.section("learned-gates") { learnedGates(page) }
    try writing(page)
    if page.isFull { writingContest(page) }
    try page.section("pytorch") { try pyTorch(page) }
    try page.section("errata") { try errata(page, runs) }
  }
}
