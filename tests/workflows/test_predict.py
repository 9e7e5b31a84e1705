import csv
import gzip
import io
import json
import os
import shutil
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stance.classifiers.abstention import Caution
from stance.classifiers.folder import load_model
from stance.errors import ConfigError, DataError, ModelError, ReadError
from stance.labelling.interchange import read_labels, write_labels
from stance.records import to_examples
from stance.storage import open_output
from stance.text.readers import Fields, list_inputs
from stance.workflows import predict as module
from stance.workflows.predict import predict
from stance.workflows.scoring import blocks, passages, setting
from stance.workflows.scoring import score_block as scoring
from stance.workflows.scoring.setting import set_up
from stance.workflows.verify import verify
from tests.evaluation.examples import TOWN
from tests.town import town_news


@pytest.fixture
def inbox(tmp_path):
    """Three readable articles and three files that cannot be read."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    text = "The mayor on Monday praised the trams.\n\nOld Henk ate soup. A baker condemned the parks.\n"
    (folder / "one.txt").write_text("Trams and parks\n\n" + text)
    (folder / "two.jsonl").write_text(json.dumps({"id": "x", "text": text, "title": "T"}) + "\n{nope\n")
    with gzip.open(folder / "three.csv.gz", "wt") as file:
        csv.writer(file).writerows([["text", "date"], [text + "Extra.", "2020"]])
    (folder / "empty.txt").touch()
    (folder / "noise.txt").write_bytes(bytes(range(256)))
    return folder


def read_parts(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("part-*")))


def test_every_good_article_is_scored_and_every_bad_file_named(inbox, town_model, tmp_path):
    prediction = predict([inbox], out=tmp_path / "out", model=town_model)
    assert prediction.summary.n_articles == 3
    errors = [json.loads(line) for line in (tmp_path / "out" / "errors.jsonl").read_text().splitlines()]
    assert {(error["file"].rpartition("/")[2], error.get("line")) for error in errors} == {
        ("empty.txt", None),
        ("noise.txt", None),
        ("two.jsonl", 2),
    }
    articles = pq.read_table(tmp_path / "out" / "articles").to_pylist()
    assert sorted(row["article"] for row in articles if len(row["article"]) < 12) == ["one", "x"]
    assert all(row["n_trams"] >= 1 and row["strongest_text"] for row in articles)


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
def test_holders_are_slices_of_their_sentences(inbox, town_model, tmp_path, format):
    predict([inbox], out=tmp_path / "out", model=town_model, format=format)
    sentences = read_labels(tmp_path / "out" / "labels", TOWN)
    found = {(label.stance, label.holder) for s in sentences for label in s.labels if label.topic == "trams"}
    assert ("pro", "The mayor") in found
    for label, text in ((label, s.text) for s in sentences for label in s.labels):
        assert (label.holder is None) == (label.stance == "open")
        assert label.holder is None or label.holder in ("author", "unknown") or label.holder in text


def test_a_csv_file_has_a_column_of_holders(inbox, town_model, tmp_path):
    predict([inbox], out=tmp_path / "out", model=town_model, format="csv")
    rows = list(csv.DictReader(read_parts(tmp_path / "out" / "labels").decode().splitlines()))
    assert "The mayor" in {row["holder"] for row in rows if row["topic"] == "trams"}


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
def test_the_output_is_a_label_file(inbox, town_model, tmp_path, format):
    predict([inbox], out=tmp_path / "out", model=town_model, format=format)
    sentences = read_labels(tmp_path / "out" / "labels", TOWN)
    (soup,) = [s for s in sentences if s.article == "x" and s.text == "Old Henk ate soup."]
    assert soup.labels == ()
    assert soup.previous == "The mayor on Monday praised the trams."
    assert {s.annotator for s in sentences} == {"model:town-linear"}


def test_formats_say_the_same(inbox, town_model, tmp_path):
    for format in ("parquet", "jsonl", "csv"):
        predict([inbox], out=tmp_path / format, model=town_model, format=format)
    parquet, jsonl = (read_labels(tmp_path / name / "labels") for name in ("parquet", "jsonl"))
    assert parquet == jsonl
    rows = list(csv.DictReader(read_parts(tmp_path / "csv" / "labels").decode().splitlines()))
    tidy = [(row["article"], int(row["sentence"]), row["topic"], row["stance"]) for row in rows]
    assert tidy == [(*s.key, label.topic, label.stance) for s in jsonl for label in s.labels]
    assert sum(float(rows[0][f"probability_{stance}"]) for stance in TOWN.stances) == pytest.approx(
        1, abs=1e-3
    )


CAREFUL = Caution(min_confidence=0.8)


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
def test_labels_that_are_held_back_stay_visible_with_their_reason(inbox, town_model, tmp_path, format):
    predict([inbox], out=tmp_path / "bold", model=town_model)
    predict([inbox], out=tmp_path / "careful", model=town_model, caution=CAREFUL, format=format)
    bold, careful = (read_labels(tmp_path / name / "labels", TOWN) for name in ("bold", "careful"))
    held_back = [one for sentence in careful for one in sentence.abstained]
    assert {one.reason for one in held_back} == {"confidence below 0.8"}
    assert all(label.confidence >= 0.79 for sentence in careful for label in sentence.labels)
    for before, after in zip(bold, careful, strict=True):
        assert before.abstained == ()
        assert sorted(after.found, key=before.labels.index) == list(before.labels)


def test_labels_that_are_held_back_are_counted_but_not_as_labels(inbox, town_model, tmp_path):
    prediction = predict([inbox], out=tmp_path / "out", model=town_model, caution=CAREFUL)
    sentences = read_labels(tmp_path / "out" / "labels")
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    articles = pq.read_table(tmp_path / "out" / "articles").to_pylist()
    for topic in TOWN.topic_ids:
        n_held_back = sum(one.label.topic == topic for s in sentences for one in s.abstained)
        n_given = sum(label.topic == topic for s in sentences for label in s.labels)
        assert n_held_back > 0
        assert {"topic": topic, "n": n_held_back} in run["counts"]["abstained"]
        assert prediction.summary.abstained[topic] == n_held_back
        assert sum(row[f"n_abstained_{topic}"] for row in articles) == n_held_back
        assert sum(row[f"n_{topic}"] for row in articles) == n_given
    assert (run["min_confidence"], run["max_risk"]) == (0.8, None)
    assert run["abstention"]["threshold"] == 0.8


def test_in_csv_a_label_held_back_is_a_row_with_its_reason(inbox, town_model, tmp_path):
    for format in ("jsonl", "csv"):
        predict([inbox], out=tmp_path / format, model=town_model, format=format, caution=CAREFUL)
    rows = list(csv.DictReader(read_parts(tmp_path / "csv" / "labels").decode().splitlines()))
    tidy = [(row["article"], int(row["sentence"]), row["topic"], row["abstained"]) for row in rows]
    sentences = read_labels(tmp_path / "jsonl" / "labels")
    assert tidy == [
        (*s.key, topic, reason)
        for s in sentences
        for topic, reason in [
            *((label.topic, "") for label in s.labels),
            *((one.label.topic, one.reason) for one in s.abstained),
        ]
    ]


def test_topics_are_found_from_another_threshold_with_how_probable_they_are(inbox, town_model, tmp_path):
    own, low = ({}, {"caution": Caution(threshold=0.001)})
    for name, settings in (("own", own), ("low", low)):
        predict([inbox], out=tmp_path / name, model=town_model, **settings)
    model, labels = load_model(town_model), read_labels(tmp_path / "low" / "labels", TOWN)
    given = [(sentence, label) for sentence in labels for label in sentence.labels]
    assert len(given) > sum(len(sentence.labels) for sentence in read_labels(tmp_path / "own" / "labels"))
    probabilities = model.topic_probabilities(to_examples([sentence for sentence, _ in given]))
    columns = [TOWN.topic_ids.index(label.topic) for _, label in given]
    expected = probabilities[np.arange(len(given)), columns]
    np.testing.assert_allclose([label.probability for _, label in given], expected, atol=1e-4)
    assert min(expected) < 0.1
    run = json.loads((tmp_path / "low" / "run.json").read_text())
    assert run["threshold"] == 0.001


def test_a_risk_is_kept_by_a_threshold_from_held_out_articles(inbox, town_model, tmp_path):
    caution = Caution(max_risk=0.5)
    abstention = predict([inbox], out=tmp_path / "out", model=town_model, caution=caution).model.abstention
    assert 0 < abstention.threshold < 1
    assert abstention.risk < 0.5
    assert abstention.n_groups == 24
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert run["abstention"]["kept"] == abstention.kept


def test_a_risk_that_cannot_be_kept_stops_the_run_before_it_begins(inbox, town_model, tmp_path):
    with pytest.raises(
        DataError, match="cannot be promised from 24 held-out articles with labels; it takes 100"
    ):
        predict([inbox], out=tmp_path / "out", model=town_model, caution=Caution(max_risk=0.01))
    with pytest.raises(ModelError, match="or is asked about other targets"):
        predict([inbox], out=tmp_path / "out", model=town_model, caution=Caution(max_risk=0.5), targets=["x"])
    assert not (tmp_path / "out").exists()


def test_other_targets_are_held_back_by_their_stance(inbox, town_model, tmp_path):
    predict([inbox], out=tmp_path / "out", model=town_model, caution=CAREFUL, targets=["trams"])
    sentences = read_labels(tmp_path / "out" / "labels")
    assert all(len(sentence.found) == 1 for sentence in sentences)
    assert any(sentence.abstained for sentence in sentences)


def test_offsets_point_at_the_sentence(inbox, town_model, tmp_path):
    predict([inbox / "one.txt"], out=tmp_path / "out", model=town_model)
    text = (inbox / "one.txt").read_text()
    for row in pq.read_table(tmp_path / "out" / "labels").to_pylist():
        assert text[row["start"] : row["end"]] == row["text"]


def test_sentences_are_scored_as_they_are_and_keep_their_ids(town_model, tmp_path):
    news = [s for s in town_news(3, seed=4) if s.sentence % 2]
    write_labels(tmp_path / "sentences.jsonl", news)
    predict([tmp_path / "sentences.jsonl"], out=tmp_path / "out", model=town_model, unit="sentence")
    assert [s.key for s in read_labels(tmp_path / "out" / "labels")] == [s.key for s in news]


def test_sentences_keep_what_their_records_say_of_the_article(town_model, tmp_path):
    said = {"title": "Trams", "previous": "It rained.", "outlet": "Town Post", "date": "2024-05-02"}
    records = [{"article": "a", "sentence": number, "text": "Trams ran.", **said} for number in (3, 8)]
    del records[1]["previous"]
    path = tmp_path / "sentences.jsonl"
    path.write_text("\n".join(map(json.dumps, records)))
    files = list_inputs([str(path)])
    (passage,) = passages.read_passages(files, unit="sentence", fields=Fields())
    assert passage.to_examples().previous == ["It rained.", "Trams ran."]
    predict([path], out=tmp_path / "out", model=town_model, unit="sentence")
    (row,) = pq.read_table(tmp_path / "out" / "articles").to_pylist()
    assert (row["outlet"], row["date"], row["title"]) == ("Town Post", "2024-05-02", "Trams")


def test_a_sentence_that_stands_twice_is_scored_once(town_model, tmp_path):
    record = {"article": "a", "sentence": 1, "text": "The mayor praised the trams."}
    path = tmp_path / "sentences.jsonl"
    again = record | {"text": "Another."}
    after = record | {"sentence": 2, "text": "Henk did."}
    path.write_text("\n".join(map(json.dumps, [record, again, record | {"article": ""}, after])))
    (passage,) = passages.read_passages(list_inputs([str(path)]), unit="sentence", fields=Fields())
    assert passage.to_examples().previous == ["", record["text"]]
    prediction = predict([path], out=tmp_path / "out", model=town_model, unit="sentence")
    rows = pq.read_table(tmp_path / "out" / "labels").to_pylist()
    assert [row["text"] for row in rows] == [record["text"], after["text"]]
    empty, twice = prediction.read_errors()
    assert empty["reason"] == "'article' is empty"
    assert twice["reason"] == "stands twice; the first is scored"
    assert (twice["article"], twice["sentence"]) == ("a", 1)
    counts = prediction.summary.to_dict()
    assert (counts["articles_in"], counts["articles"], counts["set_aside"]) == (2, 1, 1)
    assert (counts["sentences_in"], counts["sentences"], counts["sentences_set_aside"]) == (3, 2, 1)
    assert not verify(tmp_path / "out").problems


def test_sentences_can_come_from_standard_input(town_model, tmp_path, monkeypatch):
    news = town_news(3, seed=4)
    write_labels(tmp_path / "sentences.jsonl", news)
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO((tmp_path / "sentences.jsonl").read_bytes()))
    )
    predict(["-"], out=tmp_path / "out", model=town_model, unit="sentence")
    assert [s.key for s in read_labels(tmp_path / "out" / "labels")] == [s.key for s in news]


def test_the_number_of_workers_and_blocks_changes_no_byte(town_model, tmp_path, monkeypatch):
    folder = tmp_path / "many"
    folder.mkdir()
    for sentence in town_news(5):
        (folder / f"{sentence.article}-{sentence.sentence}.txt").write_text(sentence.text)
    monkeypatch.setattr(blocks, "MAX_BLOCK_FILES", 10)
    for workers in (1, 2):
        predict([folder], out=tmp_path / str(workers), model=town_model, workers=workers)
    assert len(list((tmp_path / "1" / "labels").iterdir())) == 4
    assert read_parts(tmp_path / "1") == read_parts(tmp_path / "2")


def test_small_passages_give_the_same_labels(inbox, town_model, tmp_path, monkeypatch):
    predict([inbox], out=tmp_path / "whole", model=town_model, format="jsonl")
    monkeypatch.setattr(passages, "MAX_PASSAGE_SENTENCES", 1)
    predict([inbox], out=tmp_path / "small", model=town_model, format="jsonl")
    assert read_parts(tmp_path / "whole") == read_parts(tmp_path / "small")


def test_an_earlier_run_is_replaced_if_told_so(inbox, town_model, tmp_path):
    predict([inbox], out=tmp_path / "out", model=town_model, format="jsonl")
    predict([inbox / "one.txt"], out=tmp_path / "out", model=town_model, overwrite=True)
    assert [path.suffix for path in (tmp_path / "out" / "labels").iterdir()] == [".parquet"]


def test_a_folder_of_other_files_is_spared(inbox, town_model, tmp_path):
    with pytest.raises(DataError, match="holds files that are not of an earlier run"):
        predict([inbox], out=inbox, model=town_model)
    assert (inbox / "one.txt").exists()


def test_wrong_inputs_and_models_stop_the_run(town_model, tmp_path):
    (tmp_path / "nothing").mkdir()
    with pytest.raises(ReadError, match="no file to read"):
        predict([tmp_path / "nothing"], out=tmp_path / "out", model=town_model)
    with pytest.raises(ReadError, match="no such file or folder"):
        predict([tmp_path / "gone"], out=tmp_path / "out", model=town_model)
    with pytest.raises(ModelError, match="is not a model folder"):
        predict([tmp_path], out=tmp_path / "out", model=tmp_path / "nothing")
    assert not (tmp_path / "out").exists()


def test_run_json_accounts_for_everything(inbox, town_model, tmp_path):
    prediction = predict([inbox], out=tmp_path / "out", model=town_model)
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert run["finished"]
    assert run["model"]["manifest_sha256"] == prediction.model.manifest_digest
    counts = run["counts"]
    assert (counts["files"], counts["articles_in"], counts["articles"], counts["set_aside"]) == (5, 6, 3, 3)
    assert sum(row["n"] for row in run["counts"]["labels"]) >= run["counts"]["sentences_with_topic"]


def test_a_bad_file_in_one_of_several_blocks_is_named_by_its_worker(town_model, tmp_path, monkeypatch):
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(600):
        (folder / f"{number}.txt").write_text("The mayor praised the trams." * (number != 7))
    prediction = predict([folder], out=tmp_path / "out", model=town_model, workers=2)
    assert prediction.summary.n_articles == 599
    assert list(prediction.read_errors()) == [
        {"file": str(folder / "7.txt"), "reason": "empty; expected the text of an article"}
    ]


def test_parts_beyond_a_hundred_thousand_are_in_the_order_of_the_inputs(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "MAX_BLOCK_FILES", 1)
    n = 100_001
    columns = {"path": ["a"] * n, "id": ["a"] * n, "start": [0] * n, "stop": [-1] * n, "size": [1] * n}
    todo = blocks.ToDo(pa.table(columns), np.arange(n) >= n - 2, {}, 0, 0, 0, 0)
    names = [block.name for block in todo.blocks()]
    assert len(names) == 2
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("engine", "problem"),
    [
        ({}, r"engine\.kind: missing"),
        ({"kind": "raay"}, r"engine\.kind: unknown engine 'raay'; expected one of \['local'"),
        (
            {"kind": "ray", "adress": "x"},
            r"engine\.adress: no such parameter of 'ray'; did you mean 'address'\?",
        ),
    ],
)
def test_a_wrong_engine_is_told_before_anything_is_written(inbox, town_model, tmp_path, engine, problem):
    with pytest.raises(ConfigError, match=problem):
        predict([inbox], out=tmp_path / "out", model=town_model, engine=engine)
    assert not (tmp_path / "out").exists()


def test_without_a_number_of_workers_there_is_one_a_processor(tmp_path, town_model, monkeypatch):
    monkeypatch.setattr(blocks, "MAX_BLOCK_FILES", 1)
    monkeypatch.setattr(setting, "count_processors", lambda: 3)
    for number in range(9):
        (tmp_path / f"{number}.txt").touch()
    local = set_up([tmp_path], out=tmp_path / "out", model=town_model, workers=None)
    assert local.engine.workers == 3
    ray = set_up([tmp_path], out=tmp_path / "out", model=town_model, workers=None, engine={"kind": "ray"})
    assert ray.engine.workers is None


def test_parts_that_a_worker_wrote_elsewhere_are_missed(inbox, town_model, tmp_path, monkeypatch):
    def score_block(options, block):
        return scoring.score_block(replace(options, out=open_output(tmp_path / "elsewhere")), block)

    monkeypatch.setattr(module, "score_block", score_block)
    with pytest.raises(DataError, match=r"its parts are not in .*; every machine must see that folder"):
        predict([inbox], out=tmp_path / "out", model=town_model)


def test_a_model_folder_may_have_bytes_in_its_name_that_are_no_text(inbox, town_model, tmp_path):
    folder = shutil.copytree(town_model, os.fsdecode(os.fsencode(tmp_path) + b"/m\xe9"))
    predict([inbox], out=tmp_path / "out", model=folder)
    assert json.loads((tmp_path / "out" / "run.json").read_text())["model"]["path"] == folder


def test_a_run_does_not_read_its_own_output(inbox, town_model, tmp_path):
    for _ in range(2):
        prediction = predict([inbox], out=inbox / "scores", model=town_model, format="jsonl")
        assert prediction.summary.n_files == 5


def test_another_programs_run_json_is_no_run(inbox, town_model, tmp_path):
    (tmp_path / "run.json").write_text('{"name": "mine"}')
    with pytest.raises(DataError, match="holds files that are not of an earlier run"):
        predict([inbox], out=tmp_path, model=town_model)


def test_odd_sentences_are_set_aside(town_model, tmp_path):
    good = {"article": "a", "sentence": 1, "text": "The mayor praised the trams. \ud800"}
    lines = [json.dumps(good), json.dumps(good | {"sentence": 10**20}), "[" * 10**5, "9" * 5000]
    (tmp_path / "s.jsonl").write_text("\n".join(lines))
    prediction = predict([tmp_path / "s.jsonl"], out=tmp_path / "out", model=town_model, unit="sentence")
    assert (prediction.summary.n_sentences, prediction.summary.n_set_aside) == (1, 3)


def test_a_retrained_model_is_loaded_anew(town_training, inbox, tmp_path):
    from stance.classifiers.folder import save_model

    for name in ("one", "two"):
        save_model(replace(town_training.model, name=name), tmp_path / "m", card="")
        prediction = predict([inbox], out=tmp_path / "out", model=tmp_path / "m", overwrite=True)
        assert prediction.model.name == name
