// 2.14 Parity with PyTorch: outputs and last states of seven networks.

import Autodiff
import Experiments
import Notebook

extension LSTMForward {
  func pyTorch(_ page: Page) throws {
    let files: [(name: String, layers: Int, bidirectional: Bool, bias: Bool)] = [
      ("lstm", 1, false, true), ("lstm-one-step", 1, false, true), ("lstm-no-bias", 1, false, false),
      ("lstm-long", 1, false, true), ("lstm-bidirectional", 1, true, true), ("lstm-stacked", 4, false, true),
      ("lstm-stacked-bidirectional", 2, true, true),
    ]
    let runs = try files.map { file in
      try TorchRun(
        .lstm, layers: file.layers, bidirectional: file.bidirectional, bias: file.bias, from: page.fixture(file.name))
    }
    page.table(
      [
        Text("file", ko: "파일"), Text("layers", ko: "층"), Text("directions", ko: "방향"), .symbols("T"),
        Text("batch", ko: "배치"), Text("inputs", ko: "입력"), Text("units", ko: "유닛"),
        Text("parameters", ko: "매개변수"),
      ],
      zip(files, runs).map { file, torch in
        let configuration = torch.network.configuration
        return ["\(file.name).safetensors"]
          + [
            configuration.layers, configuration.directions, torch.inputs.count, torch.inputs[0].columns,
            configuration.inputSize, configuration.hiddenSize, configuration.parameterCount,
          ].map { "\($0)" }
      })
    page.print()
    for (file, torch) in zip(files, runs) {
      let run = torch.network.run(torch.inputs, from: torch.first)
      page.check(
        "\(file.name): output, h_n, c_n",
        Witness(Text("this book", ko: "이 책"), .column(of: run.outputs + run.states.flatMap { $0 })),
        equals: .pytorch(.column(of: torch.outputs + torch.last.flatMap { $0 })))
    }
  }
}
