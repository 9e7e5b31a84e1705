from dataclasses import replace

import numpy as np
import pytest
from scipy import special

from stance.classifiers.linear import Linear
from stance.classifiers.segments import Context
from stance.records import LabelledSentence, to_examples
from stance.workflows.training.training_data import TrainingData, ask_stances, ask_topics, to_training_set
from tests.evaluation.examples import TOWN
from tests.town import town_news


def fit(news, ask, **parameters):
    questions = ask(TrainingData.of(news), TOWN)
    groups = np.array([int(sentence.article[1:]) for sentence in news])
    data = to_training_set(questions, groups)
    return Linear(**parameters).fit(data, np.random.default_rng(0)), questions


@pytest.fixture(scope="module")
def stance_classifier():
    return fit(town_news(40), ask_stances, C=(1.0,))[0]


def test_it_learns_topics_that_it_has_not_seen_in_these_words():
    linear, _ = fit(town_news(30, seed=1), ask_topics, C=(1.0,))
    _, unseen = fit(town_news(10, seed=2), ask_topics, C=(1.0,))
    assert ((linear.predict_proba(unseen.examples) > 0.5) == unseen.labels).mean() > 0.97


def test_the_stance_depends_on_the_target(stance_classifier):
    sentence = town_news(1)[0]
    text = "The mayor on Monday praised the trams and condemned the parks."
    both = to_examples([type(sentence)("x", 0, text, (), "")] * 2).toward([t.target for t in TOWN.topics])
    toward_trams, toward_parks = stance_classifier.predict_proba(both)
    assert np.abs(toward_trams - toward_parks).max() > 0.05


def test_a_target_never_seen_gets_an_answer(stance_classifier):
    text = "The mayor on Monday praised the swings."
    examples = to_examples([type(town_news(1)[0])("x", 0, text, (), "")]).toward(["swings"])
    (probabilities,) = stance_classifier.predict_proba(examples)
    assert TOWN.stances[probabilities.argmax()] == "pro"


def test_the_penalty_is_chosen_among_the_candidates():
    linear, _ = fit(town_news(12), ask_topics, C=(0.001, 1.0))
    assert linear.C_ == 1.0
    assert linear.chosen == {"C": [1.0]}


def test_context_is_read_only_where_it_is_asked_for():
    news = town_news(20)
    without, questions = fit(news, ask_topics, C=(1.0,))
    with_context, _ = fit(news, ask_topics, C=(1.0,), context=Context(title=True, previous=1))
    examples = questions.examples
    other = type(examples)(
        examples.texts, examples.titles, ["trams"] * len(examples), examples.targets, examples.articles
    )
    np.testing.assert_array_equal(without.predict_proba(other), without.predict_proba(examples))
    assert np.abs(with_context.predict_proba(other) - with_context.predict_proba(examples)).max() > 1e-3


def test_soft_labels_are_learned_from():
    questions = ask_topics(TrainingData.of(town_news(20)), TOWN)
    data = to_training_set(questions, np.repeat(np.arange(20), 8))
    generator = np.random.default_rng(0)
    soft = Linear(C=(10.0,), class_weight=None).fit(replace(data, labels=data.labels * 0.6), generator)
    hard = Linear(C=(10.0,), class_weight=None).fit(data, generator)
    present = questions.labels > 0
    assert 0.4 < soft.predict_proba(questions.examples)[present].mean() < 0.7
    assert hard.predict_proba(questions.examples)[present].mean() > 0.8


def test_a_loaded_classifier_knows_its_hyperparameters(tmp_path):
    linear, _ = fit(town_news(12), ask_topics, C=(1.0,), min_df=3, ngram_range=(1, 1))
    linear.save(tmp_path)
    loaded = Linear.load(tmp_path)
    assert loaded.get_params() == linear.get_params() | {"C": [1.0]}


def test_an_explanation_sums_to_the_logits():
    for ask in (ask_topics, ask_stances):
        linear, questions = fit(town_news(20), ask, C=(1.0,), context=Context(title=True, previous=1))
        explanations = linear.explain(questions.examples)
        logits = np.array([one.words.sum(axis=0) + one.rest for one in explanations])
        squash = special.softmax if ask is ask_stances else lambda logits, axis: special.expit(logits)
        np.testing.assert_allclose(
            squash(logits, axis=1), linear.predict_proba(questions.examples), atol=1e-6
        )


def test_what_is_no_word_of_the_sentence_is_the_same_for_all_sentences(stance_classifier):
    """Without context, the rest is the classifier's leaning toward the target: so the words are exact."""
    targets = [topic.target for topic in TOWN.topics]
    examples = to_examples([sentence for sentence in town_news(10) for _ in targets])
    examples = examples.toward(targets * (len(examples) // 2))
    rests = np.array([one.rest for one in stance_classifier.explain(examples)]).reshape(-1, 2, 3)
    np.testing.assert_allclose(rests, np.broadcast_to(rests[0], rests.shape), atol=1e-5)


def test_the_words_that_decide_are_found_in_the_sentence(stance_classifier):
    text = "On Monday, after all, the mayor praised the trams."
    examples = to_examples([LabelledSentence("x", 0, text, (), "")]).toward(["trams"])
    (explanation,) = stance_classifier.explain(examples)
    start, end = explanation.spans[explanation.words[:, TOWN.stances.index("pro")].argmax()]
    assert text[start:end] == "praised"


def test_words_around_a_marked_target_are_found_in_the_sentence():
    linear, _ = fit(town_news(8), ask_stances, C=(1.0,), mark_target=True)
    text = "On Monday the trams were praised."
    examples = to_examples([LabelledSentence("x", 0, text, (), "")] * 2).toward(["trams", "Old Henk"])
    for explanation in linear.explain(examples):
        words = [text[start:end] for start, end in explanation.spans]
        assert words == ["On", "Monday", "the", "trams", "were", "praised"]


def test_no_examples_have_no_explanations(stance_classifier):
    assert stance_classifier.explain(to_examples([])) == []


def test_a_strength_is_chosen_though_no_class_occurs():
    classifier, _ = fit([replace(one, labels=()) for one in town_news(6)], ask_topics, C=(0.1, 1.0))
    assert list(classifier.chosen["C"]) == [0.1]
