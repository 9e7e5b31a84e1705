"""A classifier that is blind to its target must fail the check, one that reads it must pass."""

import re

import numpy as np
import pytest

from stance.classifiers.base import Classifier
from stance.classifiers.calibration import no_calibration
from stance.classifiers.model import Model
from stance.evaluation.counts import NO_LABEL, to_codes
from stance.labelling.interchange import write_labels
from stance.workflows.evaluate import evaluate
from stance.workflows.evaluating import runs
from stance.workflows.evaluating.target_questions import ask_otherwise
from tests.evaluation.examples import TOWN
from tests.town import VERBS, town_news


class Reader(Classifier):
    """Takes the stance of the verb before its target, or of the first verb if no target is named."""

    def fit(self, data, generator):
        return self

    def predict_proba(self, examples):
        return np.array([self.answer(*one) for one in zip(examples.texts, examples.targets, strict=True)])

    def answer(self, text, target):
        named = re.search(rf"(\w+) the {target}", text) or re.search(r"(\w+) the (?:trams|parks)", text)
        is_meant = np.array([bool(named) and named[1] in verbs for verbs in VERBS.values()])
        return np.where(is_meant, 0.8, 0.1) / (0.3 + 0.7 * is_meant.any())

    def save(self, folder): ...

    @classmethod
    def load(cls, folder): ...


class Blind(Reader):
    """Never looks at its target."""

    def answer(self, text, target):
        return super().answer(text, "")


class Eager(Reader):
    """Knows its target and nothing else."""

    def answer(self, text, target):
        return super().answer(f"cursed the {target}", target)


class EveryTopic(Reader):
    """Sees both topics in every sentence."""

    def predict_proba(self, examples):
        return np.ones((len(examples), 2))


def to_model(stance):
    return Model(
        name="town",
        taxonomy=TOWN,
        topics=EveryTopic(),
        stance=stance,
        topic_calibration=no_calibration(2, exclusive=False),
        stance_calibration=no_calibration(3, exclusive=True),
    )


def both_topics(n_articles=60):
    return [sentence for sentence in town_news(n_articles) if len(sentence.labels) == 2]


@pytest.fixture
def judge(tmp_path, monkeypatch):
    """Evaluates a model of the classifier it is given."""
    gold = both_topics()
    write_labels(tmp_path / "gold.jsonl", gold)
    (tmp_path / "model").mkdir()

    def judge(stance):
        model = to_model(stance)
        monkeypatch.setattr(runs, "load_model", lambda path: model)
        return evaluate(tmp_path / "model", on=tmp_path / "gold.jsonl", n_resamples=200).target_rows

    return judge


def test_a_classifier_that_is_blind_to_its_target_fails(judge):
    rows = judge(Blind())
    assert rows["target_removed"].cost == rows["targets_swapped"].cost == 0
    assert rows.verdict.outcome == "failed"


def test_a_classifier_that_reads_its_target_passes(judge):
    rows = judge(Reader())
    assert rows["target_removed"].cost > 0.2
    assert rows["targets_swapped"].value < rows["target_removed"].value
    assert rows.verdict.outcome == "passed"


def test_a_classifier_that_reads_no_text_loses_nothing_without_it(judge):
    rows = judge(Eager())
    assert rows["text_removed"].cost == 0
    assert rows.verdict.outcome == "failed"


def test_each_gold_label_gets_an_answer_and_nothing_else_does():
    gold = town_news(5)
    altered = ask_otherwise(to_model(Reader()), gold)
    has = to_codes(gold, TOWN) != NO_LABEL
    assert set(altered) == {"target_removed", "text_removed", "targets_swapped"}
    for codes in altered.values():
        assert ((codes != NO_LABEL) == has).all()


def test_swapped_targets_are_never_the_own_one_and_follow_the_seed():
    taxonomy = TOWN.model_copy(
        update={
            "topics": (*TOWN.topics, TOWN.topics[0].model_copy(update={"id": "ships", "target": "ships"}))
        }
    )
    asked = {}

    class Listening(Reader):
        def predict_proba(self, examples):
            asked.setdefault(seed, []).append(list(examples.targets))
            return super().predict_proba(examples)

    gold = both_topics(30)
    model = to_model(Listening())
    model = type(model)(**{**vars(model), "taxonomy": taxonomy})
    for seed in ("first", "first again", "second"):
        ask_otherwise(model, gold, seed=7 if "first" in seed else 8)
    removed, own, swapped = asked["first"]
    assert set(removed) == {""}
    assert not any(one == other for one, other in zip(own, swapped, strict=True))
    assert set(swapped) == {"trams", "parks", "ships"}
    assert asked["first again"][2] == swapped
    assert asked["second"][2] != swapped


def test_a_single_topic_has_no_other_target_to_ask_about():
    taxonomy = TOWN.model_copy(update={"topics": TOWN.topics[:1]})
    gold = [s for s in town_news(5) if [label.topic for label in s.labels] == ["trams"]]
    model = to_model(Reader())
    assert "targets_swapped" not in ask_otherwise(type(model)(**{**vars(model), "taxonomy": taxonomy}), gold)
