import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.errors import DataError
from stance.evaluation.splits import Split, fold_groups, split_groups

GENERATOR = np.random.default_rng(0)
GROUPS = GENERATOR.integers(0, 60, size=900)
GROUPS = np.unique(GROUPS, return_inverse=True)[1]
PRESENCE = GENERATOR.random((900, 3)) < [0.3, 0.1, 0.04]


def test_every_sentence_is_in_one_part():
    split = split_groups(GROUPS, PRESENCE)
    assert sorted(np.concatenate([split.train, split.validation, split.test])) == list(range(900))


@given(seed=st.integers(0, 2**32 - 1))
def test_no_group_is_cut(seed):
    split = split_groups(GROUPS, PRESENCE, seed=seed)
    n_groups = [len(np.unique(GROUPS[rows])) for rows in (split.train, split.validation, split.test)]
    assert sum(n_groups) == len(np.unique(GROUPS))


@pytest.mark.parametrize("seed", range(5))
def test_parts_have_the_shares_asked_for_of_sentences_and_of_each_label(seed):
    split = split_groups(GROUPS, PRESENCE, validation=0.2, test=0.2, seed=seed)
    assert len(split.test) / 900 == pytest.approx(0.2, abs=0.04)
    assert PRESENCE[split.test].sum(0) / PRESENCE.sum(0) == pytest.approx(0.2, abs=0.08)


def test_the_seed_decides():
    assert (split_groups(GROUPS, PRESENCE, seed=4).test == split_groups(GROUPS, PRESENCE, seed=4).test).all()
    assert set(split_groups(GROUPS, PRESENCE, seed=4).test) != set(
        split_groups(GROUPS, PRESENCE, seed=5).test
    )


def test_a_part_of_share_zero_is_empty():
    split = split_groups(GROUPS, PRESENCE, validation=0)
    assert len(split.validation) == 0
    assert len(split.test) > 0


def test_too_few_groups_are_refused():
    with pytest.raises(
        DataError, match=r"2 groups of articles cannot fill 3 parts with shares \[0.7, 0.15, 0.15\]"
    ):
        split_groups(np.array([0, 0, 1]), np.zeros((3, 1), dtype=bool))


@pytest.mark.parametrize("shares", [{"validation": -0.1}, {"validation": 0.5, "test": 0.5}])
def test_shares_that_leave_nothing_to_train_are_refused(shares):
    with pytest.raises(ValueError, match="must be shares that leave some to train"):
        split_groups(GROUPS, PRESENCE, **shares)


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


def test_parts_and_rows_are_two_ways_to_say_the_same():
    parts = np.array([0, 2, 1, -1, 0])
    split = Split.from_parts(parts)
    assert split.train.tolist() == [0, 4]
    assert (split.parts(5) == parts).all()
