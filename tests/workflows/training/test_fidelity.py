import numpy as np
import pytest

from stance.classifiers.base import Fidelity
from stance.workflows.training.fidelity import find_worst, measure_fidelity
from stance.workflows.training.training_data import TrainingData, ask_stances, ask_topics
from tests.evaluation.examples import TOWN
from tests.town import town_news


def ask(*, is_gold=True):
    news = town_news(4)
    data = TrainingData.of(news) if is_gold else TrainingData.of([], weak=news)
    return ask_topics(data, TOWN), ask_stances(data, TOWN)


@pytest.mark.parametrize("number", [0, 1])
def test_the_same_probabilities_are_kept_whole(number):
    question = ask()[number]
    assert measure_fidelity(question, question.labels, question.labels) == Fidelity(1.0, 0.0)


def test_what_int8_changes_is_measured():
    _, stances = ask()
    blind = np.full_like(stances.labels, 0.1)
    blind[:, 0] = 0.9
    measured = measure_fidelity(stances, stances.labels, blind)
    assert measured is not None
    assert measured.agreement == round(float(stances.labels[:, 0].mean()), 4)
    assert -0.9 < measured.f1_change < -0.3


def test_a_topic_that_is_lost_costs_all_of_its_f1():
    topics, _ = ask()
    one = topics.__class__(**(vars(topics) | {"labels": topics.labels[:, :1]}))
    assert measure_fidelity(one, one.labels, np.zeros_like(one.labels)).f1_change == -1.0


def test_weak_examples_say_nothing():
    topics, _ = ask(is_gold=False)
    assert measure_fidelity(topics, topics.labels, topics.labels) is None


def test_the_worst_question_counts():
    measured = [Fidelity(0.99, -0.01), None, Fidelity(0.995, -0.02)]
    assert find_worst(measured) == Fidelity(0.99, -0.02)
    assert find_worst([None]) is None
