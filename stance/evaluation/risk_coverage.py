"""What holding back doubtful labels buys: the share of wrong labels among those kept, from few to all."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.evaluation.bins import count_bins, cut_equally, resample_bins
from stance.evaluation.intervals import percentile_interval
from stance.evaluation.ratios import divide
from stance.evaluation.score import to_plain
from stance.types import BoolArray, FloatArray, IntArray

N_POINTS = 100


@dataclass(frozen=True)
class Point:
    """Labels of ``confidence`` or more: their share of all, and the share of them that is wrong.

    ``low`` and ``high`` bound the 95 % interval of the risk.
    """

    confidence: float
    coverage: float
    risk: float
    low: float
    high: float


@dataclass(frozen=True)
class RiskCoverage:
    """The curve from the most confident labels to all of them (El-Yaniv and Wiener 2010).

    Attributes
    ----------
    n
        Number of labels.
    risk
        Share of wrong labels among all: what a confidence that says nothing would keep at any coverage.
    area, low, high
        Mean risk over all coverages (AURC, Geifman et al. 2019) and its 95 % interval; lower is better.
    best_area
        The area if every right label had more confidence than every wrong one.
    """

    n: int
    risk: float
    area: float
    low: float
    high: float
    best_area: float
    points: tuple[Point, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, ``None`` for ``nan``."""
        return to_plain(self)


def measure_risk_coverage(
    confidences: FloatArray, wrong: BoolArray, groups: IntArray, *, n_resamples: int, seed: int
) -> RiskCoverage:
    """Put labels in order of confidence, in a hundred steps at most, and count the wrong ones.

    Parameters
    ----------
    confidences, wrong, groups : shape (n_labels,), at least one
        ``groups`` are what the bootstrap draws together.
    """
    steps = cut_equally(-confidences, N_POINTS)
    counts = count_bins(steps, wrong, groups)
    total = counts.sum(axis=0)
    drawn = resample_bins(counts, n_resamples=n_resamples, seed=seed)
    risks, sampled = _risks(total), _risks(drawn)
    n, risk, n_steps = len(confidences), float(wrong.mean()), len(risks)
    lowest = np.full(n_steps, np.inf)
    np.minimum.at(lowest, steps, confidences)
    coverages = total[1].cumsum() / n
    n_groups = np.count_nonzero(counts[:, 1].cumsum(axis=1), axis=0).tolist()
    intervals = [percentile_interval(sampled[:, k], n_groups=n_groups[k]) for k in range(n_steps)]
    return RiskCoverage(
        n,
        risk,
        float(_area(total, risks)),
        *percentile_interval(_area(drawn, sampled), n_groups=n_groups[-1]),
        best_area=_best_area(n, int(wrong.sum())),
        points=tuple(
            Point(float(lowest[k]), float(coverages[k]), float(risks[k]), *intervals[k])
            for k in range(n_steps)
        ),
    )


def _best_area(n: int, n_wrong: int) -> float:
    """The area if all that are wrong came last."""
    coverages = np.arange(1, n + 1)
    return float((np.maximum(0, coverages - (n - n_wrong)) / coverages).mean())


def _risks(counts: IntArray) -> FloatArray:
    """Share of wrong labels up to each step; counts are those of ``count_bins``, by their last axes."""
    wrong, all_labels = np.moveaxis(counts.cumsum(axis=-1), -2, 0)
    return divide(wrong, all_labels)


def _area(counts: IntArray, risks: FloatArray) -> FloatArray:
    """The mean of the risks, each label counting once."""
    sizes = counts[..., 1, :]
    return divide(np.nansum(risks * sizes, axis=-1), sizes.sum(axis=-1))
