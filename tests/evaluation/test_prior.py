from collections import Counter

import numpy as np
import pytest

from stance.evaluation.evaluation import evaluate_labels
from stance.evaluation.metrics import stance_f1
from stance.evaluation.prior import predict_prior
from tests.evaluation.examples import TOWN, labelled

GOLD = [labelled(f"a{row:03}", 0, trams="pro" if row % 4 else "contra") for row in range(60)]
GOLD += [labelled(f"b{row:03}", 0) for row in range(140)]


def count(sentences):
    return Counter((label.topic, label.stance) for sentence in sentences for label in sentence.labels)


def test_every_label_is_as_frequent_as_in_gold():
    predicted, asked = predict_prior(GOLD)
    assert count(predicted) == count(asked) == count(GOLD)
    assert [{label.topic for label in s.labels} for s in asked] == [
        {label.topic for label in s.labels} for s in GOLD
    ]
    assert [s.key for s in predicted] == [s.key for s in GOLD]


def test_the_expected_score_is_the_share():
    topics, stances = [], []
    for seed in range(60):
        predicted, asked = predict_prior(GOLD, seed=seed)
        evaluation = evaluate_labels(
            GOLD, predicted, TOWN, name="prior", predicted_given_gold=asked, n_resamples=1
        )
        topics.append(evaluation["topics_f1_macro"].value)
        stances.append(stance_f1(evaluation.outcomes.counts.total())[:2])
    assert np.mean(topics) == pytest.approx(60 / 200, abs=0.03)
    assert np.mean(stances, axis=0) == pytest.approx([45 / 60, 15 / 60], abs=0.03)


def test_the_deal_follows_the_seed_and_not_the_order_of_the_sentences():
    by_key = {sentence.key: sentence for sentence in predict_prior(GOLD[::-1])[0]}
    predicted, _ = predict_prior(GOLD)
    assert [by_key[sentence.key] for sentence in predicted] == predicted
    assert predict_prior(GOLD, seed=1)[0] != predicted


def test_gold_without_labels_gives_predictions_without_labels():
    assert count(predict_prior([labelled("a", 0)])[0]) == Counter()
