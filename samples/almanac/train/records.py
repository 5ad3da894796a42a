"""Writes `facts.json` (what the model was taught) and `edits-source.json` (edits to try on it).

The edits have the form of CounterFact records (Meng et al. 2022) with two more fields, `same_subject` and
`portability_prompts`. Every probe is something the trained model answers rightly before the edit.
"""

import argparse
import json
import random
from pathlib import Path

import torch
from tokenizers import Tokenizer

from corpus import Corpus, filler
from evaluate import Question, canonical_questions, wrong_answers
from facts import BY_RELATION, BY_SUBJECT, FACTS, TEMPLATES, Fact, canonical, prompt
from model import Almanac, Config

FIRST = ("Eiffel Tower", "city", "Rome")
EDITS = {
    "city": 14, "author": 10, "country": 8, "profession": 8, "language": 6, "birth_country": 6,
    "mother_tongue": 6, "home_country": 6, "maker": 6, "goods": 6, "capital": 5, "book_language": 5,
    "continent": 3, "landmark_country": 3,
}
NEIGHBOURS = 6
FEWEST_NEIGHBOURS = 2


def literal_subject(fact: Fact) -> str:
    """The subject as it appears in the canonical prompt."""
    return fact.named(at_start=TEMPLATES[fact.relation].train[0].startswith("{S}"))


def open_prompt(fact: Fact) -> str:
    """The canonical prompt with `{}` for the subject."""
    return canonical(fact).replace(literal_subject(fact), "{}", 1)


def fact_rows() -> list[dict]:
    """Every fact, with the subject's forms at the start of a sentence and inside one."""
    return [
        {
            "subject": literal_subject(fact),
            "forms": [fact.named(True), fact.named(False)],
            "relation": fact.relation,
            "object": fact.object,
            "prompt": open_prompt(fact),
        }
        for fact in FACTS
    ]


def template_rows() -> dict[str, dict]:
    """The sentences of every relation, training and held out."""
    return {
        relation: {"wikidata": t.wikidata, "train": t.train, "held_out": t.held_out}
        for relation, t in TEMPLATES.items()
    }


class Editor:
    """Composes records from what the model knows."""

    def __init__(self, model: Almanac, corpus: Corpus, seed: int) -> None:
        self.rng = random.Random(seed)
        self.wrong = lambda questions: wrong_answers(model, corpus, questions)
        self.unknown = {fact for _, fact in self.wrong(canonical_questions())}

    def knows(self, fact: Fact) -> bool:
        """Is its canonical prompt answered rightly?"""
        return fact not in self.unknown

    def known(self, fact: Fact, templates: list[str]) -> list[str]:
        """Prompts of the fact in those templates, as far as the model answers them rightly."""
        questions: list[Question] = [(prompt(t, fact), fact) for t in templates]
        wrong = self.wrong(questions)
        return [question[0] for question in questions if question not in wrong]

    def sample(self, items: list, count: int) -> list:
        return self.rng.sample(items, min(count, len(items)))

    def neighbours(self, fact: Fact) -> list[Fact]:
        """Known facts of other subjects with the same relation and object."""
        return [
            other
            for other in BY_RELATION[fact.relation]
            if other != fact and other.object == fact.object and self.knows(other)
        ]

    def paraphrases(self, fact: Fact) -> list[str]:
        """Two training and up to three held-out wordings, one of each behind an unrelated sentence."""
        t = TEMPLATES[fact.relation]
        texts = self.sample(self.known(fact, t.train[1:]), 2) + self.sample(self.known(fact, t.held_out), 3)
        return [f"{filler(self.rng)} {text}" if i in (1, 4) else text for i, text in enumerate(texts)]

    def record(self, number: int, fact: Fact, target: str) -> dict:
        """One CounterFact record."""
        holders = [f for f in BY_RELATION[fact.relation] if f.object == target and self.knows(f)]
        others = [f for f in BY_SUBJECT[fact.subject] if f != fact and self.knows(f)]
        return {
            "case_id": number,
            "requested_rewrite": {
                "prompt": open_prompt(fact),
                "relation_id": TEMPLATES[fact.relation].wikidata,
                "subject": literal_subject(fact),
                "target_true": {"str": fact.object},
                "target_new": {"str": target},
            },
            "paraphrase_prompts": self.paraphrases(fact),
            "neighborhood_prompts": [canonical(f) for f in self.sample(self.neighbours(fact), NEIGHBOURS)],
            "attribute_prompts": [canonical(f) for f in self.sample(holders, NEIGHBOURS)],
            "generation_prompts": [prompt(t, fact) for t in self.sample(TEMPLATES[fact.relation].train[1:], 2)],
            "portability_prompts": [],
            "same_subject": [{"prompt": canonical(f), "target": f.object} for f in others],
        }

    def usable(self, fact: Fact) -> bool:
        """Known, and with neighbours to look after; a capital has none by nature."""
        lonely = fact.relation == "capital"
        return self.knows(fact) and (lonely or len(self.neighbours(fact)) >= FEWEST_NEIGHBOURS)

    def choose(self) -> list[tuple[Fact, str]]:
        """The first edit and, relation by relation, facts of different subjects with another object."""
        subject, relation, target = FIRST
        first = next(f for f in BY_SUBJECT[subject] if f.relation == relation)
        chosen, taken = [(first, target)], {subject}
        for relation, count in EDITS.items():
            free = [f for f in BY_RELATION[relation] if f.subject not in taken and self.usable(f)]
            for fact in self.sample(free, count):
                targets = sorted({f.object for f in BY_RELATION[relation]} - {fact.object})
                chosen.append((fact, self.rng.choice(targets)))
                taken.add(fact.subject)
        return chosen

    def records(self) -> list[dict]:
        return [self.record(i, fact, target) for i, (fact, target) in enumerate(self.choose())]


def lines(rows: list[dict]) -> str:
    """A JSON array with one row a line."""
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]"


def main() -> None:
    here = Path(__file__).parent
    parser = argparse.ArgumentParser(description="Writes facts.json and edits-source.json.")
    parser.add_argument("--build", type=Path, default=here / "build")
    parser.add_argument("--out", type=Path, default=here.parent)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    corpus = Corpus(Tokenizer.from_file(str(options.build / "tokenizer.json")))
    model = Almanac(Config())
    model.load_state_dict(torch.load(options.build / "model.pt", weights_only=True))
    records = Editor(model, corpus, options.seed).records()
    templates = json.dumps(template_rows(), ensure_ascii=False, indent=1)
    facts = f'{{\n"facts": {lines(fact_rows())},\n"templates": {templates}\n}}\n'
    (options.out / "facts.json").write_text(facts, encoding="utf-8")
    (options.out / "edits-source.json").write_text(json.dumps(records, ensure_ascii=False, indent=1) + "\n")
    print(f"{len(FACTS)} facts, {len(records)} edits")


if __name__ == "__main__":
    main()
