import pytest

from stance.errors import DataError
from stance.evaluation.alignment import align
from tests.evaluation.examples import labelled

GOLD = [labelled("a", index, trams="pro") for index in range(5)]


def test_predictions_come_in_golds_order_and_others_are_left_out():
    predicted = [labelled("b", 0), *reversed([labelled("a", index) for index in range(5)])]
    assert [sentence.key for sentence in align(GOLD, predicted)] == [sentence.key for sentence in GOLD]


def test_missing_predictions_are_counted_and_the_first_three_named():
    with pytest.raises(DataError, match=r"4 of 5 gold .* \('a', 0\), \('a', 1\), \('a', 3\) \(article"):
        align(GOLD, [labelled("a", 2)])


def test_a_sentence_that_stands_twice_is_refused_on_either_side():
    with pytest.raises(DataError, match=r"the predictions hold 1 sentence more than once.*one annotator"):
        align(GOLD, [*GOLD, GOLD[0]])
    with pytest.raises(DataError, match="the gold labels hold 1 sentence more than once"):
        align([*GOLD, GOLD[0]], GOLD)


def test_another_text_under_the_same_key_is_refused():
    with pytest.raises(DataError, match=r"1 of 5 gold sentences have another text .* \('a', 2\)"):
        align(GOLD, [labelled("a", i, text="Cut elsewhere." if i == 2 else None) for i in range(5)])


def test_white_space_may_differ():
    align([labelled("a", 0, text="Two\nlines")], [labelled("a", 0, text="Two  lines")])


def test_nothing_to_evaluate_is_refused():
    with pytest.raises(DataError, match="the gold labels hold no sentence"):
        align([], GOLD)
