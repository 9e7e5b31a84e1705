import numpy as np

from stance.evaluation.ratios import divide, mean_defined


def test_a_quotient_by_nothing_is_undefined():
    assert np.array_equal(
        divide(np.array([1, 0, 3]), np.array([2, 0, 0])), [0.5, np.nan, np.nan], equal_nan=True
    )


def test_a_mean_is_of_what_is_defined():
    values = np.array([[1.0, np.nan, 2.0], [np.nan, np.nan, np.nan]])
    assert np.array_equal(mean_defined(values), [1.5, np.nan], equal_nan=True)
