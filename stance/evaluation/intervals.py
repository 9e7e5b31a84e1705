"""How sure a score is: the bootstrap by groups of articles, as one matrix product."""

import math

import numpy as np
from scipy.sparse import csr_array

from stance.types import FloatArray, IntArray

FEW_GROUPS = 20
"""Below this many groups a percentile interval covers clearly less than it claims (Cameron et al. 2008)."""

BLOCK = 200
"""Resamples drawn at once: with 10,000 groups the weights of a block take 16 MB."""


def resample(counts: IntArray | csr_array, *, n_resamples: int, generator: np.random.Generator) -> IntArray:
    """Sum the counts of groups drawn with replacement; as ``resample_sums``, in whole numbers."""
    drawn = resample_sums(counts, n_resamples=n_resamples, generator=generator)
    return np.rint(drawn).astype(np.int64)


def resample_sums(
    values: FloatArray | IntArray | csr_array, *, n_resamples: int, generator: np.random.Generator
) -> FloatArray:
    """Sum the values of groups drawn with replacement (the cluster bootstrap).

    Groups, not sentences, are drawn, because the sentences of one article are not independent (Efron and
    Tibshirani 1993, chapter 8). Two calls with equal seeds and as many groups draw the same groups: that is
    what makes differences between runs paired.

    Parameters
    ----------
    values : shape (n_groups, n_values)
        What each group counts; sparse where that is mostly zero, which is faster.

    Returns
    -------
    shape (n_resamples, n_values)
        The sum over each resample, which holds ``n_groups`` groups.

    Raises
    ------
    ValueError
        If there is to be no resample.
    """
    if n_resamples < 1:
        raise ValueError(f"n_resamples must be 1 or more, found {n_resamples!r}")
    n_groups = values.shape[0]
    summands = values.astype(np.float64)
    totals = np.empty((n_resamples, values.shape[1]))
    for start in range(0, n_resamples, BLOCK):
        n_rows = min(BLOCK, n_resamples - start)
        drawn = generator.integers(n_groups, size=(n_rows, n_groups)) + n_groups * np.arange(n_rows)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=n_rows * n_groups).reshape(n_rows, n_groups)
        totals[start : start + n_rows] = weights.astype(np.float64) @ summands
    return totals


def percentile_interval(values: FloatArray, *, n_groups: int) -> tuple[float, float]:
    """The middle 95 % of resampled values: the percentile interval.

    Resamples in which the score is undefined (``nan``) are left out. One group says nothing about how
    groups differ: its interval is ``(nan, nan)``, not a point.
    """
    defined = values[~np.isnan(values)]
    if n_groups < 2 or not len(defined):
        return math.nan, math.nan
    low, high = np.quantile(defined, [0.025, 0.975])
    return float(low), float(high)
