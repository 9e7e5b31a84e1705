import numpy as np
import pytest

from stance.labelling.votes import check_votes, is_unlabelled, normalise, supports
from stance.types import ABSTAIN, vote_against


def test_an_unknown_vote_is_named_with_what_was_expected():
    with pytest.raises(ValueError, match=r"unknown vote 3; with 3 labels expected 0 to 2, -1 to abstain"):
        check_votes(np.array([[0, 3]]), 3)
    with pytest.raises(ValueError, match="unknown vote -5"):
        check_votes(np.array([[vote_against(3)]]), 3)


def test_votes_that_are_no_integer_matrix_are_refused():
    with pytest.raises(ValueError, match=r"found float64 of shape \(1, 1\)"):
        check_votes(np.array([[0.5]]), 2)
    with pytest.raises(ValueError, match=r"of shape \(2,\)"):
        check_votes(np.array([0, 1]), 2)


def test_a_vote_against_a_label_supports_every_other():
    support = supports(np.array([[1, ABSTAIN, vote_against(1)]]), 3)
    assert support.tolist() == [[[False, True, False], [False] * 3, [True, False, True]]]


def test_only_a_row_of_abstentions_is_unlabelled():
    votes = np.array([[ABSTAIN, ABSTAIN], [ABSTAIN, vote_against(0)], [0, ABSTAIN]])
    assert is_unlabelled(votes).tolist() == [True, False, False]


def test_a_row_of_zeros_becomes_uniform():
    assert normalise(np.array([[0.0, 0.0], [1.0, 3.0]])).tolist() == [[0.5, 0.5], [0.25, 0.75]]
