"""Scores of a run on kinds of sentences, each with its interval, small ones marked."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.evaluation.conditions import Conditions
from stance.evaluation.counts import NO_LABEL, Codes, count
from stance.evaluation.groups import number_groups
from stance.evaluation.intervals import FEW_GROUPS
from stance.evaluation.metrics import find_metrics, score_metrics
from stance.evaluation.score import Score
from stance.phrases import count_of
from stance.taxonomy import Taxonomy
from stance.types import IntArray

MAX_VALUES = 10
"""Of many outlets, events and the like, so many are slices of their own; the others are one together."""


@dataclass(frozen=True)
class Slice:
    """How a run does on some of the sentences.

    ``by`` is what they are sliced by, ``value`` what they have in common; ``n_groups`` counts the groups of
    articles that have a gold label among them.
    """

    by: str
    value: str
    n_sentences: int
    n_groups: int
    scores: tuple[Score, ...]

    @property
    def is_small(self) -> bool:
        """Whether there are too few groups to trust the interval."""
        return self.n_groups < FEW_GROUPS

    @property
    def support(self) -> int:
        """Gold labels in the slice."""
        return self.scores[0].support

    def __getitem__(self, metric: str) -> Score:
        """The slice's score of ``metric``."""
        return next(score for score in self.scores if score.metric == metric)

    def to_dict(self) -> dict[str, Any]:
        """Plain containers for JSON."""
        return {
            "by": self.by,
            "value": self.value,
            "n_sentences": self.n_sentences,
            "n_groups": self.n_groups,
            "support": self.support,
            "is_small": self.is_small,
            "scores": [score.to_dict() for score in self.scores],
        }


def slice_labels(
    scores: Sequence[Score], gold: IntArray, groups: IntArray, taxonomy: Taxonomy
) -> Iterator[Slice]:
    """The slices by topic and by stance: the scores that there are of each."""
    kinds = {
        "topic": [(topic, gold[:, [column]] != NO_LABEL) for column, topic in enumerate(taxonomy.topic_ids)],
        "stance": [(stance, gold == code) for code, stance in enumerate(taxonomy.stances)],
    }
    for by, values in kinds.items():
        for value, is_labelled in values:
            rows = np.flatnonzero(is_labelled.any(axis=1))
            metrics = ["stance_f1"] if by == "stance" else list(find_metrics())
            yield Slice(
                by=by,
                value=value,
                n_sentences=len(rows),
                n_groups=len(np.unique(groups[rows])),
                scores=tuple(one for one in scores if one.of == value and one.metric in metrics),
            )


def score_slices(
    codes: Codes,
    groups: IntArray,
    columns: Mapping[str, Sequence[str]],
    taxonomy: Taxonomy,
    conditions: Conditions,
) -> Iterator[Slice]:
    """Score a run on the sentences that have a value in common.

    The bootstrap draws among the groups that have such sentences, as many as there are.

    Parameters
    ----------
    groups : shape (n_sentences,)
        Group of each sentence.
    columns
        The value of each sentence, by what they are sliced by; a sentence without one, ``""``, is in no
        slice.
    conditions
        Those of the whole, for the bootstrap and the signature.
    """
    for by, column in columns.items():
        for value, rows in _find_rows(column, groups):
            here = codes.take(rows)
            counts = count(*here, number_groups(groups[rows]), taxonomy)
            samples = counts.resample(n_resamples=conditions.n_resamples, seed=conditions.seed)
            scores = tuple(score_metrics(counts, samples, None, conditions.signature))
            yield Slice(by, value, len(rows), counts.n_labelled, scores)


def _find_rows(column: Sequence[str], groups: IntArray) -> Iterator[tuple[str, IntArray]]:
    """The rows of each value; of many values, those of the most groups on their own, and the others together.

    Where there are many, each in a single group, there is nothing to slice by.
    """
    found = {(value, group) for value, group in zip(column, groups.tolist(), strict=True) if value}
    n_groups = Counter(value for value, _ in found)
    own, others = set(n_groups), set[str]()
    if len(own) > MAX_VALUES:
        by_size = sorted(n_groups, key=lambda value: (-n_groups[value], value))
        own = {value for value in by_size[:MAX_VALUES] if n_groups[value] > 1}
        others = set(n_groups) - own if own else others
    for value in sorted(own, key=_with_numbers_in_order):
        yield value, np.array([row for row, here in enumerate(column) if here == value])
    if others:
        yield (
            count_of(len(others), "other"),
            np.array([row for row, here in enumerate(column) if here in others]),
        )


def _with_numbers_in_order(name: str) -> str:
    """A key that sorts 2 before 10."""
    return re.sub(r"\d+", lambda number: number[0].zfill(9), name)
