"""Are probabilities what they say? Brier score, calibration error and the curve behind it."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from stance.evaluation.bins import cut_equally
from stance.evaluation.intervals import percentile_interval, resample_sums
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
    brier_low, brier_high, ece_low, ece_high
        Bounds of their 95 % intervals. Noise makes ``ece`` too great, and resampling adds more of it, so that
        percentiles would lie above what they are to hold. What resampling moves the bins by, summed, is as
        much in 95 % of the resamples at most: by so much ``ece`` may be off (the triangle inequality), which
        holds the true error at least as often as it says.
    """

    n: int
    brier: float
    brier_low: float
    brier_high: float
    ece: float
    ece_low: float
    ece_high: float
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
        ((probabilities - truth) ** 2).ravel(),
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
        ((probabilities - right) ** 2).sum(axis=1),
        n_resamples=n_resamples,
        seed=seed,
    )


def _check(
    promised: FloatArray,
    came_true: BoolArray,
    groups: IntArray,
    errors: FloatArray,
    *,
    n_resamples: int,
    seed: int,
) -> Reliability:
    """Sums by bin of four columns – came true, all, promised, squared error – say everything asked for."""
    bins = cut_equally(promised, N_BINS)
    by_group = np.zeros((int(groups.max()) + 1, int(bins.max()) + 1, 4))
    np.add.at(by_group, (groups, bins), np.stack([came_true, np.ones(len(bins)), promised, errors], axis=1))
    drawn = resample_sums(
        csr_array(by_group.reshape(len(by_group), -1)),
        n_resamples=n_resamples,
        generator=np.random.default_rng(seed),
    ).reshape(n_resamples, *by_group.shape[1:])
    total = by_group.sum(axis=0)
    sampled = divide(drawn[..., 0], drawn[..., 1])
    n_groups = np.count_nonzero(by_group[..., 1], axis=0).tolist()
    n_all = int(by_group[..., 1].any(axis=1).sum())
    brier_low, brier_high = percentile_interval(_brier(drawn), n_groups=n_all)
    gaps = _find_gaps(total)
    ece = float(np.abs(gaps).sum())
    moved = np.abs(_find_gaps(drawn) - gaps).sum(axis=-1)
    moved = moved[~np.isnan(moved)]  # without the resamples that drew nothing
    reach = float(np.quantile(moved, 0.95)) if n_all > 1 and len(moved) else math.nan
    return Reliability(
        n=len(promised),
        brier=float(_brier(total)),
        brier_low=brier_low,
        brier_high=brier_high,
        ece=ece,
        ece_low=float(np.maximum(ece - reach, 0)),
        ece_high=ece + reach,
        bins=tuple(
            Bin(
                int(n),
                float(promises / n),
                float(happened / n),
                *percentile_interval(sampled[:, k], n_groups=n_groups[k]),
            )
            for k, (happened, n, promises, _) in enumerate(total)
        ),
    )


def _brier(sums: FloatArray) -> FloatArray:
    """Sums of ``_check`` by their last axes: the mean squared error."""
    return divide(sums[..., 3].sum(axis=-1), sums[..., 1].sum(axis=-1))


def _find_gaps(sums: FloatArray) -> FloatArray:
    """What each bin promised beyond what came true, as a share of all: their distances from 0 are the ECE."""
    return divide(sums[..., 2] - sums[..., 0], sums[..., 1].sum(axis=-1, keepdims=True))
