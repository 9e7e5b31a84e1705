import math

import numpy as np
import pytest

from stance.evaluation.counts import NO_LABEL, to_codes
from stance.evaluation.evaluation import evaluate_labels
from stance.evaluation.target_rows import (
    LEFT_OUT,
    TITLES,
    TargetRow,
    TargetRows,
    answers_at,
    cannot_be_asked,
    measure_targets,
)
from tests.evaluation.examples import TOWN, labelled

SIDES = ("pro", "contra", "open")
GOLD = [
    labelled(f"a{i:02}", 0, trams=SIDES[i % 3], parks=SIDES[(i + 1 + i % 2) % 3], text=f"{i}")
    for i in range(40)
]
CODES = to_codes(GOLD, TOWN)
GROUPS = np.arange(40)


def measure(altered, *, gold=CODES, asked=CODES, groups=GROUPS, taxonomy=TOWN):
    return measure_targets(gold, asked, altered, groups, taxonomy, n_resamples=200, seed=4)


def wrong(share, codes=CODES):
    """Answers of which that share is another stance than ``codes``."""
    answers = codes.copy()
    answers[: int(share * len(codes))] = (answers[: int(share * len(codes))] + 1) % 3
    return answers


def test_what_costs_nothing_without_its_target_fails():
    asked = wrong(0.3)
    rows = measure({"target_removed": asked}, asked=asked)
    removed = rows["target_removed"]
    assert (removed.cost, removed.cost_low, removed.cost_high) == (0, 0, 0)
    assert rows.verdict.outcome == "failed"
    assert "Removing the target costs 0.000" in rows.verdict.explanation
    assert "these labels do not show that the model reads its target" in rows.verdict.explanation


def test_a_score_without_doubt_that_needs_no_target_fails():
    rows = measure({"target_removed": CODES})
    assert rows.verdict.outcome == "failed"


def test_labels_of_a_single_article_are_too_few():
    gold = np.full_like(CODES, NO_LABEL)
    gold[0] = CODES[0]
    rows = measure({"target_removed": gold}, gold=gold, asked=gold)
    assert math.isnan(rows["target_removed"].low)
    assert rows.verdict.explanation == "There are too few labels for an interval."


def test_what_is_lost_without_its_target_passes():
    rows = measure({"target_removed": wrong(0.8)}, asked=wrong(0.1))
    assert rows.verdict.outcome == "passed"
    assert rows["target_removed"].cost > 0.5


def test_a_loss_that_is_clear_but_within_the_doubt_of_the_score_fails():
    rows = measure({"target_removed": wrong(0.4)}, asked=wrong(0.3))
    assert rows["target_removed"].cost_low > 0
    assert rows.verdict.outcome == "failed"


def test_a_row_has_the_interval_that_the_answers_would_have_as_a_run():
    answers = wrong(0.3)
    row = measure({"text_removed": answers})["text_removed"]
    labels = [
        labelled(*s.key, text=s.text, **{t: SIDES[c] for t, c in zip(TOWN.topic_ids, codes, strict=True)})
        for s, codes in zip(GOLD, answers, strict=True)
    ]
    score = evaluate_labels(GOLD, labels, TOWN, name="x", n_resamples=200, seed=4)["stance_f1_macro"]
    assert (row.value, row.low, row.high, row.support) == (score.value, score.low, score.high, score.support)


def test_what_lacks_an_answer_is_not_measured():
    lacking = CODES.copy()
    lacking[3, 1] = NO_LABEL
    row = measure({"target_removed": CODES, LEFT_OUT: lacking})[LEFT_OUT]
    assert math.isnan(row.value)
    assert row.note == "not measured"


def test_a_single_target_has_none_to_be_told_from():
    one = TOWN.model_copy(update={"topics": TOWN.topics[:1]})
    gold = CODES[:, :1]
    verdict = measure({"target_removed": gold}, gold=gold, asked=gold, taxonomy=one).verdict
    assert verdict.outcome == "not applicable"
    assert "a single target" in verdict.explanation


def test_one_group_has_no_interval_to_compare_with():
    verdict = measure({"target_removed": CODES}, groups=np.zeros(40, dtype=int)).verdict
    assert verdict.outcome == "not applicable"


def test_labels_cannot_be_asked():
    rows = cannot_be_asked()
    assert [row.code for row in rows.rows] == list(TITLES)
    assert rows.verdict.outcome == "not applicable"


def test_rows_survive_json():
    rows = measure({"target_removed": wrong(0.5)})
    content = rows.to_dict()
    assert content["rows"][0]["title"] == "target removed"
    assert content["rows"][1]["value"] is None
    assert TargetRow.from_dict(content["rows"][0]) == rows["target_removed"]


@pytest.mark.parametrize(("part", "other"), [("test", "cross-validation"), ("cross-validation", "test")])
def test_the_row_that_training_measured_is_taken_from_the_model(part, other):
    trained = measure({LEFT_OUT: wrong(0.5)})
    metrics = {part: {"target_rows": trained.to_dict()}, other: None}
    row = measure({"target_removed": CODES}).with_left_out(metrics)[LEFT_OUT]
    assert row.value == trained[LEFT_OUT].value
    assert row.note == f"measured in training, on other labels ({part})"


def test_a_model_that_was_trained_without_looking_has_no_such_row():
    rows = measure({"target_removed": CODES})
    assert isinstance(rows.with_left_out({}), TargetRows)
    assert rows.with_left_out({"test": {"target_rows": rows.to_dict()}})[LEFT_OUT].note == "not measured"


def test_answers_stand_where_gold_has_labels():
    gold = np.array([[NO_LABEL, 2], [0, 1]])
    assert answers_at(gold, np.array([5, 6, 7])).tolist() == [[NO_LABEL, 5], [6, 7]]
