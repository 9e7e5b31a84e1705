import numpy as np
import pytest

from stance.holders.spans import (
    AUTHOR_SPAN,
    MARGIN,
    MAX_TOKENS,
    UNKNOWN_SPAN,
    WORDS_SPAN,
    find_spans,
    read_tokens,
)


def read_words(text):
    tokens = read_tokens([text])
    return [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True) if end]


def list_spans(*texts):
    tokens = read_tokens(texts)
    spans = find_spans(tokens)
    rows = zip(spans.owners, spans.firsts, spans.lasts, spans.kinds, strict=True)
    return [
        (owner, texts[owner][tokens.starts[first] : tokens.ends[last]])
        for owner, first, last, kind in rows
        if kind == WORDS_SPAN
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The U.S. said no.", ["The", "U.S.", "said", "no", "."]),
        ("Moscow's envoy", ["Moscow", "'s", "envoy"]),
        ("vice-president al-Assad", ["vice-president", "al-Assad"]),
        ("“Never,” he said", ["“", "Never", ",", "”", "he", "said"]),
        ("Babis\u030c left", ["Babis\u030c", "left"]),
        ("Zoë Müller, 41", ["Zoë", "Müller", ",", "41"]),
    ],
)
def test_a_text_is_cut_into_tokens(text, words):
    assert read_words(text) == words


def test_quotation_marks_say_what_is_quoted():
    tokens = read_tokens(['"No way", he said. "Never"'])
    quoted = [int(tokens.quoted[place]) for place in range(MARGIN, len(tokens.words) - MARGIN)]
    assert quoted == [1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0]


def test_the_same_word_has_the_same_number_whatever_its_case():
    tokens = read_tokens(["Moscow MOSCOW", "moscow"])
    assert len(set(tokens.words[tokens.ends > 0].tolist())) == 1
    assert len(set(tokens.shapes[tokens.ends > 0].tolist())) == 3


def test_spans_begin_and_end_with_words_and_cross_no_break():
    spans = [text for _, text in list_spans("The mayor, a baker; she")]
    assert "The mayor" in spans
    assert "The mayor, a baker" in spans
    assert not [text for text in spans if text.endswith(",") or ";" in text]


def test_spans_do_not_reach_into_the_next_sentence():
    found = list_spans("The mayor", "A baker")
    assert {text for owner, text in found if owner == 0} == {"The", "mayor", "The mayor"}
    assert {text for owner, text in found if owner == 1} == {"A", "baker", "A baker"}


def test_spans_are_of_bounded_length():
    longest = max(
        len(text.split()) for _, text in list_spans("one two three four five six seven eight nine ten")
    )
    assert longest == MAX_TOKENS


@pytest.mark.parametrize("texts", [["The mayor spoke."], ["", "!", "A word"], [""]])
def test_each_sentence_has_its_author_and_nobody_first(texts):
    tokens = read_tokens(texts)
    spans = find_spans(tokens)
    assert sorted(set(spans.owners.tolist())) == list(range(len(texts)))
    for owner in range(len(texts)):
        kinds = spans.kinds[spans.owners == owner]
        assert kinds[:2].tolist() == [AUTHOR_SPAN, UNKNOWN_SPAN]
        assert (kinds[2:] == WORDS_SPAN).all()
    assert not tokens.words[spans.firsts[spans.kinds != WORDS_SPAN]].any()
    assert (np.diff(spans.owners) >= 0).all()
