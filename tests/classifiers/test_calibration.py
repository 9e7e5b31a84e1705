import numpy as np
import pytest
from scipy.special import expit, logit, softmax

from stance.classifiers.calibration import (
    Calibration,
    calibrate_stances,
    calibrate_topics,
    no_calibration,
)

N = 20_000


@pytest.fixture
def generator():
    return np.random.default_rng(0)


def test_topics_that_are_too_sure_and_biased_are_put_right(generator):
    true = expit(generator.normal(-1, 1.5, size=(N, 1)))
    labels = (generator.random((N, 1)) < true).astype(float)
    distorted = expit(2.5 * logit(true) + 1)
    calibrated = calibrate_topics(distorted, labels, np.ones(N)).apply(distorted)
    assert np.abs(calibrated - true).max() < 0.05
    assert np.abs(distorted - true).max() > 0.2


def test_stances_that_are_too_sure_and_biased_are_put_right(generator):
    logits = generator.normal(size=(N, 3))
    true = softmax(logits, axis=1)
    labels = np.eye(3)[[generator.choice(3, p=row) for row in true]]
    distorted = softmax(3 * logits + [1, 0, -1], axis=1)
    calibrated = calibrate_stances(distorted, labels, np.ones(N)).apply(distorted)
    assert np.abs(calibrated - true).max() < 0.08
    assert np.abs(distorted - true).max() > 0.3


def test_the_threshold_has_the_best_f1():
    probabilities = np.array([[0.9], [0.8], [0.7], [0.2], [0.1]])
    labels = np.array([[1.0], [1.0], [0.0], [1.0], [0.0]])
    calibration = calibrate_topics(probabilities, labels, np.ones(5))
    given = calibration.apply(probabilities) >= calibration.thresholds
    assert given.ravel().tolist() == [True, True, True, True, False]  # F1 6/7; the two alternatives have 4/5


def test_a_topic_that_never_occurs_keeps_the_threshold_of_one_half():
    assert calibrate_topics(np.full((4, 1), 0.3), np.zeros((4, 1)), np.ones(4)).thresholds == [0.5]


def test_no_calibration_changes_nothing(generator):
    probabilities = softmax(generator.normal(size=(5, 3)), axis=1)
    np.testing.assert_allclose(no_calibration(3, exclusive=True).apply(probabilities), probabilities)
    np.testing.assert_allclose(no_calibration(3, exclusive=False).apply(probabilities), probabilities)


def test_it_goes_through_plain_containers(generator):
    labels = np.eye(3)[generator.integers(3, size=50)]
    calibration = calibrate_stances(softmax(generator.normal(size=(50, 3)), axis=1), labels, np.ones(50))
    back = Calibration.from_dict(calibration.to_dict())
    assert back.to_dict() == calibration.to_dict()
