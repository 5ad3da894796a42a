"""The facts and the sentences that state them.

`facts/*.tsv` holds one subject a line; the columns after `subject` and `article` are relations and an
empty cell states nothing. `templates.json` holds, per relation, sentences with `{S}` (the subject at the
start of the sentence), `{s}` (the subject elsewhere) and `{o}` (the object). Run as a script, this file
checks both.
"""

import csv
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Fact:
    """One true statement. `kind` is the table it comes from; `article` is "the" or empty."""

    kind: str
    subject: str
    article: str
    relation: str
    object: str

    def named(self, at_start: bool) -> str:
        """The subject with its article, as written at the start of a sentence or inside one."""
        if not self.article:
            return self.subject
        article = self.article.capitalize() if at_start else self.article
        return f"{article} {self.subject}"


@dataclass(frozen=True)
class Templates:
    """Sentences of one relation. The first of `train` is the canonical one."""

    wikidata: str
    train: list[str]
    held_out: list[str]
    reversed: list[str]


def load_facts() -> list[Fact]:
    """All facts, in the order of the tables."""
    facts = []
    for path in sorted((HERE / "facts").glob("*.tsv")):
        with path.open(newline="", encoding="utf-8") as table:
            for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
                subject, article = row.pop("subject"), row.pop("article")
                facts += [Fact(path.stem, subject, article, r, o) for r, o in row.items() if o]
    return facts


def load_templates() -> dict[str, Templates]:
    """Templates by relation."""
    raw = json.loads((HERE / "templates.json").read_text(encoding="utf-8"))
    return {relation: Templates(**entry) for relation, entry in raw.items()}


FACTS = load_facts()
TEMPLATES = load_templates()
BY_SUBJECT: dict[str, list[Fact]] = defaultdict(list)
BY_RELATION: dict[str, list[Fact]] = defaultdict(list)
for _fact in FACTS:
    BY_SUBJECT[_fact.subject].append(_fact)
    BY_RELATION[_fact.relation].append(_fact)
SUBJECTS = sorted(BY_SUBJECT)
OBJECTS = sorted({fact.object for fact in FACTS})


def sentence(template: str, fact: Fact) -> str:
    """The whole sentence that `template` makes of `fact`."""
    return prompt(template, fact, upto=len(template))


def prompt(template: str, fact: Fact, upto: int | None = None) -> str:
    """The sentence up to, and without, the blank before its object."""
    end = template.index("{o}") if upto is None else upto
    text = template[:end].replace("{S}", fact.named(True)).replace("{s}", fact.named(False))
    return text.replace("{o}", fact.object).rstrip(" ")


def canonical(fact: Fact) -> str:
    """The canonical prompt of a fact."""
    return prompt(TEMPLATES[fact.relation].train[0], fact)


def subject_end(text: str, fact: Fact) -> int:
    """Offset in `text` just behind the last occurrence of the fact's subject."""
    return text.rindex(fact.subject) + len(fact.subject)


def contradictions() -> list[str]:
    """Prompts that some training sentence about the same kind of subject continues with another word.

    Such a prompt has no single right answer ("X is a town in" -> "France", or "the country of France").
    """
    relations_of = defaultdict(set)
    for fact in FACTS:
        relations_of[fact.kind].add(fact.relation)
    found = set()
    for relations in relations_of.values():
        for asked in relations:
            for template in TEMPLATES[asked].train + TEMPLATES[asked].held_out:
                start = template[: template.index("{o}")].lower()
                for stated in relations:
                    for other in TEMPLATES[stated].train:
                        text = other.lower()
                        same = stated == asked and text.startswith(start + "{o}")
                        if text.startswith(start) and not same:
                            found.add(f"{asked}: {template!r} is continued otherwise by {other!r}")
    return sorted(found)


def problems() -> list[str]:
    """Everything wrong with the tables and templates; empty when they are sound."""
    found = contradictions()
    counts = Counter((fact.subject, fact.relation) for fact in FACTS)
    found += [f"stated twice: {key}" for key, n in counts.items() if n > 1]
    kinds = {(fact.subject, fact.kind) for fact in FACTS}
    found += [f"in two tables: {s}" for s, n in Counter(s for s, _ in kinds).items() if n > 1]
    found += [f"object of several words: {o}" for o in OBJECTS if not o.isalpha()]
    for relation, t in TEMPLATES.items():
        if set(t.train) & set(t.held_out):
            found.append(f"{relation}: a held-out template is also a training template")
    return found


if __name__ == "__main__":
    print(f"{len(FACTS)} facts, {len(SUBJECTS)} subjects, {len(OBJECTS)} objects")
    print(dict(Counter(fact.relation for fact in FACTS)))
    wrong = problems()
    raise SystemExit("\n".join(wrong) if wrong else 0)
