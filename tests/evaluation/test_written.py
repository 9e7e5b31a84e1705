import json

import pytest

from stance.errors import DataError
from stance.evaluation.comparison import compare_evaluations
from stance.evaluation.evaluation import evaluate_labels
from stance.evaluation.humans import evaluate_humans
from stance.evaluation.written import read_report
from tests.evaluation.examples import TOWN, labelled

GOLD = [labelled(f"a{i:02}", 0, trams="pro" if i % 3 else "contra") for i in range(12)]
RULES = [labelled(*sentence.key, trams="pro") for sentence in GOLD]


def evaluate(predicted, name):
    return evaluate_labels(GOLD, predicted, TOWN, name=name, n_resamples=50)


def write(comparison):
    return json.loads(json.dumps(comparison.to_dict(), allow_nan=False))


def test_a_comparison_of_what_was_read_back_is_the_one_that_was_written():
    human = evaluate_humans({"one": GOLD, "two": RULES}, TOWN, n_resamples=50)
    runs = [evaluate(RULES, "rules"), evaluate(GOLD, "perfect")]
    content = write(compare_evaluations(runs, human=human))
    report = read_report(content, "report.json")
    assert write(compare_evaluations(report.evaluations, human=report.human)) == content


def test_what_the_comparison_does_not_read_stays_as_it_was():
    content = evaluate(RULES, "rules").to_dict() | {"cost": {"seconds": 3}}
    (read,) = read_report(content, "rules.json").evaluations
    assert read.to_dict()["cost"] == {"seconds": 3}


def break_outcomes(content):
    content["outcomes"] = content["outcomes"][:-1]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda content: content.pop("conditions"), "'conditions' is missing"),
        (lambda content: content.pop("outcomes"), "'outcomes' is missing"),
        (lambda content: content["conditions"].pop("seed"), "missing 1 required .* 'seed'"),
        (break_outcomes, "'rules' has outcomes of 11 sentences in 11 groups, but conditions of 12 in 12"),
    ],
)
def test_what_lacks_something_is_refused_with_what_it_lacks(change, reason):
    content = evaluate(RULES, "rules").to_dict()
    change(content)
    with pytest.raises(DataError, match=rf"old\.json is not a report that can be compared: .*{reason}"):
        read_report(content, "old.json")


def test_what_is_no_object_is_refused():
    with pytest.raises(DataError, match="expected an object, found list"):
        read_report([], "old.json")
