import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.errors import DataError
from stance.evaluation.groups import NO_CLUSTER, Ties
from stance.evaluation.splits import (
    Split,
    find_cut,
    fold_each,
    fold_groups,
    fold_periods,
    keep_apart,
    split_groups,
)

GENERATOR = np.random.default_rng(0)
GROUPS = GENERATOR.integers(0, 60, size=900)
GROUPS = np.unique(GROUPS, return_inverse=True)[1]
PRESENCE = GENERATOR.random((900, 3)) < [0.3, 0.1, 0.04]


def test_every_sentence_is_in_one_part():
    split = split_groups(GROUPS, PRESENCE, test=0.3)
    assert sorted(np.concatenate([split.train, split.test])) == list(range(900))


@given(seed=st.integers(0, 2**32 - 1))
def test_no_group_is_cut(seed):
    split = split_groups(GROUPS, PRESENCE, test=0.3, seed=seed)
    n_groups = [len(np.unique(GROUPS[rows])) for rows in (split.train, split.test)]
    assert sum(n_groups) == len(np.unique(GROUPS))


@pytest.mark.parametrize("seed", range(5))
def test_parts_have_the_shares_asked_for_of_sentences_and_of_each_label(seed):
    split = split_groups(GROUPS, PRESENCE, test=0.2, seed=seed)
    assert len(split.test) / 900 == pytest.approx(0.2, abs=0.04)
    assert PRESENCE[split.test].sum(0) / PRESENCE.sum(0) == pytest.approx(0.2, abs=0.08)


def test_the_seed_decides():
    one, again, other = (split_groups(GROUPS, PRESENCE, test=0.2, seed=seed).test for seed in (4, 4, 5))
    assert one.tolist() == again.tolist()
    assert set(one) != set(other)


def test_too_few_groups_are_refused():
    with pytest.raises(DataError, match=r"1 group of articles cannot fill 2 parts with shares \[0.7, 0.3\]"):
        split_groups(np.array([0, 0, 0]), np.zeros((3, 1), dtype=bool), test=0.3)


@pytest.mark.parametrize("test", [-0.1, 0, 1])
def test_a_share_that_leaves_a_part_empty_is_refused(test):
    with pytest.raises(ValueError, match="must be a share between 0 and 1"):
        split_groups(GROUPS, PRESENCE, test=test)


def test_each_group_is_tested_in_one_fold_and_trained_on_in_the_others():
    folds = fold_groups(GROUPS, PRESENCE, n_folds=4)
    assert sorted(np.concatenate([fold.test for fold in folds])) == list(range(900))
    for fold in folds:
        assert not set(GROUPS[fold.train]) & set(GROUPS[fold.test])
        assert len(fold.train) + len(fold.test) == 900
        assert len(fold.test) == pytest.approx(225, abs=30)


def test_one_fold_is_refused():
    with pytest.raises(ValueError, match="n_folds must be 2 or more, found 1"):
        fold_groups(GROUPS, PRESENCE, n_folds=1)


def test_each_group_is_left_out_once():
    folds = fold_each(np.array([2, 0, 0, 5, 2]))
    assert [fold.test.tolist() for fold in folds] == [[1, 2], [0, 4], [3]]
    assert folds[0].train.tolist() == [0, 3, 4]


def test_periods_follow_each_other_and_cut_no_group():
    dates = [f"20{10 + row // 45:02d}" for row in range(900)]
    groups = np.arange(900) // 9
    folds = fold_periods(groups, dates, n_folds=4)
    assert [len(fold.test) for fold in folds] == pytest.approx([225] * 4, abs=9)
    latest = [max(dates[row] for row in fold.test) for fold in folds]
    assert latest == sorted(latest)
    for fold in folds:
        assert not set(groups[fold.train]) & set(groups[fold.test])


def test_a_group_lies_where_its_first_date_does():
    folds = fold_periods(np.array([0, 0, 1, 1]), ["2024", "2001", "2002", "2003"], n_folds=2)
    assert [fold.test.tolist() for fold in folds] == [[0, 1], [2, 3]]


def test_too_few_groups_for_the_periods_are_refused():
    with pytest.raises(DataError, match="2 groups of articles cannot fill 3 periods"):
        fold_periods(np.array([0, 0, 1, 1]), ["2001"] * 4, n_folds=3)


def test_the_cut_leaves_about_the_share_asked_for_after_it():
    dates = ["2020"] * 5 + ["2021-02"] * 3 + ["2021-10-01", "2022"]
    assert find_cut(dates, test=0.2) == "2021-10-01"
    assert find_cut(dates, test=0.45) == "2021-02"
    assert find_cut(dates, test=0.01) == "2022"
    with pytest.raises(DataError, match="every sentence has the date '2020'"):
        find_cut(dates[:5], test=0.2)


def test_what_is_tied_to_the_test_part_is_not_learned_from():
    ties = Ties(
        ["a", "a", "b", "c", "d", "e"],
        np.array([0, 0, 1, 2, 2, 3]),
        np.array([7, NO_CLUSTER, 7, 8, 9, NO_CLUSTER]),
    )
    split = Split.by(np.arange(6) == 0)
    kept = keep_apart(split, ties)
    assert kept.train.tolist() == [3, 4, 5]  # not the rest of a, and not the copy in b
    assert kept.test.tolist() == [0]
    assert keep_apart(Split.by(np.arange(6) == 3), ties).train.tolist() == [0, 1, 2, 5]
