"""The comparison of two GGUF files as one would write it in Python: gguf to read, numpy to subtract. Prints seconds."""

import sys
import time

import numpy as np
from gguf import GGUFReader
from gguf.quants import dequantize

start = time.perf_counter()
base, candidate = (GGUFReader(path) for path in sys.argv[1:3])
others = {tensor.name: tensor for tensor in candidate.tensors}
total = 0.0
for tensor in base.tensors:
    other = others[tensor.name]
    before = dequantize(tensor.data, tensor.tensor_type)
    after = dequantize(other.data, other.tensor_type)
    difference = after - before
    total += float(np.linalg.norm(difference)) + float(np.abs(difference).max()) + float(np.linalg.norm(before))
print(time.perf_counter() - start)
