// Chapter 04: the gated recurrent unit, in both conventions of each gate, its gradient, and the LSTM beside it. This file is
// the table of contents; each section stands in the file that is named beside it.

import Autodiff
import Notebook

@main
struct GatedRecurrentUnitChapter: Chapter {
  static let number = "04"
  static let name = "gru"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

  func body(_ page: Page) throws {
    try step(page)  // 4.1, Step.swift
    try carry(page)  // 4.2, Carry.swift
    try updateGate(page)  // 4.3, UpdateGate.swift
    try resetGate(page)  // 4.4, ResetGate.swift
    try backward(page)  // 4.5, Backward.swift
    try directPath(page)  // 4.6, DirectPath.swift
    try relatives(page)  // 4.7, Relatives.swift
    try parameters(page)  // 4.8, Parameters.swift
    comparison(page)  // 4.9, Contest.swift
    if page.isFull { tasks(page) }  // 4.10, Tasks.swift
  }

  // MARK: What sections share

  /// The largest difference of two sequences of states, as the checks of models that differ write it.
  func differ(_ a: [Matrix], _ b: [Matrix], by bound: Double) -> Comparison {
    .above(Matrix.stack(a).largestDifference(from: .stack(b)), bound, named: "max |Δ|")
  }
}
