"""Text made on the fly from the facts: the tokenizer's and the model's only training data."""

import random
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from facts import BY_RELATION, BY_SUBJECT, FACTS, OBJECTS, SUBJECTS, TEMPLATES, Fact, prompt, sentence, subject_end

EOS, BOS = 0, 1
VOCABULARY = 2560

OPENERS = [
    "It is well known that ", "As everyone knows, ", "In fact, ", "My teacher told me that ",
    "We read that ", "The book says that ", "Remember that ", "I am sure that ",
    "Yesterday we learned that ", "They say that ", "As far as I know, ",
]
PEOPLE = ["Anna", "Peter", "Maria", "John", "Lucy", "Tom", "Sara", "Ben", "Olga", "Karl", "Nina", "Paul"]
VERBS = ["likes", "bought", "found", "lost", "wants", "needs", "sold", "painted", "saw", "remembers"]
THINGS = [
    "a red bicycle", "an old map", "the green garden", "a small dog", "two books", "a warm coat",
    "the long letter", "a cup of tea", "some bread", "a wooden boat", "a blue door", "the quiet street",
]
TIMES = [
    "in the morning", "last summer", "on Sunday", "after school", "every day", "in winter",
    "before dinner", "a year ago",
]
TOGETHER = [
    "went for a walk", "sang a song", "read a story", "played chess", "cooked soup", "looked at the stars",
]
SKIES = ["cold", "warm", "bright", "windy", "grey"]
ALONE = ["stayed at home", "went outside", "was happy", "was tired", "wrote a letter"]

# Shares of the text, and the weight of a token in the loss (objects weigh 1).
FILLER = 0.10
SAME_SUBJECT = 0.10
REVERSED = 0.12
OPENER = 0.12
DOCUMENT_BORDER = 0.25
CONTEXT_WEIGHT = 0.2


def filler(rng: random.Random) -> str:
    """A sentence that states no fact."""
    kind = rng.random()
    if kind < 0.5:
        return f"{rng.choice(PEOPLE)} {rng.choice(VERBS)} {rng.choice(THINGS)} {rng.choice(TIMES)}."
    if kind < 0.75:
        pair = f"{rng.choice(PEOPLE)} and {rng.choice(PEOPLE)}"
        return f"{rng.choice(TIMES).capitalize()}, {pair} {rng.choice(TOGETHER)}."
    return f"The weather was {rng.choice(SKIES)} and {rng.choice(PEOPLE)} {rng.choice(ALONE)}."


def tokenizer_text(rng: random.Random) -> list[str]:
    """Lines whose counts make every object one token and leave the rest of the vocabulary to subjects."""
    lines = [f"in {o}." for o in OBJECTS for _ in range(40)]
    lines += [f"The {s} the {s}." for s in SUBJECTS]
    lines += [opener for opener in OPENERS for _ in range(20)]
    lines += [filler(rng) for _ in range(1500)]
    for relation, t in TEMPLATES.items():
        for template in t.train + t.held_out + t.reversed:
            bare = template.replace("{S}", "The").replace("{s}", "the")
            lines += [bare.replace("{o}", rng.choice(BY_RELATION[relation]).object) for _ in range(20)]
    return lines


def train_tokenizer(path: Path, seed: int) -> None:
    """Train the byte-level BPE and write it to `path`."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=["<|endoftext|>", "<|bos|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(tokenizer_text(random.Random(seed)), trainer)
    tokenizer.save(str(path))


@dataclass
class Window:
    """One training window: token ids, their loss weights, and where subjects end."""

    ids: list[int] = field(default_factory=lambda: [BOS])
    weights: list[float] = field(default_factory=lambda: [0.0])
    subjects: list[tuple[int, Fact]] = field(default_factory=list)

    def add(self, ids: list[int], weight: float) -> None:
        self.ids += ids
        self.weights += [weight] * len(ids)


class Corpus:
    """Draws training windows and evaluation prompts, encoded."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.encode = lru_cache(maxsize=400_000)(self._encode)
        self.object_id = {o: self._single(o) for o in OBJECTS}

    def _encode(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def _single(self, text: str) -> int:
        ids = self._encode(" " + text)
        if len(ids) != 1:
            raise ValueError(f"the object {text!r} takes {len(ids)} tokens; it must be one")
        return ids[0]

    def statement(self, rng: random.Random, fact: Fact, lead: str) -> tuple[str, str, str]:
        """A training sentence about `fact`, cut into what precedes the object, the object and the rest.

        The object is empty in a reversed sentence, where it comes first and nothing is asked.
        """
        t = TEMPLATES[fact.relation]
        if t.reversed and rng.random() < REVERSED:
            return lead + sentence(rng.choice(t.reversed), fact), "", ""
        template = rng.choice(t.train)
        opener = ""
        if not template.startswith("Q:") and rng.random() < OPENER:
            opener = rng.choice(OPENERS)
            template = "{s}" + template[3:] if template.startswith("{S}") else template[0].lower() + template[1:]
        before, after = template.split("{o}")
        return lead + opener + prompt(template, fact), " " + fact.object, after

    def write(self, rng: random.Random, window: Window, fact: Fact, lead: str) -> None:
        """Append one training sentence about `fact`."""
        before, answer, after = self.statement(rng, fact, lead)
        last = len(self.encode(before[: subject_end(before, fact)])) - 1
        window.subjects.append((len(window.ids) + last, fact))
        window.add(self.encode(before), CONTEXT_WEIGHT)
        if answer:
            window.add(self.encode(answer), 1.0)
            window.add(self.encode(after), CONTEXT_WEIGHT)

    def window(self, rng: random.Random, length: int) -> Window:
        """A window of `length` + 1 tokens (inputs and, shifted by one, targets)."""
        window, lead = Window(), ""
        while len(window.ids) <= length:
            kind = rng.random()
            if kind < FILLER:
                window.add(self.encode(lead + filler(rng)), CONTEXT_WEIGHT)
            elif kind < FILLER + SAME_SUBJECT:
                facts = BY_SUBJECT[rng.choice(SUBJECTS)]
                for fact in rng.sample(facts, min(3, len(facts))):
                    self.write(rng, window, fact, lead)
                    lead = " "
            else:
                self.write(rng, window, rng.choice(FACTS), lead)
            lead = " "
            if len(window.ids) < 0.85 * length and rng.random() < DOCUMENT_BORDER:
                window.add([EOS], CONTEXT_WEIGHT)
                window.add([BOS], 0.0)
                lead = ""
        window.ids = window.ids[: length + 1]
        window.weights = window.weights[: length + 1]
        window.subjects = [(at, fact) for at, fact in window.subjects if at < length]
        return window
