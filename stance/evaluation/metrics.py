"""The metrics: functions from counts to a number, declared in the entry-point group ``stance.metrics``.

A metric takes ``Counts`` with any leading axes and returns one float for each entry of those axes, so that
the same function gives the score, its bootstrap and its value by topic. The first line of its docstring
is what reports print to explain it.

F1 of a class that occurs neither in gold nor among the predictions is undefined (``nan``); an average is
taken over the classes that are defined, as scikit-learn's ``f1_score`` does by default.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType

import numpy as np

from stance.evaluation.counts import Counts
from stance.evaluation.intervals import percentile_interval
from stance.evaluation.ratios import divide, mean_defined
from stance.evaluation.score import Score
from stance.registry import find_kind, kinds
from stance.types import FloatArray, IntArray

Metric = Callable[[Counts], FloatArray]

HEADLINE = (
    "topics_f1_macro",
    "topics_f1_micro",
    "stance_f1_macro",
    "stance_f1_favor_against",
    "stance_f1_macro_by_target",
    "stance_f_avg_by_target",
    "end_to_end_f1_micro",
)
"""Our own metrics in the order of a report: topics, stance, both."""


@cache
def find_metrics() -> Mapping[str, Metric]:
    """Every declared metric by name: ours in report order, then those of plug-ins."""
    declared = sorted(kinds("metrics"), key=_report_order)
    return MappingProxyType({name: find_kind("metrics", name) for name in declared})


def score_metrics(counts: Counts, samples: Counts, of: str | None, signature: str) -> Iterator[Score]:
    """Every metric of the counts, with its interval from resampled ones.

    Parameters
    ----------
    counts
        By group; an interval needs two that have gold labels.
    of
        The slice that they are of; ``None`` for all.
    """
    total = counts.total()
    for name, metric in find_metrics().items():
        low, high = percentile_interval(metric(samples), n_groups=counts.n_labelled)
        yield Score(name, of, float(metric(total)), low, high, total.n_labels, signature)


def topics_f1_macro(counts: Counts) -> FloatArray:
    """Topics found, each topic counting the same: the mean of the topics' F1."""
    return mean_defined(_f1(counts.topics))


def topics_f1_micro(counts: Counts) -> FloatArray:
    """Topics found, each label counting the same: F1 of all (sentence, topic) pairs together."""
    return _f1(counts.topics.sum(-2))


def stance_f1_macro(counts: Counts) -> FloatArray:
    """Stance toward the gold topics: the mean of the stances' F1, topics pooled."""
    return mean_defined(stance_f1(counts))


def stance_f1_favor_against(counts: Counts) -> FloatArray:
    """Stance toward the gold topics: the mean F1 of the stances that take a side, topics pooled.

    The taxonomy's ``neutral_stance`` is left out of the mean, though confusing it with a side still costs:
    the official measure of SemEval-2016 Task 6 (Mohammad et al. 2016). A taxonomy that names no neutral
    stance leaves nothing out.
    """
    return mean_defined(stance_f1(counts)[..., _takes_side(counts)])


def stance_f1_macro_by_target(counts: Counts) -> FloatArray:
    """Stance toward the gold topics: the mean of the stances' F1 of each topic, averaged over topics."""
    return mean_defined(mean_defined(_f1_by_stance(counts.stances)))


def stance_f_avg_by_target(counts: Counts) -> FloatArray:
    """Stance toward the gold topics: the mean F1 of the stances that take a side, averaged over topics.

    The F_avg of ``stance_f1_favor_against``, target by target.
    """
    return mean_defined(mean_defined(_f1_by_stance(counts.stances)[..., _takes_side(counts)]))


def end_to_end_f1_micro(counts: Counts) -> FloatArray:
    """Topic and stance both right: F1 of all (sentence, topic, stance) triples together."""
    return _f1(counts.triples.sum(-2))


def stance_f1(counts: Counts) -> FloatArray:
    """F1 of each stance toward the gold topics, topics pooled; shape (..., n_stances)."""
    return _f1_by_stance(counts.stances.sum(-3))


def _report_order(name: str) -> tuple[int, str]:
    return (HEADLINE.index(name) if name in HEADLINE else len(HEADLINE), name)


def _takes_side(counts: Counts) -> list[bool]:
    return [stance != counts.taxonomy.neutral_stance for stance in counts.taxonomy.stances]


def _f1_by_stance(confusion: IntArray) -> FloatArray:
    """F1 of each stance from confusions of shape (..., n_stances, n_stances + 1)."""
    right = np.diagonal(confusion[..., :-1], axis1=-2, axis2=-1)
    false = confusion[..., :-1].sum(-2) - right
    missed = confusion.sum(-1) - right
    return _f1(np.stack([right, false, missed], axis=-1))


def _f1(events: IntArray) -> FloatArray:
    """F1 from true positives, false positives and false negatives on the last axis."""
    right, false, missed = np.moveaxis(events, -1, 0)
    return divide(2 * right, 2 * right + false + missed)
