// Trains an LSTM to tell, after five steps, whether its first input was positive. Then it writes the weights to a file that
// PyTorch can load.

import Autodiff
import Recurrent
import Reference

let (steps, batch) = (5, 32)
var random = Random(seed: 1)
let configuration = RecurrentConfiguration(.lstm, inputSize: 1, hiddenSize: 8)
let lstm = RecurrentNetwork(configuration, random: &random)
var parameters = lstm.parameters + [random.uniform(2, 8, -0.3, 0.3)]  // the last: W_y, for two classes
var optimizer = Adam(learningRate: 0.03)
let tape = Tape()

for update in 0...200 {
  let inputs = (0..<steps).map { _ in random.uniform(1, batch, -1, 1) }  // a column for each example
  let classes = inputs[0].elements.map { $0 > 0 ? 1 : 0 }

  tape.rewind()
  let variables = parameters.map { tape.variable($0) }
  let network = RecurrentNetwork(configuration, parameters: Array(variables.dropLast()))
  let outputs = network.runFused(inputs.map { tape.constant($0) }).outputs
  let loss = (variables.last! * outputs.last!).crossEntropy(classes).mean

  let gradients = tape.gradients(of: loss)
  optimizer.step(&parameters, gradients: variables.map { gradients[$0] })
  if update % 50 == 0 { print("update \(update): loss \((loss.value.scalar * 1000).rounded() / 1000)") }
}

var file = Safetensors(tensors: [:])
for (name, tensor) in RecurrentNetwork(configuration, parameters: Array(parameters.dropLast())).torch {
  file.tensors[name] = Tensor(shape: tensor.shape, elements: .float64(tensor.elements))
}
try file.write(to: "lstm.safetensors")
print("wrote lstm.safetensors")
