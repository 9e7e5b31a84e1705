"""Finds holders by a linear score of every span of a sentence."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from pydantic import Field
from scipy.optimize import minimize

from stance.errors import DataError
from stance.holders.base import HolderFinder
from stance.holders.features import N_FEATURES, find_features
from stance.holders.spans import (
    AUTHOR_SPAN,
    UNKNOWN_SPAN,
    WORDS_SPAN,
    Spans,
    Tokens,
    find_firsts,
    find_spans,
    read_tokens,
)
from stance.records import AUTHOR, UNKNOWN, Examples
from stance.types import FloatArray, IntArray

_WEIGHTS = "weights.npz"
_SMALLEST, _STEP = 0.1, 1 / 64
"""Of the weights that are kept. In cross-validation on the seeds they found as many holders as all weights in
full, in a tenth of the size. Multiples of a power of two have exact sums: no answer depends on its batch."""
_BATCH = 200  # sentences, at some 50 kB each; 1,000 are no faster


class LinearFinder(HolderFinder):
    """Takes the span with the highest score: the sum of the weights of what is seen of it and around it.

    It is a conditional logit (McFadden 1974): a span's probability is the softmax of its score over the spans
    of its sentence, and the weights make the holders of the training labels probable. Labels whose holder is
    no span, being too long, teach nothing.

    Parameters
    ----------
    C
        Inverse strength of the penalty on the squares of the weights, as in scikit-learn.
    max_iter
        Steps of the optimiser at most.
    """

    weights_: FloatArray

    def __init__(
        self,
        *,
        C: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0,
        max_iter: Annotated[int, Field(ge=1)] = 60,
    ) -> None:
        self.C = C
        self.max_iter = max_iter

    def fit(
        self,
        examples: Examples,
        stances: Sequence[str],
        holders: Sequence[str],
        generator: np.random.Generator,
    ) -> Self:
        tokens = read_tokens(examples.texts)
        spans = find_spans(tokens)
        answers = _read_answers(examples.texts, tokens, spans)
        owners = spans.owners.tolist()
        is_right = np.array([answer == holders[owner] for answer, owner in zip(answers, owners, strict=True)])
        is_right[(spans.kinds == WORDS_SPAN) & np.isin(answers, (AUTHOR, UNKNOWN))] = False  # a mere word
        n_right = np.bincount(spans.owners, weights=is_right, minlength=len(examples))
        if not n_right.any():
            raise DataError(
                "found no gold label whose holder stands in its sentence, to learn holders from; label some, "
                "or leave the holder block out of the config"
            )
        # a name that stands in a sentence twice is right in either place
        truth = is_right / np.maximum(n_right, 1)[spans.owners]
        teaches = (n_right > 0)[spans.owners]
        features = find_features(tokens, spans, examples.targets, stances)
        firsts = find_firsts(spans.owners)
        weights = np.zeros(N_FEATURES)
        seen = np.flatnonzero(features.weigh(np.ones(len(answers))))

        def cost(of_seen: FloatArray) -> tuple[float, FloatArray]:
            weights[seen] = of_seen
            log_probabilities = _log_softmax(features.score(weights), firsts)
            residuals = np.where(teaches, np.exp(log_probabilities) - truth, 0.0)
            loss = 0.5 * of_seen @ of_seen - self.C * truth @ log_probabilities
            return float(loss), of_seen + self.C * features.weigh(residuals)[seen]

        options = {"maxiter": self.max_iter}
        found = minimize(cost, np.zeros(len(seen)), jac=True, method="L-BFGS-B", options=options)
        rounded = np.round(found.x / _STEP) * _STEP
        weights[seen] = np.where(np.abs(found.x) < _SMALLEST, 0.0, rounded).astype(np.float16)
        self.weights_ = weights
        return self

    def find(self, examples: Examples, stances: Sequence[str]) -> list[str]:
        holders: list[str] = []
        for start in range(0, len(examples), _BATCH):
            batch = range(start, min(start + _BATCH, len(examples)))
            holders += self._find(examples.take(batch), stances[batch.start : batch.stop])
        return holders

    def _find(self, examples: Examples, stances: Sequence[str]) -> list[str]:
        tokens = read_tokens(examples.texts)
        spans = find_spans(tokens)
        features = find_features(tokens, spans, examples.targets, stances)
        best = np.lexsort((-features.score(self.weights_), spans.owners))[find_firsts(spans.owners)]
        return _read_answers(examples.texts, tokens, spans.take(best))

    def save(self, folder: Path) -> None:
        kept = np.flatnonzero(self.weights_)
        steps = np.diff(kept, prepend=0).astype(np.uint32)  # half the size of the numbers themselves
        np.savez_compressed(folder / _WEIGHTS, steps=steps, weights=self.weights_[kept].astype(np.float16))

    @classmethod
    def load(cls, folder: Path) -> Self:
        finder = cls()
        finder.weights_ = np.zeros(N_FEATURES)
        with np.load(folder / _WEIGHTS, allow_pickle=False) as arrays:
            finder.weights_[np.cumsum(arrays["steps"])] = arrays["weights"]
        return finder


def _log_softmax(scores: FloatArray, firsts: IntArray) -> FloatArray:
    """Logarithms of the softmax over the scores of each owner."""
    sizes = np.diff(np.append(firsts, len(scores)))
    shifted = scores - np.repeat(np.maximum.reduceat(scores, firsts), sizes)
    normalised: FloatArray = shifted - np.repeat(np.log(np.add.reduceat(np.exp(shifted), firsts)), sizes)
    return normalised


def _read_answers(texts: Sequence[str], tokens: Tokens, spans: Spans) -> list[str]:
    """What each span stands for."""
    special = {AUTHOR_SPAN: AUTHOR, UNKNOWN_SPAN: UNKNOWN}
    starts, ends = tokens.starts[spans.firsts].tolist(), tokens.ends[spans.lasts].tolist()
    rows = zip(spans.kinds.tolist(), spans.owners.tolist(), starts, ends, strict=True)
    return [special.get(kind) or texts[owner][start:end] for kind, owner, start, end in rows]
