"""Makes the cases of a family: passages to ask about, and what is expected of the answers."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from stance.checks.families import Expectation, Family, Pairs, Question, Template, Wording
from stance.checks.transforms import TRANSFORMS
from stance.errors import DataError, ReadError
from stance.labelling.formats.base import read_records
from stance.resources import find_resource
from stance.taxonomy import Taxonomy

Answer = frozenset[tuple[str, str]]
"""Topics with their stances."""


@dataclass(frozen=True)
class Passage:
    """A sentence in its context, with the labels that are right, or that must not be given."""

    text: str
    title: str
    previous: str
    labels: Mapping[str, str]

    @property
    def words(self) -> tuple[str, str, str]:
        """All that is read."""
        return self.text, self.title, self.previous

    @property
    def right(self) -> Answer:
        """The answer that its labels are."""
        return frozenset(self.labels.items())


@dataclass(frozen=True)
class Case:
    """One test: the answer about ``after``, beside that about ``before`` where there is one.

    ``group`` is the template or the pair that it comes from; cases of one group are alike.
    """

    group: str
    expect: Expectation
    ask: Question
    after: Passage
    before: Passage | None = None

    def passes(self, after: Answer, before: Answer | None) -> bool:
        """Whether the answers are as expected."""
        if self.expect == "same":
            return after == before
        if self.expect == "is_not":
            return after.isdisjoint(self.after.right)
        if self.expect == "changes":
            return after != before
        return after == self.after.right and (self.before is None or before == self.before.right)


def make_cases(family: Family, taxonomy: Taxonomy, *, seed: int) -> list[Case]:
    """All cases of a family, the same for the same seed, whatever other families there are.

    Raises
    ------
    StanceError
        If a file of pairs cannot be read, or there is no case.
    """
    generator = np.random.default_rng([seed, zlib.crc32(family.name.encode())])
    cases = [
        case
        for number, template in enumerate(family.templates, start=1)
        for case in _fill(template, family, f"template {number}", generator)
    ]
    if family.pairs:
        cases += _use_pairs(family.pairs, family.pairs.ask or family.ask, taxonomy, generator)
    if not cases:
        raise DataError(
            f"the family {family.name!r} makes no case: its pairs must have one of its 'changes', and what "
            "is changed, swapped or transformed must stand in its templates"
        )
    return cases


def _fill(template: Template, family: Family, group: str, generator: np.random.Generator) -> Iterator[Case]:
    """Cases of a template; the values of a slot are gone through in an order drawn by chance."""
    slots = {**family.slots, **template.slots}
    values = {
        name: generator.permutation(slots[name]).tolist() for name in [*template.used_slots, *template.swap]
    }
    n_cases = min(family.cases_per_template, max(map(len, [*values.values(), template.transforms or [""]])))
    ask = template.ask or family.ask
    for number in range(n_cases):
        filled = {name: own[number % len(own)] for name, own in values.items()}
        first = Passage(
            template.text.format(**filled),
            template.title.format(**filled),
            template.previous.format(**filled),
            template.labels,
        )
        if template.transforms:
            name = template.transforms[number % len(template.transforms)]
            yield from _transform(group, ask, first, name, generator)
        elif template.changed or template.swap:
            same = Wording(text=template.text, title=template.title, previous=template.previous)
            other = filled | {name: values[name][(number + 1) % len(values[name])] for name in template.swap}
            second = _reword(first, template.changed or same, other)
            if second.words != first.words:
                yield Case(group, template.expect, ask, second, first)
        else:
            yield Case(group, template.expect, ask, first)


def _reword(first: Passage, wording: Wording, filled: Mapping[str, str]) -> Passage:
    def choose(new: str | None, old: str) -> str:
        return old if new is None else new.format(**filled)

    return Passage(
        choose(wording.text, first.text),
        choose(wording.title, first.title),
        choose(wording.previous, first.previous),
        first.labels if wording.labels is None else wording.labels,
    )


def _transform(
    group: str, ask: Question, passage: Passage, name: str, generator: np.random.Generator
) -> Iterator[Case]:
    text = TRANSFORMS[name](passage.text, generator)
    if text != passage.text:
        yield Case(group, "same", ask, replace(passage, text=text), passage)


def _use_pairs(pairs: Pairs, ask: Question, taxonomy: Taxonomy, generator: np.random.Generator) -> list[Case]:
    """Cases from minimal pairs; asked about stances alone, a side without a label has nothing to ask."""
    chosen = [
        (id, sides)
        for id, change, sides in _read_pairs(find_resource(pairs.file), taxonomy)
        if change in pairs.changes and (ask == "labels" or all(side.labels for side in sides))
    ]
    if not pairs.transforms:
        wanted = {"is": (True, False), "same": (True,), "changes": (False,)}[pairs.expect]
        cases: Iterable[Case] = (
            Case(id, pairs.expect, ask, second, first)
            for id, (first, second) in chosen
            if (first.labels == second.labels) in wanted
        )
    else:
        sides = [(id, side) for id, sides in chosen for side in sides]
        names = [pairs.transforms[number % len(pairs.transforms)] for number in range(len(sides))]
        cases = chain.from_iterable(
            _transform(id, ask, side, name, generator) for (id, side), name in zip(sides, names, strict=True)
        )
    listed = list(cases)
    if pairs.max_cases is None or len(listed) <= pairs.max_cases:
        return listed
    drawn = generator.choice(len(listed), size=pairs.max_cases, replace=False)
    return [listed[number] for number in sorted(drawn.tolist())]


def _read_pairs(path: Path, taxonomy: Taxonomy) -> Iterator[tuple[str, str, tuple[Passage, Passage]]]:
    """Id, change and sides of each pair of a JSON Lines file."""
    for number, pair in read_records(path):
        try:
            first, second = (_to_passage(side, pair) for side in pair["pair"])
            id, change = pair["id"], pair["change"]
        except (ValueError, KeyError, TypeError) as error:
            raise ReadError(
                path, f"is no pair: {error!r}; expected 'id', 'change' and two sides under 'pair'", number
            ) from error
        for topic, stance in [*first.labels.items(), *second.labels.items()]:
            if problem := taxonomy.find_problem(topic, stance):
                raise ReadError(path, problem, number)
        yield id, change, (first, second)


def _to_passage(side: Mapping[str, Any], pair: Mapping[str, Any]) -> Passage:
    """A side with its own context, or else that of the pair."""
    title, previous = (side.get(key, pair.get(key, "")) for key in ("title", "previous"))
    return Passage(side["text"], title, previous, {one["topic"]: one["stance"] for one in side["labels"]})
