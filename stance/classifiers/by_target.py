"""A classifier for each target, so that what is learned of one target says nothing about another."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from stance.classifiers.base import Classifier, TrainingSet
from stance.classifiers.blocks import Block, Member, fit_block, load_block, save_block
from stance.classifiers.explanation import Explanation
from stance.errors import DataError
from stance.records import Examples
from stance.schema import did_you_mean
from stance.taxonomy import Taxonomy
from stance.types import FloatArray

_CONTENT = "by_target.json"
_REST = "rest"


class ByTarget(Classifier):
    """Each target has a member that learns from its examples alone, and is asked about no others.

    One more member, the rest's, learns from all examples. It is asked about targets that training did not
    have; and about the target that training had, if that was a single one.

    Parameters
    ----------
    member
        A block as ``stance`` of a config, with its ``kind``.
    targets
        Blocks of targets that want one of their own, by the target.

    Raises
    ------
    DataError
        In ``fit``, if a block is of no target of the taxonomy and labels have no targets of their own.
    """

    def __init__(self, *, member: Member, targets: Mapping[str, Member] | None = None) -> None:
        self.member = member
        self.targets = targets

    def fit(self, data: TrainingSet, generator: np.random.Generator) -> Self:
        rows_of: dict[str, list[int]] = defaultdict(list)
        for row, target in enumerate(data.examples.targets):
            rows_of[target].append(row)
        self._check_targets(data.taxonomy, rows_of)
        self.known_ = [topic.target for topic in data.taxonomy.topics]
        self.n_classes_ = data.labels.shape[1]
        (self.rest_,) = fit_block(self.member, [data], generator)
        self.members_: dict[str, Classifier] = {}
        if len(rows_of) > 1:
            for target, rows in sorted(rows_of.items()):
                own = data.take(np.array(rows))
                (self.members_[target],) = fit_block(self._block(target), [own], generator)
        return self

    def predict_proba(self, examples: Examples) -> FloatArray:
        probabilities = np.zeros((len(examples), self.n_classes_))
        for member, rows in self._share_out(examples):
            probabilities[rows] = member.predict_proba(examples.take(rows))
        return probabilities

    def explain(self, examples: Examples) -> list[Explanation] | None:
        explanations: dict[int, Explanation] = {}
        for member, rows in self._share_out(examples):
            own = member.explain(examples.take(rows))
            if own is None:
                return None
            explanations.update(zip(rows, own, strict=True))
        return [explanations[row] for row in range(len(examples))]

    @property
    def chosen(self) -> Mapping[str, Any]:
        # A target of the labels' own may be in no label of a fold, which would then refuse it.
        named = {*self.known_, *(self.targets or {})}
        of_targets = {
            target: {**self._block(target), **one.chosen}
            for target, one in self.members_.items()
            if target in named
        }
        return {"member": {**self.member, **self.rest_.chosen}, "targets": of_targets}

    def count_windowed(self, examples: Examples) -> int:
        return sum(member.count_windowed(examples.take(rows)) for member, rows in self._share_out(examples))

    def save(self, folder: Path) -> None:
        save_block([self.rest_], folder / _REST)
        for number, member in enumerate(self.members_.values()):
            save_block([member], folder / f"target-{number}")
        content = {
            "parameters": self.get_params(),
            "targets": list(self.members_),
            "n_classes": self.n_classes_,
        }
        text = json.dumps(content, ensure_ascii=False, indent=2)
        (folder / _CONTENT).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        content = json.loads((folder / _CONTENT).read_text(encoding="utf-8"))
        one = cls(**content["parameters"])
        one.n_classes_, one.known_ = content["n_classes"], content["targets"]
        (one.rest_,) = load_block(one.member, folder / _REST)
        one.members_ = {
            target: load_block(one._block(target), folder / f"target-{number}")[0]
            for number, target in enumerate(content["targets"])
        }
        return one

    @property
    def parts(self) -> Sequence[Classifier]:
        return [self.rest_, *self.members_.values()]

    def _block(self, target: str) -> Block:
        return (self.targets or {}).get(target, self.member)

    def _check_targets(self, taxonomy: Taxonomy, learned: Collection[str]) -> None:
        """Refuse a block of what is no target; where labels have their own, any may be one."""
        known = [topic.target for topic in taxonomy.topics]
        if set(learned) <= set(known):
            for target in self.targets or {}:
                if target not in known:
                    raise DataError(
                        f"by_target: there is no target {target!r}; {did_you_mean(target, known)}"
                    )

    def _share_out(self, examples: Examples) -> Iterable[tuple[Classifier, list[int]]]:
        """Each member that is asked, with the rows that it is asked about."""
        rows_of: dict[Classifier, list[int]] = defaultdict(list)
        for row, target in enumerate(examples.targets):
            rows_of[self.members_.get(target, self.rest_)].append(row)
        return rows_of.items()
