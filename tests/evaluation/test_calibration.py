import json
from dataclasses import replace

import numpy as np
import pytest

from stance.evaluation.calibration import Probabilities, check_calibration, join, judge_labels
from stance.records import Abstained, Label
from tests.evaluation.examples import TOWN, labelled

GROUPS = np.arange(4)
GOLD = [
    labelled("a", 0, trams="pro"),
    labelled("b", 0, trams="contra", parks="open"),
    labelled("c", 0),
    labelled("d", 0, parks="pro"),
]


def sure(topic, stance, *, probability=0.8, share=0.5):
    rest = {other: (1 - share) / 2 for other in TOWN.stances if other != stance}
    return Label(topic, stance, probability=probability, stance_probabilities={stance: share, **rest})


PREDICTED = [
    replace(GOLD[0], labels=(sure("trams", "pro"),)),
    replace(GOLD[1], labels=(sure("trams", "pro"),)),
    replace(GOLD[2], labels=(sure("parks", "open", probability=0.6),)),
    replace(GOLD[3], labels=(), abstained=(Abstained(sure("parks", "pro", share=0.4), "doubt"),)),
]


def check(**settings):
    return check_calibration(GOLD, PREDICTED, TOWN, groups=GROUPS, n_resamples=50, **settings)


def test_labels_alone_tell_of_stances_and_risk_but_not_of_topics():
    found = check()
    assert found.topics is None
    assert found.stance.before is None
    assert found.stance.after.n == 3  # at gold topics; parks of b was not found
    assert found.stance.after.ece == pytest.approx(2 / 3 * abs(0.5 - 0.5) + 1 / 3 * 0.6)
    assert found.risk_coverage.n == 4


def test_labels_held_back_are_on_the_curve_but_not_among_those_given():
    found = check()
    assert found.risk_coverage.points[-1].coverage == 1
    assert (found.abstentions.n_given, found.abstentions.n_given_wrong) == (3, 2)
    assert (found.abstentions.n_abstained, found.abstentions.n_abstained_wrong) == (1, 0)


def test_a_model_is_judged_before_and_after():
    topics = np.array([[0.9, 0.1], [0.8, 0.9], [0.1, 0.2], [0.2, 0.9]])
    stances = np.array([[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0], [1.0, 0, 0]])
    found = check(
        asked=[
            replace(sentence, labels=tuple(sure(label.topic, label.stance) for label in sentence.labels))
            for sentence in GOLD
        ],
        probabilities=Probabilities(topics_before=1 - topics, topics=topics, stances_before=stances),
    )
    assert found.topics.after.brier < 0.1 < found.topics.before.brier
    assert found.topics.after.n == 8
    assert found.stance.before.brier == 0
    assert found.stance.before.n == found.stance.after.n == 4


def test_labels_of_people_have_nothing_to_judge():
    found = check_calibration(GOLD, GOLD, TOWN, groups=GROUPS).to_dict()
    assert (found["topics"], found["stance"], found["risk_coverage"]) == (None, None, None)
    assert found["abstentions"]["n_given"] == 4


def test_it_is_plain_json():
    content = check().to_dict()
    assert json.loads(json.dumps(content, allow_nan=False)) == content


def test_labels_are_judged_with_their_groups():
    confidences, wrong, groups = judge_labels(GOLD, PREDICTED, GROUPS)
    np.testing.assert_allclose(confidences, [0.4, 0.4, 0.3, 0.32])
    assert wrong.tolist() == [False, True, True, False]
    assert groups.tolist() == [0, 1, 2, 3]
    assert len(judge_labels(GOLD, GOLD, GROUPS)[0]) == 0


def test_parts_are_joined_in_order():
    one = Probabilities(np.zeros((2, 2)), np.ones((2, 2)), np.zeros((0, 3)))
    joined = join([one, replace(one, stances_before=np.ones((1, 3)))])
    assert joined.topics.shape == (4, 2)
    assert joined.stances_before.shape == (1, 3)
