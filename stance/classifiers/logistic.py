"""Logistic regression with soft labels; scikit-learn does the work.

Apart from the classifiers that use it, so that prediction does not import scikit-learn.
"""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score
from sklearn.model_selection import GroupKFold

from stance.types import FloatArray, IntArray

ClassWeight = Literal["balanced"] | None
Features: TypeAlias = sparse.csr_array | NDArray[np.floating[Any]]


def fit_logistic(
    features: Features,
    labels: FloatArray,
    weights: FloatArray,
    *,
    C: float,
    class_weight: ClassWeight,
    exclusive: bool,
) -> tuple[FloatArray, FloatArray]:
    """Coefficients and intercepts of a multinomial model, or of one binary model a class.

    Parameters
    ----------
    features : shape (n_examples, n_features)
    labels : shape (n_examples, n_classes), in [0, 1]
        A soft label counts as several examples, each with its share of the weight.

    Returns
    -------
    shapes (n_features, n_classes) and (n_classes,)
        ``features @ coefficients + intercepts`` are logits: of a softmax if ``exclusive``, else of a sigmoid
        each.
    """
    if exclusive:
        return _fit(features, labels, weights, C, class_weight)
    coefficients, intercepts = [], []
    for label in labels.T:
        both = np.stack([1 - label, label], axis=1)
        slopes, offsets = _fit(features, both, weights, C, class_weight)
        coefficients.append(slopes[:, 1] - slopes[:, 0])
        intercepts.append(offsets[1] - offsets[0])
    return np.stack(coefficients, axis=1), np.array(intercepts)


def choose_c(
    features: Features,
    labels: FloatArray,
    weights: FloatArray,
    groups: IntArray,
    candidates: Sequence[float],
    *,
    folds: int,
    class_weight: ClassWeight,
    exclusive: bool,
) -> float:
    """The candidate with the best score over grouped folds: macro F1, or mean average precision.

    The first of the best; the first of all where it is the only one, or groups are too few to fold.
    """
    n_groups = len(np.unique(groups))
    if len(candidates) == 1 or n_groups < folds:
        return candidates[0]
    splits = list(GroupKFold(folds).split(features, groups=groups))
    scores = []
    for C in candidates:
        logits = np.zeros_like(labels)
        for train, test in splits:
            coefficients, intercepts = fit_logistic(
                features[train],
                labels[train],
                weights[train],
                C=C,
                class_weight=class_weight,
                exclusive=exclusive,
            )
            logits[test] = features[test] @ coefficients + intercepts
        scores.append(score_logits(logits, labels, exclusive))
    return candidates[int(np.argmax(scores))]


def _fit(
    features: Features,
    labels: FloatArray,
    weights: FloatArray,
    C: float,
    class_weight: ClassWeight,
) -> tuple[FloatArray, FloatArray]:
    rows, classes = np.nonzero(labels)
    shares = labels[rows, classes] * weights[rows]
    totals = np.bincount(classes, weights=shares, minlength=labels.shape[1])
    if class_weight == "balanced":
        shares = shares * (shares.sum() / (np.count_nonzero(totals) * totals[classes]))
    seen = np.flatnonzero(totals)
    coefficients = np.zeros((features.shape[1], labels.shape[1]))
    intercepts = np.where(totals > 0, 0.0, -30.0)  # a class without an example is never chosen
    if len(seen) > 1:
        model = LogisticRegression(C=C, max_iter=1000)
        model.fit(features[rows], classes, sample_weight=shares)
        # With two classes, scikit-learn has one logit: that of the second.
        learned = seen if len(seen) > 2 else seen[1:]
        coefficients[:, learned] = model.coef_.T
        intercepts[learned] = model.intercept_
    return coefficients, intercepts


def score_logits(logits: FloatArray, labels: FloatArray, exclusive: bool) -> float:
    """Macro F1 of exclusive classes, else mean average precision, which needs no threshold.

    Zero where no class occurs.
    """
    if exclusive:
        return float(f1_score(labels.argmax(axis=1), logits.argmax(axis=1), average="macro"))
    probabilities = special.expit(logits)
    hard = labels >= 0.5
    present = hard.any(axis=0)
    if not present.any():
        return 0.0
    return float(average_precision_score(hard[:, present], probabilities[:, present], average="macro"))
