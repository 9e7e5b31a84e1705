"""The measures of agreement: functions from tables of two annotators' judgements to a number."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from stance.evaluation.coefficients import (
    MISSING,
    cohen_kappa,
    count_coincidences,
    cross_tabulate,
    krippendorff_alpha,
)
from stance.evaluation.counts import NO_LABEL
from stance.evaluation.intervals import resample
from stance.evaluation.ratios import divide, mean_defined
from stance.types import FloatArray, IntArray

NOT_JUDGED = -2
"""The code of every topic of a sentence that an annotator did not judge."""


@dataclass(frozen=True)
class Tables:
    """What every measure is computed from; axes (..., n_topics, n_pairings, n_values, n_values).

    The leading axes are groups, resamples, or nothing at all (the total). The values of ``presence`` are
    absent and present, those of ``stances`` the taxonomy's, counted where both annotators give the topic;
    the pairings are the pairs of annotators. The other two hold the same judgements for Krippendorff's alpha.
    """

    presence: IntArray
    stances: IntArray
    presence_coincidences: IntArray
    stance_coincidences: IntArray

    @property
    def n_labelled(self) -> int:
        """Groups in which somebody gives a topic; an interval needs two."""
        given = self.presence.sum((1, 2))
        return int(np.count_nonzero(given.sum((1, 2)) - given[:, 0, 0]))

    def total(self) -> Self:
        """The sum over the first axis."""
        return self._map(lambda table: table.sum(0))

    def of_topic(self, topic: int) -> Self:
        """The tables of one topic alone."""
        return self._map(lambda table: table[..., topic : topic + 1, :, :, :])

    def resample(self, *, n_resamples: int, seed: int) -> Self:
        """Sums over groups drawn with replacement, the same groups for every table."""

        def draw(table: IntArray) -> IntArray:
            rows = table.reshape(len(table), -1)
            drawn = resample(rows, n_resamples=n_resamples, generator=np.random.default_rng(seed))
            return drawn.reshape(n_resamples, *table.shape[1:])

        return self._map(draw)

    def _map(self, change: Callable[[IntArray], IntArray]) -> Self:
        return type(self)(**{field.name: change(getattr(self, field.name)) for field in fields(self)})


def tabulate(codes: IntArray, groups: IntArray, n_stances: int) -> Tables:
    """Tables by group from codes of shape (n_annotators, n_sentences, n_topics)."""
    presence = np.where(codes == NOT_JUDGED, MISSING, codes != NO_LABEL)
    stances = np.where(codes < 0, MISSING, codes)
    return Tables(
        presence=cross_tabulate(presence, groups, 2),
        stances=cross_tabulate(stances, groups, n_stances),
        presence_coincidences=count_coincidences(presence, groups, 2),
        stance_coincidences=count_coincidences(stances, groups, n_stances),
    )


def topics_f1_macro(tables: Tables) -> FloatArray:
    """Topics given by both, each topic counting the same: the mean of the topics' F1."""
    return mean_defined(mean_defined(_f1_present(tables.presence)))


def topics_f1_micro(tables: Tables) -> FloatArray:
    """Topics given by both, each label counting the same."""
    return mean_defined(_f1_present(tables.presence.sum(-4)))


def topics_kappa(tables: Tables) -> FloatArray:
    """Whether a sentence has a topic: Cohen's kappa."""
    return mean_defined(cohen_kappa(tables.presence.sum(-4)))


def topics_alpha(tables: Tables) -> FloatArray:
    """Whether a sentence has a topic: Krippendorff's alpha."""
    return krippendorff_alpha(tables.presence_coincidences.sum(-4))


def stance_kappa(tables: Tables) -> FloatArray:
    """Which stance, where both give the topic: Cohen's kappa."""
    return mean_defined(cohen_kappa(tables.stances.sum(-4)))


def stance_alpha(tables: Tables) -> FloatArray:
    """Which stance, where two or more give the topic: Krippendorff's alpha."""
    return krippendorff_alpha(tables.stance_coincidences.sum(-4))


def end_to_end_f1_micro(tables: Tables) -> FloatArray:
    """Topic and stance the same: F1 of all (sentence, topic, stance) triples together."""
    same = np.trace(tables.stances.sum(-4), axis1=-2, axis2=-1)
    return mean_defined(divide(2 * same, _n_given(tables.presence.sum(-4))))


def stance_f1(tables: Tables) -> FloatArray:
    """F1 of each stance where both give the topic, topics pooled; shape (..., n_stances)."""
    stances = tables.stances.sum(-4)
    same = np.diagonal(stances, axis1=-2, axis2=-1)
    by_pair = divide(2 * same, stances.sum(-1) + stances.sum(-2))
    return mean_defined(by_pair.swapaxes(-2, -1))


def _count_either(total: Tables) -> int:
    """Judgements in which at least one of two annotators gives the topic."""
    return int(total.presence.sum() - total.presence[..., 0, 0].sum())


def _count_judged(total: Tables) -> int:
    return int(total.presence.sum())


def _count_both(total: Tables) -> int:
    return int(total.stances.sum())


MEASURES: dict[str, tuple[Callable[[Tables], FloatArray], Callable[[Tables], int]]] = {
    "topics_f1_macro": (topics_f1_macro, _count_either),
    "topics_f1_micro": (topics_f1_micro, _count_either),
    "topics_kappa": (topics_kappa, _count_judged),
    "topics_alpha": (topics_alpha, _count_judged),
    "stance_kappa": (stance_kappa, _count_both),
    "stance_alpha": (stance_alpha, _count_both),
    "end_to_end_f1_micro": (end_to_end_f1_micro, _count_either),
}
"""Each measure with what counts its support."""


def _f1_present(presence: IntArray) -> FloatArray:
    return divide(2 * presence[..., 1, 1], _n_given(presence))


def _n_given(presence: IntArray) -> IntArray:
    """How often the topic was given, the labels of both annotators together."""
    given: IntArray = presence[..., 1, :].sum(-1) + presence[..., 1].sum(-1)
    return given
