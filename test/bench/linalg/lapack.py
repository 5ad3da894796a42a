"""Times LAPACK's dpotrf and numpy's eigh on the matrix of madeUp.ts: JSON {sizes, eigen} in, seconds of CPU out."""
import json
import sys
import time

import numpy
from scipy.linalg import lapack


def timed(work):
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


asked = json.load(sys.stdin)
times = []
for n in asked["sizes"]:
    i = numpy.arange(n)
    scale = 1 + 9 * ((i * 7919) % n) / n
    matrix = numpy.exp(-abs(i[:, None] - i[None, :]) / 50) * scale[:, None] * scale[None, :]
    matrix = numpy.asfortranarray(matrix)
    eigh = timed(lambda: numpy.linalg.eigh(matrix))[1] if n <= asked["eigen"] else None
    timed(lambda: lapack.dpotrf(matrix[:256, :256].copy(order="F"), lower=1))
    (_, info), seconds = timed(lambda: lapack.dpotrf(matrix, lower=1, clean=0, overwrite_a=1))
    assert info == 0
    times.append({"n": n, "dpotrf": seconds, "eigh": eigh})
json.dump({"numpy": numpy.__version__, "times": times}, sys.stdout)
