from dataclasses import replace

import numpy as np
import pytest

from stance.classifiers.abstention import NEVER, Caution, HeldOut, choose_abstention
from stance.errors import DataError, ModelError
from stance.records import to_examples
from tests.town import town_news


def held_out(*labels):
    """From (group, confidence, wrong) of each label."""
    groups, confidences, wrong = zip(*labels, strict=True)
    return HeldOut(np.array(groups), np.array(confidences).round(4), np.array(wrong, dtype=bool))


def test_nothing_is_held_back_unless_asked_for():
    assert choose_abstention(Caution(), None) is NEVER
    assert not NEVER.applies(np.array([0.0, 0.5])).any()


def test_labels_below_a_given_confidence_are_held_back():
    abstention = choose_abstention(Caution(min_confidence=0.6), None)
    assert abstention.applies(np.array([0.59, 0.6, 0.9])).tolist() == [True, False, False]
    assert abstention.reason == "confidence below 0.6"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"min_confidence": 0.5, "max_risk": 0.1}, "give min_confidence or max_risk, not both"),
        ({"threshold": 0.5, "max_risk": 0.1}, "give threshold or max_risk, not both"),
        ({"threshold": 0.0}, "threshold must be from 0.001 to 1, found 0.0"),
        ({"min_confidence": 1.5}, "min_confidence must be from 0 to 1, found 1.5"),
        ({"max_risk": -0.1}, "max_risk must be from 0 to 1, found -0.1"),
    ],
)
def test_contradictions_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        Caution(**settings)


def test_the_threshold_is_the_lowest_that_keeps_the_risk_with_one_more_article():
    labels = [(group, 0.99 - group / 100, group in (7, 9, 10, 11)) for group in range(12)]
    abstention = choose_abstention(Caution(max_risk=0.2), held_out(*labels))
    # Kept 7: (0 + 1) / 7 < .2. Kept 9: (1 + 1) / 9 > .2. From there on it only gets worse.
    assert abstention.threshold == 0.93
    assert (abstention.kept, abstention.risk, abstention.n_groups) == (7 / 12, 0, 12)
    assert abstention.reason == "confidence below 0.93, which keeps the risk at 0.2"
    more = choose_abstention(Caution(max_risk=0.23), held_out(*labels))
    assert (more.threshold, more.risk) == (0.91, pytest.approx(1 / 9))


def test_labels_of_equal_confidence_are_kept_together():
    labels = [(group, 0.9, group >= 8) for group in range(10)]
    with pytest.raises(DataError, match="cannot be promised at any threshold"):
        choose_abstention(Caution(max_risk=0.2), held_out(*labels))
    assert choose_abstention(Caution(max_risk=0.3), held_out(*labels)).kept == 1


def test_an_article_counts_once_however_many_labels_it_has():
    wrong = [(0, 0.95, True)] * 50
    right = [(group, 0.95, False) for group in range(1, 20)]
    abstention = choose_abstention(Caution(max_risk=0.11), held_out(*wrong, *right))
    assert abstention.risk == pytest.approx(1 / 20)


def test_too_few_articles_promise_nothing():
    labels = [(group // 2, 0.9, False) for group in range(18)]
    with pytest.raises(
        DataError, match=r"from 9 held-out articles with labels; it takes 10 or more\. Train with"
    ):
        choose_abstention(Caution(max_risk=0.1), held_out(*labels))
    with pytest.raises(DataError, match="it takes more than there can be"):
        choose_abstention(Caution(max_risk=0), held_out(*labels))


def test_what_cannot_be_promised_is_told_with_the_least_that_can():
    labels = [(group, 0.99 - group / 1000, group % 2 == 0) for group in range(100)]
    with pytest.raises(DataError, match=r"100 held-out articles were given are wrong.* is 0\.51; or set"):
        choose_abstention(Caution(max_risk=0.3), held_out(*labels))
    assert choose_abstention(Caution(max_risk=0.51), held_out(*labels)).risk == 0.5


def test_a_model_without_held_out_labels_says_what_to_do():
    with pytest.raises(
        ModelError, match=r"the model has none.*Train it again with `stance train`, or set --min-conf"
    ):
        choose_abstention(Caution(max_risk=0.1), None)


def simulate(generator, n_groups):
    """Articles whose labels share their luck; a label of confidence c is wrong with probability 1 - c."""
    sizes = generator.integers(1, 12, size=n_groups)
    groups = np.arange(n_groups).repeat(sizes)
    confidences = generator.beta(3, 1, size=len(groups)).round(4)
    shared, own = generator.random(n_groups)[groups], generator.random(len(groups))
    luck = np.where(generator.random(len(groups)) < 0.5, shared, own)
    return HeldOut(groups, confidences, luck < 1 - confidences)


@pytest.mark.parametrize(("n_groups", "least"), [(40, 0.02), (300, 0.08)])
def test_the_risk_of_new_articles_is_what_was_promised_or_less(n_groups, least):
    generator = np.random.default_rng(0)
    new = simulate(generator, 20_000)
    shares = 1 / np.bincount(new.groups)[new.groups]
    wrong, risks = np.zeros(300), np.zeros(300)  # nothing is given where nothing can be promised
    for trial in range(300):
        try:
            abstention = choose_abstention(Caution(max_risk=0.1), simulate(generator, n_groups))
        except DataError:
            continue
        given = ~abstention.applies(new.confidences)
        wrong[trial] = shares[given & new.wrong].sum() / 20_000
        risks[trial] = shares[given & new.wrong].sum() / shares[given].sum()
    assert wrong.mean() < 0.1  # what conformal risk control guarantees
    assert least < risks.mean() < 0.1  # and among the labels given


def test_held_out_labels_are_saved_small_and_read_back(tmp_path):
    labels = simulate(np.random.default_rng(1), 1000)
    labels.save(tmp_path / "held_out.npz")
    back = HeldOut.load(tmp_path / "held_out.npz")
    for name in ("groups", "confidences", "wrong"):
        np.testing.assert_array_equal(getattr(back, name), getattr(labels, name))
    assert (tmp_path / "held_out.npz").stat().st_size < 6 * len(labels.wrong)


def test_a_model_holds_back_what_it_would_have_given(town_training):
    news = town_news(6, seed=9)
    bold = town_training.model
    careful = replace(bold, abstention=choose_abstention(Caution(min_confidence=0.8), None))
    n_held_back = 0
    for before, after in zip(bold.predict_labels(news), careful.predict_labels(news), strict=True):
        held_back = [one.label for one in after.abstained]
        assert sorted([*after.labels, *held_back], key=before.labels.index) == list(before.labels)
        assert all(label.confidence >= 0.8 for label in after.labels)
        assert all(label.confidence < 0.8 for label in held_back)
        assert {one.reason for one in after.abstained} <= {"confidence below 0.8"}
        n_held_back += len(held_back)
    assert n_held_back > 0
    given, held_back = careful.hold_back(careful.score(to_examples(news)))
    assert len(held_back.rows) == n_held_back
    assert held_back.confidences.max() < 0.8 <= given.confidences.min()


def test_a_stance_that_is_asked_for_is_given(town_training):
    careful = replace(town_training.model, abstention=choose_abstention(Caution(min_confidence=1.0), None))
    news = town_news(2)
    assert all(
        len(answer.labels) == len(sentence.labels)
        for answer, sentence in zip(careful.predict_stances(news), news, strict=True)
    )
