"""One set of checks over every declared classifier: a new kind is tested as soon as it is declared."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone

from stance.errors import DataError
from stance.records import to_examples
from stance.registry import build, kinds
from stance.workflows.training.training_data import TrainingData, ask_stances, ask_topics, to_training_set
from tests.classifiers.tiny import tiny_encoder
from tests.evaluation.examples import TOWN
from tests.town import town_news

NEWS = town_news(16)
DATA = TrainingData.of(NEWS)
QUESTIONS = {"topics": ask_topics(DATA, TOWN), "stance": ask_stances(DATA, TOWN)}
GROUPS = np.array([int(sentence.article[1:]) for sentence in NEWS])

TOWN_RULES = str(Path(__file__).with_name("town_rules.yaml"))
TINY = {
    "kind": "encoder",
    "base_model": tiny_encoder(),
    "forms": ["fp32"],
    "training": {"num_train_epochs": 1, "precision": "fp32"},
}
PARAMETERS = {
    "rules": {"functions": TOWN_RULES},
    "linear": {"C": [0.3, 1.0], "functions": TOWN_RULES},
    "encoder": TINY,
    "embedding": {"base_model": tiny_encoder()},
    "static": {"base_model": tiny_encoder()},
    "ensemble": {"members": [{"kind": "linear", "C": [1.0]}, {"kind": "rules", "functions": TOWN_RULES}]},
    "by_target": {"member": {"kind": "linear", "C": [0.3, 1.0], "functions": TOWN_RULES}},
    "cascade": {"gate": {"kind": "linear", "C": [1.0]}, "expert": TINY},
}
"""What a kind needs beside its defaults, which are made for the shipped taxonomy."""

pytestmark = [
    pytest.mark.parametrize("kind", kinds("classifiers")),
    pytest.mark.parametrize("task", list(QUESTIONS)),
]


@cache
def fitted(kind, task):
    return fit(kind, task)


def fit(kind, task):
    return make(kind).fit(to_training_set(QUESTIONS[task], GROUPS), np.random.default_rng(0))


def make(kind):
    return build("classifiers", PARAMETERS.get(kind, {}) | {"kind": kind})


def test_probabilities_have_the_shape_and_the_sums_they_should(kind, task):
    questions = QUESTIONS[task]
    probabilities = fitted(kind, task).predict_proba(questions.examples)
    assert probabilities.shape == questions.labels.shape
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    if questions.exclusive:
        np.testing.assert_allclose(probabilities.sum(axis=1), 1)


def test_the_same_seed_gives_the_same_probabilities(kind, task):
    examples = QUESTIONS[task].examples
    np.testing.assert_array_equal(
        fit(kind, task).predict_proba(examples), fitted(kind, task).predict_proba(examples)
    )


def test_a_loaded_classifier_says_what_the_saved_one_said(kind, task, tmp_path):
    classifier = fitted(kind, task)
    classifier.save(tmp_path)
    examples = QUESTIONS[task].examples
    np.testing.assert_array_equal(
        type(classifier).load(tmp_path).predict_proba(examples), classifier.predict_proba(examples)
    )


def test_what_is_saved_cannot_run_code(kind, task, tmp_path):
    fitted(kind, task).save(tmp_path)
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} <= {
        ".json",
        ".npz",
        ".yaml",
        ".onnx",
        ".safetensors",
    }
    for path in tmp_path.rglob("*.npz"):
        with np.load(path, allow_pickle=False) as arrays:
            assert all(arrays[name] is not None for name in arrays)


def test_a_row_does_not_depend_on_its_neighbours(kind, task):
    classifier, examples = fitted(kind, task), QUESTIONS[task].examples
    tolerance = 0 if classifier.is_rowwise else 1e-6
    whole = classifier.predict_proba(examples)
    mixed = np.random.default_rng(0).permutation(len(examples))
    among_others = classifier.predict_proba(examples.take(mixed.tolist()))
    np.testing.assert_allclose(among_others, whole[mixed], rtol=0, atol=tolerance)
    for row in range(0, len(examples), 7):
        alone = classifier.predict_proba(examples.take([row]))
        np.testing.assert_allclose(alone, whole[[row]], rtol=0, atol=tolerance)


def test_what_a_kind_does_not_read_does_not_change_its_answer(kind, task):
    classifier, examples = fitted(kind, task), QUESTIONS[task].examples
    unread = {"titles", "previous", "articles"} - set(classifier.reads)
    other = replace(examples, **{name: ["The parks."] * len(examples) for name in unread})
    np.testing.assert_array_equal(classifier.predict_proba(other), classifier.predict_proba(examples))


def test_odd_text_and_no_target_are_no_trouble(kind, task):
    classifier = fitted(kind, task)
    odd = [
        type(NEWS[0])("z", n, text, (), "")
        for n, text in enumerate(["", " ", "\x00", "😀" * 500, "a" * 10**5])
    ]
    for target in {"", TOWN.topics[0].target if task == "stance" else ""}:
        asked = to_examples(odd).toward([target] * len(odd))
        assert np.isfinite(classifier.predict_proba(asked)).all()


def test_a_class_without_examples_is_no_trouble(kind, task):
    if kind == "rules":
        pytest.skip("learns nothing from examples")
    questions = QUESTIONS[task]
    labels = questions.labels.copy()
    labels[:, 0] = 0
    keep = np.flatnonzero(labels.sum(axis=1) > 0) if questions.exclusive else np.arange(len(labels))
    data = to_training_set(replace(questions, labels=labels), GROUPS).take(keep)
    classifier = make(kind).fit(data, np.random.default_rng(0))
    assert (classifier.predict_proba(questions.examples)[:, 0] < 0.01).all()


def test_without_any_example_a_kind_answers_or_says_what_it_lacks(kind, task):
    questions = QUESTIONS[task]
    nothing = to_training_set(questions, GROUPS).take(np.zeros(0, dtype=np.int64))
    try:
        classifier = make(kind).fit(nothing, np.random.default_rng(0))
    except DataError as error:
        pytest.skip(f"says so: {error}")
    probabilities = classifier.predict_proba(questions.examples)
    assert np.isfinite(probabilities).all()
    if questions.exclusive:
        np.testing.assert_allclose(probabilities.sum(axis=1), 1)


def test_it_can_be_cloned_by_scikit_learn(kind, task):
    classifier = make(kind)
    assert clone(classifier).get_params() == classifier.get_params()
