import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.classifiers.segments import Context
from stance.classifiers.transformer.tokens import (
    ExampleTokenizer,
    Layout,
    combine_windows,
    mark,
)
from stance.records import Examples
from tests.classifiers.tiny import make_tiny_tokenizer

DEFINITION = make_tiny_tokenizer().to_str()
ALL = Context(title=True, previous=1)


def tokenizer(max_tokens=64, max_context_tokens=8, context=ALL, mark_target=False):
    return ExampleTokenizer(DEFINITION, Layout(max_tokens, max_context_tokens, context, mark_target))


def ask(*texts, title="", previous="", target=""):
    n = len(texts)
    return Examples(list(texts), [title] * n, [previous] * n, [target] * n, ["a"] * n)


def words(rows, row):
    ids = rows.ids[rows.offsets[row] : rows.offsets[row + 1]]
    return " ".join(make_tiny_tokenizer().id_to_token(id) for id in ids)


def test_a_row_is_the_sentence_then_its_target_and_its_context():
    rows = tokenizer().encode(ask("The mayor praised", target="trams", title="The parks", previous="Soup"))
    assert words(rows, 0) == "[CLS] the mayor praised [SEP] trams [SEP] the parks [SEP] soup [SEP]"
    assert rows.judged.tolist() == [True] * 5 + [False] * 7


def test_what_an_example_does_not_have_takes_no_room():
    assert words(tokenizer().encode(ask("The mayor praised")), 0) == "[CLS] the mayor praised [SEP]"


def test_context_is_read_only_if_asked_for():
    rows = tokenizer(context=Context()).encode(ask("The mayor", title="The parks", previous="Soup"))
    assert words(rows, 0) == "[CLS] the mayor [SEP]"


def test_long_context_keeps_the_beginning_of_a_title_and_the_end_of_a_sentence():
    rows = tokenizer(max_context_tokens=2).encode(
        ask("soup", title="the mayor praised trams", previous="the mayor praised trams")
    )
    assert words(rows, 0) == "[CLS] soup [SEP] the mayor [SEP] praised trams [SEP]"


@given(st.integers(0, 120), st.integers(0, 9))
def test_windows_lose_no_token_and_keep_their_order(n_words, n_title):
    text = " ".join(f"{number % 9}" for number in range(n_words))
    one = tokenizer(max_tokens=24, max_context_tokens=4)
    rows = one.encode(ask(text, title=" ".join(["soup"] * n_title)))
    assert (rows.lengths <= 24).all()
    assert set(rows.owners) == {0}
    windows = [
        rows.ids[start:stop][rows.judged[start:stop]][1:-1].tolist()
        for start, stop in zip(rows.offsets[:-1], rows.offsets[1:], strict=True)
    ]
    whole = tokenizer(max_tokens=1000).encode(ask(text))
    expected = whole.ids[1:-1].tolist()
    position = 0
    for window in windows:
        found = next(p for p in range(position, -1, -1) if expected[p : p + len(window)] == window)
        position = max(position, found + len(window))
    assert position == len(expected)


def test_windowed_sentences_are_counted():
    one = tokenizer(max_tokens=24, max_context_tokens=4)
    examples = ask("soup", " ".join(["soup"] * 30), "mayor " * 22)
    assert one.count_windowed(examples) == 1
    assert len(one.encode(examples)) == 4


@pytest.mark.parametrize(
    ("text", "target", "marked"),
    [
        ("Trams and the park", "park", "Trams and the * park *"),
        ("The parking of a park", "park", "The parking of a * park *"),
        ("He said he left", "he", "He said * he * left"),
        ("A (park) here", "(park)", "A * (park) * here"),
        ("No such thing", "park", "No such thing"),
        ("A park", "", "A park"),
        (r"A \1 b", r"\1", r"A * \1 * b"),
    ],
)
def test_the_target_is_marked_where_it_first_stands(text, target, marked):
    assert mark(text, target) == marked


def test_windows_of_a_topic_give_their_highest_logit_and_of_a_stance_their_mean():
    logits = np.array([[1.0, 5.0], [3.0, -1.0], [0.0, 0.0]])
    owners = np.array([0, 0, 1])
    np.testing.assert_array_equal(combine_windows(logits, owners, exclusive=False), [[3, 5], [0, 0]])
    np.testing.assert_array_equal(combine_windows(logits, owners, exclusive=True), [[2, 2], [0, 0]])
