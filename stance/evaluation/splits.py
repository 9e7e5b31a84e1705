"""Cuts labelled sentences into what is learned from and what is tested on, without cutting a group in two."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from stance.errors import DataError
from stance.evaluation.groups import NO_CLUSTER, Ties, number_groups
from stance.phrases import count_of
from stance.types import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Split:
    """Row numbers of the sentences in each part, ascending."""

    train: IntArray
    test: IntArray

    @classmethod
    def by(cls, is_test: BoolArray) -> Self:
        """Test where ``is_test``, shape (n_sentences,), else train."""
        return cls(train=np.flatnonzero(~is_test), test=np.flatnonzero(is_test))


def split_groups(groups: IntArray, presence: BoolArray, *, test: float, seed: int = 0) -> Split:
    """Hold out a test part, each group whole on one side.

    Parameters
    ----------
    groups : shape (n_sentences,)
        Group of each sentence, from ``find_groups``.
    presence : shape (n_sentences, n_labels)
        Which labels each sentence has; their shares are kept alike in all parts as far as groups allow.
    test
        Share of the sentences wanted in the test part, in (0, 1).
    seed
        Shuffles groups of like size, which decides what falls where.

    Raises
    ------
    DataError
        If there are too few groups to fill both parts.
    """
    if not 0 < test < 1:
        raise ValueError(f"test must be a share between 0 and 1, found {test!r}")
    return Split.by(_assign(groups, presence, np.array([1 - test, test]), seed) == 1)


def fold_groups(groups: IntArray, presence: BoolArray, *, n_folds: int = 5, seed: int = 0) -> list[Split]:
    """Cut into folds for cross-validation: each fold is ``test`` once, the others are ``train``.

    Parameters and errors are those of ``split_groups``.
    """
    if n_folds < 2:
        raise ValueError(f"n_folds must be 2 or more, found {n_folds!r}")
    return _to_folds(_assign(groups, presence, np.full(n_folds, 1 / n_folds), seed))


def fold_each(groups: IntArray) -> list[Split]:
    """Cut into as many folds as there are groups, each ``test`` once: leave one group out."""
    return _to_folds(np.unique(groups, return_inverse=True)[1])


def fold_periods(groups: IntArray, dates: Sequence[str], *, n_folds: int = 5) -> list[Split]:
    """Cut into folds that follow each other in time, with about as many sentences in each.

    A group lies where its first date does.

    Parameters
    ----------
    dates
        In ISO 8601, one a sentence.

    Raises
    ------
    DataError
        If there are fewer groups than folds.
    """
    ranks = number_groups(dates)
    first = np.full(int(groups.max()) + 1, len(ranks))
    np.minimum.at(first, groups, ranks)
    order = np.argsort(first, kind="stable")
    n_before = np.cumsum(np.bincount(groups)[order]) - 1
    fold_of_group = np.empty(len(first), dtype=np.int64)
    fold_of_group[order] = n_before * n_folds // len(groups)
    folds = _to_folds(fold_of_group[groups])
    if len(folds) < n_folds:
        raise DataError(
            f"{count_of(len(first), 'group')} of articles cannot fill {n_folds} periods; ask for fewer folds"
        )
    return folds


def find_cut(dates: Sequence[str], *, test: float) -> str:
    """The first date of a test part that holds about the latest ``test`` of the sentences.

    Raises
    ------
    DataError
        If all dates are the same.
    """
    days = sorted(set(dates))
    if len(days) < 2:
        raise DataError(f"every sentence has the date {days[0]!r}, so there is no before and after")
    share_from = 1 - np.cumsum(np.bincount(number_groups(dates)))[:-1] / len(dates)
    return days[1 + int(np.argmin(np.abs(share_from - test)))]


def keep_apart(split: Split, ties: Ties) -> Split:
    """Take out of ``train`` whatever is tied to the test part; it is then in no part.

    Where whole groups are held out this changes nothing. Where outlets, events, topics or a time are held
    out, copies of what they hold may stand elsewhere.
    """
    tied = np.zeros(len(split.train), dtype=np.bool_)
    for clusters in ties.columns:
        asked = np.setdiff1d(clusters[split.test], [NO_CLUSTER])
        tied |= np.isin(clusters[split.train], asked)
    return replace(split, train=split.train[~tied])


def _to_folds(fold_of: IntArray) -> list[Split]:
    return [Split.by(fold_of == fold) for fold in np.unique(fold_of)]


def _assign(groups: IntArray, presence: BoolArray, shares: FloatArray, seed: int) -> IntArray:
    """Give each group to the part that most lacks what it holds, larger groups first.

    A greedy form of iterative stratification (Sechidis et al. 2011), with whole groups for items. Rare
    labels weigh as much as frequent ones, since everything is counted in shares of its total. The order is
    shuffled within a factor of two, so that seeds give different splits.
    """
    holdings = _share_held(groups, presence)
    order = np.argsort(-holdings.sum(1) * np.random.default_rng(seed).uniform(0.5, 1, len(holdings)))
    lacking = np.tile(shares[:, None], holdings.shape[1])
    part_of_group = np.empty(len(holdings), dtype=np.int64)
    for group in order:
        part = int(np.argmax(lacking @ holdings[group]))
        lacking[part] -= holdings[group]
        part_of_group[group] = part
    if len(np.unique(part_of_group)) < len(shares):
        raise DataError(
            f"{count_of(len(holdings), 'group')} of articles cannot fill {len(shares)} parts with shares "
            f"{[round(float(share), 2) for share in shares]}; label more articles or ask for fewer parts"
        )
    return part_of_group[groups]


def _share_held(groups: IntArray, presence: BoolArray) -> FloatArray:
    """Each group's share of all sentences and of each label, shape (n_groups, 1 + n_labels)."""
    columns = np.column_stack([np.ones(len(groups)), presence])
    held = np.zeros((int(groups.max()) + 1, columns.shape[1]))
    np.add.at(held, groups, columns)
    shares: FloatArray = held / np.maximum(held.sum(0), 1)
    return shares
