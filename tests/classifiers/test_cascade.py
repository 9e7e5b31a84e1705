"""A gate that spares its expert what has no topic, set so that little of what the expert finds is lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stance.classifiers.blocks import load_block, save_block
from stance.classifiers.cascade import Cascade, set_gate
from stance.records import to_examples
from stance.registry import check_block
from stance.workflows.training.training_data import to_training_set
from tests.classifiers.stubs import Stub, declare_stub, read_truth
from tests.contracts.test_classifiers import GROUPS, QUESTIONS, TINY
from tests.town import town_news

TOPICS, STANCES = (to_training_set(QUESTIONS[task], GROUPS) for task in ("topics", "stance"))
LATER = to_examples(town_news(10, seed=7))
HAS_TOPIC = np.array([read_truth(text).any() for text in LATER.texts])
GATE = {"kind": "stub", "confidence": 0.7}
EXPERT = {"kind": "stub", "confidence": 0.95}
WORDS = {"kind": "linear", "C": [1.0], "char_ngram_range": None}
ENCODER = TINY | {"training": {"num_train_epochs": 0.1, "precision": "fp32"}}

probabilities = st.sampled_from([0.0, 0.05, 0.2, 0.49, 0.5, 0.51, 0.9, 1.0]) | st.floats(0, 1)


@pytest.fixture(autouse=True)
def stub(monkeypatch):
    declare_stub(monkeypatch)


def fit(data=TOPICS, gate=GATE, expert=EXPERT, **parameters):
    cascade = Cascade(gate=gate, expert=expert, **parameters).fit(data, np.random.default_rng(0))
    Stub.calls.clear()
    return cascade


def asked_of(member):
    return [list(examples.texts) for call, one, examples in Stub.calls if call == "ask" and one is member]


@st.composite
def seen_and_found(draw):
    n = draw(st.integers(1, 40))
    return draw(arrays(float, n, elements=probabilities)), draw(arrays(float, (n, 2), elements=probabilities))


@given(seen_and_found(), st.floats(0.01, 1))
def test_the_threshold_is_the_highest_that_keeps_the_recall_asked_for(answers, recall):
    seen, found = answers
    threshold, nothing = set_gate(seen, found, recall=recall)
    positive = (found >= 0.5).any(axis=1)
    if not positive.any():
        assert (seen >= threshold).all()
        return
    assert (seen[positive] >= threshold).mean() >= recall - 1e-9
    assert threshold in seen[positive]
    assert (seen[positive] > threshold).mean() < recall
    below = found[seen < threshold]
    np.testing.assert_allclose(nothing, below.mean(axis=0) if len(below) else [0, 0])


@given(seen_and_found())
def test_full_recall_loses_nothing_that_the_expert_finds(answers):
    seen, found = answers
    threshold, _ = set_gate(seen, found, recall=1)
    assert not (found[seen < threshold] >= 0.5).any()


def test_everything_passes_where_the_expert_finds_nothing():
    cascade = fit(expert={"kind": "stub", "skill": "constant", "answer": [0.1, 0.2]})
    assert cascade.threshold_ == 0
    cascade.predict_proba(LATER)
    assert asked_of(cascade.expert_) == [list(LATER.texts)]


def test_the_expert_is_asked_only_about_what_passes():
    cascade = fit()
    answers = cascade.predict_proba(LATER)
    assert asked_of(cascade.gate_) == [list(LATER.texts)]
    assert asked_of(cascade.expert_) == [
        [text for text, has in zip(LATER.texts, HAS_TOPIC, strict=True) if has]
    ]
    passed = LATER.take(np.flatnonzero(HAS_TOPIC).tolist())
    np.testing.assert_array_equal(answers[HAS_TOPIC], cascade.expert_.predict_proba(passed))
    np.testing.assert_allclose(answers[~HAS_TOPIC], 0.05)


def test_a_lower_recall_passes_less():
    gate = {"kind": "stub", "skill": "noise"}
    thresholds = []
    for recall in (1.0, 0.3):
        thresholds.append(fit(gate=gate, recall=recall).threshold_)
    # Noise sees nothing in a quarter of the sentences, which may be lost only where that is allowed.
    assert thresholds[0] < 0.5 < thresholds[1]


def test_of_what_does_not_pass_the_experts_mean_is_said():
    expert = {"kind": "stub", "confidence": 0.95, "mistakes": 0.2}
    cascade = fit(expert=expert, recall=0.5)
    assert cascade.threshold_ > 0.5
    nothing = cascade.predict_proba(LATER)[~HAS_TOPIC]
    assert (nothing == nothing[0]).all()
    assert (nothing[0] > 0.05).all()


def test_the_gate_is_set_on_groups_that_neither_has_seen():
    cascades = [Cascade(gate=GATE, expert=EXPERT, folds=4) for _ in range(2)]
    Cascade.fit_jointly(cascades, [TOPICS, STANCES], np.random.default_rng(0))
    asked = [(member, examples) for call, member, examples in Stub.calls if call == "ask"]
    judged = [(member, set(of.articles)) for member, of in asked if member.seen_.isdisjoint(of.articles)]
    assert sorted(member.confidence for member, _ in judged) == [0.7, 0.95]
    assert all(len(articles) == len(set(TOPICS.examples.articles)) / 4 for _, articles in judged)
    everything = set(TOPICS.examples.articles)
    assert cascades[0].gate_.seen_ == cascades[0].expert_.seen_ == everything


def test_the_gate_learns_what_the_expert_says():
    cascade = fit(gate={"kind": "stub", "skill": "memory"}, expert={"kind": "stub", "mistakes": 0.3})
    labels = np.array(list(cascade.gate_.known_.values()))
    np.testing.assert_array_equal(labels, cascade.expert_.predict_proba(TOPICS.examples))
    assert ((labels >= 0.5) != (TOPICS.labels >= 0.5)).any()


def test_the_expert_is_asked_for_every_stance():
    cascade = fit(STANCES)
    answers = cascade.predict_proba(STANCES.examples)
    assert [call for call, _, _ in Stub.calls] == ["ask"]
    assert asked_of(cascade.expert_) == [list(STANCES.examples.texts)]
    np.testing.assert_array_equal(answers, cascade.expert_.predict_proba(STANCES.examples))


def test_cascades_that_learned_jointly_are_loaded_as_they_were(tmp_path):
    cascades = [Cascade(gate=WORDS, expert=ENCODER, recall=0.5) for _ in range(2)]
    Cascade.fit_jointly(cascades, [TOPICS, STANCES], np.random.default_rng(0))
    # An expert that has hardly learned finds nothing or everything: half of the sentences shall pass.
    seen = cascades[0].gate_.predict_proba(LATER).max(axis=1)
    cascades[0].threshold_, cascades[0].nothing_ = float(np.median(seen)), np.array([0.125, 0.0625])
    passed = seen >= np.median(seen)
    save_block(cascades, tmp_path / "saved")
    assert len(list(tmp_path.rglob("*.onnx"))) == 1
    assert {path.name for path in (tmp_path / "saved").iterdir()} == {"cascade.json", "expert", "gate-0"}
    topics, stances = load_block({"kind": "cascade"}, tmp_path / "saved")
    assert topics.expert_.network_ is stances.expert_.network_
    answers = topics.predict_proba(LATER)
    np.testing.assert_array_equal(answers, cascades[0].predict_proba(LATER))
    np.testing.assert_array_equal(answers[~passed], [[0.125, 0.0625]] * (~passed).sum())
    assert (answers[passed] != [0.125, 0.0625]).all()
    np.testing.assert_array_equal(
        stances.predict_proba(STANCES.examples), cascades[1].predict_proba(STANCES.examples)
    )


def test_nothing_may_pass():
    cascade = fit(gate=WORDS, expert=WORDS)
    cascade.threshold_ = 1.0
    np.testing.assert_array_equal(cascade.predict_proba(LATER), [cascade.nothing_] * len(LATER))
    assert cascade.predict_proba(LATER.take([])).shape == (0, 2)


def test_a_problem_of_the_expert_is_reported_with_its_place():
    block = {"kind": "cascade", "gate": {"kind": "linear"}, "expert": {"kind": "encoder", "max_tokens": 1}}
    (problem,) = check_block("classifiers", block, "topics")
    assert problem.startswith("topics.expert: max_tokens: Input should be greater than or equal to 16")
