"""Models whose two questions are learned jointly, from a config to the scores of a folder."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import yaml

from stance.classifiers.base import Runtime
from stance.classifiers.folder import load_model
from stance.errors import ConfigError, ModelError, StanceError
from stance.labelling.interchange import read_labels, write_labels
from stance.records import Examples, to_examples
from stance.workflows.predict import predict
from stance.workflows.scoring import blocks
from stance.workflows.train import train
from tests.classifiers.stubs import Stub, declare_stub
from tests.classifiers.tiny import tiny_encoder
from tests.evaluation.examples import TOWN
from tests.town import town_news

LATER = town_news(3, seed=9)
LONG = " and ".join(["The mayor praised the trams"] * 30)


def encoder_block():
    return {
        "kind": "encoder",
        "base_model": tiny_encoder(),
        "max_tokens": 64,
        "max_context_tokens": 8,
        "context": {"title": True, "previous": 1},
        "forms": ["fp32"],
        "training": {"num_train_epochs": 1, "precision": "fp32", "learning_rate": 1e-3},
    }


@pytest.fixture(scope="module")
def write_config(tmp_path_factory):
    """Writes a config of a shared model, with some of its keys changed."""
    folder = tmp_path_factory.mktemp("joint")
    write_labels(folder / "gold.jsonl", town_news(12, distinct=True))
    (folder / "taxonomy.yaml").write_text(yaml.safe_dump(TOWN.to_dict(), sort_keys=False))

    def write(name, **changes):
        config = {
            "name": name,
            "taxonomy": str(folder / "taxonomy.yaml"),
            "data": {"gold": [str(folder / "gold.jsonl")]},
            "split": {"test": 0.2, "folds": 2},
            "shared": True,
        }
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(config | changes))
        return folder / f"{name}.yaml"

    return write


@pytest.fixture(scope="module")
def training(write_config, tmp_path_factory):
    config = write_config("town-joint", topics=encoder_block(), stance=encoder_block())
    return train(config, out=tmp_path_factory.mktemp("models") / "town-joint")


def test_int8_is_judged_by_the_folds(write_config, tmp_path):
    block = encoder_block() | {"forms": ["int8"]}
    config = write_config("town-int8", topics=block, stance=block)
    trained = train(config, overrides=["split.test=0"], out=tmp_path / "model")
    measured = trained.model.metrics["int8"]
    network = json.loads((tmp_path / "model" / "both" / "network.json").read_text())
    for name in ("agreement", "f1_change"):
        assert network[name] == min(measured[question][name] for question in ("topics", "stance"))
    assert 0.5 < network["agreement"] <= 1
    assert "int8 less fp32" in (tmp_path / "model" / "README.md").read_text()
    assert [path.name for path in (tmp_path / "model").rglob("*.onnx")] == ["network.int8.onnx"]


def test_members_with_and_without_int8_are_trained_together(write_config, tmp_path):
    members = [encoder_block() | {"forms": forms} for forms in (["fp32"], ["fp32", "int8"])]
    block = {"kind": "ensemble", "members": members, "stacking": "mean"}
    config = write_config("town-mixed", topics=block, stance=block)
    trained = train(config, overrides=["split.test=0"], out=tmp_path / "model")
    assert set(trained.model.metrics["int8"]) == {"topics", "stance"}


def write_sentences(path, texts):
    rows = [{"article": f"a{number}", "sentence": 0, "text": text} for number, text in enumerate(texts)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_shared_config_trains_one_network(training):
    model = training.model
    assert model.topics.network_ is model.stance.network_
    assert model.topics.span_ == slice(0, len(TOWN.topics))
    assert model.stance.span_ == slice(len(TOWN.topics), len(TOWN.topics) + len(TOWN.stances))
    assert training.on_folds is not None
    assert training.on_test is not None


def test_the_folder_has_one_part_with_one_network(training):
    parts = {path.name for path in training.folder.iterdir() if path.is_dir()}
    assert parts == {"both"}
    assert json.loads((training.folder / "manifest.json").read_text())["kinds"] == {"both": "encoder"}
    assert len(list(training.folder.rglob("*.onnx"))) == 1


def test_a_loaded_model_says_what_it_said_before(training):
    loaded = load_model(training.folder)
    assert loaded.topics.network_ is loaded.stance.network_
    for name in ("topic_calibration", "stance_calibration"):
        assert getattr(loaded, name).to_dict() == getattr(training.model, name).to_dict()
    everything = replace(loaded.topic_calibration, thresholds=np.zeros(len(TOWN.topics)))
    before, after = (
        replace(model, topic_calibration=everything).predict_labels(LATER)
        for model in (training.model, loaded)
    )
    assert all(len(sentence.labels) == 2 for sentence in after)
    assert after == before


def test_two_different_blocks_are_not_shared(write_config):
    config = write_config("two", topics=encoder_block(), stance=encoder_block() | {"max_tokens": 32})
    with pytest.raises(ConfigError, match="shared: needs 'topics' and 'stance' to be the same block"):
        train(config)


def test_an_override_of_one_block_alone_is_refused(write_config):
    config = write_config("same", topics=encoder_block(), stance=encoder_block())
    with pytest.raises(ConfigError, match="found two that differ"):
        train(config, overrides=["topics.max_tokens=32"])


def test_a_kind_without_a_shared_form_learns_each_question_alone(write_config, tmp_path):
    block = {
        "kind": "linear",
        "C": [1.0],
        "char_ngram_range": None,
        "context": {"title": True, "previous": 1},
    }
    shared, apart = (
        train(
            write_config("town-linear", topics=block, stance=block, shared=shared),
            out=tmp_path / str(shared),
        )
        for shared in (True, False)
    )
    assert {path.name for path in shared.folder.iterdir() if path.is_dir()} == {"both"}
    assert {path.name for path in (shared.folder / "both").iterdir()} == {"0", "1"}
    assert {path.name for path in apart.folder.iterdir() if path.is_dir()} == {"topics", "stance"}
    labels = load_model(apart.folder).predict_labels(LATER)
    assert any(sentence.labels for sentence in labels)
    assert load_model(shared.folder).predict_labels(LATER) == labels


def test_folds_are_fitted_with_what_was_chosen_for_their_question(write_config, tmp_path, monkeypatch):
    declare_stub(monkeypatch)
    stub = {"kind": "stub", "candidates": [1, 2]}
    both = {"kind": "cascade", "gate": stub, "expert": stub}
    for name, block in (("alone", stub), ("inside", both)):
        Stub.calls.clear()
        train(write_config(name, topics=block, stance=block, shared=True), out=tmp_path / name)
        on_stance = [list(one.candidates) for call, one, _ in Stub.calls if call == "fit" and one.exclusive_]
        assert on_stance[-1] == [1]


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        ({}, r"the manifest has parts \[\]"),
        ({"topics": "encoder"}, r"the manifest has parts \['topics'\]"),
        ({"both": "encoder", "stance": "encoder"}, r"the manifest has parts \['both', 'stance'\]"),
        ({"both": "no-such"}, "unknown classifier 'no-such'"),
        ({"both": "linear"}, "cannot read it"),
        ({"topics": "encoder", "stance": "encoder"}, "cannot read it"),
    ],
)
def test_a_manifest_with_odd_parts_is_refused(training, tmp_path, kinds, message):
    folder = shutil.copytree(training.folder, tmp_path / "copy")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"kinds": kinds}))
    with pytest.raises(ModelError, match=message):
        load_model(folder)


def test_a_precision_that_the_model_does_not_have_is_missed(training, tmp_path):
    sentences = write_sentences(tmp_path / "s.jsonl", ["The mayor praised the trams."])
    with pytest.raises(StanceError, match=r"needs the int8 form of .*, but this model has \['fp32'\]"):
        predict(
            [sentences],
            out=tmp_path / "out",
            model=training.folder,
            unit="sentence",
            runtime=Runtime(precision="int8"),
        )


def test_long_sentences_are_counted_and_none_is_lost(training, tmp_path):
    texts = ["The mayor praised the trams.", LONG, "Old Henk ate soup.", LONG + " on Monday"]
    sentences = write_sentences(tmp_path / "s.jsonl", texts)
    predict([sentences], out=tmp_path / "out", model=training.folder, unit="sentence")
    counts = json.loads((tmp_path / "out" / "run.json").read_text())["counts"]
    assert (counts["windowed_sentences"], counts["sentences"], counts["set_aside"]) == (2, 4, 0)
    assert [sentence.text for sentence in read_labels(tmp_path / "out" / "labels")] == texts


def test_the_end_of_a_long_sentence_counts(training):
    texts = [f"{LONG} {end}" for end in ("praised", "condemned")]
    n = len(texts)
    examples = Examples(texts, [""] * n, [""] * n, ["trams"] * n, ["a"] * n)
    assert training.model.stance.count_windowed(examples) == n
    one, other = training.model.stance.predict_proba(examples)
    assert np.abs(one - other).max() > 1e-4


def test_long_sentences_do_not_change_their_neighbours(training):
    short = to_examples(LATER)
    mixed = to_examples([replace(LATER[0], text=LONG), *LATER, replace(LATER[0], text=LONG)])
    answers = training.model.topics.predict_proba(mixed)
    assert len(answers) == len(short) + 2
    np.testing.assert_allclose(answers[1:-1], training.model.topics.predict_proba(short), atol=1e-6)


def test_a_long_context_leaves_room_for_the_sentence(training):
    # A title, a sentence before and a target fill the row.
    classifier = training.model.topics
    cramped = replace(classifier.tokenizer_.layout, max_context_tokens=48)
    tokenizer = type(classifier.tokenizer_)(classifier.tokenizer_.definition, cramped)
    examples = Examples(["The mayor praised the trams."], [LONG], [LONG], [""], ["a"])
    assert tokenizer.encode(examples).owners.tolist() == [0]


def test_long_sentences_are_counted_where_targets_are_asked_about(training, tmp_path):
    sentences = write_sentences(tmp_path / "s.jsonl", [LONG])
    predict([sentences], out=tmp_path / "out", model=training.folder, unit="sentence", targets=["the mill"])
    counts = json.loads((tmp_path / "out" / "run.json").read_text())["counts"]
    assert counts["windowed_sentences"] == 1


def test_the_number_of_workers_changes_no_byte(training, tmp_path, monkeypatch):
    folder = tmp_path / "many"
    folder.mkdir()
    for sentence in LATER:
        (folder / f"{sentence.article}-{sentence.sentence}.txt").write_text(sentence.text)
    monkeypatch.setattr(blocks, "MAX_BLOCK_FILES", 12)
    for workers in (1, 2):
        predict(
            [folder],
            out=tmp_path / str(workers),
            model=training.folder,
            format="jsonl",
            targets=["trams", "the mill"],
            workers=workers,
        )
    one, two = (
        [path.read_bytes() for path in sorted((tmp_path / str(workers) / "labels").iterdir())]
        for workers in (1, 2)
    )
    assert len(one) == 2
    assert all(b"stance_probabilities" in part for part in one)
    assert one == two
