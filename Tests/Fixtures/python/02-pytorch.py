import torch

torch.set_default_dtype(torch.float64)
cell = torch.nn.LSTMCell(2, 2)
W_x = [[-1, -1], [1, 0.5], [1, 0], [-1, -1], [0.5, 0], [0, 0.5], [1, 0.5], [-0.5, 0]]
W_h = [[0, 2], [1, -1], [1, -1], [0, 2], [1, 0], [0, 1], [1, 1], [1, 0]]
with torch.no_grad():
    cell.weight_ih[:], cell.weight_hh[:] = torch.tensor(W_x), torch.tensor(W_h)
    cell.bias_ih[:] = torch.tensor([1, 1, 1, 1, -2, 0.5, 0, -1])
    cell.bias_hh[:] = 0
    x_1, h_0, c_0 = torch.tensor([[[1, 2]], [[0.5, -0.5]], [[1, -1]]])
    h, c = cell(x_1, (h_0, c_0))
print("h_1", *[f"{v:.4f}" for v in h[0]])
print("c_1", *[f"{v:.4f}" for v in c[0]])

# h_1 0.6379 0.1626
# c_1 0.9165 0.7005
