"""A perceptron with one hidden layer on dense features with soft labels.

Needs torch, which only training imports.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from stance.classifiers.logistic import ClassWeight
from stance.classifiers.losses import cross_entropy, weigh_classes
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
    balance = torch.from_numpy(
        weigh_classes(labels, weights, class_weight, exclusive=exclusive).astype(np.float32)
    )
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
                losses = cross_entropy(logits, truth[rows], balance, exclusive=exclusive)
                (losses * counts[rows]).mean().backward()
                optimizer.step()
    unseen = weights @ labels == 0
    coefficients, intercepts = _to_layer(second)
    coefficients[:, unseen], intercepts[unseen] = 0, -30
    return _to_layer(first), (coefficients, intercepts)


def _to_layer(linear: torch.nn.Linear) -> Layer:
    return linear.weight.detach().numpy().T.copy(), linear.bias.detach().numpy().copy()
