import numpy as np
import pytest

from stance.errors import DataError
from stance.evaluation.evaluation import evaluate_labels
from stance.evaluation.outcomes import Outcomes
from tests.evaluation.examples import TOWN, labelled

GOLD = [
    labelled("a", 0, trams="pro"),
    labelled("a", 1, parks="open"),
    labelled("b", 0),
    labelled("c", 0, trams="open"),
]
ANSWERS = [labelled("a", 0, trams="contra"), *GOLD[1:3], labelled("c", 0, trams="open", parks="pro")]


def outcomes(gold, predicted):
    return evaluate_labels(gold, predicted, TOWN, name="x", n_resamples=10).outcomes


def test_a_sentence_is_right_if_all_its_labels_are_and_no_other():
    assert outcomes(GOLD, ANSWERS).is_right.tolist() == [False, True, True, False]
    assert outcomes(GOLD, ANSWERS).count_right().tolist() == [1, 1, 0]


def test_the_order_of_the_gold_sentences_does_not_matter():
    one, other = outcomes(GOLD, ANSWERS), outcomes(GOLD[::-1], ANSWERS)
    assert one.to_lines() == other.to_lines()


def test_lines_are_read_back():
    written = outcomes(GOLD, ANSWERS)
    lines = written.to_lines()
    assert [line.split()[0] for line in lines] == ["01", "1", "0"]
    read = Outcomes.from_lines(lines, TOWN)
    assert (read.counts.flatten() == written.counts.flatten()).all()
    assert (read.groups == written.groups).all()
    assert (read.is_right == written.is_right).all()


@pytest.mark.parametrize("line", ["", "102 0:2", "1 0:x", "1 7000:1", 3])
def test_what_is_no_line_of_outcomes_is_named(line):
    with pytest.raises(DataError, match="expected the outcomes of a group, such as '101 0:2 7:1', found"):
        Outcomes.from_lines(["1", line], TOWN)


def test_counts_by_group_add_up_to_the_score():
    total = outcomes(GOLD, ANSWERS).counts.total()
    assert total.topics[0].tolist() == [2, 0, 0]
    assert np.trace(total.stances[0]) == 1
