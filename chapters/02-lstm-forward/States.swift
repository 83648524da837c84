// 2.3 The conveyor belt: the line of the cell state.

import Autodiff
import LaTeX
import Notebook

extension LSTMForward {
  func cellState(_ page: Page, _ runs: Runs) throws {
    pictureOfBothCells(page, runs)
    let formulas = [runs.randomSteps[0].c.formula, runs.cellStep.c.formula]
    try page.equation("c", runs.randomScope, for: ("t", [1, 2, 3, 4]), tape: formulas)
    try page.equation("c-bound", runs.randomScope, for: ("t", [1, 2, 3, 4]))
    pictureOfTheLine(page)
  }
}
