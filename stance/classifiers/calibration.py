"""Makes probabilities mean what they say, and sets thresholds; learned on folds that training did not see."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy import optimize, special

from stance.types import FloatArray

_DECIMALS = 3  # what an optimiser leaves beyond depends on the number of threads, and says nothing
_SMALLEST = 1e-6  # probabilities are kept this far from 0 and 1, so that their logits are finite


@dataclass(frozen=True)
class Calibration:
    """Calibrated logits are ``scale * logit + bias``; per class for topics, one scale for stances.

    ``thresholds`` (topics only) are the calibrated probabilities from which a topic is given.
    """

    exclusive: bool
    scale: FloatArray
    bias: FloatArray
    thresholds: FloatArray

    def apply(self, probabilities: FloatArray) -> FloatArray:
        """Calibrated probabilities, shape (n_examples, n_classes)."""
        logits = self.scale * to_logits(probabilities, self.exclusive) + self.bias
        calibrated: FloatArray = special.softmax(logits, axis=1) if self.exclusive else special.expit(logits)
        return calibrated

    def to_dict(self) -> dict[str, Any]:
        """Plain containers for JSON."""
        return {
            "exclusive": self.exclusive,
            "scale": self.scale.tolist(),
            "bias": self.bias.tolist(),
            "thresholds": self.thresholds.tolist(),
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """The calibration that ``to_dict`` described."""
        arrays = {name: np.array(content[name]) for name in ("scale", "bias", "thresholds")}
        return cls(exclusive=content["exclusive"], **arrays)


def calibrate_topics(probabilities: FloatArray, labels: FloatArray, weights: FloatArray) -> Calibration:
    """Platt scaling (Platt 1999) class by class, then the threshold with the best F1.

    Parameters
    ----------
    probabilities, labels : shape (n_examples, n_classes)
        Out-of-fold probabilities, and what is true, both in [0, 1].
    weights : shape (n_examples,)
    """
    logits = to_logits(probabilities, exclusive=False)
    n_classes = labels.shape[1]
    fitted = np.array([_fit_platt(logits[:, k], labels[:, k], weights) for k in range(n_classes)])
    scale, bias = fitted.round(_DECIMALS).T
    calibration = Calibration(False, scale, bias, np.full(n_classes, 0.5))
    calibrated = calibration.apply(probabilities)
    thresholds = [_best_threshold(calibrated[:, k], labels[:, k], weights) for k in range(n_classes)]
    return Calibration(False, calibration.scale, calibration.bias, np.array(thresholds))


def calibrate_stances(probabilities: FloatArray, labels: FloatArray, weights: FloatArray) -> Calibration:
    """Temperature scaling with a bias a class (Guo et al. 2017; Alexandari et al. 2020).

    Parameters are those of ``calibrate_topics``; rows of ``labels`` sum to one.
    """
    logits = to_logits(probabilities, exclusive=True)

    def loss(parameters: FloatArray) -> float:
        log_probabilities = special.log_softmax(np.exp(parameters[0]) * logits + parameters[1:], axis=1)
        likelihood = np.average((labels * log_probabilities).sum(axis=1), weights=weights)
        return float(1e-3 * (parameters**2).sum() - likelihood)

    fitted = optimize.minimize(loss, np.zeros(1 + labels.shape[1])).x
    bias = fitted[1:] - fitted[1:].mean()
    return Calibration(True, np.exp(fitted[:1]).round(_DECIMALS), bias.round(_DECIMALS), np.zeros(0))


def no_calibration(n_classes: int, *, exclusive: bool) -> Calibration:
    """Leaves probabilities as they are; topics are given from one half."""
    thresholds = np.zeros(0) if exclusive else np.full(n_classes, 0.5)
    return Calibration(exclusive, np.ones(1 if exclusive else n_classes), np.zeros(n_classes), thresholds)


def to_logits(probabilities: FloatArray, exclusive: bool) -> FloatArray:
    """Finite logits: what a softmax over the classes, or a sigmoid each, turns into ``probabilities``."""
    clipped = np.clip(probabilities, _SMALLEST, 1 - _SMALLEST)
    logits: FloatArray = np.log(clipped) if exclusive else special.logit(clipped)
    return logits


def _fit_platt(logits: FloatArray, labels: FloatArray, weights: FloatArray) -> FloatArray:
    def loss(parameters: FloatArray) -> float:
        margin = np.exp(parameters[0]) * logits + parameters[1]
        likelihood = labels * -np.logaddexp(0, -margin) + (1 - labels) * -np.logaddexp(0, margin)
        return float(1e-3 * (parameters**2).sum() - np.average(likelihood, weights=weights))

    scale, bias = optimize.minimize(loss, np.zeros(2)).x
    return np.array([np.exp(scale), bias])


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
