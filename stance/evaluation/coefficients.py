"""Coefficients of agreement, Cohen's kappa and Krippendorff's alpha, and the tables that they need."""

from itertools import combinations

import numpy as np

from stance.evaluation.ratios import divide
from stance.types import FloatArray, IntArray

MISSING = -1
"""The rating of an annotator who did not judge the unit."""


def cross_tabulate(ratings: IntArray, groups: IntArray, n_values: int) -> IntArray:
    """Count, for each two annotators, which value the one gave where the other gave which.

    Parameters
    ----------
    ratings : shape (n_annotators, n_units, n_topics)
        Values in ``[0, n_values)``, or ``MISSING``. Units that either annotator left out are not counted.
    groups : shape (n_units,)
        Group of each unit, in ``[0, n_groups)``.

    Returns
    -------
    shape (n_groups, n_topics, n_pairs, n_values, n_values)
        Pairs in the order of ``itertools.combinations``; the first annotator's values in rows.
    """
    n_annotators, _, n_topics = ratings.shape
    pairs = list(combinations(range(n_annotators), 2))
    tables = np.zeros((groups.max() + 1, n_topics, len(pairs), n_values, n_values), dtype=np.int64)
    for pair, (first, second) in enumerate(pairs):
        units, topics = np.nonzero((ratings[first] != MISSING) & (ratings[second] != MISSING))
        values = ratings[first, units, topics], ratings[second, units, topics]
        np.add.at(tables[:, :, pair], (groups[units], topics, *values), 1)
    return tables


def count_coincidences(ratings: IntArray, groups: IntArray, n_values: int) -> IntArray:
    """Count the ordered pairs of values that units were given, for Krippendorff's alpha.

    A unit with ``m`` ratings holds ``m * (m - 1)`` pairs, each of weight ``1 / (m - 1)``. They are kept apart
    by ``m``, so that counts stay whole numbers that a bootstrap can sum.

    Parameters
    ----------
    ratings, groups
        As for ``cross_tabulate``. Units with fewer than two ratings hold no pair.

    Returns
    -------
    shape (n_groups, n_topics, n_annotators - 1, n_values, n_values)
        For ``m`` = 2, 3, … ``n_annotators``; symmetric in the values.
    """
    n_annotators, _, n_topics = ratings.shape
    given = (ratings[..., None] == np.arange(n_values)).sum(0)
    n_ratings = given.sum(-1)
    units, topics = np.nonzero(n_ratings >= 2)
    given = given[units, topics]
    ordered_pairs = given[:, :, None] * (given[:, None, :] - np.eye(n_values, dtype=np.int64))
    tables = np.zeros((groups.max() + 1, n_topics, n_annotators - 1, n_values, n_values), dtype=np.int64)
    np.add.at(tables, (groups[units], topics, n_ratings[units, topics] - 2), ordered_pairs)
    return tables


def cohen_kappa(tables: IntArray) -> FloatArray:
    """Agreement of two annotators beyond what their own habits give by chance (Cohen 1960).

    Parameters
    ----------
    tables : shape (..., n_values, n_values)
        Counts from ``cross_tabulate``.

    Returns
    -------
    shape (...)
        At most 1, and 0 for chance; ``nan`` where both gave one and the same value throughout.
    """
    total = tables.sum((-2, -1))
    same = np.trace(tables, axis1=-2, axis2=-1)
    by_chance = (tables.sum(-1) * tables.sum(-2)).sum(-1)
    return divide(same * total - by_chance, total**2 - by_chance)


def krippendorff_alpha(coincidences: IntArray) -> FloatArray:
    """Reliability of any number of annotators, each unit judged by some of them; values are names.

    The nominal alpha of Krippendorff (2011), "Computing Krippendorff's alpha-reliability", section C.

    Parameters
    ----------
    coincidences : shape (..., n_annotators - 1, n_values, n_values)
        Counts from ``count_coincidences``.

    Returns
    -------
    shape (...)
        At most 1, and 0 for chance; ``nan`` where only one value was given.
    """
    weights = 1 / np.arange(1, coincidences.shape[-3] + 1)
    observed = (coincidences * weights[:, None, None]).sum(-3)
    of_value = observed.sum(-1)
    total = of_value.sum(-1)
    disagreement = total - np.trace(observed, axis1=-2, axis2=-1)
    by_chance = total**2 - (of_value**2).sum(-1)
    return 1 - divide((total - 1) * disagreement, by_chance)
