"""Label models: what the votes of all labelling functions together say, as probabilities."""

from abc import ABC, abstractmethod
from typing import ClassVar, Self

import numpy as np

from stance.labelling.votes import check_votes, is_unlabelled, normalise, supports
from stance.phrases import count_of
from stance.types import ABSTAIN, FloatArray, IntArray

LOG_NEVER = -1e6
"""Stands for the logarithm of zero where infinity would make 0 * log(0) undefined."""


class LabelModel(ABC):
    """The contract: learn from votes without gold labels, then turn votes into probabilities.

    Votes have the shape (n_examples, n_functions) and the codes of ``stance.types``. Whatever a model
    learns, the order of the functions does not matter and a row on which all abstain is uniform.
    ``learns`` is false for a model whose ``fit`` needs no votes, so that a caller need not gather them.
    """

    learns: ClassVar[bool] = True

    def fit(self, votes: IntArray, n_labels: int, *, class_balance: FloatArray | None = None) -> Self:
        """Learn from the votes on a collection.

        Parameters
        ----------
        class_balance : shape (n_labels,)
            Share of each label where it is known, as from a small gold sample; summing to one.

        Raises
        ------
        ValueError
            If a vote is not one of ``n_labels`` labels, or the class balance is none.
        """
        votes = check_votes(votes, n_labels)
        if class_balance is not None:
            class_balance = np.asarray(class_balance, dtype=float)
            fits = class_balance.shape == (n_labels,) and (class_balance >= 0).all()
            if not fits or not np.isclose(class_balance.sum(), 1):
                raise ValueError(
                    f"class_balance must be {n_labels} shares that sum to one, found {class_balance}"
                )
        self.n_labels_ = n_labels
        self._learn(votes, class_balance)
        return self

    def predict_proba(self, votes: IntArray) -> FloatArray:
        """Label probabilities of shape (n_examples, n_labels); rows sum to one."""
        if not hasattr(self, "n_labels_"):
            raise ValueError(f"{type(self).__name__} is not fitted; call fit first")
        return self._combine(check_votes(votes, self.n_labels_))

    def _learn(self, votes: IntArray, class_balance: FloatArray | None) -> None:
        """Set what ``_combine`` reads beside ``n_labels_``."""
        return

    @abstractmethod
    def _combine(self, votes: IntArray) -> FloatArray:
        """Probabilities of checked votes."""


class MajorityVote(LabelModel):
    """The share of the votes that each label received.

    A vote against a label is shared equally by all others.
    """

    learns = False

    def _combine(self, votes: IntArray) -> FloatArray:
        return normalise(count_votes(votes, self.n_labels_))


class WeightedMajorityVote(LabelModel):
    """The share of the votes, each weighing as much as its label is frequent.

    The weights are the class balance; where none is given, that of the majority vote on the fitted rows.
    """

    def _learn(self, votes: IntArray, class_balance: FloatArray | None) -> None:
        if class_balance is None:
            voted = votes[~is_unlabelled(votes)]
            share = normalise(count_votes(voted, self.n_labels_)).sum(axis=0, keepdims=True)
            class_balance = normalise(share)[0]
        self.class_balance_ = class_balance

    def _combine(self, votes: IntArray) -> FloatArray:
        counts = count_votes(votes, self.n_labels_)
        weighted = counts * self.class_balance_
        known = weighted.sum(axis=1, keepdims=True) > 0
        return normalise(np.where(known, weighted, counts))


_MAX_ROUNDS, _TOLERANCE = 10_000, 1e-5
"""Of expectation-maximisation: it ends when the summed change of all parameters is below the tolerance."""


class DawidSkene(LabelModel):
    """Each function has its own table of errors, learned by expectation-maximisation.

    To abstain, or to vote against a label, is one of the things a function may do given the true label, so
    that silence is evidence too. The first guess is the majority vote (Dawid and Skene, 1979, "Maximum
    likelihood estimation of observer error-rates using the EM algorithm").

    Parameters
    ----------
    smoothing
        Added to each count of an error table, for the votes that a function does give.
    voted_only
        Keep probability off labels that no vote of the row supports, and leave rows on which all abstain
        uniform. Without it the error tables have the last word, as in the reference figures of WRENCH
        (Zhang et al., 2021).

    Attributes
    ----------
    class_balance_ : shape (n_labels,)
    error_tables_ : shape (n_functions, n_labels, 2 * n_labels + 1)
        Probability of what a function does given the true label. Entry ``1 + vote`` is for the vote of a
        label, 0 for abstaining, and ``-1 - label`` (from the end) for the vote against a label.
    """

    def __init__(self, *, smoothing: float = 0.1, voted_only: bool = True) -> None:
        self.smoothing = smoothing
        self.voted_only = voted_only

    def _learn(self, votes: IntArray, class_balance: FloatArray | None) -> None:
        seen = self._one_hot(votes)
        posterior = normalise(count_votes(votes, self.n_labels_))
        before = None
        for _ in range(_MAX_ROUNDS):
            self.class_balance_ = self._balance(posterior) if class_balance is None else class_balance
            self.error_tables_ = self._error_tables(posterior, seen)
            parameters = np.concatenate([self.class_balance_, self.error_tables_.ravel()])
            if before is not None and np.abs(parameters - before).sum() < _TOLERANCE:
                break
            before = parameters
            posterior = self._posterior(seen)

    def _combine(self, votes: IntArray) -> FloatArray:
        if votes.shape[1] != len(self.error_tables_):
            raise ValueError(
                f"fitted on {count_of(len(self.error_tables_), 'function')}, found votes of {votes.shape[1]}"
            )
        if not self.voted_only:
            return self._posterior(self._one_hot(votes))
        counts = count_votes(votes, self.n_labels_)
        probabilities = self._posterior(self._one_hot(votes)) * (counts > 0)
        impossible = probabilities.sum(axis=1, keepdims=True) == 0
        return normalise(np.where(impossible, counts, probabilities))

    def _one_hot(self, votes: IntArray) -> FloatArray:
        """What each function did, shape (n_examples, n_functions, 2 * n_labels + 1)."""
        n_acts = 2 * self.n_labels_ + 1
        return np.asarray(np.eye(n_acts)[votes + 1])

    def _balance(self, posterior: FloatArray) -> FloatArray:
        balance: FloatArray = normalise(posterior.sum(axis=0, keepdims=True))[0]
        return balance

    def _error_tables(self, posterior: FloatArray, seen: FloatArray) -> FloatArray:
        given = seen.sum(axis=0) > 0
        counts = np.einsum("ek,efa->fka", posterior, seen, optimize=True) + self.smoothing * given[:, None]
        totals = counts.sum(axis=2, keepdims=True)
        tables: FloatArray = np.zeros_like(counts)
        np.divide(counts, totals, out=tables, where=totals > 0)
        return tables

    def _posterior(self, seen: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore"):
            log_errors = np.maximum(np.log(self.error_tables_), LOG_NEVER)
            log_balance = np.maximum(np.log(self.class_balance_), LOG_NEVER)
        scores = log_balance + np.tensordot(seen, log_errors, axes=((1, 2), (0, 2)))
        likelihood = np.exp(scores - scores.max(axis=1, keepdims=True))
        return normalise(likelihood * (scores > LOG_NEVER / 2))


def count_votes(votes: IntArray, n_labels: int) -> FloatArray:
    """Votes for each label, shape (n_examples, n_labels); one against a label is shared by the others."""
    support = supports(votes, n_labels)
    share = np.where(votes < ABSTAIN, 1 / max(n_labels - 1, 1), 1.0)
    return np.asarray((support * share[..., None]).sum(axis=1))
