"""Makes probabilities mean what they say, and sets thresholds; learned on folds that training did not see."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy import special

from stance.config import CalibrationMethod
from stance.types import FloatArray

_DECIMALS = 3  # what an optimiser leaves beyond depends on the number of threads, and says nothing
_SMALLEST = 1e-6  # probabilities are kept this far from 0 and 1, so that their logits are finite


@dataclass(frozen=True)
class Scaling:
    """Calibrated logits are ``scale * logit + bias``; a scale a class for topics, one for all stances."""

    scale: FloatArray
    bias: FloatArray

    def apply(self, probabilities: FloatArray, exclusive: bool) -> FloatArray:
        """Calibrated probabilities of the same shape."""
        logits = self.scale * to_logits(probabilities, exclusive) + self.bias
        return to_probabilities(logits, exclusive)


@dataclass(frozen=True)
class Steps:
    """A rising line a class, straight between its knots: probabilities before, and what each becomes."""

    knots: tuple[tuple[FloatArray, FloatArray], ...]

    def apply(self, probabilities: FloatArray, exclusive: bool) -> FloatArray:
        """Calibrated probabilities of the same shape; those of exclusive classes are made to sum to one."""
        columns = [
            np.interp(column, before, after)
            for column, (before, after) in zip(probabilities.T, self.knots, strict=True)
        ]
        # A class never seen so low would be impossible, and all of them together could sum to nothing.
        calibrated: FloatArray = np.clip(np.stack(columns, axis=1), _SMALLEST, 1 - _SMALLEST)
        return calibrated / calibrated.sum(axis=1, keepdims=True) if exclusive else calibrated


@dataclass(frozen=True)
class Calibration:
    """What a question's probabilities become, and from where on a topic is given.

    ``thresholds`` (topics only) are calibrated probabilities.
    """

    exclusive: bool
    curve: Scaling | Steps
    thresholds: FloatArray

    def apply(self, probabilities: FloatArray) -> FloatArray:
        """Calibrated probabilities, shape (n_examples, n_classes)."""
        return self.curve.apply(probabilities, self.exclusive)

    def to_dict(self) -> dict[str, Any]:
        """Plain containers for JSON."""
        curve: dict[str, Any]
        if isinstance(self.curve, Steps):
            curve = {"knots": [[before.tolist(), after.tolist()] for before, after in self.curve.knots]}
        else:
            curve = {"scale": self.curve.scale.tolist(), "bias": self.curve.bias.tolist()}
        return {"exclusive": self.exclusive, **curve, "thresholds": self.thresholds.tolist()}

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """The calibration that ``to_dict`` described."""
        curve: Scaling | Steps
        if "knots" in content:
            curve = Steps(tuple((np.array(before), np.array(after)) for before, after in content["knots"]))
        else:
            curve = Scaling(np.array(content["scale"]), np.array(content["bias"]))
        return cls(content["exclusive"], curve, np.array(content["thresholds"]))


def calibrate(
    method: CalibrationMethod,
    probabilities: FloatArray,
    labels: FloatArray,
    weights: FloatArray,
    *,
    exclusive: bool,
) -> Calibration:
    """Learn what probabilities should be; for topics also the threshold with the best F1.

    Parameters
    ----------
    method
        ``"temperature"``: a scale alone (Guo et al. 2017). ``"sigmoid"``: scale and bias (Platt 1999); for
        exclusive classes one scale and a bias a class (Alexandari et al. 2020). ``"isotonic"``: any rising
        curve, class by class (Zadrozny and Elkan 2002), which needs a thousand examples or so not to learn
        their noise. ``"none"``: leave them.
    probabilities, labels : shape (n_examples, n_classes)
        Out-of-fold probabilities, and what is true, both in [0, 1].
    weights : shape (n_examples,)
    exclusive
        Whether exactly one class is true, so that rows sum to one.
    """
    n_classes = labels.shape[1]
    if method == "none":
        curve: Scaling | Steps = no_calibration(n_classes, exclusive=exclusive).curve
    elif method == "isotonic":
        curve = _fit_steps(probabilities, labels, weights)
    else:
        curve = _fit_scaling(probabilities, labels, weights, exclusive, has_bias=method == "sigmoid")
    if exclusive:
        return Calibration(True, curve, np.zeros(0))
    calibrated = curve.apply(probabilities, exclusive)
    thresholds = [_best_threshold(calibrated[:, k], labels[:, k], weights) for k in range(n_classes)]
    return Calibration(False, curve, np.array(thresholds))


def no_calibration(n_classes: int, *, exclusive: bool) -> Calibration:
    """Leaves probabilities as they are; topics are given from one half."""
    thresholds = np.zeros(0) if exclusive else np.full(n_classes, 0.5)
    curve = Scaling(np.ones(1 if exclusive else n_classes), np.zeros(n_classes))
    return Calibration(exclusive, curve, thresholds)


def to_probabilities(logits: FloatArray, exclusive: bool) -> FloatArray:
    """A softmax of each row if classes are exclusive, else a sigmoid of each value; the same shape."""
    probabilities: FloatArray = special.softmax(logits, axis=1) if exclusive else special.expit(logits)
    return probabilities


def to_logits(probabilities: FloatArray, exclusive: bool) -> FloatArray:
    """Finite logits: what a softmax over the classes, or a sigmoid each, turns into ``probabilities``."""
    clipped = np.clip(probabilities, _SMALLEST, 1 - _SMALLEST)
    logits: FloatArray = np.log(clipped) if exclusive else special.logit(clipped)
    return logits


def _fit_scaling(
    probabilities: FloatArray, labels: FloatArray, weights: FloatArray, exclusive: bool, *, has_bias: bool
) -> Scaling:
    # Scikit-learn's own calibrators take no soft labels, which weak ones are.
    logits = to_logits(probabilities, exclusive)
    n_classes = labels.shape[1]
    if exclusive:
        scale, bias = _minimise(logits, labels, weights, n_biases=n_classes * has_bias)
        bias = bias - bias.mean() if has_bias else np.zeros(n_classes)
    else:
        fitted = [
            _minimise(logits[:, [k]], labels[:, [k]], weights, n_biases=int(has_bias))
            for k in range(n_classes)
        ]
        scale = np.concatenate([one for one, _ in fitted])
        bias = np.concatenate([one for _, one in fitted]) if has_bias else np.zeros(n_classes)
    return Scaling(scale.round(_DECIMALS), bias.round(_DECIMALS))


def _minimise(
    logits: FloatArray, labels: FloatArray, weights: FloatArray, *, n_biases: int
) -> tuple[FloatArray, FloatArray]:
    """The scale and the biases with the least log loss, held near 1 and 0 where data are few.

    One column is a topic of its own; several are exclusive classes.
    """
    # Only training needs this, which takes as long to import as all that a prediction needs of SciPy.
    from scipy import optimize  # noqa: PLC0415

    def loss(parameters: FloatArray) -> float:
        margins = np.exp(parameters[0]) * logits + (parameters[1:] if n_biases else 0.0)
        if logits.shape[1] == 1:
            likelihood = labels * -np.logaddexp(0, -margins) + (1 - labels) * -np.logaddexp(0, margins)
        else:
            likelihood = labels * special.log_softmax(margins, axis=1)
        return float(1e-3 * (parameters**2).sum() - np.average(likelihood.sum(axis=1), weights=weights))

    fitted = optimize.minimize(loss, np.zeros(1 + n_biases)).x
    return np.exp(fitted[:1]), fitted[1:]


def _fit_steps(probabilities: FloatArray, labels: FloatArray, weights: FloatArray) -> Steps:
    # Only training needs scikit-learn, which takes seconds to import.
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415

    fitted = [
        IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(column, truth, sample_weight=weights)
        for column, truth in zip(probabilities.T, labels.T, strict=True)
    ]
    return Steps(tuple((one.X_thresholds_, one.y_thresholds_) for one in fitted))


def _best_threshold(probabilities: FloatArray, labels: FloatArray, weights: FloatArray) -> float:
    """The probability from which saying yes gives the best F1; half where there is nothing to find."""
    order = np.argsort(-probabilities, kind="stable")
    found = np.cumsum((labels * weights)[order])
    if len(found) == 0 or found[-1] == 0:
        return 0.5
    said = np.cumsum(weights[order])
    f1 = 2 * found / (said + found[-1])
    # Only a place where the probability changes can be a threshold.
    ends = np.append(np.diff(probabilities[order]) != 0, True)
    return float(probabilities[order][np.argmax(np.where(ends, f1, 0))])
