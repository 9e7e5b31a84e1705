import numpy as np

from stance.evaluation.counts import NO_LABEL, to_codes
from stance.evaluation.splits import Split
from stance.evaluation.target_rows import LEFT_OUT
from stance.workflows.train import train
from stance.workflows.training.left_out_targets import ask_left_out_targets
from stance.workflows.training.training_data import TrainingData
from tests.classifiers.stubs import Stub, declare_stub
from tests.evaluation.examples import TOWN
from tests.town import town_news
from tests.workflows.evaluating.test_target_questions import Reader, to_model


def ask(monkeypatch, sentences, splits):
    declare_stub(monkeypatch)
    data = TrainingData.of(sentences)
    groups = np.array([int(sentence.article[1:]) for sentence in sentences])
    block = {"kind": "stub", "skill": "right"}
    return ask_left_out_targets(block, to_model(Reader()), data, groups, splits=splits, seed=0)


def halves(sentences):
    early = np.array([sentence.article < "a06" for sentence in sentences])
    return Split.by(~early), Split.by(early)


def test_what_is_asked_about_was_never_learned_neither_target_nor_article(monkeypatch):
    sentences = town_news(12)
    ask(monkeypatch, sentences, halves(sentences))
    fits = [examples for verb, _, examples in Stub.calls if verb == "fit"]
    asks = [examples for verb, _, examples in Stub.calls if verb == "ask"]
    assert len(fits) == len(asks) == 4
    for learned, asked in zip(fits, asks, strict=True):
        assert set(learned.targets).isdisjoint(asked.targets)
        assert set(learned.articles).isdisjoint(asked.articles)


def test_every_gold_topic_of_a_test_part_gets_an_answer(monkeypatch):
    sentences = town_news(12)
    gold = to_codes(sentences, TOWN)
    assert (ask(monkeypatch, sentences, halves(sentences)) == gold).all()
    first, _ = halves(sentences)
    codes = ask(monkeypatch, sentences, [first])
    assert (codes[first.test] == gold[first.test]).all()
    assert (codes[first.train] == NO_LABEL).all()


def test_a_target_that_is_alone_is_not_measured(monkeypatch):
    sentences = [s for s in town_news(12) if all(label.topic == "trams" for label in s.labels)]
    assert (ask(monkeypatch, sentences, halves(sentences)) == NO_LABEL).all()


def test_training_measures_it_on_the_test_part(town_training):
    row = town_training.on_test.target_rows[LEFT_OUT]
    assert 0 < row.value < 1
    assert row.support == town_training.on_test["stance_f1_macro"].support
    assert town_training.on_folds.target_rows[LEFT_OUT].note == "not measured"
    saved = town_training.model.metrics["test"]["target_rows"]["rows"][-1]
    assert saved["value"] == row.value


def test_training_measures_it_on_the_folds_if_there_is_no_test_part(town_config, tmp_path):
    training = train(town_config, overrides=["split.test=0"], out=tmp_path / "all")
    assert 0 < training.on_folds.target_rows[LEFT_OUT].value < 1


def test_a_config_can_do_without(town_config, tmp_path):
    training = train(town_config, overrides=["leave_targets_out=false"], out=tmp_path / "quick")
    assert training.on_test.target_rows[LEFT_OUT].note == "not measured"
    assert training.on_test.target_rows["target_removed"].support > 0
