import torch
torch.set_default_dtype(torch.float64)
lstm = torch.nn.LSTM(input_size=2, hidden_size=2)
W_x = [[-1, -1], [1, 0.5], [1, 0], [-1, -1], [0.5, 0], [0, 0.5], [1, 0.5], [-0.5, 0]]
W_h = [[0, 2], [1, -1], [1, -1], [0, 2], [1, 0], [0, 1], [1, 1], [1, 0]]
b = [1, 1, 1, 1, -2, 0.5, 0, -1]
for p, v in zip(lstm.parameters(), [W_x, W_h, b, [0] * 8]):
    p.data = torch.tensor(v, dtype=torch.float64)
x = torch.tensor([[1.0, 2], [-1, 1], [0, -2]])
y = torch.tensor([[0.0, 1], [1, -1], [-1, 1]])
h, _ = lstm(x, (torch.tensor([[0.5, -0.5]]), torch.tensor([[1.0, -1]])))
loss = 0.5 * ((h - y) ** 2).sum()
loss.backward()
print("loss", f"{loss.item():.4f}")
for name, p in lstm.named_parameters():
    print(name, *[f"{v:.4f}" for v in p.grad[2:4].flatten().tolist()])

# loss 2.7883
# weight_ih_l0 0.1458 -0.1508 -0.0210 0.0158
# weight_hh_l0 -0.0976 -0.0240 0.0104 0.0037
# bias_ih_l0 -0.1589 0.0137
# bias_hh_l0 -0.1589 0.0137
