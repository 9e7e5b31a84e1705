"""Several classifiers as one: their logits averaged, or weighed by logistic regression on grouped folds."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field
from scipy import sparse

from stance.classifiers.base import Classifier, JointClassifier, TrainingSet
from stance.classifiers.blocks import Block, Member, fit_blocks, load_block, number_folds, save_block
from stance.classifiers.calibration import to_logits, to_probabilities
from stance.records import Examples
from stance.types import FloatArray

_CONTENT = "ensemble.json"

Stacker = tuple[FloatArray, FloatArray]
"""Coefficients, shape (n_members * n_classes, n_classes), and intercepts."""


class Ensemble(JointClassifier):
    """Classifiers of any kinds that answer together (stacked generalisation: Wolpert 1992).

    Parameters
    ----------
    members
        Blocks as ``topics`` and ``stance`` of a config, each with its ``kind``.
    stacking
        ``"logistic"`` learns from out-of-fold logits how much to trust which member; for that each is fitted
        ``folds`` times more. ``"mean"`` trusts all the same.
    folds
        Number of grouped folds of the stacking.
    """

    exclusive_: bool
    members_: Sequence[Classifier]
    stacker_: Stacker | None

    def __init__(
        self,
        *,
        members: Annotated[Sequence[Member], Field(min_length=2)],
        stacking: Literal["logistic", "mean"] = "logistic",
        folds: Annotated[int, Field(ge=2)] = 3,
    ) -> None:
        self.members = members
        self.stacking = stacking
        self.folds = folds

    @classmethod
    def fit_jointly(
        cls, classifiers: Sequence[Self], data: Sequence[TrainingSet], generator: np.random.Generator
    ) -> None:
        first = classifiers[0]
        members = list(zip(*(one.members for one in classifiers), strict=True))
        fitted = [fit_blocks(blocks, data, generator) for blocks in members]
        stackers: Sequence[Stacker | None] = [None] * len(data)
        if first.stacking == "logistic":
            fixed = [
                [{**block, **one.chosen} for block, one in zip(blocks, own, strict=True)]
                for blocks, own in zip(members, fitted, strict=True)
            ]
            stackers = fit_stackers(fixed, data, first.folds, generator)
        for number, classifier in enumerate(classifiers):
            classifier.exclusive_ = data[number].exclusive
            classifier.members_ = [members[number] for members in fitted]
            classifier.stacker_ = stackers[number]

    def predict_proba(self, examples: Examples) -> FloatArray:
        logits = _ask(self.members_, examples, self.exclusive_)
        if self.stacker_ is None:
            n_members = len(self.members_)
            by_member = logits.reshape(len(examples), n_members, logits.shape[1] // n_members)
            combined = by_member.mean(axis=1)
        else:
            coefficients, intercepts = self.stacker_
            combined = logits @ coefficients + intercepts
        return to_probabilities(combined, self.exclusive_)

    @property
    def chosen(self) -> Mapping[str, Any]:
        pairs = zip(self.members, self.members_, strict=True)
        return {"members": [{**block, **member.chosen} for block, member in pairs]}

    def count_windowed(self, examples: Examples) -> int:
        return max(member.count_windowed(examples) for member in self.members_)

    @property
    def parts(self) -> Sequence[Classifier]:
        return self.members_

    @classmethod
    def save_jointly(cls, classifiers: Sequence[Self], folder: Path) -> None:
        first = classifiers[0]
        for number in range(len(first.members)):
            save_block([one.members_[number] for one in classifiers], folder / f"member-{number}")
        questions = [
            {
                "exclusive": one.exclusive_,
                "stacker": one.stacker_ and [array.tolist() for array in one.stacker_],
            }
            for one in classifiers
        ]
        content = {"parameters": first.get_params(), "questions": questions}
        (folder / _CONTENT).write_text(json.dumps(content, indent=2), encoding="utf-8")

    @classmethod
    def load_jointly(cls, folder: Path) -> list[Self]:
        content = json.loads((folder / _CONTENT).read_text(encoding="utf-8"))
        blocks = content["parameters"]["members"]
        loaded = [load_block(block, folder / f"member-{number}") for number, block in enumerate(blocks)]
        classifiers = []
        for number, question in enumerate(content["questions"]):
            one = cls(**content["parameters"])
            one.exclusive_ = question["exclusive"]
            one.members_ = [members[number] for members in loaded]
            stacker = question["stacker"]
            one.stacker_ = stacker and (np.array(stacker[0]), np.array(stacker[1]))
            classifiers.append(one)
        return classifiers


def fit_stackers(
    members: Sequence[Sequence[Block]],
    data: Sequence[TrainingSet],
    n_folds: int,
    generator: np.random.Generator,
) -> list[Stacker]:
    """One logistic regression a question, on the logits of members that did not see the example's group.

    ``members`` holds a block a question of each member.
    """
    # Only training needs scikit-learn, which takes seconds to import.
    from stance.classifiers.logistic import fit_logistic  # noqa: PLC0415

    folds = number_folds(data, n_folds, generator)
    logits = [np.zeros((len(own.groups), len(members) * own.labels.shape[1])) for own in data]
    for fold in range(int(np.concatenate(folds).max()) + 1):
        outside = [own.take(np.flatnonzero(of != fold)) for own, of in zip(data, folds, strict=True)]
        fitted = [fit_blocks(blocks, outside, generator) for blocks in members]
        for number, (own, of) in enumerate(zip(data, folds, strict=True)):
            inside = np.flatnonzero(of == fold)
            asked = [classifiers[number] for classifiers in fitted]
            logits[number][inside] = _ask(asked, own.examples.take(inside.tolist()), own.exclusive)
    return [
        fit_logistic(
            sparse.csr_array(features),
            own.labels,
            own.weights,
            C=1.0,
            class_weight=None,
            exclusive=own.exclusive,
        )
        for features, own in zip(logits, data, strict=True)
    ]


def _ask(members: Sequence[Classifier], examples: Examples, exclusive: bool) -> FloatArray:
    """Logits of all members side by side, shape (n_examples, n_members * n_classes)."""
    return np.hstack([to_logits(member.predict_proba(examples), exclusive) for member in members])
