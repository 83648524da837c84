import torch

rnn = torch.nn.RNN(input_size=2, hidden_size=2)
V = torch.tensor([[0.0, 0.0], [-1.0, 1.0]])
with torch.no_grad():
    rnn.weight_ih_l0.copy_(torch.tensor([[0.0, 2.0], [0.0, 0.0]]))
    rnn.weight_hh_l0.copy_(torch.tensor([[0.0, 0.0], [1.0, 0.5]]))
    rnn.bias_ih_l0.copy_(torch.tensor([-1.0, 0.0]))
    rnn.bias_hh_l0.zero_()
    rhythms = torch.tensor([[1, 0, 0], [0, 0, 0]])
    x = torch.nn.functional.one_hot(rhythms.T, 2).float()
    h, last = rnn(x)
    y = torch.softmax(h[2] @ V.T, dim=1)
for row in [*h, y]:
    print(" ".join(f"{number:.4f}" for number in row.flatten()))

# 0.7616 0.0000 -0.7616 0.0000
# -0.7616 0.6420 -0.7616 -0.6420
# -0.7616 -0.4141 -0.7616 -0.7942
# 0.4140 0.5860 0.5081 0.4919
