from itertools import product

import numpy as np
import pytest

from stance.classifiers.character_ngrams import CharacterNgrams


def count_plainly(ngrams, word):
    padded = f" {word} "
    return [
        sum(padded.startswith(ngram, place) for place in range(len(padded) - len(ngram) + 1))
        for ngram in ngrams
    ]


@pytest.mark.parametrize(
    "ngrams",
    [
        ["an", "ana", "na", " b", "a "],
        ["anan", "nan"],  # their beginnings are no n-grams
        ["a", "b", "n"],
        ["ёл", "🚋", "é "],
        [],
    ],
)
def test_every_place_of_every_ngram_is_counted(ngrams):
    words = ["banana", "", "an", "ёлка", "🚋🚋", "café", "a" * 1000]
    counts = CharacterNgrams(ngrams).count(words).toarray()
    assert counts.tolist() == [count_plainly(ngrams, word) for word in words]


def test_counts_are_those_of_a_plain_search_in_any_words():
    generator = np.random.default_rng(0)
    ngrams = ["".join(letters) for length in (2, 3, 4) for letters in product("ab ", repeat=length)]
    known = sorted(generator.choice(ngrams, size=40, replace=False).tolist())
    words = ["".join(generator.choice(["a", "b", "c"], size=size)) for size in range(12)]
    counts = CharacterNgrams(known).count(words).toarray()
    assert counts.tolist() == [count_plainly(known, word) for word in words]


def test_no_word_gives_no_row():
    assert CharacterNgrams(["ab"]).count([]).shape == (0, 1)
