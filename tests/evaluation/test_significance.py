import itertools
import math

import numpy as np
import pytest
from scipy.stats import binomtest

from stance.evaluation.significance import exchange, flip_signs, holm, mcnemar_p, randomisation_p


def flip(counts, n_flips=4000, seed=0):
    return flip_signs(np.asarray(counts), n_flips=n_flips, generator=np.random.default_rng(seed))


def test_every_group_has_either_sign_and_its_columns_share_it():
    flipped = flip([[1, 10], [2, 20], [4, 40]])
    sums = {sum(signs) for signs in itertools.product((1, -1), (2, -2), (4, -4))}
    assert set(flipped[:, 0].tolist()) == sums
    assert (flipped[:, 1] == 10 * flipped[:, 0]).all()


def test_exchanged_runs_hold_one_of_the_two_in_each_group():
    first, second = np.array([[1], [0], [5]]), np.array([[0], [2], [7]])
    mine, theirs = exchange(first.sum(0), second.sum(0), flip(first) - flip(second))
    possible = {a + b + c for a, b, c in itertools.product((1, 0), (0, 2), (5, 7))}
    assert set(mine[:, 0].tolist()) == possible
    assert (mine + theirs == 15).all()


def test_the_randomisation_test_of_a_count_is_the_exact_one():
    first, second = np.array([[3], [2], [2], [1], [4], [2]]), np.array([[1], [1], [2], [0], [1], [3]])
    difference = (first - second)[:, 0]
    sums = [np.dot(signs, difference) for signs in itertools.product((1, -1), repeat=6)]
    exact = np.mean(np.abs(sums) >= difference.sum())
    mine, theirs = exchange(first.sum(0), second.sum(0), flip(first, 20_000) - flip(second, 20_000))
    observed = float(difference.sum())
    assert randomisation_p(observed, (mine - theirs)[:, 0].astype(float)) == pytest.approx(exact, abs=0.01)
    assert mcnemar_p(difference) == pytest.approx(exact)


def test_no_difference_is_never_significant_and_none_at_all_is_undefined():
    assert randomisation_p(0.0, np.array([0.1, -0.1, math.nan])) == 1.0
    assert math.isnan(randomisation_p(math.nan, np.array([0.1])))


def test_mcnemar_with_one_sentence_a_group_is_the_binomial_test():
    for better, worse in [(1, 0), (5, 0), (9, 2), (40, 61), (3000, 3100)]:
        surplus = np.array([1] * better + [-1] * worse + [0] * 7)
        expected = binomtest(better, better + worse).pvalue
        assert mcnemar_p(surplus) == pytest.approx(expected, abs=1e-12)


def test_mcnemar_throws_the_coin_once_a_group():
    assert mcnemar_p(np.array([20])) == pytest.approx(1.0)
    assert mcnemar_p(np.array([20, 20, 20])) == pytest.approx(2 / 2**3)


def test_mcnemar_of_runs_that_agree_is_one():
    assert mcnemar_p(np.zeros(3, dtype=np.int64)) == 1.0
    assert mcnemar_p(np.array([2, -2])) == pytest.approx(1.0)


def test_holm_multiplies_the_smallest_by_the_number_of_tests_and_keeps_the_order():
    # Holm (1979): .01 × 4, then .02 × 3, then .03 × 2 = .06, which may not be less than the one before
    assert holm(np.array([0.03, 0.01, 0.5, 0.02])) == pytest.approx([0.06, 0.04, 0.5, 0.06])


def test_holm_leaves_out_what_was_not_tested_and_stops_at_one():
    adjusted = holm(np.array([math.nan, 0.6, 0.7]))
    assert math.isnan(adjusted[0])
    assert adjusted[1:].tolist() == [1.0, 1.0]
    assert len(holm(np.array([]))) == 0
