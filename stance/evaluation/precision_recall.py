"""What a topic's probabilities would find at every threshold: precision against recall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.evaluation.bins import count_bins, resample_bins
from stance.evaluation.intervals import percentile_interval
from stance.evaluation.score import to_plain
from stance.types import BoolArray, FloatArray, IntArray

N_POINTS = 100
"""A curve has at most so many points, a hundredth of the recall each."""


@dataclass(frozen=True)
class PrecisionRecall:
    """The curve of one topic, or of all (sentence, topic) pairs together where ``of`` is ``None``.

    Attributes
    ----------
    average_precision, low, high
        Mean precision over all recalls and its 95 % interval; a guess has ``prevalence``.
    prevalence
        Share of the sentences that have the topic.
    points
        Threshold, recall and precision, from the highest threshold down.
    """

    of: str | None
    average_precision: float
    low: float
    high: float
    prevalence: float
    points: tuple[tuple[float, float, float], ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, ``None`` for ``nan``."""
        names = ("threshold", "recall", "precision")
        return to_plain(self) | {"points": [dict(zip(names, point, strict=True)) for point in self.points]}


def measure_precision_recall(
    probabilities: FloatArray,
    truth: BoolArray,
    groups: IntArray,
    topics: Sequence[str],
    *,
    n_resamples: int,
    seed: int,
) -> tuple[PrecisionRecall, ...]:
    """The curve of all topics together, then of each that occurs.

    Parameters
    ----------
    probabilities, truth : shape (n_sentences, n_topics)
    groups : shape (n_sentences,)
        What the bootstrap of the interval draws together.
    """
    draw: Mapping[str, int] = {"n_resamples": n_resamples, "seed": seed}
    slices: list[tuple[str | None, FloatArray, BoolArray, IntArray]] = [
        (None, probabilities.ravel(), truth.ravel(), groups.repeat(len(topics)))
    ]
    slices += [
        (topic, probabilities[:, column], truth[:, column], groups) for column, topic in enumerate(topics)
    ]
    return tuple(
        _measure(of, given, true, owners, **draw) for of, given, true, owners in slices if true.any()
    )


def _measure(
    of: str | None, given: FloatArray, true: BoolArray, groups: IntArray, *, n_resamples: int, seed: int
) -> PrecisionRecall:
    # Steps end where another hundredth of what is true has been found; the last takes in what is left.
    shares = np.linspace(0, 1, N_POINTS)
    thresholds = np.unique(np.quantile(given[true], shares, method="lower"))
    steps = len(thresholds) - np.searchsorted(thresholds, given, side="right")
    counts = count_bins(steps, true, groups)
    total = counts.sum(axis=0)
    recalls, precisions = _curve(total)
    sampled = _average_precision(resample_bins(counts, n_resamples=n_resamples, seed=seed))
    n_groups = int(np.count_nonzero(counts[:, 0].sum(axis=1)))
    low, high = percentile_interval(sampled, n_groups=n_groups)
    points = zip(thresholds[::-1].tolist(), recalls.tolist(), precisions.tolist(), strict=False)
    return PrecisionRecall(of, float(_average_precision(total)), low, high, float(true.mean()), tuple(points))


def _curve(counts: IntArray) -> tuple[FloatArray, FloatArray]:
    """Recall and precision down to each step; counts have axes (..., true and all, step)."""
    found, given = np.moveaxis(counts.cumsum(axis=-1), -2, 0)
    return found / np.maximum(found[..., -1:], 1), found / np.maximum(given, 1)


def _average_precision(counts: IntArray) -> FloatArray:
    """Precision at each step, weighed by the recall that the step adds; ``nan`` where nothing is true."""
    recalls, precisions = _curve(counts)
    added = np.diff(recalls, axis=-1, prepend=0.0)
    is_defined = counts[..., 0, :].any(axis=-1)
    return np.where(is_defined, (added * precisions).sum(axis=-1), np.nan)
