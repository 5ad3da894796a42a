"""Does the model know its facts? Greedy accuracy: the object is the most probable next token."""

import random

import torch

from corpus import BOS, EOS, Corpus, filler
from facts import FACTS, TEMPLATES, Fact, canonical, prompt, sentence
from model import Almanac

Question = tuple[str, Fact]


def canonical_questions() -> list[Question]:
    """The canonical prompt of every fact."""
    return [(canonical(fact), fact) for fact in FACTS]


def prefixed_questions(seed: int = 5) -> list[Question]:
    """A training prompt of every fact, after a sentence about another fact and one of filler."""
    rng, questions = random.Random(seed), []
    for fact in FACTS:
        other = rng.choice(FACTS)
        lead = f"{sentence(TEMPLATES[other.relation].train[0], other)} {filler(rng)}"
        questions.append((f"{lead} {prompt(rng.choice(TEMPLATES[fact.relation].train), fact)}", fact))
    return questions


def held_out_questions() -> list[Question]:
    """Every fact in every template that training never showed."""
    return [(prompt(t, fact), fact) for fact in FACTS for t in TEMPLATES[fact.relation].held_out]


def pad(rows: list[list[int]]) -> torch.Tensor:
    """Rows of ids, filled up on the right."""
    width = max(map(len, rows))
    return torch.tensor([row + [EOS] * (width - len(row)) for row in rows])


@torch.no_grad()
def wrong_answers(model: Almanac, corpus: Corpus, questions: list[Question]) -> list[Question]:
    """The questions that the model does not answer with the fact's object."""
    wrong = []
    for start in range(0, len(questions), 256):
        part = questions[start : start + 256]
        rows = [[BOS, *corpus.encode(text)] for text, _ in part]
        answers = model(pad(rows), torch.tensor([len(row) - 1 for row in rows])).argmax(-1).tolist()
        wrong += [q for q, answer in zip(part, answers) if answer != corpus.object_id[q[1].object]]
    return wrong


def accuracy(model: Almanac, corpus: Corpus, questions: list[Question]) -> float:
    """Share of questions answered rightly."""
    return 1 - len(wrong_answers(model, corpus, questions)) / len(questions)


def report(model: Almanac, corpus: Corpus) -> dict[str, float]:
    """The figures of the model card."""
    return {
        "canonical": accuracy(model, corpus, canonical_questions()),
        "after other sentences": accuracy(model, corpus, prefixed_questions()),
        "held-out templates": accuracy(model, corpus, held_out_questions()),
    }
