import torch
from torch import nn, tensor

rnn = nn.RNN(input_size=1, hidden_size=2, dtype=torch.float64)
weights = [[0.5], [-0.3]], [[0.6, -0.4], [0.2, 0.5]], [0.1, 0.0], [0.0, 0.0]
for parameter, values in zip(rnn.parameters(), weights):
    parameter.data = tensor(values, dtype=torch.float64)

x = tensor([[1.0], [-0.5]], dtype=torch.float64)
y = tensor([[1.0, 0.0], [0.0, 1.0]], dtype=torch.float64)
h, _ = rnn(x, tensor([[0.5, -0.5]], dtype=torch.float64))
loss = 0.5 * ((h - y) ** 2).sum()
loss.backward()
print(f"{loss:.4f}", *(f"{v:.4f}" for v in rnn.weight_hh_l0.grad.flatten()))
norm = nn.utils.clip_grad_norm_(rnn.parameters(), max_norm=0.1)
print(f"{norm:.4f}", *(f"{v:.4f}" for v in rnn.weight_hh_l0.grad.flatten()))

# 0.6214 0.2620 -0.1245 -1.1308 0.7930
# 2.8877 0.0091 -0.0043 -0.0392 0.0275
