from dataclasses import replace

import pytest

from stance.errors import DataError
from stance.labelling.interchange import write_labels
from stance.workflows.evaluating.gold import read_gold
from tests.evaluation.examples import TOWN, labelled

GOLD = [labelled("a", 0, trams="pro"), labelled("b", 0)]
FIRST = [replace(sentence, annotator="first") for sentence in GOLD]
SECOND = [labelled("a", 0, annotator="second", trams="contra"), labelled("b", 0, annotator="second")]


def read(folder, sentences, annotations=None):
    write_labels(folder / "gold.jsonl", sentences)
    if annotations:
        (folder / "annotations").mkdir()
        for name, judged in annotations.items():
            write_labels(folder / "annotations" / f"{name}.jsonl", judged)
    return read_gold(folder / "gold.jsonl", TOWN, annotations=folder / "annotations" if annotations else None)


def test_sentences_that_are_judged_once_are_gold_and_nobody_stands_behind_them(tmp_path):
    gold = read(tmp_path, GOLD)
    assert [(s.key, s.labels) for s in gold.sentences] == [(s.key, s.labels) for s in GOLD]
    assert gold.annotations == {}


def test_what_was_adjudicated_is_gold_and_the_others_stand_behind_it(tmp_path):
    adjudicated = labelled("a", 0, annotator="adjudicated", trams="open")
    gold = read(tmp_path, [*FIRST, *SECOND, adjudicated])
    by_key = {sentence.key: sentence for sentence in gold.sentences}
    assert by_key["a", 0].labels == adjudicated.labels
    assert by_key["b", 0].annotator == "vote of first, second"
    assert list(gold.annotations) == ["first", "second"]


def test_without_an_adjudicator_the_annotators_vote(tmp_path):
    gold = read(tmp_path, [*SECOND, *FIRST])
    assert [[label.stance for label in sentence.labels] for sentence in gold.sentences] == [["contra"], []]


def test_annotations_may_lie_elsewhere(tmp_path):
    gold = read(tmp_path, GOLD, {"1": FIRST, "2": SECOND})
    assert list(gold.annotations) == ["first", "second"]
    assert [len(judged) for judged in gold.annotations_of(GOLD[:1]).values()] == [1, 1]


def test_an_annotator_who_judges_a_sentence_twice_is_refused(tmp_path):
    with pytest.raises(DataError, match="'first' judges 1 sentence more than once"):
        read(tmp_path, [*FIRST, FIRST[0]])
