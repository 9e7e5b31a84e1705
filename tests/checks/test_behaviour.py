import json
import math

import pytest

from stance.checks.behaviour import Behaviour, judge
from stance.checks.cases import Case, Passage
from stance.checks.families import Family
from tests.checks.conftest import FAMILY

PRO, NONE = frozenset({("trams", "pro")}), frozenset()


def judge_answers(answers, groups, *, limit=None):
    cases = [
        Case(group, "is", "labels", Passage(f"text {n}", "", "", {"trams": "pro"}))
        for n, group in enumerate(groups)
    ]
    pairs = [(PRO if is_right else NONE, None) for is_right in answers]
    return judge(Family.model_validate(FAMILY), cases, pairs, limit=limit)


def test_the_rate_is_a_share_of_cases_with_an_interval_by_template():
    result = judge_answers([1, 1, 0, 0, 1, 0, 1, 1], "aabbccdd")
    assert (result.n_cases, result.n_groups, result.n_failed, result.rate) == (8, 4, 3, 0.375)
    assert 0 <= result.low < result.rate < result.high <= 1


def test_cases_of_one_template_are_not_taken_for_many():
    alike = judge_answers([1] * 20 + [0] * 20, ["a"] * 10 + ["b"] * 10 + ["c"] * 10 + ["d"] * 10)
    apart = judge_answers([1] * 20 + [0] * 20, range(40))
    assert alike.high - alike.low > 2 * (apart.high - apart.low)


def test_no_failure_at_all_leaves_doubt():
    result = judge_answers([1] * 10, range(10))
    assert (result.rate, result.low) == (0, 0)
    assert result.high == pytest.approx(0.3085, abs=1e-4)  # Clopper and Pearson, 0 of 10
    assert judge_answers([0] * 10, range(10)).low == pytest.approx(1 - 0.3085, abs=1e-4)


def test_one_template_has_no_interval():
    result = judge_answers([1, 0], "aa")
    assert math.isnan(result.low)
    assert json.dumps(result.to_dict(), allow_nan=False)


@pytest.mark.parametrize(("limit", "outcome"), [(None, "not applicable"), (0.5, "passed"), (0.49, "failed")])
def test_a_family_fails_above_its_limit(limit, outcome):
    assert judge_answers([1, 0], "ab", limit=limit).verdict.outcome == outcome


def test_the_verdict_is_given_in_words():
    verdict = judge_answers([1, 0, 0, 0], "abcd", limit=0.5).verdict
    assert (verdict.code, verdict.title) == ("praise", "Praise")
    assert verdict.explanation.startswith("3 of 4 cases fail, 0.750 (95 % interval ")
    assert verdict.explanation.endswith("; the limit is 0.500.")


def test_three_examples_are_of_three_templates():
    result = judge_answers([0] * 8, "aabbccdd")
    assert [example.text for example in result.examples] == ["text 0", "text 2", "text 4"]
    assert (result.examples[0].expected, result.examples[0].found) == ("trams: pro", "none")
    assert result.kinds == ("minimum functionality",)


def test_the_whole_names_what_failed_and_is_plain_json():
    good, bad = judge_answers([1], "a", limit=0.1), judge_answers([0], "a", limit=0.1)
    behaviour = Behaviour("m", (good, bad), seed=0)
    assert behaviour.failed == ["praise"]
    content = json.loads(json.dumps(behaviour.to_dict(), allow_nan=False))
    assert content["n_cases"] == 2
    assert content["families"][1]["finding"]["outcome"] == "failed"
