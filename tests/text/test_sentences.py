import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.records import Article
from stance.text.lines import find_lines, skip_bullet
from stance.text.sentences import split

# What news and hostile input are made of, so that hypothesis meets the cases that matter.
MARKS = ["“", "”", '"', "'", "’", "‘", "«", "»", "(", ")", "[", "…", ".", "?", "! ", ". ", "• ", "1. ", "---"]
SPACES = ["\r\n", *" \n\r\x85\u2028\f\t\xa0\x00\x1c\u200b\u202f\u3000"]
WORDS = [
    "The navy sailed",
    "it did",
    "3",
    "😀",
    "𝔘",
    "é",
    "B",
    "Mr. ",
    "U.S. ",
    "a.m. ",
    "LIMA, Nov. 3 (AP) - ",
    "Advertisement",
]
PIECES = st.sampled_from([*MARKS, *SPACES, *WORDS])
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=200))


def spans_of(text):
    sentences, dropped = split(Article("a", text))
    return sentences, sorted([(s.start, s.end) for s in [*sentences, *dropped]])


@given(TEXTS)
def test_a_sentence_is_a_slice_of_the_text_without_white_space_around_it(text):
    sentences, _ = split(Article("a", text))
    assert [sentence.text for sentence in sentences] == [text[s.start : s.end] for s in sentences]
    assert all(sentence.text and sentence.text == sentence.text.strip() for sentence in sentences)
    assert [sentence.index for sentence in sentences] == list(range(len(sentences)))


@given(TEXTS)
def test_spans_are_in_order_and_do_not_overlap(text):
    _, spans = spans_of(text)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))


@given(TEXTS)
def test_no_text_is_lost(text):
    _, spans = spans_of(text)
    covered = {i for start, end in spans for i in range(start, end)}
    covered |= {i for start, end in find_lines(text) for i in range(start, skip_bullet(text, start, end))}
    assert [text[i] for i in range(len(text)) if i not in covered and not text[i].isspace()] == []


def test_a_text_without_prose_has_no_sentence():
    assert split(Article("a", " \n\n\t")) == ([], [])


def test_boilerplate_behind_prose_on_one_line_is_dropped():
    text = "The navy sailed on Friday. Sign up for our daily newsletter. It has not come back."
    sentences, dropped = split(Article("a", text))
    assert [sentence.text for sentence in sentences] == [
        "The navy sailed on Friday.",
        "It has not come back.",
    ]
    assert [span.reason for span in dropped] == ["newsletter"]


@pytest.mark.parametrize(
    "name",
    ["Japan-U.S.", "non-U.S.", "Sino-U.S.", "U.S.-U.K.", "Russia-D.P.R.K.", "Ukraine-U.S.-Russia", "D-N.Y."],
)
def test_a_compound_with_an_abbreviation_is_not_cut(name):
    (sentence,) = spans_of(f"On Monday the {name} alliance was renewed.")[0]
    assert name in sentence.text


def test_a_sentence_may_end_with_a_letter_behind_a_hyphen():
    assert len(spans_of("It fired an R-A. Then it left.")[0]) == 2


def test_a_lone_surrogate_is_kept_as_it_is():
    text = "The navy \ud800 sailed. It did."
    assert [sentence.text for sentence in split(Article("a", text))[0]] == [
        "The navy \ud800 sailed.",
        "It did.",
    ]


@pytest.mark.parametrize("blank", [chr(code) for code in range(0x80, 0x10000) if chr(code).isspace()])
def test_every_blank_may_stand_between_a_capital_and_a_full_stop(blank):
    text = f"The navy has a Plan B{blank}.{blank}It sailed."
    sentences, _ = split(Article("a", text))
    assert sentences[0].text.startswith("The navy has a Plan B")
    assert sentences[-1].text.endswith("It sailed.")


def test_a_line_longer_than_the_splitters_window_is_cut_only_at_sentence_ends():
    sentence = "The navy said on Friday that it had sailed."
    sentences, _ = split(Article("a", " ".join([sentence] * 3000)))
    assert [found.text for found in sentences] == [sentence] * 3000


@pytest.mark.parametrize(
    "unit", ["“", '"', "“a ", "' ", "‘ a", "(", "“A. ", "a", "«", "”", ". ", ".", "…” ", "(a. "]
)
def test_a_hostile_megabyte_is_split_in_seconds(unit):
    text = unit * (1_000_000 // len(unit))
    start = time.perf_counter()
    sentences, dropped = split(Article("a", text))
    assert (
        time.perf_counter() - start < 4
    )  # a second or less on an idle core; the bare splitter takes minutes
    assert sum(len("".join(text[s.start : s.end].split())) for s in [*sentences, *dropped]) == len(
        "".join(text.split())
    )


@pytest.mark.parametrize("line", ["U.N. SECURITY COUNCIL (UNSC)", "U.S. ARMY (WASHINGTON, D.C.)"])
def test_a_line_that_is_a_dateline_as_a_whole_is_not_lost(line):
    text = f"Fleet news\n\n{line}\n\nThe minister signed the contract on Monday.\n"
    sentences, dropped = split(Article("a", text))
    assert text.index(line) in [span.start for span in (*sentences, *dropped)]
