import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stance.classifiers.folder import load_model
from stance.classifiers.memory import Memory
from stance.classifiers.open_targets import ask_targets
from stance.errors import ModelError
from stance.labelling.interchange import read_labels
from stance.text import sentences
from stance.text.readers import decoding
from stance.workflows.predict import predict
from stance.workflows.scoring import blocks, passages
from stance.workflows.scoring import score_block as scoring
from stance.workflows.scoring.setting import set_up

TEXT = "The mayor on Monday praised the trams.\n\nOld Henk ate soup. A baker condemned the parks.\n"


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def poison(town_model, monkeypatch):
    """Lets the model fail on sentences with a word; returns the list of numbers of sentences asked about."""
    asked = []

    def set_word(word):
        class Failing(type(load_model(town_model).topics)):
            def predict_proba(self, examples):
                asked.append(len(examples))
                if any(word in text for text in examples.texts):
                    raise ZeroDivisionError("soup is no number")
                return super().predict_proba(examples)

        def load(*arguments):
            model = load_model(town_model)
            model.topics.__class__ = Failing
            return Memory(model)

        monkeypatch.setattr(scoring, "load_memory", load)
        return asked

    return set_word


def test_a_model_that_was_replaced_since_the_run_began_is_refused(inbox, town_model, tmp_path):
    (inbox / "a.txt").write_text(TEXT)
    options = set_up([inbox], out=tmp_path / "out", model=town_model).options
    with pytest.raises(ModelError, match=r"has changed since the run began, .*, expected 01234567…\."):
        scoring.load_memory(replace(options, model_digest="0123456789"))


def test_a_sentence_on_which_the_model_fails_is_set_aside(inbox, town_model, tmp_path, poison):
    for number in range(30):
        (inbox / f"{number:02}.txt").write_text(
            TEXT.replace("soup", "poison" if number in (7, 20) else "soup")
        )
    asked = poison("poison")
    prediction = predict([inbox], out=tmp_path / "out", model=town_model)
    assert list(prediction.read_errors()) == [
        {
            "file": str(inbox / f"{name}.txt"),
            "article": name,
            "sentence": 1,
            "reason": "the model fails on this sentence: ZeroDivisionError: soup is no number",
        }
        for name in ("07", "20")
    ]
    counts = prediction.summary.counts
    assert (counts["articles_in"], counts["articles"], counts["set_aside"]) == (30, 30, 0)
    assert (counts["sentences_in"], counts["sentences"], counts["sentences_set_aside"]) == (90, 88, 2)
    keys = {sentence.key for sentence in read_labels(tmp_path / "out" / "labels")}
    assert ("07", 1) not in keys
    assert ("07", 2) in keys
    assert len(asked) < 40  # by halving, not one by one


def test_an_article_of_which_no_sentence_can_be_scored_is_set_aside(inbox, town_model, tmp_path, poison):
    (inbox / "a.txt").write_text("Old Henk ate poison.")
    (inbox / "b.txt").write_text(TEXT)
    poison("poison")
    prediction = predict([inbox], out=tmp_path / "out", model=town_model)
    assert [error["reason"] for error in prediction.read_errors()] == [
        "the model fails on this sentence: ZeroDivisionError: soup is no number",
        "the model fails on each sentence",
    ]
    counts = prediction.summary.counts
    assert (counts["articles_in"], counts["articles"], counts["set_aside"]) == (2, 1, 1)


def test_a_model_that_fails_on_everything_stops_the_run(inbox, town_model, tmp_path, poison):
    (inbox / "a.txt").write_text(TEXT)
    poison("")
    with pytest.raises(ModelError, match="fails on every sentence: ZeroDivisionError: soup is no number"):
        predict([inbox], out=tmp_path / "out", model=town_model)


def test_a_reader_or_a_splitter_that_fails_costs_one_file(inbox, town_model, tmp_path, monkeypatch):
    for name in ("a", "b", "c"):
        (inbox / f"{name}.txt").write_text(TEXT + name)
    whole = passages.find_sentences

    def fail_on_b(text):
        if text.endswith("b"):
            raise RecursionError("too deep")
        return whole(text)

    monkeypatch.setattr(passages, "find_sentences", fail_on_b)
    prediction = predict([inbox], out=tmp_path / "out", model=town_model)
    assert prediction.summary.n_articles == 2
    assert [error["reason"] for error in prediction.read_errors()] == [
        "cannot be cut into sentences: RecursionError: too deep"
    ]


PLANS = [f"The mayor praised the trams of Plan B{blank}. It passed." for blank in "\u202f\u2009\u3000"]


def test_blanks_that_sentencex_panics_on_cost_nothing(inbox, town_model, tmp_path):
    for number, text in enumerate(PLANS):
        (inbox / f"{number}.txt").write_text(text, encoding="utf-8")
    predict([inbox], out=tmp_path / "out", model=town_model, format="jsonl", workers=1)
    (part,) = (tmp_path / "out" / "labels").iterdir()
    records = [json.loads(line) for line in part.read_text(encoding="utf-8").splitlines()]
    assert {record["article"] for record in records} == {"0", "1", "2"}
    for record in records:
        assert PLANS[int(record["article"])][record["start"] : record["end"]] == record["text"]


def test_a_panic_of_sentencex_costs_one_file(inbox, town_model, tmp_path, monkeypatch):
    for name, text in {"good": TEXT, "bad": PLANS[0]}.items():
        (inbox / f"{name}.txt").write_text(text, encoding="utf-8")
    monkeypatch.setattr(sentences, "_mask", lambda text: text)
    prediction = predict([inbox], out=tmp_path / "out", model=town_model, workers=1)
    assert prediction.summary.n_articles == 1
    (error,) = prediction.read_errors()
    assert error["reason"].startswith("cannot be cut into sentences: RuntimeError: sentencex panicked: ")


def test_a_long_article_is_scored_in_stretches_as_if_it_were_whole(inbox, town_model, tmp_path, monkeypatch):
    (inbox / "long.txt").write_text(
        "Trams\n\n" + "".join(TEXT.replace("Henk", f"Henk {n}é") for n in range(300))
    )
    (inbox / "short.txt").write_text(TEXT)
    (inbox / "long.jsonl").write_text(json.dumps({"id": "j", "text": TEXT * 300}) + "\n")
    predict([inbox], out=tmp_path / "whole", model=town_model, format="jsonl")
    for module in (decoding, passages):
        monkeypatch.setattr(module, "MAX_STRETCH", 2000)
    monkeypatch.setattr(passages, "MAX_PASSAGE_SENTENCES", 100)
    predict([inbox], out=tmp_path / "cut", model=town_model, format="jsonl")
    for table in ("labels", "articles"):
        (one,), (other,) = ((tmp_path / name / table).iterdir() for name in ("whole", "cut"))
        assert one.read_text() == other.read_text()
    text = (inbox / "long.txt").read_text()
    for line in one.read_text().splitlines():
        assert json.loads(line)["n_sentences"] in (3, 900, 901)
    (part,) = (tmp_path / "cut" / "labels").iterdir()
    sentences = [
        one for one in map(json.loads, part.read_text().splitlines()) if one["article"] == "long.txt"
    ]
    assert len(sentences) > 900
    assert all(text[one["start"] : one["end"]] == one["text"] for one in sentences)


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_large_file_is_cut_and_gives_the_same_rows(inbox, town_model, tmp_path, monkeypatch, kind):
    records = [{"id": f"{n}", "text": TEXT.replace("Henk", f"Henk {n}")} for n in range(300)]
    if kind == "jsonl":
        lines = [json.dumps(record) + "\n" for record in records]
        lines[250] = "{nope\n"
        (inbox / "feed.jsonl").write_text("".join(lines))
    else:
        pq.write_table(pa.Table.from_pylist(records), inbox / "feed.parquet", row_group_size=20)
    predict([inbox], out=tmp_path / "whole", model=town_model)
    monkeypatch.setattr(blocks, "MAX_BLOCK_BYTES", 2000)
    prediction = predict([inbox], out=tmp_path / "cut", model=town_model)
    assert len(list((tmp_path / "cut" / "labels").iterdir())) > 4
    one, other = (pq.read_table(tmp_path / name / "labels").to_pylist() for name in ("whole", "cut"))
    assert one == other
    assert prediction.summary.n_files == 1
    assert [error["line"] for error in prediction.read_errors()] == ([251] if kind == "jsonl" else [])


def test_equal_sentences_are_asked_about_once_and_in_their_context(town_model):
    memory = Memory(load_model(town_model))
    model, asked = memory.model, []

    class Counting(type(model.topics)):
        def predict_proba(self, examples):
            asked.extend(zip(examples.texts, examples.titles, examples.previous, strict=True))
            return super().predict_proba(examples)

    model.topics.__class__ = Counting
    assert model.topics.reads == {"titles", "previous"}
    texts = ["The mayor praised the trams.", "Henk ate soup.", "Henk ate soup.", "Henk ate soup."]
    examples = scoring.Examples(texts, ["T", "T", "U", "T"], ["", "a", "a", "a"], [""] * 4, ["a"] * 4)
    scores = memory.score(examples)
    assert len(asked) == 3
    plain = model.score(examples)
    for name in ("topics", "rows", "pair_topics", "stances"):
        np.testing.assert_allclose(getattr(scores, name), getattr(plain, name), rtol=1e-6)


def test_what_is_not_read_does_not_tell_sentences_apart(town_model):
    memory = Memory(ask_targets(load_model(town_model), ["the mill"]))
    examples = scoring.Examples(["x", "x"], ["T", "U"], ["a", "b"], [""] * 2, ["a"] * 2)
    memory.score(examples)
    assert len(memory._numbers) == 1


def test_a_full_memory_forgets_and_answers_the_same(town_model):
    model = load_model(town_model)
    texts = [f"The mayor praised the trams {n % 7} times." for n in range(40)]
    examples = scoring.Examples(texts, [""] * 40, [""] * 40, [""] * 40, ["a"] * 40)
    memory = Memory(model, max_sentences=3)
    parts = [memory.score(examples.take(range(start, start + 8))) for start in range(0, 40, 8)]
    whole = model.score(examples)
    np.testing.assert_allclose(np.concatenate([part.topics for part in parts]), whole.topics, rtol=1e-6)
    assert sum(len(part.rows) for part in parts) == len(whole.rows)


def test_articles_with_one_id_are_told(inbox, town_model, tmp_path):
    for name in ("a", "b"):
        (inbox / f"{name}.jsonl").write_text(json.dumps({"id": "same", "text": TEXT}) + "\n")
    (inbox / "c.jsonl").write_text(json.dumps({"id": "other", "text": TEXT}) + "\n")
    prediction = predict([inbox], out=tmp_path / "out", model=town_model)
    paths = [str(inbox / name) for name in ("a.jsonl", "b.jsonl")]
    assert (prediction.shared_ids.n, prediction.shared_ids.examples) == (1, {"same": paths})
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert run["shared_ids"] == {"n": 1, "examples": {"same": paths}}


def test_scores_that_are_taken_several_times_keep_their_pairs(town_model):
    model = load_model(town_model)
    texts = ["The mayor praised the trams.", "Henk ate soup.", "A baker condemned the parks and the trams."]
    examples = scoring.Examples(texts, [""] * 3, [""] * 3, [""] * 3, ["a"] * 3)
    scores = model.score(examples)
    rows = np.array([2, 0, 2, 1])
    taken = scores.take(rows)
    expected = model.score(examples.take(rows.tolist()))
    assert taken.rows.tolist() == expected.rows.tolist()
    assert taken.pair_topics.tolist() == expected.pair_topics.tolist()
    np.testing.assert_allclose(taken.stances, expected.stances, rtol=1e-6)
    assert replace(scores).append(taken).rows.tolist() == [*scores.rows, *(taken.rows + 3)]
