import numpy as np
import pytest
from scipy.special import expit, logit, softmax

from stance.classifiers.calibration import Calibration, calibrate, no_calibration

N = 20_000


@pytest.fixture
def generator():
    return np.random.default_rng(0)


def draw_topics(generator, distort):
    """Probabilities as they should be and as they are, and what is true."""
    true = expit(generator.normal(-1, 1.5, size=(N, 1)))
    return true, expit(distort(logit(true))), (generator.random((N, 1)) < true).astype(float)


def draw_stances(generator, distort):
    logits = generator.normal(size=(N, 3))
    true = softmax(logits, axis=1)
    labels = np.eye(3)[[generator.choice(3, p=row) for row in true]]
    return true, softmax(distort(logits), axis=1), labels


@pytest.mark.parametrize(
    ("method", "distort", "tolerance"),
    [
        ("temperature", lambda x: 4 * x, 0.05),
        ("sigmoid", lambda x: 2.5 * x + 1, 0.05),
        ("isotonic", lambda x: x**3 + 1, 0.15),
    ],
)
def test_topics_that_are_too_sure_are_put_right(generator, method, distort, tolerance):
    true, distorted, labels = draw_topics(generator, distort)
    calibrated = calibrate(method, distorted, labels, np.ones(N), exclusive=False).apply(distorted)
    assert np.abs(calibrated - true).max() < tolerance
    assert np.abs(distorted - true).max() > 0.2


@pytest.mark.parametrize(
    ("method", "distort"),
    [("temperature", lambda x: 3 * x), ("sigmoid", lambda x: 3 * x + [1, 0, -1])],
)
def test_stances_that_are_too_sure_are_put_right(generator, method, distort):
    true, distorted, labels = draw_stances(generator, distort)
    calibrated = calibrate(method, distorted, labels, np.ones(N), exclusive=True).apply(distorted)
    assert np.abs(calibrated - true).max() < 0.08
    assert np.abs(distorted - true).max() > 0.3


def test_temperature_cannot_mend_a_bias_but_isotonic_steps_can(generator):
    _, biased, labels = draw_stances(generator, lambda x: x + np.array([2, 0, -2]))

    def bias(method):
        calibrated = calibrate(method, biased, labels, np.ones(N), exclusive=True).apply(biased)
        return np.abs(calibrated.mean(axis=0) - labels.mean(axis=0)).max()

    assert bias("temperature") > 0.1
    assert bias("isotonic") < 0.05


@pytest.mark.parametrize("exclusive", [True, False])
def test_isotonic_steps_keep_probabilities_apart_from_zero_and_one(exclusive):
    sure = np.array([[0.9, 0.1], [0.2, 0.8]])
    calibration = calibrate("isotonic", sure, np.round(sure), np.ones(2), exclusive=exclusive)
    calibrated = calibration.apply(np.array([[0.0, 0.0], [1.0, 1.0], [0.5, 0.1]]))
    assert ((calibrated > 0) & (calibrated < 1)).all()
    if exclusive:
        np.testing.assert_allclose(calibrated.sum(axis=1), 1)


def test_the_threshold_has_the_best_f1():
    probabilities = np.array([[0.9], [0.8], [0.7], [0.2], [0.1]])
    labels = np.array([[1.0], [1.0], [0.0], [1.0], [0.0]])
    for method in ("sigmoid", "temperature", "none"):
        calibration = calibrate(method, probabilities, labels, np.ones(5), exclusive=False)
        given = calibration.apply(probabilities) >= calibration.thresholds
        # F1 6/7; the two alternatives have 4/5
        assert given.ravel().tolist() == [True, True, True, True, False]


def test_a_topic_that_never_occurs_keeps_the_threshold_of_one_half():
    calibration = calibrate("sigmoid", np.full((4, 1), 0.3), np.zeros((4, 1)), np.ones(4), exclusive=False)
    assert calibration.thresholds == [0.5]


@pytest.mark.parametrize("exclusive", [True, False])
def test_no_calibration_changes_nothing(generator, exclusive):
    probabilities = softmax(generator.normal(size=(5, 3)), axis=1)
    labels = np.eye(3)[generator.integers(3, size=5)]
    for calibration in (
        no_calibration(3, exclusive=exclusive),
        calibrate("none", probabilities, labels, np.ones(5), exclusive=exclusive),
    ):
        np.testing.assert_allclose(calibration.apply(probabilities), probabilities)


@pytest.mark.parametrize("method", ["temperature", "sigmoid", "isotonic", "none"])
@pytest.mark.parametrize("exclusive", [True, False])
def test_it_goes_through_plain_containers(generator, method, exclusive):
    labels = np.eye(3)[generator.integers(3, size=50)]
    probabilities = softmax(generator.normal(size=(50, 3)), axis=1)
    calibration = calibrate(method, probabilities, labels, np.ones(50), exclusive=exclusive)
    back = Calibration.from_dict(calibration.to_dict())
    assert back.to_dict() == calibration.to_dict()
    np.testing.assert_array_equal(back.apply(probabilities), calibration.apply(probabilities))
