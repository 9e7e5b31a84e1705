import math

import numpy as np
import pytest

from stance.labelling.analysis import analyse_functions, summarise, wilson_interval
from stance.labelling.rule_file import to_functions
from stance.records import Label, LabelledSentence
from stance.types import ABSTAIN, vote_against
from tests.labelling.garden import RULES, TAXONOMY

FUNCTIONS = to_functions(RULES, TAXONOMY, "rules").functions[:3]
A = ABSTAIN


def test_coverage_overlap_and_conflict_are_shares_of_the_examples():
    votes = np.array([[0, 0, A], [0, 1, A], [A, 1, A], [A, A, A]])
    first, second, third = summarise(FUNCTIONS, votes, np.array([0, 1, 1, 1]), 2)
    assert (first.coverage, first.overlap, first.conflict) == (0.5, 0.5, 0.25)
    assert (second.coverage, second.overlap, second.conflict) == (0.75, 0.5, 0.25)
    assert (third.n_votes, third.coverage, third.overlap, third.conflict) == (0, 0, 0, 0)


def test_accuracy_is_that_of_the_votes_given():
    votes = np.array([[0, 0, A], [0, 1, A], [A, 1, A], [A, A, A]])
    first, second, third = summarise(FUNCTIONS, votes, np.array([0, 1, 1, 1]), 2)
    assert (first.accuracy, second.accuracy) == (0.5, 1)
    assert first.low < 0.5 < first.high
    assert math.isnan(third.accuracy)
    assert math.isnan(third.low)


def test_a_vote_against_a_label_is_right_and_in_agreement_with_every_other():
    votes = np.array([[vote_against(0), 1, A], [vote_against(0), 0, A]])
    first, _, _ = summarise(FUNCTIONS, votes, np.array([2, 0]), 3)
    assert (first.accuracy, first.overlap, first.conflict) == (0.5, 1, 0.5)


def test_stance_functions_are_judged_on_sentences_that_have_the_topic():
    gold = [
        LabelledSentence("a", 0, "DDT is good.", (Label("pesticide", "pro"),), "gold"),
        LabelledSentence("a", 1, "DDT does harm.", (Label("pesticide", "pro"),), "gold"),
        LabelledSentence("a", 2, "Good weather.", (), "gold"),
    ]
    found = {s.name: s for s in analyse_functions(to_functions(RULES, TAXONOMY, "rules"), gold, TAXONOMY)}
    assert list(found) == ["poison_named", "poison_sprayed", "fiction", "praise", "blame", "doubt", "heap"]
    assert (found["poison_named"].n_votes, found["poison_named"].accuracy) == (2, 1)
    assert (found["praise"].n_votes, found["praise"].coverage, found["praise"].accuracy) == (1, 0.5, 1)
    assert found["blame"].accuracy == 0


@pytest.mark.parametrize(
    ("n_right", "n_votes", "low", "high"), [(8, 10, 0.4902, 0.9433), (0, 5, 0, 0.4345), (5, 5, 0.5655, 1)]
)
def test_the_interval_is_wilsons(n_right, n_votes, low, high):
    assert wilson_interval(n_right, n_votes) == pytest.approx((low, high), abs=1e-4)
