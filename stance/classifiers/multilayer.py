"""A perceptron with one hidden layer on dense features with soft labels.

Needs torch, which only training imports.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from stance.classifiers.logistic import ClassWeight
from stance.types import FloatArray

Layer = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Coefficients, shape (n_inputs, n_outputs), and intercepts."""

# Chosen on MiniLM's vectors of the seed corpus, on three splits by article; 10 to 30 epochs, and 64 to 256
# hidden units, do about the same.
_EPOCHS, _BATCH, _LEARNING_RATE, _WEIGHT_DECAY, _DROPOUT = 15, 64, 1e-3, 0.01, 0.5


def fit_multilayer(
    features: NDArray[np.float32],
    labels: FloatArray,
    weights: FloatArray,
    generator: np.random.Generator,
    *,
    n_hidden: int,
    class_weight: ClassWeight,
    exclusive: bool,
) -> tuple[Layer, Layer]:
    """Learn two layers with a ReLU between.

    Parameters
    ----------
    features : shape (n_examples, n_features), of about unit variance
    labels : shape (n_examples, n_classes), in [0, 1]

    Returns
    -------
    Layer, Layer
        What the second gives are logits: of a softmax if ``exclusive``, else of a sigmoid each. A class
        without an example is never chosen.
    """
    inputs, truth, counts = (
        torch.from_numpy(array.astype(np.float32)) for array in (features, labels, weights / weights.mean())
    )
    totals = (weights[:, None] * labels).sum(axis=0)
    balance = torch.from_numpy(_balance(totals, weights.sum(), class_weight, exclusive).astype(np.float32))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(generator.integers(2**31)))
        first = torch.nn.Linear(features.shape[1], n_hidden)
        second = torch.nn.Linear(n_hidden, labels.shape[1])
        optimizer = torch.optim.AdamW(
            [*first.parameters(), *second.parameters()], lr=_LEARNING_RATE, weight_decay=_WEIGHT_DECAY
        )
        for _ in range(_EPOCHS):
            for rows in torch.randperm(len(inputs)).split(_BATCH):
                hidden = functional.relu(first(functional.dropout(inputs[rows], _DROPOUT)))
                logits = second(functional.dropout(hidden, _DROPOUT))
                optimizer.zero_grad()
                (_losses(logits, truth[rows], balance, exclusive) * counts[rows]).mean().backward()
                optimizer.step()
    unseen = totals == 0
    coefficients, intercepts = _to_layer(second)
    coefficients[:, unseen], intercepts[unseen] = 0, -30
    return _to_layer(first), (coefficients, intercepts)


def _losses(
    logits: torch.Tensor, truth: torch.Tensor, balance: torch.Tensor, exclusive: bool
) -> torch.Tensor:
    """Cross-entropy of each row: of a softmax, or the mean of a sigmoid each."""
    if exclusive:
        return -(balance * truth * functional.log_softmax(logits, dim=1)).sum(dim=1)
    return functional.binary_cross_entropy_with_logits(
        logits, truth, pos_weight=balance, reduction="none"
    ).mean(dim=1)


def _balance(totals: FloatArray, total: float, class_weight: ClassWeight, exclusive: bool) -> FloatArray:
    """How much each class counts: as much as any other, or as much as all that is not it."""
    if class_weight is None:
        return np.ones(len(totals))
    safe = np.where(totals > 0, totals, total)
    if exclusive:
        return total / (np.count_nonzero(totals) * safe)
    return np.maximum(total - totals, 1e-3 * total) / safe  # a class that is always true is learned, too


def _to_layer(linear: torch.nn.Linear) -> Layer:
    return linear.weight.detach().numpy().T.copy(), linear.bias.detach().numpy().copy()
