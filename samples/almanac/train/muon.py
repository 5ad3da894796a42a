"""Muon (Jordan et al. 2024): momentum whose update is orthogonalised by Newton-Schulz iterations."""

import torch
from torch import Tensor


def orthogonalise(gradient: Tensor, steps: int = 5) -> Tensor:
    """The nearest matrix with singular values of about one."""
    tall = gradient.shape[0] > gradient.shape[1]
    x = gradient.T if tall else gradient
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        gram = x @ x.T
        x = 3.4445 * x + (-4.775 * gram + 2.0315 * gram @ gram) @ x
    return x.T if tall else x


class Muon:
    """Steps the given matrices, apart from those that took no part in the loss."""

    def __init__(self, matrices: list[Tensor], rate: float, decay: float) -> None:
        self.matrices = matrices
        self.rate = rate
        self.decay = decay
        self.momenta = [torch.zeros_like(matrix) for matrix in matrices]

    @torch.no_grad()
    def step(self, schedule: float) -> None:
        """One update at `schedule` (0..1) times the learning rate."""
        rate = self.rate * schedule
        for matrix, momentum in zip(self.matrices, self.momenta):
            if matrix.grad is None:
                continue
            momentum.lerp_(matrix.grad, 0.05)
            update = orthogonalise(matrix.grad.lerp(momentum, 0.95))
            shape = max(1, matrix.shape[0] / matrix.shape[1]) ** 0.5
            matrix.mul_(1 - rate * self.decay).add_(update, alpha=-rate * shape)
