"""A small Llama: RMSNorm, rotary positions, grouped-query attention, SwiGLU, tied embeddings."""

import math
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class Config:
    """Sizes, named as in a GGUF header."""

    vocab_size: int = 2560
    embedding_length: int = 256
    block_count: int = 6
    head_count: int = 4
    head_count_kv: int = 2
    feed_forward_length: int = 1024
    context_length: int = 256
    rope_freq_base: float = 10000.0
    rms_epsilon: float = 1e-5

    @property
    def head_length(self) -> int:
        return self.embedding_length // self.head_count


def rope_tables(c: Config) -> tuple[Tensor, Tensor]:
    """Cosines and sines, [context, head]: the first half of a head is paired with its second half."""
    frequency = c.rope_freq_base ** (-torch.arange(0, c.head_length, 2).float() / c.head_length)
    angle = torch.outer(torch.arange(c.context_length).float(), frequency)
    angle = torch.cat((angle, angle), -1)
    return angle.cos(), angle.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions on [batch, head, token, head length]."""
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat((-second, first), -1) * sin


class RmsNorm(nn.Module):
    def __init__(self, size: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, (x.shape[-1],), self.weight, self.epsilon)


class Attention(nn.Module):
    def __init__(self, c: Config) -> None:
        super().__init__()
        d, kv = c.embedding_length, c.head_count_kv * c.head_length
        self.c = c
        self.q = nn.Linear(d, d, bias=False)
        self.k = nn.Linear(d, kv, bias=False)
        self.v = nn.Linear(d, kv, bias=False)
        self.o = nn.Linear(d, d, bias=False)

    def heads(self, x: Tensor, count: int) -> Tensor:
        return x.view(*x.shape[:2], count, self.c.head_length).transpose(1, 2)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
        c = self.c
        q = rotate(self.heads(self.q(x), c.head_count), cos, sin)
        k = rotate(self.heads(self.k(x), c.head_count_kv), cos, sin)
        v = self.heads(self.v(x), c.head_count_kv)
        groups = c.head_count // c.head_count_kv
        k, v = k.repeat_interleave(groups, 1), v.repeat_interleave(groups, 1)
        scores = q @ k.transpose(-1, -2) / math.sqrt(c.head_length) + mask
        mixed = torch.softmax(scores, -1) @ v
        return self.o(mixed.transpose(1, 2).reshape(x.shape))


class FeedForward(nn.Module):
    def __init__(self, c: Config) -> None:
        super().__init__()
        self.gate = nn.Linear(c.embedding_length, c.feed_forward_length, bias=False)
        self.up = nn.Linear(c.embedding_length, c.feed_forward_length, bias=False)
        self.down = nn.Linear(c.feed_forward_length, c.embedding_length, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.silu(self.gate(x)) * self.up(x))


class Block(nn.Module):
    """One layer. `window` (0: none) and `mlp_on` are switches of training only; see train.py."""

    def __init__(self, c: Config) -> None:
        super().__init__()
        self.attention_norm = RmsNorm(c.embedding_length, c.rms_epsilon)
        self.attention = Attention(c)
        self.mlp_norm = RmsNorm(c.embedding_length, c.rms_epsilon)
        self.mlp = FeedForward(c)
        self.window = 0
        self.mlp_on = True

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, masks: dict[int, Tensor]) -> Tensor:
        x = x + self.attention(self.attention_norm(x), cos, sin, masks[self.window])
        return x + self.mlp(self.mlp_norm(x)) if self.mlp_on else x


def causal_mask(tokens: int, window: int) -> Tensor:
    """Additive mask: no token sees later ones nor, with a window, those `window` or more before it."""
    mask = torch.full((tokens, tokens), -1e4).triu(1)
    return mask + torch.full((tokens, tokens), -1e4).tril(-window) if window else mask


class Almanac(nn.Module):
    def __init__(self, c: Config) -> None:
        super().__init__()
        self.c = c
        self.embedding = nn.Embedding(c.vocab_size, c.embedding_length)
        self.blocks = nn.ModuleList(Block(c) for _ in range(c.block_count))
        self.norm = RmsNorm(c.embedding_length, c.rms_epsilon)
        self.cos, self.sin = rope_tables(c)
        self.reset()

    def reset(self) -> None:
        """Normal initialisation; what writes into the residual stream is scaled down by its depth."""
        nn.init.normal_(self.embedding.weight, std=0.02)
        for name, weight in self.blocks.named_parameters():
            if weight.ndim == 2:
                depth = math.sqrt(2 * self.c.block_count) if name.endswith(("o.weight", "down.weight")) else 1
                nn.init.normal_(weight, std=1 / (math.sqrt(weight.shape[1]) * depth))

    def residuals(self, ids: Tensor) -> list[Tensor]:
        """The residual stream after every layer, each [batch, token, embedding]."""
        x, tokens = self.embedding(ids), ids.shape[1]
        cos, sin = self.cos[:tokens], self.sin[:tokens]
        masks = {w: causal_mask(tokens, w) for w in {block.window for block in self.blocks}}
        stream = []
        for block in self.blocks:
            x = block(x, cos, sin, masks)
            stream.append(x)
        return stream

    def unembed(self, x: Tensor) -> Tensor:
        """Logits of a residual stream."""
        return F.linear(self.norm(x), self.embedding.weight)

    def forward(self, ids: Tensor, at: Tensor) -> Tensor:
        """Logits [batch, vocabulary] at one position of each row."""
        return self.unembed(self.residuals(ids)[-1][torch.arange(len(ids)), at])
