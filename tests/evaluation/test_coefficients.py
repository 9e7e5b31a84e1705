import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from stance.evaluation.coefficients import (
    MISSING,
    cohen_kappa,
    count_coincidences,
    cross_tabulate,
    krippendorff_alpha,
)


def as_ratings(*annotators):
    """Ratings of one topic from strings, a character a unit: a digit from 1, or a dot for none."""
    rows = [[MISSING if sign == "." else int(sign) - 1 for sign in row] for row in annotators]
    return np.array(rows)[:, :, None]


def alpha_of(ratings):
    one_group = np.zeros(ratings.shape[1], dtype=np.int64)
    return krippendorff_alpha(count_coincidences(ratings, one_group, ratings.max() + 1)[0, 0])


@pytest.mark.parametrize(
    ("annotators", "alpha"),
    [
        (["1211111121", "2221121111"], 0.095),
        (["112243335441", "212223335444"], 0.692),
        (["123321412...", "1233224125.3", ".3332342251.", "12332441251."], 0.743),
    ],
    ids=["A: binary, two observers", "B: nominal, two observers", "C: four observers, missing data"],
)
def test_alpha_is_that_of_krippendorffs_examples(annotators, alpha):
    """The worked examples of Krippendorff (2011), sections A to C."""
    assert alpha_of(as_ratings(*annotators)) == pytest.approx(alpha, abs=5e-4)


def test_alpha_worked_by_hand():
    # Coincidences: 11 twice, 12 and 21 once each, 22 twice; so n = 6, D_o = 2, sum of n_c * n_k = 18.
    assert alpha_of(as_ratings("112", "122")) == pytest.approx(1 - 5 * 2 / 18)


def test_units_judged_by_one_do_not_move_alpha():
    assert alpha_of(as_ratings("1122.2", "12221.")) == alpha_of(as_ratings("1122", "1222"))


def test_alpha_does_not_ask_who_judged():
    ratings = np.random.default_rng(0).integers(-1, 3, size=(5, 40, 1))
    who = np.random.default_rng(1)
    shuffled = who.permuted(ratings, axis=0)
    assert (shuffled != ratings).any()
    assert alpha_of(shuffled) == pytest.approx(alpha_of(ratings))


def test_a_value_that_never_varies_has_no_coefficient():
    ratings = as_ratings("111", "111")
    assert np.isnan(alpha_of(ratings))
    assert np.isnan(cohen_kappa(np.array([[3, 0], [0, 0]])))


def test_kappa_worked_by_hand():
    # Cohen's kappa of a table whose observed agreement is .7 and chance agreement .5.
    assert cohen_kappa(np.array([[20, 5], [10, 15]])) == pytest.approx(0.4)


def test_kappa_is_scikit_learns_on_every_group_and_pair():
    generator = np.random.default_rng(3)
    ratings = generator.integers(0, 4, size=(3, 200, 2))
    agreeing = generator.random((3, 200, 2)) < 0.5
    ratings = np.where(agreeing, ratings[0], ratings)
    groups = np.arange(200) % 2
    kappas = cohen_kappa(cross_tabulate(ratings, groups, 4))
    assert kappas.shape == (2, 2, 3)
    for group in range(2):
        for topic in range(2):
            for pair, (first, second) in enumerate([(0, 1), (0, 2), (1, 2)]):
                sides = (ratings[one, groups == group, topic] for one in (first, second))
                assert kappas[group, topic, pair] == pytest.approx(cohen_kappa_score(*sides))


def test_tables_leave_out_what_one_of_the_pair_did_not_judge():
    tables = cross_tabulate(as_ratings("112.", "1.22"), np.array([0, 0, 1, 1]), 2)
    assert tables[:, 0, 0].tolist() == [[[1, 0], [0, 0]], [[0, 0], [0, 1]]]


def test_coincidences_are_kept_by_group_and_by_the_number_of_ratings():
    tables = count_coincidences(as_ratings("12", "1.", "22"), np.array([0, 1]), 2)
    assert tables.shape == (2, 1, 2, 2, 2)
    assert tables[0, 0].tolist() == [[[0, 0], [0, 0]], [[2, 2], [2, 0]]]
    assert tables[1, 0].tolist() == [[[0, 0], [0, 2]], [[0, 0], [0, 0]]]
