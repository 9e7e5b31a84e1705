"""Cuts predictions into bins of like size, and counts in each how many came true."""

import numpy as np
from scipy.sparse import csr_array
from scipy.stats import rankdata

from stance.evaluation.intervals import resample
from stance.types import BoolArray, FloatArray, IntArray


def cut_equally(values: FloatArray, n_bins: int) -> IntArray:
    """Number bins of like size from the lowest values up, shape (n_values,).

    Equal values are in one bin, that of their mean rank, so that bins may be fewer and of unlike size.
    """
    bins = (rankdata(values) - 0.5) * n_bins // len(values)
    return np.unique(bins, return_inverse=True)[1].astype(np.int64)


def count_bins(bins: IntArray, events: BoolArray, groups: IntArray) -> IntArray:
    """By group and bin, how many events happened and how many could: shape (n_groups, 2, n_bins)."""
    counts = np.zeros((int(groups.max()) + 1, 2, int(bins.max()) + 1), dtype=np.int64)
    np.add.at(counts, (groups, np.zeros_like(bins), bins), events)
    np.add.at(counts, (groups, np.ones_like(bins), bins), 1)
    return counts


def resample_bins(counts: IntArray, *, n_resamples: int, seed: int) -> IntArray:
    """Sums over groups drawn with replacement, shape (n_resamples, 2, n_bins)."""
    flat = csr_array(counts.reshape(len(counts), -1))
    drawn = resample(flat, n_resamples=n_resamples, generator=np.random.default_rng(seed))
    return drawn.reshape(n_resamples, *counts.shape[1:])
