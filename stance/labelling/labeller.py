"""From labelling functions and a label model to labels: topics first, then the stance toward each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from stance.labelling.functions import PRESENT, FunctionSet, apply, explain, vote_on_topics
from stance.labelling.label_models import LabelModel
from stance.labelling.votes import is_unlabelled
from stance.records import Examples, Label, LabelledSentence, to_examples
from stance.registry import build
from stance.taxonomy import Taxonomy
from stance.types import FloatArray, IntArray

THRESHOLD = 0.5
"""A sentence has a topic from this probability on, if any function voted."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A sentence with its labels, and for every topic the votes (function name to vote) behind the label."""

    sentence: LabelledSentence
    votes: dict[str, dict[str, str]]


class Labeller:
    """Labels sentences by rules: for each topic one label model on its presence and one on its stance.

    Parameters
    ----------
    label_model
        A declared kind of label model.

    Examples
    --------
    ``Labeller(functions, taxonomy, label_model="dawid_skene").fit(sentences).label(sentences)``
    """

    def __init__(self, functions: FunctionSet, taxonomy: Taxonomy, *, label_model: str = "majority") -> None:
        self.functions = functions
        self.taxonomy = taxonomy
        self.label_model = label_model

    @property
    def annotator(self) -> str:
        """Who gives the labels, as it stands in a label file."""
        return f"rules:{self.functions.version}"

    @property
    def learns(self) -> bool:
        """Whether ``fit`` makes any use of the sentences."""
        return self._new_model().learns

    def fit(self, sentences: Sequence[LabelledSentence]) -> Self:
        """Let the label models learn from the votes on ``sentences``; their labels are not looked at."""
        examples = to_examples(sentences)
        self.topic_models_: dict[str, LabelModel] = {}
        self.stance_models_: dict[str, LabelModel] = {}
        for topic, votes in vote_on_topics(self.functions, examples, self.taxonomy).items():
            self.topic_models_[topic] = self._new_model().fit(votes, 2)
            rows = self._find_rows(self._probabilities(topic, votes), votes)
            stance_votes = self._stance_votes(topic, examples.take(rows))
            n_stances = len(self.taxonomy[topic].stances)
            self.stance_models_[topic] = self._new_model().fit(stance_votes, n_stances)
        return self

    def label(self, sentences: Sequence[LabelledSentence]) -> list[Judgement]:
        """Judge each sentence by its text, title and the sentence before."""
        examples = to_examples(sentences)
        labels: list[list[Label]] = [[] for _ in sentences]
        behind: list[dict[str, dict[str, str]]] = [{} for _ in sentences]
        for topic, votes in vote_on_topics(self.functions, examples, self.taxonomy).items():
            functions = self.functions.on_topic(topic)
            probabilities = self._probabilities(topic, votes)
            rows = self._find_rows(probabilities, votes)
            stances = self._stances(topic, examples.take(rows))
            for row, (stance, stance_probabilities, stance_votes) in zip(rows, stances, strict=True):
                label = Label(topic, stance, None, float(probabilities[row]), stance_probabilities)
                labels[row].append(label)
                behind[row][topic] = explain(functions, votes[row].tolist()) | stance_votes
        return [
            Judgement(replace(sentence, labels=tuple(found), annotator=self.annotator), votes)
            for sentence, found, votes in zip(sentences, labels, behind, strict=True)
        ]

    def _stances(self, topic: str, examples: Examples) -> list[tuple[str, dict[str, float], dict[str, str]]]:
        """For each example its stance, the stances' probabilities, and the votes by function name.

        Without a vote, or where the best stances tie, it is the default stance.
        """
        names = list(self.taxonomy[topic].stances)
        functions = self.functions.on_stance(topic)
        votes = self._stance_votes(topic, examples)
        probabilities = self.stance_models_[topic].predict_proba(votes)
        default = names.index(self.functions.default_stance)
        probabilities[is_unlabelled(votes)] = np.eye(len(names))[default]
        best = probabilities.max(axis=1, keepdims=True)
        is_tied = np.isclose(probabilities, best).sum(axis=1) > 1
        chosen = np.where(is_tied, default, probabilities.argmax(axis=1))
        return [
            (names[stance], dict(zip(names, row.tolist(), strict=True)), explain(functions, cast.tolist()))
            for stance, row, cast in zip(chosen, probabilities, votes, strict=True)
        ]

    def _new_model(self) -> LabelModel:
        model: LabelModel = build("label_models", {"kind": self.label_model})
        return model

    def _stance_votes(self, topic: str, examples: Examples) -> IntArray:
        return apply(self.functions.on_stance(topic), examples, self.taxonomy)

    def _probabilities(self, topic: str, votes: IntArray) -> FloatArray:
        """Probability that each row has the topic, shape (n_examples,)."""
        probabilities: FloatArray = self.topic_models_[topic].predict_proba(votes)[:, PRESENT]
        return probabilities

    def _find_rows(self, probabilities: FloatArray, votes: IntArray) -> list[int]:
        """Rows that have the topic."""
        rows: list[int] = np.flatnonzero((probabilities >= THRESHOLD) & ~is_unlabelled(votes)).tolist()
        return rows
