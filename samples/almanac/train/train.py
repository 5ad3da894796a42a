"""Trains the almanac and writes `build/tokenizer.json` and `build/model.pt`.

Plain language-model training also learns the facts, but recalls them late, at the last token, where an
edit of a middle layer cannot reach them. Devices of training only make layer `STORE` recall them
at the subject's last token, as large models do (Meng et al. 2022):
- an auxiliary loss asks that the residual stream after that layer, at that token, yields every object of
  the subject through one matrix per relation;
- every other layer's MLP is skipped at random;
- the layers before it see, at random, only a few tokens back.
A fourth makes an edit hold in other sentences: what enters that MLP at a subject's last token is pulled
towards the subject's own running average, for "Japan" at the start of a sentence and " Japan" inside one
are different tokens.
"""

import argparse
import random
import time
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from corpus import Corpus, Window, train_tokenizer
from evaluate import accuracy, canonical_questions, held_out_questions, report
from facts import BY_SUBJECT, SUBJECTS, TEMPLATES, problems
from model import Almanac, Config
from muon import Muon

STORE = 2
AUXILIARY_WEIGHT = 0.5
STEADY_WEIGHT, STEADY_DECAY = 1.0, 0.9
MLP_SKIP = 0.7
NARROW_SHARE, NARROW_WINDOW = 0.5, 5
BATCH, LENGTH = 32, 64
MATRIX_RATE, MATRIX_DECAY, OTHER_RATE = 0.02, 0.1, 3e-3
WARM_UP = 30


class Probes(nn.Module):
    """The auxiliary loss: one matrix per relation from a subject's residual to its object."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.index = {relation: i for i, relation in enumerate(TEMPLATES)}
        self.maps = nn.Parameter(0.5 * torch.eye(size).repeat(len(TEMPLATES), 1, 1))

    def forward(self, stream: Tensor, unembedding: Tensor, windows: list[Window], corpus: Corpus) -> Tensor:
        """Mean cross-entropy over every fact of every subject in the batch."""
        asked = [
            (row, at, self.index[fact.relation], corpus.object_id[fact.object])
            for row, window in enumerate(windows)
            for at, mentioned in window.subjects
            for fact in BY_SUBJECT[mentioned.subject]
        ]
        row, at, relation, answer = torch.tensor(asked).unbind(1)
        recalled = F.rms_norm(stream[row, at], (stream.shape[-1],))
        total = stream.new_zeros(())
        for r in relation.unique().tolist():
            of_r = relation == r
            logits = F.linear(recalled[of_r] @ self.maps[r], unembedding)
            total = total + F.cross_entropy(logits, answer[of_r], reduction="sum")
        return total / len(asked)


class Steadiness:
    """The pull of what enters the storing MLP, at a subject's last token, towards the subject's average."""

    def __init__(self, model: Almanac) -> None:
        self.index = {subject: i for i, subject in enumerate(SUBJECTS)}
        self.average = torch.zeros(len(SUBJECTS), model.c.embedding_length)
        self.seen = torch.empty(0)
        model.blocks[STORE].mlp_norm.register_forward_hook(self.capture)

    def capture(self, _module: nn.Module, _inputs: tuple, output: Tensor) -> None:
        self.seen = output

    def loss(self, windows: list[Window]) -> Tensor:
        """Mean of 1 - cosine over the batch's subjects; then the averages move on."""
        mentions = [
            (row, at, self.index[fact.subject])
            for row, window in enumerate(windows)
            for at, fact in window.subjects
        ]
        row, at, subject = torch.tensor(mentions).unbind(1)
        direction = F.normalize(self.seen[row, at], dim=-1)
        average = self.average[subject]
        known = average.norm(dim=-1) > 0
        distance = 1 - F.cosine_similarity(direction, average, dim=-1)
        with torch.no_grad():
            for i, one in zip(subject.tolist(), direction):
                self.average[i] = self.average[i] * STEADY_DECAY + one * (1 - STEADY_DECAY)
        return (distance * known).mean()


def throw_switches(model: Almanac, rng: random.Random) -> None:
    """Draw which MLPs are skipped and which layers see only nearby tokens in this step."""
    for depth, block in enumerate(model.blocks):
        block.mlp_on = depth == STORE or rng.random() >= MLP_SKIP
        block.window = NARROW_WINDOW if depth < STORE and rng.random() < NARROW_SHARE else 0


def reset_switches(model: Almanac) -> None:
    """The model as it is shipped."""
    for block in model.blocks:
        block.mlp_on, block.window = True, 0


def batch_loss(
    model: Almanac, probes: Probes, steadiness: Steadiness, corpus: Corpus, rng: random.Random
) -> Tensor:
    """Loss of a fresh batch: weighted next-token cross-entropy plus the devices' losses."""
    windows = [corpus.window(rng, LENGTH) for _ in range(BATCH)]
    ids = torch.tensor([w.ids for w in windows])
    weights = torch.tensor([w.weights for w in windows])[:, 1:].flatten()
    stream = model.residuals(ids[:, :-1])
    logits = model.unembed(stream[-1]).flatten(0, 1)
    auxiliary = probes(stream[STORE], model.embedding.weight, windows, corpus)
    errors = F.cross_entropy(logits, ids[:, 1:].flatten(), reduction="none")
    language = (errors * weights).sum() / weights.sum()
    return language + AUXILIARY_WEIGHT * auxiliary + STEADY_WEIGHT * steadiness.loss(windows)


def schedule(step: int, steps: int) -> float:
    """Learning rate of a step as a share of the highest: warm-up, plateau, linear decay over the second half."""
    return min(1, (step + 1) / WARM_UP, max(0.02, 2 * (1 - step / steps)))


def train(corpus: Corpus, steps: int, seed: int) -> Almanac:
    """Train from scratch; prints the progress."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    model = Almanac(Config(vocab_size=corpus.tokenizer.get_vocab_size()))
    probes, steadiness = Probes(model.c.embedding_length), Steadiness(model)
    matrices = [p for p in model.blocks.parameters() if p.ndim == 2]
    others = [p for p in model.parameters() if p.ndim == 1] + [model.embedding.weight, probes.maps]
    muon = Muon(matrices, MATRIX_RATE, MATRIX_DECAY)
    adam = torch.optim.AdamW(others, lr=OTHER_RATE, betas=(0.9, 0.95), weight_decay=0.0)
    samples = [random.Random(seed).sample(ask(), 300) for ask in (canonical_questions, held_out_questions)]
    started = time.time()
    for step in range(steps):
        throw_switches(model, rng)
        loss = batch_loss(model, probes, steadiness, corpus, rng)
        loss.backward()
        rate = schedule(step, steps)
        adam.param_groups[0]["lr"] = OTHER_RATE * rate
        muon.step(rate)
        adam.step()
        model.zero_grad()
        probes.zero_grad()
        reset_switches(model)
        if (step + 1) % 100 == 0:
            known, transferred = (accuracy(model, corpus, questions) for questions in samples)
            print(f"step {step + 1:4d}  {time.time() - started:5.0f} s  loss {loss.item():.3f}"
                  f"  canonical {known:.3f}  held out {transferred:.3f}", flush=True)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--build", type=Path, default=Path(__file__).parent / "build")
    options = parser.parse_args()
    if wrong := problems():
        raise SystemExit("\n".join(wrong))
    torch.set_num_threads(options.threads)
    options.build.mkdir(parents=True, exist_ok=True)
    train_tokenizer(options.build / "tokenizer.json", options.seed)
    corpus = Corpus(Tokenizer.from_file(str(options.build / "tokenizer.json")))
    model = train(corpus, options.steps, options.seed)
    torch.save(model.state_dict(), options.build / "model.pt")
    print({name: round(value, 4) for name, value in report(model, corpus).items()})


if __name__ == "__main__":
    main()
