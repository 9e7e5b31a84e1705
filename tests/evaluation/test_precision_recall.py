import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from stance.evaluation.precision_recall import measure_precision_recall


def measure(probabilities, truth, **settings):
    probabilities, truth = np.array(probabilities, dtype=float), np.array(truth, dtype=bool)
    groups = np.arange(len(truth)) // 2
    topics = [f"topic {column}" for column in range(truth.shape[1])]
    return measure_precision_recall(probabilities, truth, groups, topics, n_resamples=200, seed=0, **settings)


def test_the_curve_goes_from_the_surest_down_until_all_is_found():
    _, curve = measure([[0.9], [0.8], [0.7], [0.6], [0.1]], [[1], [0], [1], [0], [0]])
    assert curve.points == ((0.9, 0.5, 1.0), (0.7, 1.0, 2 / 3))
    assert curve.average_precision == pytest.approx(0.5 * 1.0 + 0.5 * 2 / 3)
    assert curve.prevalence == 0.4


def test_average_precision_is_that_of_scikit_learn():
    generator = np.random.default_rng(0)
    truth = generator.random((80, 3)) < 0.3
    probabilities = np.clip(0.3 * truth + generator.random((80, 3)) * 0.7, 0, 1).round(2)
    together, *by_topic = measure(probabilities, truth)
    assert together.average_precision == pytest.approx(
        average_precision_score(truth.ravel(), probabilities.ravel()), abs=0.01
    )
    for column, curve in enumerate(by_topic):
        expected = average_precision_score(truth[:, column], probabilities[:, column])
        assert curve.average_precision == pytest.approx(expected)
        assert curve.low < curve.average_precision < curve.high


def test_a_long_list_has_a_hundred_points_at_most():
    generator = np.random.default_rng(0)
    truth = generator.random((4000, 1)) < 0.5
    probabilities = generator.random((4000, 1))
    _, curve = measure(probabilities, truth)
    assert len(curve.points) == 100
    assert curve.average_precision == pytest.approx(average_precision_score(truth, probabilities), abs=0.01)


def test_a_topic_that_never_occurs_has_no_curve():
    curves = measure([[0.9, 0.2], [0.1, 0.3]], [[1, 0], [0, 0]])
    assert [curve.of for curve in curves] == [None, "topic 0"]


def test_one_group_has_no_interval():
    _, curve = measure([[0.9], [0.1]], [[1], [0]])
    assert np.isnan(curve.low)
    assert curve.to_dict()["low"] is None
    assert curve.to_dict()["points"] == [{"threshold": 0.9, "recall": 1.0, "precision": 1.0}]


def test_resamples_without_the_topic_say_nothing_of_its_precision():
    truth = np.zeros((80, 1))
    truth[[0, 40]] = 1
    _, curve = measure(truth, truth)
    assert (curve.low, curve.average_precision, curve.high) == (1.0, 1.0, 1.0)
