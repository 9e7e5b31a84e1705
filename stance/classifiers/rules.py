"""The rung that learns nothing: labelling functions and the majority of their votes."""

import json
from pathlib import Path
from typing import Self

import numpy as np

from stance.classifiers.base import Classifier, TrainingSet
from stance.classifiers.rule_votes import RuleVotes
from stance.labelling.functions import PRESENT, apply, vote_on_topics
from stance.labelling.label_models import MajorityVote
from stance.labelling.votes import is_unlabelled
from stance.records import Examples
from stance.types import FloatArray


class Rules(Classifier):
    """Shares of the votes of a rule file.

    A topic that no function votes on has probability zero. A stance that none votes on is the rule file's
    default stance; so is the stance toward a target that the taxonomy does not have.

    Parameters
    ----------
    functions
        The rule file.
    """

    is_rowwise = True

    def __init__(self, functions: str = "configs/labelling/arms-diplomacy.yaml") -> None:
        self.functions = functions

    def fit(self, data: TrainingSet, generator: np.random.Generator) -> Self:
        self.exclusive_ = data.exclusive
        self.votes_ = RuleVotes.read(self.functions, data.taxonomy)
        return self

    def predict_proba(self, examples: Examples) -> FloatArray:
        return self._weigh_stances(examples) if self.exclusive_ else self._weigh_topics(examples)

    def _weigh_topics(self, examples: Examples) -> FloatArray:
        taxonomy, functions = self.votes_.taxonomy, self.votes_.functions
        probabilities = np.zeros((len(examples), len(taxonomy.topics)))
        for column, votes in enumerate(vote_on_topics(functions, examples, taxonomy).values()):
            shares = MajorityVote().fit(votes, 2).predict_proba(votes)
            probabilities[:, column] = np.where(is_unlabelled(votes), 0, shares[:, PRESENT])
        return probabilities

    def _weigh_stances(self, examples: Examples) -> FloatArray:
        taxonomy, functions = self.votes_.taxonomy, self.votes_.functions
        default = taxonomy.stances.index(functions.default_stance)
        probabilities = np.tile(np.eye(len(taxonomy.stances))[default], (len(examples), 1))
        for topic in taxonomy.topics:
            rows = np.flatnonzero(np.array(examples.targets, dtype=np.str_) == topic.target)
            votes = apply(functions.on_stance(topic.id), examples.take(rows.tolist()), taxonomy)
            shares = MajorityVote().fit(votes, len(topic.stances)).predict_proba(votes)
            columns = np.array([taxonomy.stances.index(stance) for stance in topic.stances])
            voted = ~is_unlabelled(votes)
            probabilities[rows[voted][:, None], columns] = shares[voted]
        return probabilities

    def save(self, folder: Path) -> None:
        self.votes_.save(folder)
        (folder / "rules.json").write_text(json.dumps({"exclusive": self.exclusive_}), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        rules = cls(str(folder / "functions.yaml"))
        rules.exclusive_ = json.loads((folder / "rules.json").read_text(encoding="utf-8"))["exclusive"]
        rules.votes_ = RuleVotes.load(folder)
        return rules
