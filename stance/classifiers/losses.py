"""What networks minimise: cross-entropy, of classes that may count unlike each other.

Needs torch, which only training imports.
"""

import numpy as np
import torch
from torch.nn import functional

from stance.classifiers.logistic import ClassWeight
from stance.types import FloatArray


def cross_entropy(
    logits: torch.Tensor, truth: torch.Tensor, balance: torch.Tensor, *, exclusive: bool
) -> torch.Tensor:
    """Cross-entropy of each row: of a softmax if classes are exclusive, else the mean of a sigmoid each.

    Parameters
    ----------
    logits, truth : shape (n_rows, n_classes)
        Truth may be soft: in [0, 1].
    balance : shape (n_classes,)
        From ``weigh_classes``.
    """
    if exclusive:
        return -(balance * truth * functional.log_softmax(logits, dim=1)).sum(dim=1)
    return functional.binary_cross_entropy_with_logits(
        logits, truth, pos_weight=balance, reduction="none"
    ).mean(dim=1)


def weigh_classes(
    labels: FloatArray, weights: FloatArray, class_weight: ClassWeight, *, exclusive: bool
) -> FloatArray:
    """How much each class counts: balanced, as much as any other, or as much as all that is not it.

    Parameters
    ----------
    labels : shape (n_examples, n_classes), in [0, 1]
    weights : shape (n_examples,)
    """
    if class_weight is None:
        return np.ones(labels.shape[1])
    totals, total = weights @ labels, weights.sum()
    others = np.maximum(total - totals, 1e-3 * total)  # a class that is always true is learned, too
    counterweight = total / np.count_nonzero(totals) if exclusive else others
    balance: FloatArray = counterweight / np.where(totals > 0, totals, total)
    return balance
