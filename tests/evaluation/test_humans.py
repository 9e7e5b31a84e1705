from dataclasses import replace

import numpy as np
import pytest

from stance.errors import DataError
from stance.evaluation.agreement import measure_agreement
from stance.evaluation.agreement_measures import NOT_JUDGED
from stance.evaluation.counts import NO_LABEL
from stance.evaluation.humans import evaluate_humans, settle, vote
from tests.evaluation.examples import TOWN, labelled

ONE = [labelled("a", 0, trams="pro"), labelled("a", 1, parks="open"), labelled("b", 0), labelled("c", 0)]
TWO = [
    labelled("a", 0, trams="pro"),
    labelled("a", 1, parks="pro"),
    labelled("b", 0, trams="open"),
    labelled("d", 0),
]
PRO, CONTRA, OPEN = range(3)


def test_two_annotators_score_what_they_agree():
    human = evaluate_humans({"one": ONE, "two": TWO}, TOWN, n_resamples=50)
    agreement = measure_agreement([ONE, TWO], TOWN, annotators=["one", "two"], n_resamples=50)
    alike = {(score.metric, score.of): score.value for score in agreement.scores}
    for score in human.scores:
        if (score.metric, score.of) in alike and score.metric != "stance_f1":
            assert score.value == pytest.approx(alike[score.metric, score.of], nan_ok=True), score
    assert human.annotators == ("one", "two")
    assert (human.conditions.n_sentences, human.conditions.n_articles) == (3, 2)


def test_stances_count_where_annotator_and_rest_both_give_the_topic():
    human = evaluate_humans({"one": ONE, "two": TWO}, TOWN, n_resamples=10)
    by_stance = {score.of: score for score in human.scores if score.metric == "stance_f1"}
    # both say "pro" of the trams, each from the other's side; of the parks they differ
    assert by_stance["pro"].value == pytest.approx(2 * 2 / (2 * 2 + 1 + 1))
    assert by_stance["open"].support == 1


def test_an_annotator_is_held_against_the_vote_of_the_others():
    odd = [labelled("a", 0), labelled("b", 0)]
    same = [labelled("a", 0, trams="pro"), labelled("b", 0, trams="pro")]
    human = evaluate_humans({"x": same, "y": same, "z": odd}, TOWN, n_resamples=10)
    # x and y each: the rest is a tie of one to one, which the earlier of the two decides; z misses both
    assert human["topics_f1_micro"].value == pytest.approx(2 * 4 / (2 * 4 + 2))


def test_nothing_judged_by_two_is_an_error():
    with pytest.raises(DataError, match=r"no sentence is judged by two of \['one', 'two'\]"):
        evaluate_humans({"one": ONE[3:], "two": TWO[3:]}, TOWN)


@pytest.mark.parametrize(
    ("said", "settled"),
    [
        ([PRO, PRO, NO_LABEL], PRO),
        ([NO_LABEL, NO_LABEL, PRO], NO_LABEL),
        ([PRO, NO_LABEL], PRO),
        ([NO_LABEL, PRO], NO_LABEL),
        ([CONTRA, PRO], CONTRA),
        ([NO_LABEL, OPEN, PRO, PRO], PRO),
        ([CONTRA, OPEN, PRO, OPEN, PRO], OPEN),
        ([NOT_JUDGED, PRO, NO_LABEL], PRO),
        ([NOT_JUDGED, NOT_JUDGED], NOT_JUDGED),
    ],
)
def test_most_decide_and_the_earliest_of_equals(said, settled):
    codes = np.array(said).reshape(-1, 1, 1)
    assert vote(codes, n_stances=3).item() == settled


def test_settled_labels_are_in_the_order_of_keys_and_name_their_annotators():
    settled = settle({"two": TWO, "one": ONE}, TOWN)
    assert [sentence.key for sentence in settled] == [("a", 0), ("a", 1), ("b", 0), ("c", 0), ("d", 0)]
    assert [{label.topic: label.stance for label in s.labels} for s in settled] == [
        {"trams": "pro"},
        {"parks": "pro"},
        {"trams": "open"},
        {},
        {},
    ]
    assert {sentence.annotator for sentence in settled} == {"vote of two, one"}


def test_an_annotator_who_judges_twice_is_refused():
    with pytest.raises(DataError, match="'one' judges 1 sentence more than once, such as"):
        settle({"one": [*ONE, ONE[0]]}, TOWN)


def test_a_settled_label_keeps_the_target_and_the_holder_it_was_given():
    one, two, three = (
        replace(sentence, labels=(replace(sentence.labels[0], target=target, holder=f"{target}' friend"),))
        for sentence, target in (
            (labelled("a", 0, trams="contra"), "night trams"),
            (labelled("a", 0, trams="pro"), "all trams"),
            (labelled("a", 0, trams="pro"), "trams"),
        )
    )
    (settled,) = settle({"one": [one], "two": [two], "three": [three]}, TOWN)
    (label,) = settled.labels
    assert (label.stance, label.target, label.holder) == ("pro", "all trams", "all trams' friend")
