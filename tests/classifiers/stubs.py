"""Classifiers whose answers a test knows beforehand, declared as kinds for as long as the test runs."""

import json
import re
import zlib
from collections.abc import Sequence
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from stance import registry
from stance.classifiers.base import Classifier
from tests.evaluation.examples import TOWN
from tests.town import VERBS

Share = Annotated[float, Field(ge=0, le=1)]


class Stub(Classifier):
    """Answers about news of the town, and remembers what it is asked.

    ``right`` reads what is true, but for a share of ``mistakes``; ``noise`` answers by chance, but always
    the same to one text; ``memory`` knows the labels that it was fitted on by heart, and is ``noise``
    elsewhere; ``constant`` always gives ``answer``. Of its ``candidates`` it chooses
    the last for topics, the first for stances.
    """

    calls: ClassVar[list[tuple[str, "Stub", object]]] = []
    """Every ``fit`` and ``predict_proba`` since ``declare_stub``, with the examples."""

    def __init__(
        self,
        *,
        skill: Literal["right", "noise", "memory", "constant"] = "right",
        answer: Sequence[Share] = (),
        confidence: Share = 0.9,
        mistakes: Share = 0.0,
        candidates: Sequence[int] = (0,),
    ):
        self.skill = skill
        self.answer = answer
        self.confidence = confidence
        self.mistakes = mistakes
        self.candidates = candidates

    def fit(self, data, generator):
        self.fit_jointly([self], [data], generator)
        return self

    @classmethod
    def fit_jointly(cls, classifiers, data, generator):
        """Like a network for several questions: each has seen the examples of all."""
        seen = {article for own in data for article in own.examples.articles}
        for classifier, own in zip(classifiers, data, strict=True):
            classifier.seen_ = seen
            classifier.exclusive_ = own.exclusive
            classifier.known_ = dict(zip(_keys(own.examples), own.labels, strict=True))
            cls.calls.append(("fit", classifier, own.examples))

    def predict_proba(self, examples):
        self.calls.append(("ask", self, examples))
        if self.skill == "constant":
            return np.tile(np.array(self.answer), (len(examples), 1))
        rows = [self._answer(key) for key in _keys(examples)]
        return np.array(rows).reshape(len(rows), len(TOWN.stances if self.exclusive_ else TOWN.topics))

    def _answer(self, key):
        luck = np.random.default_rng(zlib.crc32("\n".join(key).encode()))
        if self.exclusive_ and not (key[1] and key[1] in key[0]):  # no stance is true toward nothing
            return np.eye(len(TOWN.stances))[0]
        truth = read_truth(*key)
        if self.skill == "right" and luck.random() < self.mistakes:
            truth = np.roll(truth, 1) if self.exclusive_ else ~truth
        if self.skill == "memory" and key in self.known_:
            truth = self.known_[key] >= 0.5
        elif self.skill in ("memory", "noise"):
            truth = luck.permutation(np.arange(len(truth)) == 0) if self.exclusive_ else luck.random(2) < 0.5
        confidence = 0.999 if self.skill == "memory" else self.confidence
        doubt = (1 - confidence) / (len(truth) - 1 if self.exclusive_ else 1)
        return np.where(truth, confidence, doubt)

    def save(self, folder):
        content = {"parameters": self.get_params(), "exclusive": self.exclusive_}
        (folder / "stub.json").write_text(json.dumps(content))

    @classmethod
    def load(cls, folder):
        content = json.loads((folder / "stub.json").read_text())
        classifier = cls(**content["parameters"])
        classifier.exclusive_, classifier.known_ = content["exclusive"], {}
        return classifier

    @property
    def chosen(self):
        return {"candidates": [self.candidates[0 if self.exclusive_ else -1]]}


def declare_stub(monkeypatch):
    """Let configs name ``Stub`` as the kind ``stub``; forget what was asked before."""
    ours = EntryPoints([EntryPoint("stub", f"{__name__}:Stub", "stance.classifiers")])
    monkeypatch.setattr(
        registry,
        "entry_points",
        lambda **selection: [*entry_points(**selection), *ours.select(**selection)],
    )
    monkeypatch.setattr(Stub, "calls", [])


def read_truth(text, target=""):
    """Which topics a sentence of ``town_news`` has, or which stance toward ``target``."""
    if not target:
        return np.array([f"the {topic}" in text for topic in TOWN.topic_ids])
    verb = re.search(rf"(\w+) the {target}", text)[1]
    return np.array([verb in verbs for verbs in VERBS.values()])


def _keys(examples):
    return list(zip(examples.texts, examples.targets, strict=True))
