"""The classifier that reads no text: what a score is worth must be seen beside it."""

import json
from collections.abc import Set
from pathlib import Path
from typing import Literal, Self

import numpy as np

from stance.classifiers.base import Classifier, TrainingSet
from stance.records import Examples
from stance.types import FloatArray


class Dummy(Classifier):
    """Answers from the frequencies of the classes in the training data, target by target.

    Parameters
    ----------
    strategy
        ``"prior"`` gives each class its share among the training examples with the same target;
        ``"majority"`` is certain of the more frequent answer. An unseen target gets the shares of all.
        Without any example, stances are equally probable, and no topic is given.
    """

    reads_text = False
    is_rowwise = True

    def __init__(self, strategy: Literal["prior", "majority"] = "prior") -> None:
        self.strategy = strategy

    def fit(self, data: TrainingSet, generator: np.random.Generator) -> Self:
        targets, labels, weights = np.array(data.examples.targets), data.labels, data.weights
        self.exclusive_ = data.exclusive
        n_classes = labels.shape[1]
        self.default_ = np.full(n_classes, 1 / n_classes if data.exclusive else 0.0)
        if len(labels):
            self.default_ = np.average(labels, axis=0, weights=weights)
        self.shares_ = {
            str(target): np.average(labels[targets == target], axis=0, weights=weights[targets == target])
            for target in np.unique(targets)
        }
        return self

    @property
    def reads(self) -> Set[str]:
        return frozenset()

    def predict_proba(self, examples: Examples) -> FloatArray:
        shares = [self.shares_.get(target, self.default_) for target in examples.targets]
        probabilities = np.array(shares).reshape(-1, len(self.default_))
        if self.strategy == "prior":
            return probabilities
        if self.exclusive_:
            majority: FloatArray = np.eye(len(self.default_))[probabilities.argmax(axis=1)]
            return majority
        return np.round(probabilities)

    def save(self, folder: Path) -> None:
        content = {
            "strategy": self.strategy,
            "exclusive": self.exclusive_,
            "default": self.default_.tolist(),
            "shares": {target: shares.tolist() for target, shares in self.shares_.items()},
        }
        (folder / "dummy.json").write_text(json.dumps(content, indent=2), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        content = json.loads((folder / "dummy.json").read_text(encoding="utf-8"))
        dummy = cls(content["strategy"])
        dummy.exclusive_ = content["exclusive"]
        dummy.default_ = np.array(content["default"])
        dummy.shares_ = {target: np.array(shares) for target, shares in content["shares"].items()}
        return dummy
