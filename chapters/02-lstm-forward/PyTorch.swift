// 2.19 In PyTorch: the worked example's numbers, and outputs and last states of seven networks.

import Autodiff
import Experiments
import Notebook

extension LSTMForward {
  func pyTorch(_ page: Page) throws {
    // As the lines of Python in the notes print them.
    let first = Example.worked.unroll()[0]
    func line(_ name: String, _ x: Matrix) {
      page.print(.symbols(name + x.elements.map { "  " + NumberFormat.format($0, decimals: 4) }.joined()))
    }
    line("h_1", first.h)
    line("c_1", first.c)

    let files: [(name: String, layers: Int, bidirectional: Bool, bias: Bool)] = [
      ("lstm", 1, false, true), ("lstm-one-step", 1, false, true), ("lstm-no-bias", 1, false, false),
      ("lstm-long", 1, false, true), ("lstm-bidirectional", 1, true, true), ("lstm-stacked", 4, false, true),
      ("lstm-stacked-bidirectional", 2, true, true),
    ]
    for file in files {
      let torch = try TorchRun(
        .lstm, layers: file.layers, bidirectional: file.bidirectional, bias: file.bias, from: page.fixture(file.name))
      let run = torch.network.run(torch.inputs, from: torch.first)
      page.check(
        "\(file.name): output, h_n, c_n",
        Witness(Text("this book", ko: "이 책"), .column(of: run.outputs + run.states.flatMap { $0 })),
        equals: .pytorch(.column(of: torch.outputs + torch.last.flatMap { $0 })))
    }
  }
}
