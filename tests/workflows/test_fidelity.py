import numpy as np

from stance.workflows.fidelity import measure_fidelity
from stance.workflows.training_data import TrainingData, ask_stances, ask_topics
from tests.evaluation.examples import TOWN
from tests.town import town_news


def ask(n_articles=4):
    news = town_news(n_articles)
    every = np.ones(len(news), dtype=np.bool_)
    data = TrainingData(news, every, every.astype(np.float64), ~every)
    return ask_topics(data, TOWN), ask_stances(data, TOWN)


def test_the_same_probabilities_are_kept_whole():
    topics, stances = ask()
    right = [topics.labels, stances.labels]
    measured = measure_fidelity([topics, stances], right, right)
    assert (measured.agreement, measured.f1_change) == (1.0, 0.0)


def test_the_worst_question_counts():
    topics, stances = ask()
    blind = np.full_like(stances.labels, 0.1)
    blind[:, 0] = 0.9
    measured = measure_fidelity([topics, stances], [topics.labels, stances.labels], [topics.labels, blind])
    assert measured.agreement == round(float(stances.labels[:, 0].mean()), 4)
    assert measured.f1_change < -0.3


def test_weak_examples_say_nothing():
    topics, _ = ask()
    topics = topics.__class__(**(vars(topics) | {"is_gold": np.zeros(len(topics.labels), dtype=np.bool_)}))
    measured = measure_fidelity([topics], [topics.labels], [topics.labels])
    assert (measured.agreement, measured.f1_change) == (0.0, 0.0)
