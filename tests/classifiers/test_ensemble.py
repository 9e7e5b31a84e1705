"""Members that answer together: averaged, or weighed by what they say of groups that they have not seen."""

import json

import numpy as np
import pytest

from stance.classifiers.blocks import load_block, save_block
from stance.classifiers.ensemble import Ensemble
from stance.config import read_config
from stance.errors import ConfigError
from stance.registry import build, check_block
from stance.workflows.training.training_data import TrainingData, ask_stances, ask_topics, to_training_set
from tests.classifiers.stubs import Stub, declare_stub
from tests.contracts.test_classifiers import GROUPS, QUESTIONS, TINY
from tests.evaluation.examples import TOWN
from tests.town import town_news

TOPICS, STANCES = (to_training_set(QUESTIONS[task], GROUPS) for task in ("topics", "stance"))
UNSEEN = TrainingData.of(town_news(20, seed=7))
RIGHT = {"kind": "stub", "mistakes": 0.1}
NOISE = {"kind": "stub", "skill": "noise"}
MEMORY = {"kind": "stub", "skill": "memory"}
ENCODER = TINY | {"training": {"num_train_epochs": 0.1, "precision": "fp32"}}

both_questions = pytest.mark.parametrize(
    ("data", "questions"),
    [(TOPICS, ask_topics(UNSEEN, TOWN)), (STANCES, ask_stances(UNSEEN, TOWN))],
    ids=["topics", "stance"],
)


@pytest.fixture(autouse=True)
def stub(monkeypatch):
    declare_stub(monkeypatch)


def fit(*members, data=TOPICS, **parameters):
    return Ensemble(members=list(members), **parameters).fit(data, np.random.default_rng(0))


def decide(probabilities, exclusive):
    return probabilities.argmax(axis=1) if exclusive else probabilities >= 0.5


def accuracy(classifier, questions):
    said = decide(classifier.predict_proba(questions.examples), questions.exclusive)
    return (said == decide(questions.labels, questions.exclusive)).mean()


def test_the_mean_is_that_of_the_logits():
    # Logits ln 9 and -ln 4; ln 1/9 and ln 1/9: the means are ln 1.5 and ln 1/9.
    members = [{"kind": "stub", "skill": "constant", "answer": answer} for answer in ([0.9, 0.1], [0.2, 0.1])]
    ensemble = fit(*members, stacking="mean")
    np.testing.assert_allclose(ensemble.predict_proba(TOPICS.examples.take([0, 1])), [[0.6, 0.1]] * 2)


def test_the_mean_of_stances_is_the_normalised_geometric_mean():
    one, other = np.array([0.8, 0.1, 0.1]), np.array([0.2, 0.2, 0.6])
    members = [{"kind": "stub", "skill": "constant", "answer": answer.tolist()} for answer in (one, other)]
    ensemble = fit(*members, data=STANCES, stacking="mean")
    expected = np.sqrt(one * other) / np.sqrt(one * other).sum()
    np.testing.assert_allclose(ensemble.predict_proba(STANCES.examples.take([5])), [expected])


@both_questions
def test_stacking_trusts_the_member_that_is_right(data, questions):
    right = build("classifiers", RIGHT).fit(data, np.random.default_rng(0))
    stacked = accuracy(fit(RIGHT, NOISE, data=data), questions)
    assert stacked == pytest.approx(accuracy(right, questions))
    assert stacked > accuracy(fit(RIGHT, NOISE, data=data, stacking="mean"), questions) + 0.1


@both_questions
def test_a_member_that_memorises_is_not_trusted(data, questions):
    memory = build("classifiers", MEMORY).fit(data, np.random.default_rng(0))
    own = decide(memory.predict_proba(data.examples), data.exclusive)
    assert (own == decide(data.labels, data.exclusive)).all()
    assert accuracy(fit(MEMORY, RIGHT, data=data), questions) > 0.8
    assert accuracy(memory, questions) < 0.6


def test_the_stacker_asks_members_only_about_groups_that_they_have_not_seen():
    ensembles = [Ensemble(members=[RIGHT, NOISE], folds=4) for _ in range(2)]
    Ensemble.fit_jointly(ensembles, [TOPICS, STANCES], np.random.default_rng(0))
    asked = [(member, examples) for call, member, examples in Stub.calls if call == "ask"]
    assert len(asked) == 4 * 2 * 2
    assert all(member.seen_.isdisjoint(examples.articles) for member, examples in asked)
    texts = sorted(text for member, examples in asked if not member.exclusive_ for text in examples.texts)
    assert texts == sorted([*TOPICS.examples.texts] * 2)


def test_chosen_hyperparameters_are_not_chosen_again():
    member = {"kind": "stub", "candidates": [1, 2]}
    ensemble = fit(member, NOISE, folds=2)
    fitted = [list(one.candidates) for call, one, _ in Stub.calls if call == "fit" and one.skill == "right"]
    assert fitted == [[1, 2], [2], [2]]
    assert ensemble.chosen["members"][0] == {"kind": "stub", "candidates": [2]}
    again = build("classifiers", {"kind": "ensemble", "members": [member, NOISE], **ensemble.chosen})
    assert [block.get("candidates") for block in again.members] == [[2], [0]]


def test_each_question_keeps_what_was_chosen_for_it():
    ensembles = [Ensemble(members=[{"kind": "stub", "candidates": [1, 2]}, NOISE], folds=2) for _ in range(2)]
    Ensemble.fit_jointly(ensembles, [TOPICS, STANCES], np.random.default_rng(0))
    fitted = [
        (one.exclusive_, list(one.candidates))
        for call, one, _ in Stub.calls
        if call == "fit" and one.skill == "right"
    ]
    assert fitted == [(False, [1, 2]), (True, [1, 2]), *[(False, [2]), (True, [1])] * 2]


def test_ensembles_that_learned_jointly_are_loaded_as_they_were(tmp_path):
    nested = {"kind": "ensemble", "members": [NOISE, RIGHT], "stacking": "mean"}
    members = [RIGHT, {"kind": "linear", "C": [1.0], "char_ngram_range": None}, nested]
    ensembles = [Ensemble(members=members, folds=2) for _ in range(2)]
    Ensemble.fit_jointly(ensembles, [TOPICS, STANCES], np.random.default_rng(0))
    save_block(ensembles, tmp_path / "saved")
    loaded = load_block({"kind": "ensemble"}, tmp_path / "saved")
    for before, after, data in zip(ensembles, loaded, [TOPICS, STANCES], strict=True):
        expected = before.predict_proba(data.examples)
        assert expected.shape == data.labels.shape
        np.testing.assert_array_equal(after.predict_proba(data.examples), expected)


def test_an_encoder_is_one_network_for_both_questions_in_an_ensemble_too(tmp_path):
    ensembles = [Ensemble(members=[ENCODER, RIGHT], stacking="mean") for _ in range(2)]
    Ensemble.fit_jointly(ensembles, [TOPICS, STANCES], np.random.default_rng(0))
    save_block(ensembles, tmp_path / "saved")
    assert [path.parent.name for path in tmp_path.rglob("*.onnx")] == ["member-0"]
    topics, stances = load_block({"kind": "ensemble"}, tmp_path / "saved")
    assert topics.members_[0].network_ is stances.members_[0].network_
    for before, after, data in zip(ensembles, (topics, stances), [TOPICS, STANCES], strict=True):
        np.testing.assert_array_equal(after.predict_proba(data.examples), before.predict_proba(data.examples))


def test_what_is_saved_is_plain_json(tmp_path):
    fit(RIGHT, NOISE, folds=2).save(tmp_path)
    content = json.loads((tmp_path / "ensemble.json").read_text())
    assert content["parameters"] == {"members": [RIGHT, NOISE], "stacking": "logistic", "folds": 2}
    assert np.array(content["questions"][0]["stacker"][0]).shape == (4, 2)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (
            [{"kind": "linear", "ngram_rnage": 1}],
            "ngram_rnage: no such parameter of 'linear'",
        ),
        ([{"kind": "liner"}], "kind: unknown classifier 'liner'; expected one of ["),
        ([{"C": [1.0]}], "kind: missing; expected one of ["),
        (
            [{"kind": "ensemble", "members": [{"kind": "linear"}, {"kind": "x"}]}],
            "members.1: ",
        ),
    ],
)
def test_a_problem_of_a_member_is_reported_with_its_place(members, expected):
    block = {"kind": "ensemble", "members": [{"kind": "linear"}, *members]}
    (problem,) = check_block("classifiers", block, "topics")
    assert problem.startswith(f"topics.members.1: {expected}")


def test_one_member_is_too_few():
    (problem,) = check_block("classifiers", {"kind": "ensemble", "members": [RIGHT]}, "topics")
    assert problem.startswith("topics.members: ")
    assert "at least 2 items" in problem


def test_a_config_with_a_wrong_member_is_refused(town_config):
    members = "[{kind: linear}, {kind: linear, folds: 1}]"
    with pytest.raises(ConfigError, match=r"stance\.members\.1: folds"):
        read_config(town_config, [f"stance={{kind: ensemble, members: {members}}}"])


def test_the_mean_of_nothing_is_nothing():
    ensemble = fit(RIGHT, NOISE, stacking="mean")
    assert ensemble.predict_proba(TOPICS.examples.take([])).shape == (0, TOPICS.labels.shape[1])
