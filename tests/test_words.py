import numpy as np
import pytest

from stance.words import find_words, look_up, ranges


def words_by_text(texts, split=str.split):
    words = find_words(texts, split)
    found = [[] for _ in texts]
    for row, number in zip(words.rows, words.ids, strict=True):
        found[row].append(words.types[number])
    return found


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["", "one", ""],
        ["the tram and the bus", "  the\n\nbus\t"],
        ["Ёлка\u00a0ёлка naïve 🚋", "a\x00b"],
    ],
)
def test_the_words_of_each_text_come_in_reading_order(texts):
    assert words_by_text(texts) == [text.split() for text in texts]


def test_a_piece_may_hold_several_words_or_none():
    assert words_by_text(
        ["a-b – c", "–"], lambda piece: piece.replace("–", "").replace("-", " ").split()
    ) == [
        ["a", "b", "c"],
        [],
    ]


def test_a_piece_is_split_once():
    asked = []
    find_words(["tram bus tram", "bus"], lambda piece: asked.append(piece) or [piece])
    assert sorted(asked) == ["bus", "tram"]


def test_the_order_of_words_does_not_depend_on_the_texts():
    assert (
        find_words(["b a c"], str.split).types == find_words(["c", "b a"], str.split).types == ["a", "b", "c"]
    )


def test_half_a_surrogate_pair_is_read_over():
    assert words_by_text(["tram \ud83d"])[0][0] == "tram"


def test_ranges_follow_each_other():
    assert ranges(np.array([5, 0, 2]), np.array([2, 0, 3])).tolist() == [5, 6, 2, 3, 4]


def test_a_number_is_looked_up_in_its_place():
    assert look_up(np.array([2, 5, 9]), np.array([9, 3, 2, 10, 5, 0])).tolist() == [2, -1, 0, -1, 1, -1]
    assert look_up(np.zeros(0, dtype=np.int64), np.array([0, 7])).tolist() == [-1, -1]
