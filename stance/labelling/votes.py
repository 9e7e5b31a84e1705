"""Checks and readings of a vote matrix, shared by the label models and the analysis."""

import numpy as np

from stance.types import ABSTAIN, BoolArray, FloatArray, IntArray, vote_against


def check_votes(votes: IntArray, n_labels: int) -> IntArray:
    """Return ``votes`` as an integer array, or say what is wrong with it.

    Parameters
    ----------
    votes : shape (n_examples, n_functions)
        Label indices in ``[0, n_labels)``, ``ABSTAIN``, or ``vote_against(label)``.

    Raises
    ------
    ValueError
        If the array is not a matrix of integers, or holds any other code.
    """
    votes = np.asarray(votes)
    if votes.ndim != 2 or not (votes.size == 0 or np.issubdtype(votes.dtype, np.integer)):
        raise ValueError(
            "votes must be integers of shape (n_examples, n_functions), "
            f"found {votes.dtype} of shape {votes.shape}"
        )
    votes = votes.astype(np.int64)
    wrong = votes[(votes >= n_labels) | (votes < vote_against(n_labels - 1))]
    if wrong.size:
        raise ValueError(
            f"unknown vote {int(wrong[0])}; with {n_labels} labels expected 0 to {n_labels - 1}, "
            f"{ABSTAIN} to abstain, or {vote_against(0)} to {vote_against(n_labels - 1)} for 'not this label'"
        )
    return votes


def supports(votes: IntArray, n_labels: int) -> BoolArray:
    """Which labels each vote leaves possible, where it says anything at all.

    Returns
    -------
    shape (n_examples, n_functions, n_labels)
        A vote for a label supports that label, a vote against it every other one, an abstention none.
    """
    labels = np.arange(n_labels)
    vote = votes[..., None]
    against = (vote < ABSTAIN) & (vote != vote_against(0) - labels)
    return np.asarray((vote == labels) | against)


def is_unlabelled(votes: IntArray) -> BoolArray:
    """Rows on which every function abstained, shape (n_examples,)."""
    return np.asarray((votes == ABSTAIN).all(axis=1))


def normalise(weights: FloatArray) -> FloatArray:
    """Scale the rows of non-negative ``weights`` to sum to one; a row of zeros becomes uniform."""
    totals = weights.sum(axis=1, keepdims=True)
    rows = np.full_like(weights, 1 / weights.shape[1])
    np.divide(weights, totals, out=rows, where=totals > 0)
    return rows
