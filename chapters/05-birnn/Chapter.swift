// Chapter 05: a network that reads in both directions: what it sees, where it may not be used, and what it is for. This file
// is the table of contents; each section stands in the file that is named beside it.

import Notebook

@main
struct BidirectionalNetworks: Chapter {
  static let number = "05"
  static let name = "birnn"
  static let source = #filePath
  static var exercises: [Exercise] { ExerciseList.all }

  func body(_ page: Page) throws {
    try twoDirections(page)  // 5.1, TwoDirections.swift
    try whoSeesWhat(page)  // 5.2, WhoSeesWhat.swift
    try stacked(page)  // 5.3, Stacked.swift
    try summary(page)  // 5.4, Summary.swift
    try padding(page)  // 5.5, Padding.swift
    try leak(page)  // 5.6, Leak.swift
    senses(page)  // 5.7, Words.swift
    blanks(page)  // 5.8, Words.swift
  }

  // MARK: What sections share

  /// Mean, lowest and highest share, as the cells of a table.
  func percentages(_ shares: Shares) -> [String] {
    [shares.mean, shares.lowest, shares.highest].map { NumberFormat.percent($0) }
  }
}
