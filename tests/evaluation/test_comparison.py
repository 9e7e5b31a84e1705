import json
import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from stance.errors import DataError
from stance.evaluation.comparison import Difference, compare_evaluations
from stance.evaluation.evaluation import evaluate_labels
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


@pytest.mark.slow
def test_two_seeds_of_one_model_come_out_different_in_at_most_five_in_a_hundred_cases():
    """How well an article suits a seed is drawn once an article: its sentences are right or wrong together.

    A test that takes sentences for independent errs three times as often.
    """
    gold = [
        labelled(f"a{article:02}", index, trams="pro" if (article + index) % 2 else "contra")
        for article in range(40)
        for index in range(4)
    ]
    generator = np.random.default_rng(1)

    def draw(name):
        share_right = np.repeat(generator.beta(1, 0.5, size=40), 4)
        is_right = generator.random(len(gold)) < share_right
        predicted = [
            labelled(*sentence.key, trams=sentence.labels[0].stance if right else "open")
            for sentence, right in zip(gold, is_right, strict=True)
        ]
        return evaluate_labels(gold, predicted, TOWN, name=name, n_resamples=199)

    n_cases, found = 200, Counter()
    for _ in range(n_cases):
        comparison = compare_evaluations([draw("one"), draw("two")])
        found.update(one.metric for one in comparison.differences if one.is_clear)
        (pair,) = comparison.discordances
        found["mcnemar"] += pair.is_clear
        found["sentences"] += (
            binomtest(pair.n_only_run, pair.n_only_run + pair.n_only_baseline).pvalue <= 0.05
        )
    assert found["sentences"] > 0.1 * n_cases
    for test in ("end_to_end_f1_micro", "stance_f1_macro", "stance_f1_favor_against", "mcnemar"):
        assert 0 < found[test] <= 0.05 * n_cases, test


def test_many_pairs_are_corrected_for_their_number():
    runs = [evaluate(guess(0.6, seed), f"run{seed}") for seed in range(4)]
    comparison = compare_evaluations(runs)
    for metric in ("end_to_end_f1_micro", "stance_f1_macro"):
        family = [one for one in comparison.differences if one.metric == metric]
        assert len(family) == 6
        smallest = min(family, key=lambda one: one.p)
        assert smallest.p_holm == pytest.approx(min(1.0, 6 * smallest.p))
        assert all(one.p_holm >= one.p for one in family)
    smallest = min(comparison.discordances, key=lambda one: one.p)
    assert smallest.p_holm == pytest.approx(min(1.0, 6 * smallest.p))


def test_a_difference_is_clear_by_its_corrected_value_alone():
    difference = Difference("m", "b", "a", value=0.1, low=0.02, high=0.18, p=0.02, p_holm=0.12)
    assert not difference.is_clear
    assert replace(difference, p_holm=0.05).is_clear
    assert not Difference("m", "b", "a").is_clear


def test_mcnemar_counts_the_sentences_that_one_run_alone_gets_right():
    wrong, right = labelled("a00", 0, trams="contra"), GOLD[0]
    one = evaluate([wrong, GOLD[1], *GOLD[2:]], "one")
    two = evaluate([right, labelled("a00", 1), labelled("a00", 2), *GOLD[3:]], "two")
    (pair,) = compare_evaluations([one, two]).discordances
    assert (pair.baseline, pair.run) == ("one", "two")
    assert (pair.n_only_baseline, pair.n_only_run) == (2, 1)
    assert pair.p == 1.0  # one article: one toss of the coin


def test_stances_that_were_asked_for_are_not_compared_with_those_that_were_not():
    asked = evaluate(GOLD, "asked", predicted_given_gold=GOLD)
    read_off = evaluate(guess(0.5, 1), "read off")
    by_metric = {one.metric: one for one in compare_evaluations([asked, read_off]).differences}
    assert math.isnan(by_metric["stance_f1_macro"].p)
    assert by_metric["end_to_end_f1_micro"].is_clear


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
    assert "taxonomy" not in content["runs"][0]
    assert content["metrics"]["end_to_end_f1_micro"].startswith("Topic and stance both right")


def test_where_nothing_is_to_be_found_a_run_that_finds_nothing_is_best():
    gold = [replace(sentence, labels=()) for sentence in GOLD]
    runs = {"false": GOLD, "silent": gold}
    settings = {"n_resamples": 20}
    evaluations = [evaluate_labels(gold, run, TOWN, name=name, **settings) for name, run in runs.items()]
    assert compare_evaluations(evaluations).best.name == "silent"
