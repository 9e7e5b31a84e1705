import numpy as np

from stance.evaluation.bins import count_bins, cut_equally


def test_bins_hold_as_many_values_each():
    values = np.random.default_rng(0).random(1000)
    bins = cut_equally(values, 10)
    assert np.bincount(bins).tolist() == [100] * 10
    assert all(values[bins == k].max() <= values[bins == k + 1].min() for k in range(9))


def test_equal_values_are_in_one_bin():
    assert cut_equally(np.full(20, 0.3), 10).tolist() == [0] * 20
    assert cut_equally(np.array([0.1] * 15 + [0.2, 0.3, 0.4, 0.5, 0.6]), 4).tolist() == [0] * 15 + [1] * 5


def test_many_equal_values_leave_the_others_in_bins_of_their_own():
    low, high = np.zeros(95), np.linspace(0.5, 1, 5)
    assert cut_equally(np.concatenate([low, high]), 10).tolist() == [0] * 95 + [1] * 5
    assert cut_equally(np.concatenate([-high, low]), 10).tolist() == [0] * 5 + [1] * 95


def test_few_values_have_a_bin_each():
    assert cut_equally(np.array([0.4, 0.2, 0.9]), 100).tolist() == [1, 0, 2]


def test_events_are_counted_by_group_and_bin():
    counts = count_bins(np.array([0, 0, 1, 1]), np.array([True, False, True, True]), np.array([0, 1, 1, 1]))
    assert counts.tolist() == [[[1, 0], [1, 0]], [[0, 2], [1, 2]]]
