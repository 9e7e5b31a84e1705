import numpy as np
import pytest
from sklearn.metrics import brier_score_loss

from stance.evaluation.reliability import check_stances, check_topics

DRAW = {"n_resamples": 200, "seed": 0}


@pytest.fixture
def generator():
    return np.random.default_rng(0)


def test_probabilities_that_come_true_have_a_small_error(generator):
    probabilities = generator.random((5000, 2))
    truth = generator.random((5000, 2)) < probabilities
    check = check_topics(probabilities, truth, np.arange(5000) // 10, **DRAW)
    assert check.ece < 0.02
    assert check.n == 10_000
    inside = [one.share_low <= one.probability <= one.share_high for one in check.bins]
    assert sum(inside) >= 8


def test_probabilities_that_promise_too_much_are_found_out(generator):
    probabilities = 0.5 + generator.random((5000, 1)) / 2
    truth = generator.random((5000, 1)) < probabilities - 0.3
    check = check_topics(probabilities, truth, np.arange(5000), **DRAW)
    assert check.ece == pytest.approx(0.3, abs=0.02)
    assert all(one.share_high < one.probability for one in check.bins)


def test_the_brier_score_of_topics_is_scikit_learns(generator):
    probabilities, truth = generator.random((100, 3)), generator.random((100, 3)) < 0.4
    check = check_topics(probabilities, truth, np.arange(100), **DRAW)
    assert check.brier == pytest.approx(brier_score_loss(truth.ravel(), probabilities.ravel()))


def test_stances_by_hand():
    probabilities = np.array([[0.5, 0.3, 0.2], [0.1, 0.8, 0.1]])
    check = check_stances(probabilities, np.array([1, 1]), np.array([0, 1]), **DRAW)
    assert check.brier == pytest.approx(((0.25 + 0.49 + 0.04) + (0.01 + 0.04 + 0.01)) / 2)
    assert check.ece == pytest.approx((0.5 + 0.2) / 2)
    assert [(one.n, one.probability, one.share) for one in check.bins] == [(1, 0.5, 0.0), (1, 0.8, 1.0)]


def test_the_brier_score_of_stances_is_scikit_learns(generator):
    probabilities, truth = generator.dirichlet([1, 1, 1], size=200), generator.integers(3, size=200)
    check = check_stances(probabilities, truth, np.arange(200), **DRAW)
    assert check.brier == pytest.approx(
        brier_score_loss(truth, probabilities, labels=[0, 1, 2], scale_by_half=False)
    )


def test_a_bin_of_one_article_has_no_interval():
    content = check_stances(np.array([[0.6, 0.4]]), np.array([0]), np.array([0]), **DRAW).to_dict()
    assert content["bins"] == [
        {"n": 1, "probability": 0.6, "share": 1.0, "share_low": None, "share_high": None}
    ]


def test_of_one_article_nothing_has_an_interval():
    content = check_stances(np.array([[0.6, 0.4]] * 2), np.array([0, 1]), np.array([3, 3]), **DRAW).to_dict()
    assert {content[f"{score}_{end}"] for score in ("brier", "ece") for end in ("low", "high")} == {None}


def draw_articles(generator, excess):
    """Answers about 200 articles of four sentences each: probabilities promise ``excess`` too much."""
    groups = np.repeat(np.arange(200), 4)
    probabilities = 0.3 + 0.7 * generator.random((len(groups), 1))
    truth = generator.random((len(groups), 1)) < probabilities - excess
    return check_topics(probabilities, truth, groups, **DRAW)


def test_intervals_hold_the_true_values_about_as_often_as_they_say(generator):
    excess = 0.1
    checks = [draw_articles(generator, excess) for _ in range(100)]
    p = np.linspace(0.3, 1, 10_001)
    true_brier = ((p - excess) * (1 - p) ** 2 + (1 - p + excess) * p**2).mean()
    assert np.mean([one.brier_low <= true_brier <= one.brier_high for one in checks]) >= 0.88
    assert np.mean([one.ece_low <= excess <= one.ece_high for one in checks]) >= 0.88


def test_the_interval_of_the_calibration_error_holds_none_where_all_is_chance(generator):
    checks = [draw_articles(generator, 0) for _ in range(100)]
    assert np.mean([one.ece for one in checks]) > 0.03
    assert np.mean([one.ece_low == 0 for one in checks]) >= 0.88
    assert all(0 <= one.ece_low <= one.ece <= one.ece_high for one in checks)


def test_articles_without_labels_leave_the_interval_a_number(generator):
    promised, groups = generator.random((24, 1)), np.repeat(np.arange(6), 4)
    check = check_topics(promised, generator.random((24, 1)) < promised, groups * 10, **DRAW)
    assert check.ece_low <= check.ece <= check.ece_high


def test_intervals_are_wider_where_the_sentences_of_an_article_agree(generator):
    probabilities = np.full((400, 1), 0.8)
    came_true = np.repeat(generator.random((100, 1)) < 0.5, 4, axis=0)
    agreeing, apart = (
        check_topics(probabilities, came_true, groups, **DRAW)
        for groups in (np.arange(400) // 4, np.arange(400))
    )
    assert agreeing.ece == pytest.approx(apart.ece)
    assert agreeing.ece_high - agreeing.ece_low > 1.5 * (apart.ece_high - apart.ece_low)
    assert agreeing.brier_high - agreeing.brier_low > 1.5 * (apart.brier_high - apart.brier_low)
