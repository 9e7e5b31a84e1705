import pytest

from stance.classifiers.folder import load_model
from stance.errors import ConfigError
from stance.workflows.check import check
from tests.workflows.evaluating.test_target_questions import Reader, to_model

ASKED = {
    "name": "asked",
    "title": "Asked",
    "explanation": "The verb before the target decides.",
    "ask": "stance",
    "slots": {"who": ["Ada", "Bo", "Cleo"]},
    "templates": [
        {
            "text": "{who} praised the trams and cursed the parks",
            "labels": {"trams": "pro", "parks": "contra"},
        },
        {
            "text": "{who} praised the trams",
            "labels": {"trams": "pro"},
            "changed": {"text": "{who} cursed the trams", "labels": {"trams": "contra"}},
            "expect": "changes",
        },
        {"text": "{who} counted the parks", "labels": {"parks": "pro"}, "expect": "is_not"},
        {"text": "{who} praised the trams", "labels": {"trams": "pro"}, "expect": "same", "swap": ["who"]},
    ],
}
WRONG = {
    **ASKED,
    "name": "wrong",
    "templates": [
        {"text": "{who} praised the trams", "labels": {"trams": "contra"}},
        {"text": "{who} praised the parks", "labels": {"parks": "pro"}},
    ],
}
LABELLED = {
    **ASKED,
    "name": "labelled",
    "ask": "labels",
    "templates": [
        {"text": "{who} lost a glove", "expect": "same", "transforms": ["lower_case", "upper_case"]}
    ],
}


def test_a_model_that_behaves_passes_everything(write_checks):
    behaviour = check(to_model(Reader()), config=write_checks(ASKED, limits={"asked": 0}))
    (family,) = behaviour.families
    assert (family.n_cases, family.n_groups, family.n_failed) == (12, 4, 0)
    assert family.kinds == ("directional", "invariance", "minimum functionality")
    assert behaviour.failed == []


def test_a_family_above_its_limit_is_named_with_examples(write_checks):
    behaviour = check(
        to_model(Reader()), config=write_checks(ASKED, WRONG, limits={"asked": 0.1, "wrong": 0.4})
    )
    assert behaviour.failed == ["wrong"]
    assert behaviour.families[1].rate == 0.5
    (example,) = behaviour.families[1].examples
    assert (example.expected, example.found) == ("trams: contra", "trams: pro")


def test_labels_are_asked_for_with_their_topics(write_checks, town_model):
    (family,) = check(town_model, config=write_checks(LABELLED)).families
    assert family.n_cases == 3
    assert family.verdict.outcome == "not applicable"


def test_two_runs_give_the_same(write_checks, town_model):
    model, config = load_model(town_model), write_checks(ASKED, LABELLED)
    assert check(model, config=config) == check(model, config=config)


def test_a_model_of_another_taxonomy_needs_families_of_its_own(town_model):
    with pytest.raises(ConfigError, match="unknown topic 'arms_deal'; town has"):
        check(town_model)
