"""Ratios and means in which what is undefined is ``nan``."""

import numpy as np

from stance.types import FloatArray, IntArray


def divide(numerator: IntArray | FloatArray, denominator: IntArray | FloatArray) -> FloatArray:
    """The quotient, ``nan`` where the denominator is zero."""
    is_defined = denominator != 0
    return np.where(is_defined, numerator / np.where(is_defined, denominator, 1), np.nan)


def mean_defined(values: FloatArray) -> FloatArray:
    """Mean over the last axis of what is not ``nan``; ``nan`` where nothing is left."""
    return divide(np.nansum(values, -1), (~np.isnan(values)).sum(-1))
