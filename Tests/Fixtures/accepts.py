#!/usr/bin/env python3
"""Loads .safetensors files with the official readers, and prints what they found.

Each file is read with safetensors.torch and with safetensors.numpy, which must agree bit for bit. For a file that
this project wrote, this is the proof that others can read it:

    pip install torch numpy safetensors
    python3 accepts.py FILE…

Prints one line per tensor: its type, its shape and its name. Exits with 1 where a file is not accepted.
"""
import sys

from safetensors import safe_open
from safetensors.numpy import load_file as load_numpy
from safetensors.torch import load_file as load_torch


def accept(path):
    torch_tensors, numpy_arrays = load_torch(path), load_numpy(path)
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata() or {}
    print(f"{path}: {len(torch_tensors)} tensors, metadata {metadata}")
    if torch_tensors.keys() != numpy_arrays.keys():
        raise ValueError("the two readers found different names")
    for name in sorted(torch_tensors):
        tensor, array = torch_tensors[name], numpy_arrays[name]
        print(f"  {str(tensor.dtype):14} {str(list(tensor.shape)):16} {name!r}")
        if tensor.shape != array.shape or tensor.numpy().tobytes() != array.tobytes():
            raise ValueError(f"the two readers disagree on {name!r}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    status = 0
    for path in sys.argv[1:]:
        try:
            accept(path)
        except Exception as error:
            print(f"{path}: not accepted: {error}")
            status = 1
    sys.exit(status)
