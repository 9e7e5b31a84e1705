"""A model asked about targets that its taxonomy does not have."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from stance.classifiers.dummy import Dummy
from stance.classifiers.folder import save_model
from stance.classifiers.open_targets import ask_targets, find_unread
from stance.cli.app import app
from stance.errors import StanceError
from stance.labelling.interchange import read_labels
from stance.records import to_examples
from stance.workflows.predict import predict
from tests.evaluation.examples import TOWN
from tests.town import town_news

NEWS = town_news(3, seed=9)


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "one.txt"
    path.write_text("The mayor on Monday praised the trams. Old Henk ate soup.\n")
    return path


def test_every_sentence_has_each_target_with_a_stance(town_training):
    asked = ask_targets(town_training.model, ["the old mill", "trams"])
    assert [s.key for s in asked.predict_labels(NEWS)] == [s.key for s in NEWS]
    for sentence in asked.predict_labels(NEWS):
        assert [label.topic for label in sentence.labels] == ["the_old_mill", "trams"]
        for label in sentence.labels:
            assert label.stance in TOWN.stances
            assert label.probability == pytest.approx(1, abs=1e-5)
            assert sum(label.stance_probabilities.values()) == pytest.approx(1)


def test_the_stance_is_the_one_toward_the_target(town_training):
    model = town_training.model
    targets = [topic.target for topic in TOWN.topics][::-1]
    scores = ask_targets(model, targets).score(to_examples(NEWS))
    for row, target in enumerate(targets):
        topic = [topic.target for topic in TOWN.topics].index(target)
        expected = model.stance_of(
            to_examples(NEWS), np.arange(len(NEWS)), np.full(len(NEWS), topic, dtype=np.int64)
        )
        np.testing.assert_allclose(scores.stances[scores.pair_topics == row], expected)


def reading_mentions(model):
    """The same model with a stance classifier that answers by whether the target is named in the text."""

    class Mentions(Dummy):
        def predict_proba(self, examples):
            pairs = zip(examples.texts, examples.targets, strict=True)
            named = np.array([[target != "" and target in text] for text, target in pairs])
            return np.where(named, [0.8, 0.1, 0.1], [0.1, 0.8, 0.1])

    return replace(model, stance=Mentions())


def test_targets_that_make_no_difference_are_told(town_training, article, tmp_path, town_model, caplog):
    assert find_unread(ask_targets(town_training.model, ["the old mill", "new trams"])) == ["the old mill"]
    assert find_unread(ask_targets(reading_mentions(town_training.model), ["the old mill"])) == []
    predict([article], out=tmp_path / "out", model=town_model, targets=["new trams"])
    assert not caplog.records
    predict([article], out=tmp_path / "other", model=town_model, targets=["the old mill"])
    assert "says of 'the old mill' what it says of no target" in caplog.text


@pytest.mark.parametrize(
    ("target", "id"),
    [("Trams", "trams"), ("the Old-Mill!", "the_old_mill"), ("5G masts", "target_5g_masts")],
)
def test_a_topic_is_named_after_its_target(town_training, target, id):
    (topic,) = ask_targets(town_training.model, [target]).taxonomy.topics
    assert (topic.id, topic.title, topic.target) == (id, target, target)


def test_the_stances_stay_but_the_taxonomy_is_another(town_training):
    taxonomy = ask_targets(town_training.model, ["mill"]).taxonomy
    before = town_training.model.taxonomy
    assert (taxonomy.neutral_stance, taxonomy.stances) == (before.neutral_stance, before.stances)
    assert taxonomy.stamp != before.stamp


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (["mill", "?!"], r"found '\?!'"),
        ([""], "found ''"),
        (["the mill", "The Mill"], r"found two of \['the_mill'\]"),
        (["Sentences"], r"found twice \['n_sentences'\] of \['Sentences'\]"),
    ],
)
def test_targets_without_an_id_of_their_own_are_refused(town_training, targets, message):
    with pytest.raises((ValueError, StanceError), match=message):
        ask_targets(town_training.model, targets)


def test_a_model_that_is_asked_about_targets_is_not_saved(town_training, tmp_path):
    with pytest.raises(NotImplementedError, match="save the model itself"):
        save_model(ask_targets(town_training.model, ["mill"]), tmp_path / "m", card="")


def test_predict_writes_the_targets(article, town_model, tmp_path):
    prediction = predict([article], out=tmp_path / "out", model=town_model, targets=["the mill", "trams"])
    sentences = read_labels(tmp_path / "out" / "labels")
    assert len(sentences) == 2
    assert all([label.topic for label in s.labels] == ["the_mill", "trams"] for s in sentences)
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert run["targets"] == ["the mill", "trams"]
    assert run["model"]["taxonomy"] == prediction.model.taxonomy.stamp
    assert (run["counts"]["sentences"], run["counts"]["sentences_with_topic"]) == (2, 2)


def test_a_run_without_targets_is_not_the_one_with_targets(article, town_model, tmp_path):
    predict([article], out=tmp_path / "mill", model=town_model, format="jsonl", targets=["mill"])
    predict([article], out=tmp_path / "out", model=town_model, format="jsonl", targets=[])
    topics = [[label.topic for label in s.labels] for s in read_labels(tmp_path / "out" / "labels", TOWN)]
    assert topics == [["trams"], []]


def test_the_command_asks_about_each_target(article, town_model, tmp_path):
    arguments = ["predict", article, "--out", tmp_path / "out", "--model", town_model, "--format", "csv"]
    targets = ["--target", "the mill", "--target", "trams"]
    result = CliRunner().invoke(app, [str(part) for part in [*arguments, *targets]], catch_exceptions=False)
    assert result.exit_code == 0
    assert "the mill" in result.output
    with next((tmp_path / "out" / "labels").glob("part-*.csv")).open() as file:
        rows = [(int(row["sentence"]), row["topic"]) for row in csv.DictReader(file)]
    assert rows == [(0, "the_mill"), (0, "trams"), (1, "the_mill"), (1, "trams")]
    with next((tmp_path / "out" / "articles").glob("part-*.csv")).open() as file:
        (row,) = csv.DictReader(file)
    assert (row["n_the_mill"], row["n_trams"]) == ("2", "2")


def test_the_command_explains_a_target_without_letters(article, town_model, tmp_path):
    arguments = ["predict", article, "--out", tmp_path / "out", "--model", town_model, "--target", "?!"]
    with pytest.raises(StanceError, match=r"found '\?!'"):
        CliRunner().invoke(app, [str(part) for part in arguments], catch_exceptions=False)
