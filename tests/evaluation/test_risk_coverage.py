import numpy as np
import pytest

from stance.evaluation.risk_coverage import measure_risk_coverage

DRAW = {"n_resamples": 200, "seed": 0}


def test_a_curve_by_hand():
    curve = measure_risk_coverage(
        np.array([0.2, 0.9, 0.5, 0.7]), np.array([True, False, False, True]), np.arange(4), **DRAW
    )
    assert [(one.confidence, one.coverage, one.risk) for one in curve.points] == [
        (0.9, 0.25, 0),
        (0.7, 0.5, 0.5),
        (0.5, 0.75, pytest.approx(1 / 3)),
        (0.2, 1, 0.5),
    ]
    assert curve.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert (curve.n, curve.risk) == (4, 0.5)


def test_equal_confidence_says_nothing_so_the_area_is_the_risk():
    curve = measure_risk_coverage(np.full(50, 0.8), np.arange(50) < 20, np.arange(50), **DRAW)
    assert len(curve.points) == 1
    assert curve.area == curve.risk == 0.4


def test_confidence_that_knows_what_is_wrong_reaches_the_best_area():
    wrong = np.arange(20_000) < 6000
    curve = measure_risk_coverage(np.arange(20_000) / 20_000, wrong, np.arange(20_000), **DRAW)
    assert curve.area == pytest.approx(curve.best_area, abs=0.003)
    assert curve.area < 0.06


def test_the_interval_holds_the_area_and_is_wider_where_articles_share_their_luck():
    generator = np.random.default_rng(0)
    confidences = generator.random(2000)
    groups = np.arange(2000) // 20
    alone = measure_risk_coverage(confidences, generator.random(2000) < 0.3, np.arange(2000), **DRAW)
    shared = measure_risk_coverage(confidences, (generator.random(100) < 0.3)[groups], groups, **DRAW)
    assert alone.low < alone.area < alone.high
    assert shared.high - shared.low > 2 * (alone.high - alone.low)


def test_labels_that_are_all_wrong_or_of_one_article():
    content = measure_risk_coverage(np.array([0.5]), np.array([True]), np.array([0]), **DRAW).to_dict()
    assert content == {
        "n": 1,
        "risk": 1.0,
        "area": 1.0,
        "low": None,
        "high": None,
        "best_area": 1.0,
        "points": [{"confidence": 0.5, "coverage": 1.0, "risk": 1.0, "low": None, "high": None}],
    }
