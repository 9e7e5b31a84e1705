"""Whether two runs differ: paired tests that keep groups of articles whole, and Holm's correction."""

import math

import numpy as np

from stance.types import FloatArray, IntArray

BLOCK = 200
"""Flips drawn at once: with 10,000 groups the signs of a block take 16 MB."""

ROUNDING = 1e-12
"""Differences closer than this are equal: the same counts may be summed in another order."""


def flip_signs(counts: IntArray, *, n_flips: int, generator: np.random.Generator) -> IntArray:
    """Sum the counts of groups, each with a random sign: what ``exchange`` takes.

    Two calls with equal seeds and as many groups draw the same signs.

    Parameters
    ----------
    counts : shape (n_groups, n_counts)

    Returns
    -------
    shape (n_flips, n_counts)
    """
    n_groups = len(counts)
    summands = counts.astype(np.float64)
    totals = np.empty((n_flips, counts.shape[1]))
    for start in range(0, n_flips, BLOCK):
        n_rows = min(BLOCK, n_flips - start)
        signs = generator.integers(2, size=(n_rows, n_groups), dtype=np.int8) * 2.0 - 1.0
        totals[start : start + n_rows] = signs @ summands
    return np.rint(totals).astype(np.int64)


def exchange(first: IntArray, second: IntArray, apart: IntArray) -> tuple[IntArray, IntArray]:
    """What two runs count where each random half of the groups has changed hands.

    Parameters
    ----------
    first, second : shape (n_counts,)
        Their counts over all groups.
    apart : shape (n_flips, n_counts)
        The first's counts under random signs, minus the second's under the same.
    """
    both = first + second  # odd where ``apart`` is
    return (both + apart) // 2, (both - apart) // 2


def randomisation_p(observed: float, exchanged: FloatArray) -> float:
    """How often two runs would differ this much in a metric if it did not matter which is which.

    The paired randomisation test (Yeh 2000), in which whole groups change hands: the sentences of an article
    may depend on each other in any way (exchangeability blocks, Winkler et al. 2014). If the two runs are
    exchangeable group by group, the test is exact for any metric and any number of groups. Two seeds of one
    recipe are not quite: a lucky one is lucky in all groups.

    Parameters
    ----------
    observed
        The difference of the metric.
    exchanged : shape (n_flips,)
        Its differences after ``exchange``; undefined ones count as large.

    Returns
    -------
    float
        Two-sided, at least ``1 / (1 + n_flips)``; ``nan`` where the difference is undefined.
    """
    if math.isnan(observed):
        return math.nan
    as_large = ~(np.abs(exchanged) < abs(observed) - ROUNDING)
    return float((1 + np.count_nonzero(as_large)) / (1 + len(as_large)))


def mcnemar_p(surplus: IntArray) -> float:
    """McNemar's exact test of discordant pairs, which keeps groups whole.

    The test of McNemar (1947) counts units that only one of two runs gets right, and asks whether each of
    them might as well have been the other's. Units of one article are not independent, so the coin is thrown
    once a group, for all of its units together; where no group holds two discordant units this is the exact
    test by the binomial distribution. The distribution of the sum of random signs is computed from its
    characteristic function, so that few discordant units are no special case (Zmigrod, Vieira and Cotterell
    2022 on exact paired permutation tests; Durkalski et al. 2003 on why groups must be heeded).

    Parameters
    ----------
    surplus : shape (n_groups,)
        Units that only the first run gets right, minus those that only the second does.

    Returns
    -------
    float
        Two-sided, 1 where nothing is discordant.
    """
    sizes, times = np.unique(np.abs(surplus[surplus != 0]), return_counts=True)
    largest = int((sizes * times).sum())
    n_points = 2 * largest + 1
    angles = 2 * np.pi * np.arange(n_points) / n_points
    characteristic = np.prod(np.cos(np.outer(angles, sizes)) ** times, axis=1)
    probabilities = np.fft.fft(characteristic).real / n_points
    sums = np.arange(n_points)
    distance = np.minimum(sums, n_points - sums)
    return float(np.clip(probabilities[distance >= abs(surplus.sum())].sum(), 0.0, 1.0))


def holm(p_values: FloatArray) -> FloatArray:
    """Correct p-values for their number (Holm 1979): rejecting those up to .05 errs in 5 % of families.

    Parameters
    ----------
    p_values : shape (n_tests,)
        One family of tests; ``nan`` is no test.

    Returns
    -------
    shape (n_tests,)
        The adjusted p-values, at most 1; ``nan`` where there was no test.
    """
    adjusted = np.full(len(p_values), np.nan)
    order = np.argsort(p_values)[: np.count_nonzero(~np.isnan(p_values))]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(factors * p_values[order]), 1.0)
    return adjusted
