import json
import math

import numpy as np
import pytest

from stance.errors import DataError
from stance.evaluation.comparison import compare_evaluations
from stance.evaluation.scores import evaluate_labels
from tests.evaluation.examples import TOWN, labelled

GOLD = [
    labelled(f"a{article:02}", index, trams="pro" if article % 2 else "open")
    for article in range(30)
    for index in range(4)
]


def guess(share_right, seed):
    """Predictions of which ``share_right`` are right, sentence by sentence."""
    is_right = np.random.default_rng(seed).random(len(GOLD)) < share_right
    return [
        labelled(*sentence.key, trams=sentence.labels[0].stance if right else "contra")
        for sentence, right in zip(GOLD, is_right, strict=True)
    ]


def evaluate(predicted, name, **settings):
    return evaluate_labels(GOLD, predicted, TOWN, name=name, **({"n_resamples": 400} | settings))


def test_a_run_does_not_differ_from_itself():
    comparison = compare_evaluations([evaluate(guess(0.6, 1), "one"), evaluate(guess(0.6, 1), "two")])
    assert {(one.value, one.low, one.high) for one in comparison.differences} == {(0.0, 0.0, 0.0)}
    assert not any(one.is_clear for one in comparison.differences)


def test_a_much_better_run_is_clearly_better():
    comparison = compare_evaluations([evaluate(guess(0.4, 1), "weak"), evaluate(guess(0.9, 2), "strong")])
    difference = next(one for one in comparison.differences if one.metric == "end_to_end_f1_micro")
    assert (difference.baseline, difference.run) == ("weak", "strong")
    assert difference.is_clear
    assert difference.low <= difference.value <= difference.high
    assert comparison.best.name == "strong"


def test_pairing_makes_the_interval_narrower_than_that_of_independent_runs():
    better = guess(0.6, 1)
    better[:6] = GOLD[:6]
    runs = [evaluate(guess(0.6, 1), "one"), evaluate(better, "two")]
    difference = compare_evaluations(runs).differences[-1]
    widths = [run["end_to_end_f1_micro"].high - run["end_to_end_f1_micro"].low for run in runs]
    assert difference.high - difference.low < 0.7 * math.hypot(*widths)


def test_equally_good_runs_are_seldom_told_apart():
    """Two seeds of one model, many times over: a 95 % interval leaves out zero in about 5 % of them."""
    gold = [labelled(f"a{article}", 0, trams="pro") for article in range(80)]
    generator = np.random.default_rng(0)

    def draw(name):
        stances = np.where(generator.random(80) < 0.7, "pro", "contra")
        predicted = [labelled(*s.key, trams=str(stance)) for s, stance in zip(gold, stances, strict=True)]
        return evaluate_labels(gold, predicted, TOWN, name=name, n_resamples=200)

    clear = [
        next(
            d
            for d in compare_evaluations([draw("one"), draw("two")]).differences
            if d.metric == "end_to_end_f1_micro"
        ).is_clear
        for _ in range(200)
    ]
    assert sum(clear) <= 20


def test_every_pair_is_compared():
    runs = [evaluate(guess(0.5, seed), f"run{seed}") for seed in range(3)]
    pairs = {(one.baseline, one.run) for one in compare_evaluations(runs).differences}
    assert pairs == {("run0", "run1"), ("run0", "run2"), ("run1", "run2")}


def test_runs_under_different_conditions_are_refused():
    with pytest.raises(DataError, match="n_resamples 400 and 300"):
        compare_evaluations([evaluate(GOLD, "one"), evaluate(GOLD, "two", n_resamples=300)])


def test_runs_of_one_name_are_refused():
    with pytest.raises(DataError, match=r"names of their own, found \['one', 'one'\]"):
        compare_evaluations([evaluate(GOLD, "one"), evaluate(GOLD, "one")])


def test_a_comparison_is_json():
    content = compare_evaluations([evaluate(GOLD, "one")]).to_dict()
    assert json.loads(json.dumps(content, allow_nan=False))["best"] == "one"
    assert content["metrics"]["end_to_end_f1_micro"].startswith("Topic and stance both right")
