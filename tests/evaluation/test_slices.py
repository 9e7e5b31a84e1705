import json
import math

import numpy as np
import pytest

from stance.evaluation.evaluation import evaluate_labels
from tests.evaluation.examples import TOWN, labelled

GOLD = [labelled(f"a{i:02}", 0, trams="pro" if i % 2 else "contra") for i in range(40)]
GOLD += [labelled(f"b{i:02}", 0) for i in range(10)]
# right on the first half of the labelled articles alone
PREDICTED = [*GOLD[:20], *(labelled(*sentence.key, trams="open") for sentence in GOLD[20:40]), *GOLD[40:]]
HALVES = ["first"] * 20 + ["second"] * 20 + ["first"] * 10


def evaluate(columns, gold=GOLD, predicted=PREDICTED, **settings):
    return evaluate_labels(gold, predicted, TOWN, name="x", n_resamples=200, columns=columns, **settings)


def find(evaluation, by):
    return {one.value: one for one in evaluation.slices if one.by == by}


def test_a_slice_has_the_scores_of_its_sentences_alone():
    evaluation = evaluate({"half": HALVES})
    halves = find(evaluation, "half")
    assert halves["first"]["end_to_end_f1_micro"].value == 1.0
    assert halves["second"]["end_to_end_f1_micro"].value == 0.0
    rows = [row for row, half in enumerate(HALVES) if half == "first"]
    alone = evaluate_labels(
        [GOLD[row] for row in rows], [PREDICTED[row] for row in rows], TOWN, name="x", n_resamples=200
    )
    for metric in ("topics_f1_macro", "stance_f1_macro", "end_to_end_f1_micro"):
        here, there = halves["first"][metric], alone[metric]
        assert (here.value, here.low, here.high, here.support) == (
            there.value,
            there.low,
            there.high,
            there.support,
        )
        assert here.signature == evaluation.conditions.signature


def test_small_slices_are_marked_by_the_groups_that_have_a_label():
    halves = find(evaluate({"half": HALVES}), "half")
    assert (halves["first"].n_sentences, halves["first"].n_groups) == (30, 20)
    assert not halves["first"].is_small
    fewer = find(evaluate({"half": ["second", *HALVES[1:]]}), "half")
    assert (fewer["first"].n_groups, fewer["first"].is_small) == (19, True)


def test_one_group_has_no_interval():
    (one,) = find(evaluate({"kind": ["odd", *[""] * 49]}), "kind").values()
    assert math.isnan(one["end_to_end_f1_micro"].low)
    assert one.value == "odd"


def test_sentences_without_a_value_are_in_no_slice():
    assert find(evaluate({"outlet": [""] * 50}), "outlet") == {}


def test_of_many_values_the_largest_stand_alone_and_the_others_together():
    outlets = ["big"] * 20 + [f"small {i // 2}" for i in range(30)]
    values = find(evaluate({"outlet": outlets}), "outlet")
    assert "big" in values
    assert len(values) == 11
    assert values["6 others"].n_sentences == 12


def test_many_values_of_one_group_each_are_no_slices():
    assert find(evaluate({"event": [f"event {i}" for i in range(50)]}), "event") == {}


def test_values_are_in_the_order_of_their_numbers():
    lengths = ["11–20 words", "1–10 words", "2–3 words", "over 40 words", "1–10 words"] * 10
    assert list(find(evaluate({"length": lengths}), "length")) == [
        "1–10 words",
        "2–3 words",
        "11–20 words",
        "over 40 words",
    ]


def test_topics_and_stances_are_slices_of_every_evaluation():
    evaluation = evaluate(None)
    topics, stances = find(evaluation, "topic"), find(evaluation, "stance")
    assert list(topics) == ["trams", "parks"]
    assert topics["trams"].n_sentences == 40
    assert topics["trams"]["end_to_end_f1_micro"] in evaluation.scores
    assert topics["parks"].is_small
    assert [(one.value, one.support) for one in stances.values()] == [
        ("pro", 20),
        ("contra", 20),
        ("open", 0),
    ]


def test_runs_are_sliced_on_the_same_resamples():
    one = find(evaluate({"half": HALVES}), "half")["first"]
    other = find(evaluate({"half": HALVES}, predicted=GOLD), "half")["first"]
    assert one["topics_f1_micro"] == other["topics_f1_micro"]


def test_groups_are_kept_together_within_a_slice():
    together = np.repeat(np.arange(25), 2)
    halves = find(evaluate({"half": HALVES}, groups=together), "half")
    assert halves["second"].n_groups == 10


def test_slices_are_json():
    content = json.loads(json.dumps(evaluate({"half": HALVES}).to_dict(), allow_nan=False))["slices"]
    slice_ = next(one for one in content if one["by"] == "half")
    assert {key: slice_[key] for key in ("value", "n_sentences", "n_groups", "support", "is_small")} == {
        "value": "first",
        "n_sentences": 30,
        "n_groups": 20,
        "support": 20,
        "is_small": False,
    }
    assert slice_["scores"][0]["metric"] == "topics_f1_macro"
    assert pytest.approx(1.0) == slice_["scores"][0]["value"]
