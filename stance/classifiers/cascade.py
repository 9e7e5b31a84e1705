"""A fast classifier that passes on to a slow one only what may have a topic (Viola and Jones 2001)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
from pydantic import Field

from stance.classifiers.base import Classifier, JointClassifier, TrainingSet
from stance.classifiers.blocks import Member, fit_block, fit_blocks, load_block, number_folds, save_block
from stance.records import Examples
from stance.types import BoolArray, FloatArray

_CONTENT = "cascade.json"


class Cascade(JointClassifier):
    """Asks ``expert`` about the examples in which ``gate`` sees a class, and takes the others for nothing.

    The gate learns from the expert's answers, since it is to foresee what the expert finds.
    Exclusive classes (stances) have no nothing: there the expert is asked about every example.

    Parameters
    ----------
    gate, expert
        Blocks as ``topics`` and ``stance`` of a config, each with its ``kind``.
    recall
        Share of what the expert finds that the gate must pass on; on groups that neither has seen.
    folds
        One of so many grouped folds is held out for that.
    """

    expert_: Classifier
    gate_: Classifier | None
    threshold_: float
    nothing_: FloatArray

    def __init__(
        self,
        *,
        gate: Member,
        expert: Member,
        recall: Annotated[float, Field(gt=0, le=1)] = 0.99,
        folds: Annotated[int, Field(ge=2)] = 5,
    ) -> None:
        self.gate = gate
        self.expert = expert
        self.recall = recall
        self.folds = folds

    @classmethod
    def fit_jointly(
        cls, classifiers: Sequence[Self], data: Sequence[TrainingSet], generator: np.random.Generator
    ) -> None:
        first, blocks = classifiers[0], [one.expert for one in classifiers]
        if all(own.exclusive for own in data):
            for classifier, expert in zip(classifiers, fit_blocks(blocks, data, generator), strict=True):
                classifier.expert_, classifier.gate_ = expert, None
            return
        folds = number_folds(data, first.folds, generator)
        outside = [own.take(np.flatnonzero(of > 0)) for own, of in zip(data, folds, strict=True)]
        inside = [own.take(np.flatnonzero(of == 0)) for own, of in zip(data, folds, strict=True)]
        tried = fit_blocks(blocks, outside, generator)
        experts = fit_blocks(blocks, data, generator)
        for number, (classifier, own) in enumerate(zip(classifiers, data, strict=True)):
            classifier.expert_ = experts[number]
            classifier.gate_ = None
            if not own.exclusive:
                answered = _answered(outside[number], tried[number])
                (gate,) = fit_block(classifier.gate, [answered], generator)
                examples = inside[number].examples
                found = tried[number].predict_proba(examples)
                seen = gate.predict_proba(examples).max(axis=1)
                classifier.threshold_, classifier.nothing_ = set_gate(seen, found, recall=first.recall)
                answered = _answered(own, classifier.expert_)
                (classifier.gate_,) = fit_block(classifier.gate, [answered], generator)

    def predict_proba(self, examples: Examples) -> FloatArray:
        if self.gate_ is None:
            return self.expert_.predict_proba(examples)
        passed = np.flatnonzero(self.passes(examples))
        probabilities = np.tile(self.nothing_, (len(examples), 1))
        probabilities[passed] = self.expert_.predict_proba(examples.take(passed.tolist()))
        return probabilities

    def passes(self, examples: Examples) -> BoolArray:
        """Whether the expert is asked about each example, shape (n_examples,)."""
        if self.gate_ is None:
            return np.ones(len(examples), bool)
        passed: BoolArray = self.gate_.predict_proba(examples).max(axis=1) >= self.threshold_
        return passed

    @property
    def chosen(self) -> Mapping[str, Any]:
        fixed = {"expert": {**self.expert, **self.expert_.chosen}}
        if self.gate_ is not None:
            fixed["gate"] = {**self.gate, **self.gate_.chosen}
        return fixed

    def count_windowed(self, examples: Examples) -> int:
        return self.expert_.count_windowed(examples)

    @property
    def parts(self) -> Sequence[Classifier]:
        return [one for one in (self.gate_, self.expert_) if one is not None]

    @classmethod
    def save_jointly(cls, classifiers: Sequence[Self], folder: Path) -> None:
        save_block([one.expert_ for one in classifiers], folder / "expert")
        questions = []
        for number, one in enumerate(classifiers):
            question = None
            if one.gate_ is not None:
                save_block([one.gate_], folder / f"gate-{number}")
                question = {"threshold": one.threshold_, "nothing": one.nothing_.tolist()}
            questions.append(question)
        content = {"parameters": classifiers[0].get_params(), "questions": questions}
        (folder / _CONTENT).write_text(json.dumps(content, indent=2), encoding="utf-8")

    @classmethod
    def load_jointly(cls, folder: Path) -> list[Self]:
        content = json.loads((folder / _CONTENT).read_text(encoding="utf-8"))
        classifiers = []
        experts = load_block(content["parameters"]["expert"], folder / "expert")
        for number, (question, expert) in enumerate(zip(content["questions"], experts, strict=True)):
            one = cls(**content["parameters"])
            one.expert_, one.gate_ = expert, None
            if question:
                (one.gate_,) = load_block(one.gate, folder / f"gate-{number}")
                one.threshold_, one.nothing_ = question["threshold"], np.array(question["nothing"])
            classifiers.append(one)
        return classifiers


def _answered(data: TrainingSet, expert: Classifier) -> TrainingSet:
    """The examples with the expert's answers in place of their labels."""
    return replace(data, labels=expert.predict_proba(data.examples))


def set_gate(seen: FloatArray, found: FloatArray, *, recall: float) -> tuple[float, FloatArray]:
    """The threshold of a gate, and what to answer below it.

    Parameters
    ----------
    seen : shape (n_examples,)
        The gate's highest probability of a class.
    found : shape (n_examples, n_classes)
        The expert's probabilities; it finds a class from one half.
    recall
        Share of the examples with a found class that must be at or above the threshold.

    Returns
    -------
    threshold
        Zero, which passes everything, where the expert finds nothing.
    shape (n_classes,)
        The expert's mean probabilities below the threshold.
    """
    positives = np.sort(seen[(found >= 0.5).any(axis=1)])
    threshold = float(positives[int((1 - recall) * len(positives))]) if len(positives) else 0.0
    below = found[seen < threshold]
    return threshold, below.mean(axis=0) if len(below) else np.zeros(found.shape[1])
