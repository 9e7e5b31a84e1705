"""A member for each target: taught and asked about its own target only."""

from dataclasses import replace

import numpy as np
import pytest

from stance.classifiers.by_target import ByTarget
from stance.errors import DataError
from stance.registry import build, check_block
from stance.workflows.training.training_data import to_training_set
from tests.classifiers.stubs import Stub, declare_stub
from tests.contracts.test_classifiers import GROUPS, QUESTIONS

TOPICS, STANCES = (to_training_set(QUESTIONS[task], GROUPS) for task in ("topics", "stance"))
PARKS, TRAMS = sorted(set(STANCES.examples.targets))
STUB = {"kind": "stub", "candidates": [1, 2]}
WORDS = {"kind": "linear", "C": [1.0], "char_ngram_range": None}


@pytest.fixture(autouse=True)
def stub(monkeypatch):
    declare_stub(monkeypatch)


def fit(member, data=STANCES, **parameters):
    return ByTarget(member=member, **parameters).fit(data, np.random.default_rng(0))


def calls(name):
    """Of the stubs: which was called, and the targets of its examples."""
    return [(member, set(examples.targets)) for call, member, examples in Stub.calls if call == name]


def test_a_block_of_no_target_is_refused():
    with pytest.raises(DataError, match=rf"there is no target 'tram'; did you mean '{TRAMS}'"):
        fit(STUB, targets={"tram": STUB})


def test_what_was_chosen_for_a_target_of_a_label_alone_is_not_handed_on():
    targets = ["the mayor's plan", *STANCES.examples.targets[1:]]
    own = replace(STANCES, examples=STANCES.examples.toward(targets))
    assert sorted(fit(STUB, own).chosen["targets"]) == [PARKS, TRAMS]


def test_each_member_learns_from_its_own_target_and_the_rest_from_all():
    classifier = fit(STUB)
    assert calls("fit") == [
        (classifier.rest_, {PARKS, TRAMS}),
        (classifier.members_[PARKS], {PARKS}),
        (classifier.members_[TRAMS], {TRAMS}),
    ]


def test_each_target_is_answered_by_its_member_and_one_never_seen_by_the_rest():
    classifier = fit(STUB)
    asked = [TRAMS, "the mill", PARKS, "", TRAMS]
    stances = {TRAMS: [1, 0, 0], PARKS: [0, 1, 0]}
    for target, member in classifier.members_.items():
        member.skill, member.answer = "constant", stances[target]
    classifier.rest_.skill, classifier.rest_.answer = "constant", [0, 0, 1]
    answers = classifier.predict_proba(STANCES.examples.take(range(5)).toward(asked))
    assert answers.argmax(axis=1).tolist() == [0, 2, 1, 2, 0]


def test_where_there_is_one_target_one_classifier_learns():
    classifier = fit(STUB, TOPICS)
    assert calls("fit") == [(classifier.rest_, {""})]


def test_a_target_may_have_a_block_of_its_own(tmp_path):
    classifier = fit(WORDS, targets={PARKS: {"kind": "dummy"}})
    assert len(set(map(tuple, answers(classifier, PARKS)))) == 1
    assert len(set(map(tuple, answers(classifier, TRAMS)))) > 1
    classifier.save(tmp_path)
    np.testing.assert_array_equal(answers(ByTarget.load(tmp_path), PARKS), answers(classifier, PARKS))


def answers(classifier, target):
    examples = STANCES.examples
    return classifier.predict_proba(examples.toward([target] * len(examples)))


def test_what_each_member_chose_is_not_chosen_again():
    classifier = fit(STUB, targets={PARKS: STUB | {"candidates": [3, 4]}})
    assert classifier.chosen == {
        "member": STUB | {"candidates": [1]},
        "targets": {PARKS: STUB | {"candidates": [3]}, TRAMS: STUB | {"candidates": [1]}},
    }
    again = build("classifiers", {"kind": "by_target", "member": STUB, **classifier.chosen})
    again.fit(STANCES, np.random.default_rng(0))
    fitted = [list(member.candidates) for call, member, _ in Stub.calls if call == "fit"]
    assert fitted[-3:] == [[1], [3], [1]]


def test_explanations_are_the_members_own_in_the_order_of_the_examples():
    classifier = fit(WORDS)
    explanations = classifier.explain(STANCES.examples)
    for row in range(0, len(STANCES.examples), 5):
        alone = STANCES.examples.take([row])
        (expected,) = classifier.members_[alone.targets[0]].explain(alone)
        np.testing.assert_array_equal(explanations[row].spans, expected.spans)
        np.testing.assert_allclose(explanations[row].words, expected.words, atol=1e-6)


def test_members_that_cannot_explain_leave_it_at_that():
    assert fit(STUB).explain(STANCES.examples) is None


def test_no_example_is_no_answer():
    assert fit(WORDS).predict_proba(STANCES.examples.take([])).shape == STANCES.labels[:0].shape


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"member": {"kind": "liner"}}, "stance.member: kind: unknown classifier 'liner'"),
        (
            {"member": WORDS, "targets": {"trams": {"kind": "linear", "D": 1}}},
            "stance.targets.trams: D: no such parameter of 'linear'",
        ),
        ({}, "stance.member: missing; 'by_target' needs it"),
    ],
)
def test_a_problem_of_a_member_is_reported_with_its_place(parameters, expected):
    (problem,) = check_block("classifiers", {"kind": "by_target"} | parameters, "stance")
    assert problem.startswith(expected)
