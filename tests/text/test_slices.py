from dataclasses import replace

import pytest

from stance.errors import ConfigError
from stance.shipped import SLICE_WORDS
from stance.text.slices import SLICES, read_words, slice_sentences
from tests.evaluation.examples import labelled


def slices_of(text):
    return {by: column[0] for by, column in slice_sentences([labelled("a", 0, text=text)]).items()}


@pytest.mark.parametrize(
    ("n_words", "expected"),
    [(1, "1–10 words"), (10, "1–10 words"), (11, "11–20 words"), (40, "21–40 words"), (41, "over 40 words")],
)
def test_length_counts_words(n_words, expected):
    assert slices_of(" ".join(["tram"] * n_words))["length"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“No,” said the mayor.", "quoted"),
        ('The "tram" came.', "quoted"),
        ("The ‘tram’ came.", "quoted"),
        ("Der Bürgermeister: „Nein“.", "quoted"),
        ("The mayor’s tram came.", "not quoted"),
        ("The mayor's tram came.", "not quoted"),
    ],
)
def test_a_quotation_mark_makes_a_quotation(text, expected):
    assert slices_of(text)["quotation"] == expected


@pytest.mark.parametrize(
    ("text", "modal", "negated"),
    [
        ("The tram may come.", "modal", "not negated"),
        ("Could the tram come?", "modal", "not negated"),
        ("It’ll come.", "modal", "not negated"),
        ("It can't come.", "modal", "negated"),
        ("It didn’t come.", "not modal", "negated"),
        ("Nobody came in the rain.", "not modal", "negated"),
        ("The notary came in late May.", "not modal", "not negated"),
        ("Canals were willed to the town.", "not modal", "not negated"),
    ],
)
def test_words_of_a_list_make_a_slice(text, modal, negated):
    found = slices_of(text)
    assert (found["modal"], found["negated"]) == (modal, negated)


def test_words_that_no_other_article_has_are_rare_and_names_are_not_asked():
    common = [labelled(str(article), 0, text="the tram came in the rain") for article in range(9)]
    texts = {"odd": "an ekranoplan came", "name": "Trautwein came in the rain", "same": "the the tram tram"}
    sentences = [*common, *(labelled(article, 0, text=text) for article, text in texts.items())]
    assert slice_sentences(sentences)["rare words"][9:] == [
        "many rare words",
        "few rare words",
        "few rare words",
    ]


def test_outlet_and_event_are_as_the_labels_have_them():
    sentence = replace(labelled("a", 0), outlet="Gazette", event="tram vote")
    columns = slice_sentences([sentence, labelled("b", 0)])
    assert (columns["outlet"], columns["event"]) == (["Gazette", ""], ["tram vote", ""])


def test_no_sentence_is_in_no_slice():
    assert set(map(tuple, slice_sentences([]).values())) == {()}


def test_a_list_added_to_the_file_is_a_slice_added(tmp_path):
    (tmp_path / "german.yaml").write_text("language: German\nwords: {negiert: [nicht, kein*]}")
    texts = ["Keine Bahn kam.", "Die Bahn kam."]
    sentences = [labelled("a", row, text=text) for row, text in enumerate(texts)]
    columns = slice_sentences(sentences, words=tmp_path / "german.yaml")
    assert columns["negiert"] == ["negiert", "not negiert"]
    assert "modal" not in columns


def test_a_slicer_added_to_the_table_is_a_slice_added(monkeypatch):
    monkeypatch.setitem(SLICES, "question", lambda sentences: [str("?" in s.text) for s in sentences])
    assert slices_of("Did it come?")["question"] == "True"


def test_the_shipped_lists_name_their_language_and_hold_only_words():
    shipped = read_words(SLICE_WORDS)
    assert shipped.language == "English"
    assert {"modal", "negated"} <= shipped.words.keys()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("language: x\nwords: {negated: no}", r"words\.negated: expected a list, as \[False\]"),
        ("words: {}", "language: missing; a file of words needs it"),
        ("language: x\nwords: {negated: [no]}", "words.negated.0: Input should be a valid string"),
    ],
)
def test_a_wrong_file_of_words_is_named_with_what_is_wrong(tmp_path, content, message):
    (tmp_path / "words.yaml").write_text(content)
    with pytest.raises(ConfigError, match=rf"words\.yaml(.|\n)*{message}"):
        read_words(tmp_path / "words.yaml")
