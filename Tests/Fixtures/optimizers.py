#!/usr/bin/env python3
"""Prints the numbers that OptimizerTests.swift expects: PyTorch's optimisers, in float64, on two parameters of six and
three entries, whose gradients are exact binary fractions that change sign and pattern from step to step.

    pip install torch
    python3 optimizers.py
"""
import torch

torch.set_default_dtype(torch.float64)
STEPS = 10
sizes = [6, 3]


def gradient(step, parameter, entry):
    return ((7 * step + 3 * entry + 5 * parameter) % 11 - 5) / 4


def run(name, optimizer, **options):
    parameters = [torch.tensor([(i - 2) / 8 for i in range(n)]).requires_grad_() for n in sizes]
    o = optimizer(parameters, **options)
    for step in range(STEPS):
        for p, parameter in enumerate(parameters):
            parameter.grad = torch.tensor([gradient(step, p, i) for i in range(sizes[p])])
        o.step()
        if step in (0, STEPS - 1):
            print(f"{name}, after step {step + 1}:")
            for parameter in parameters:
                print("  ", [float(x) for x in parameter.detach()])


run("SGD(0.1)", torch.optim.SGD, lr=0.1)
run("SGD(0.1, momentum 0.9)", torch.optim.SGD, lr=0.1, momentum=0.9)
run("Adam()", torch.optim.Adam)
run("Adam(0.05, betas 0.8 and 0.95, eps 0.001)", torch.optim.Adam, lr=0.05, betas=(0.8, 0.95), eps=1e-3)

# Clipping by global norm: PyTorch divides by norm + 10^-6, so only nearly the same.
gradients = [torch.tensor([gradient(3, p, i) for i in range(n)]).requires_grad_() for p, n in enumerate(sizes)]
for g in gradients:
    g.grad = g.detach().clone()
print("norm:", float(torch.nn.utils.clip_grad_norm_(gradients, 1.0)))
for g in gradients:
    print("  clipped to 1:", [float(x) for x in g.grad])
