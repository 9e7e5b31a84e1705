import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest

from stance.classifiers.traces import Traces
from stance.records import Label, LabelledSentence
from stance.workflows.evaluating.seen import audit_seen, trace
from tests.evaluation.examples import labelled

LEARNED = [
    labelled("a", 0, text="The council will lay new rails on Harbour Street in May.", trams="pro"),
    labelled("a", 1, text="He declined to comment.", trams="open"),
    labelled("b", 0, text="Two parks are to close at dusk, the mayor's office said.", parks="contra"),
]


def find(gold, traces=None, metrics=None):
    found = audit_seen(gold, trace(LEARNED) if traces is None else traces, metrics)
    return found, {finding.code: finding for finding in found.findings}


def test_traces_hold_no_text_and_are_read_as_they_were_written(tmp_path):
    traces = trace(LEARNED)
    traces.save(tmp_path / "traces.npz")
    assert b"Harbour" not in (tmp_path / "traces.npz").read_bytes()
    loaded = Traces.load(tmp_path / "traces.npz")
    assert (loaded.articles, loaded.targets) == (("a", "b"), ("parks", "trams"))
    assert (loaded.signatures == traces.signatures).all()
    assert loaded.signed.tolist() == [0, 1]


def test_nothing_learned_leaves_traces_too(tmp_path):
    trace([]).save(tmp_path / "traces.npz")
    found, _ = find(LEARNED, Traces.load(tmp_path / "traces.npz"))
    assert not found.leaks


def test_an_article_learned_from_is_found_by_its_id():
    found, findings = find([labelled("a", 7, text="Nobody came.", trams="pro"), labelled("z", 0)])
    assert findings["shared_articles"].explanation == "1 of 2 articles, 1 of 2 sentences."
    assert found.leaked == {"a"}


def test_a_rewritten_sentence_is_found_under_another_id():
    text = "In May the council will lay new rails on Harbour Street, it said."
    found, findings = find([labelled("z", 0, text=text), labelled("y", 0, text="He declined to comment.")])
    assert findings["near_duplicate_sentences"].examples == (f"“{text}” (z) ↔ a sentence of a",)
    assert found.leaked == {"z"}


def test_sentences_too_short_to_recognise_are_not_called_new():
    _, findings = find([labelled("z", 0, text="He declined to comment.")])
    assert findings["near_duplicate_sentences"].outcome == "not applicable"


def test_targets_that_are_new_are_told_from_those_learned():
    assert find([labelled("z", 0, parks="pro")])[1]["shared_targets"].outcome == "noted"
    _, findings = find([labelled("z", 0, buses="pro")])
    assert findings["shared_targets"].outcome == "passed"


def test_what_says_nothing_of_its_making_cannot_be_judged():
    found = audit_seen([LEARNED[0]], None)
    assert {finding.outcome for finding in found.findings} == {"not applicable"}
    assert not found.leaked


def test_a_model_that_was_trained_in_spite_of_leaks_is_told():
    leak = {"outcome": "leak", "title": "Articles on both sides", "explanation": "3 of 8."}
    _, findings = find([labelled("z", 0)], metrics={"audit": [leak]})
    assert findings["trained_with_leaks"].outcome == "noted"
    assert findings["trained_with_leaks"].examples == ("Articles on both sides: 3 of 8.",)


def read_newsmtsc(part):
    path = Path(os.environ["STANCE_DATA"]) / "newsmtsc" / f"{part}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [
        LabelledSentence(row["group"], index, row["text"], (Label("any", row["label"]),), "gold")
        for index, row in enumerate(rows)
    ]


@pytest.mark.skipif(not os.environ.get("STANCE_DATA"), reason="STANCE_DATA names no folder of public sets")
def test_half_of_the_articles_of_a_public_test_set_are_in_its_training_set():
    """The authors of NewsMTSC split by sentence: 343 of the 726 articles of the test set rw."""
    gold = read_newsmtsc("test_rw")
    found, findings = find(gold, trace(read_newsmtsc("train")))
    assert findings["shared_articles"].outcome == "leak"
    assert findings["shared_articles"].explanation.startswith("343 of 726 articles, ")
    n_clean = np.count_nonzero([sentence.article not in found.leaked for sentence in gold])
    assert 0 < n_clean < len(gold) / 2 + 50
