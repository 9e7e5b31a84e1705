"""Are probabilities what they say? Brier score, calibration error and the curve behind it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.evaluation.bins import count_bins, cut_equally, resample_bins
from stance.evaluation.intervals import percentile_interval
from stance.evaluation.ratios import divide
from stance.evaluation.score import to_plain
from stance.types import BoolArray, FloatArray, IntArray

N_BINS = 10


@dataclass(frozen=True)
class Bin:
    """Predictions of like probability: the mean they promise, and the share that came true.

    ``share_low`` and ``share_high`` bound the 95 % interval of the share.
    """

    n: int
    probability: float
    share: float
    share_low: float
    share_high: float


@dataclass(frozen=True)
class Reliability:
    """How far probabilities can be taken at their word.

    Attributes
    ----------
    brier
        Mean squared distance to what is true (Brier 1950), summed over classes that exclude each other: up
        to 1 for topics, up to 2 for stances. Lower is better; it rewards telling cases apart, too.
    ece
        Expected calibration error: mean distance of promise and share over the bins, which hold as many
        predictions each (Nguyen and O'Connor 2015). Noise alone makes it greater than zero.
    """

    n: int
    brier: float
    ece: float
    bins: tuple[Bin, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; an interval from a single group is ``None``."""
        return to_plain(self)


def check_topics(
    probabilities: FloatArray, truth: BoolArray, groups: IntArray, *, n_resamples: int, seed: int
) -> Reliability:
    """Reliability of all answers to "does this sentence have this topic?".

    Parameters
    ----------
    probabilities, truth : shape (n_sentences, n_topics)
    groups : shape (n_sentences,)
        What the bootstrap of the bins draws together.
    """
    n_topics = truth.shape[1]
    return _check(
        probabilities.ravel(),
        truth.ravel(),
        groups.repeat(n_topics),
        brier=float(((probabilities - truth) ** 2).mean()),
        n_resamples=n_resamples,
        seed=seed,
    )


def check_stances(
    probabilities: FloatArray, truth: IntArray, groups: IntArray, *, n_resamples: int, seed: int
) -> Reliability:
    """Reliability of the most probable stance; the Brier score is of all stances.

    Parameters
    ----------
    probabilities : shape (n_labels, n_stances)
    truth : shape (n_labels,)
        The gold stance's index.
    """
    right = np.eye(probabilities.shape[1])[truth]
    return _check(
        probabilities.max(axis=1),
        probabilities.argmax(axis=1) == truth,
        groups,
        brier=float(((probabilities - right) ** 2).sum(axis=1).mean()),
        n_resamples=n_resamples,
        seed=seed,
    )


def _check(
    promised: FloatArray, came_true: BoolArray, groups: IntArray, *, brier: float, n_resamples: int, seed: int
) -> Reliability:
    bins = cut_equally(promised, N_BINS)
    counts = count_bins(bins, came_true, groups)
    happened, sizes = counts.sum(axis=0)
    means, shares = np.bincount(bins, promised) / sizes, happened / sizes
    drawn = resample_bins(counts, n_resamples=n_resamples, seed=seed)
    sampled = divide(drawn[:, 0], drawn[:, 1])
    n_groups = np.count_nonzero(counts[:, 1], axis=0).tolist()
    intervals = [percentile_interval(sampled[:, k], n_groups=n_groups[k]) for k in range(len(sizes))]
    return Reliability(
        n=len(promised),
        brier=brier,
        ece=float(np.abs(means - shares) @ sizes / len(promised)),
        bins=tuple(
            Bin(int(sizes[k]), float(means[k]), float(shares[k]), *intervals[k]) for k in range(len(sizes))
        ),
    )
