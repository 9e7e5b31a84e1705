"""TF-IDF of word and character n-grams, computed once a distinct word instead of once a token.

A character n-gram inside a word occurs wherever the word does. So the characters of a text are its word
counts times a table with one row a distinct word. News repeats its words: the table is small, and the rest is
array arithmetic. A linear classifier goes further and multiplies the table, not the texts, by its weights
(``dot``).

Words are numbered in alphabetical order, so that a text's sums are added up in an order of its own, and are
the same to the last bit whatever texts stand beside it.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stance.classifiers.character_ngrams import CharacterNgrams
from stance.types import FloatArray, IntArray
from stance.words import Words, find_words, look_up, remember

# An abbreviation with dots (U.S.), a word with inner hyphens, apostrophes or ampersands (F-16, don't), or a
# mark that changes the meaning of what stands around it.
_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:[-'’&][^\W_]+)*|[?!\"“”%$€£]")
_DIGIT = re.compile(r"\d")
_QUOTES = str.maketrans("’“”", '\'""')
_MAX_ACRONYM = 5


def tokenize(text: str) -> list[str]:
    """Words and telling marks of ``text``, normalised.

    Case is folded, except in acronyms of up to five letters ("US" is not "us") unless the whole text is in
    capitals; dots leave abbreviations; every digit becomes 0.

    >>> tokenize("The U.S. won't sell us 36 F-16s.")
    ['the', 'US', "won't", 'sell', 'us', '00', 'f-00s']
    """
    return list(_split(_fold_capitals(text)))


def check_ngram_range(ngram_range: tuple[int, int]) -> tuple[int, int]:
    """Word n-grams from one word on: a longer one is found as a shorter one with the word after it."""
    if not 1 == ngram_range[0] <= ngram_range[1]:
        raise ValueError(f"ngram_range must be (1, 1), (1, 2), (1, 3), …; found {ngram_range!r}")
    return ngram_range


class NgramVectorizer:
    """Word n-grams and character n-grams inside words, as TF-IDF; either part has length about one.

    Parameters
    ----------
    ngram_range
        Shortest and longest word n-gram; the shortest is one word.
    char_ngram_range
        Shortest and longest character n-gram, taken with the blank before and after the word; ``None`` for
        no character features.
    min_df
        An n-gram must occur in at least so many training texts.

    Notes
    -----
    Word n-grams weigh ``(1 + ln count) * (1 + ln((1 + n_texts) / (1 + df)))`` and are scaled to Euclidean
    length one, as by scikit-learn's ``TfidfVectorizer(sublinear_tf=True)``, with which a test compares them.
    Character n-grams weigh ``count`` times the same factor, and are divided by the length that they would
    have if no two words shared one, so that they stay a sum over words.
    """

    def __init__(
        self,
        ngram_range: tuple[int, int] = (1, 2),
        *,
        char_ngram_range: tuple[int, int] | None = (2, 5),
        min_df: int = 2,
    ) -> None:
        self.ngram_range = check_ngram_range(ngram_range)
        self.char_ngram_range = char_ngram_range
        self.min_df = min_df

    def fit(self, texts: Sequence[str]) -> Self:
        """Learn vocabulary and document frequencies."""
        tokens = _find_words(texts)
        counts = _count(tokens)
        frequent = np.flatnonzero(_document_frequency(counts) >= self.min_df)
        self.words_ = sorted(tokens.types[column] for column in frequent)
        self.pairs_ = np.zeros(0, dtype=np.int64)
        self.characters_ = self._frequent_characters(tokens.types, counts)
        self._index()
        for _ in self._find_ngrams(tokens, learn=True):
            pass  # what is found is counted below
        words = _document_frequency(self._count_words(tokens))
        characters = _document_frequency(counts @ self._character_ngrams.count(tokens.types))
        self.idf_ = 1 + np.log((1 + len(texts)) / (1 + np.concatenate([words, characters])))
        return self

    @property
    def n_word_features(self) -> int:
        """Word features come first; the columns from here on are character n-grams."""
        return len(self.words_) + len(self.pairs_)

    @property
    def n_features(self) -> int:
        """Number of columns of ``transform``."""
        return self.n_word_features + len(self.characters_)

    def transform(self, texts: Sequence[str]) -> sparse.csr_array:
        """TF-IDF of ``texts``, shape (n_texts, n_features), float32."""
        tokens = _find_words(texts)
        counts, characters = self._weigh_characters(tokens)
        return sparse.hstack([self._weigh_words(tokens), counts @ characters], format="csr")

    def dot(self, texts: Sequence[str], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """``transform(texts) @ weights`` for weights of shape (n_features, n_outputs), many times faster."""
        tokens = _find_words(texts)
        counts, characters = self._weigh_characters(tokens)
        word_weights, character_weights = np.split(weights, [self.n_word_features])
        scores: NDArray[np.float32] = self._weigh_words(tokens) @ word_weights
        scores += counts @ (characters @ character_weights)
        return scores

    def dot_by_word(self, texts: Sequence[str], weights: NDArray[np.float32]) -> "WordScores":
        """``dot(texts, weights)`` taken apart by word.

        A word gets what it adds alone, by its characters, and its part of what each n-gram around it adds;
        what a repeated word adds is shared by its occurrences alike. So the words of a text sum to its row
        of ``dot``.
        """
        tokens = _find_words(texts)
        word_weights, character_weights = np.split(weights, [self.n_word_features])
        counts, characters = self._weigh_characters(tokens)
        per_occurrence = _divide_data(counts, _count(tokens))
        of_types = characters @ character_weights
        scores = _entries(per_occurrence, tokens.rows, tokens.ids) * of_types[tokens.ids]
        strengths = _divide_data(self._weigh_words(tokens), self._count_words(tokens))

        def add(at: IntArray, columns: IntArray, share: float) -> None:
            strength = _entries(strengths, tokens.rows[at], columns)
            np.add.at(scores, at, share * strength * word_weights[columns])

        for n_words, (firsts, columns) in enumerate(self._find_ngrams(tokens), start=1):
            for place in range(n_words):
                add(firsts + place, columns, 1 / n_words)
        return WordScores(
            starts=np.searchsorted(tokens.rows, np.arange(len(texts) + 1)),
            spans=np.array([span for text in texts for span in _find_spans(text)]).reshape(-1, 2),
            scores=scores,
        )

    def to_state(self) -> dict[str, Any]:
        """What was learned: lists of words and n-grams, arrays of pairs and weights."""
        return {
            "words": self.words_,
            "characters": self.characters_,
            "pairs": self.pairs_,
            "idf": self.idf_.astype(np.float32),
        }

    def set_state(self, state: Mapping[str, Any]) -> Self:
        """Take over what ``to_state`` gave, in place of fitting."""
        self.words_ = list(state["words"])
        self.characters_ = list(state["characters"])
        self.pairs_ = state["pairs"]
        self.idf_ = state["idf"].astype(np.float64)
        self._index()
        return self

    def _index(self) -> None:
        self._word_column = {word: column for column, word in enumerate(self.words_)}
        self._character_ngrams = CharacterNgrams(self.characters_)

    def _weigh_words(self, tokens: Words) -> sparse.csr_array:
        weighted = self._count_words(tokens)
        idf = self.idf_[: self.n_word_features].astype(np.float32)
        weighted.data = (1 + np.log(weighted.data)) * idf[weighted.indices]
        return _divide_rows(weighted, np.sqrt((weighted**2).sum(axis=1)))

    def _weigh_characters(self, tokens: Words) -> tuple[sparse.csr_array, sparse.csr_array]:
        """Scaled word counts (n_texts, n_words) and character weights (n_words, n_ngrams); multiply them."""
        characters = self._character_ngrams.count(tokens.types)
        characters.data *= self.idf_[self.n_word_features :].astype(np.float32)[characters.indices]
        counts = _count(tokens)
        return _divide_rows(counts, np.sqrt(counts**2 @ (characters**2).sum(axis=1))), characters

    def _count_words(self, tokens: Words) -> sparse.csr_array:
        """Counts of the known word n-grams, shape (n_texts, n_word_features)."""
        firsts, columns = map(np.concatenate, zip(*self._find_ngrams(tokens), strict=True))
        return _to_counts(tokens.rows[firsts], columns, (tokens.n_texts, self.n_word_features))

    def _find_ngrams(self, tokens: Words, *, learn: bool = False) -> Iterator[tuple[IntArray, IntArray]]:
        """First token and column of each known n-gram: first those of one word, then those of two, ….

        An n-gram of several words is a pair: the known one that is a word shorter, and the word after it. Its
        key, ``column of the shorter one * number of words + column of the word``, stands in ``pairs_``, which
        ascends, since longer n-grams have higher columns. With ``learn`` the frequent keys are put there.
        """
        column_of_type = [self._word_column.get(word, -1) for word in tokens.types]
        words = np.array(column_of_type, dtype=np.int64)[tokens.ids]
        (firsts,) = np.nonzero(words >= 0)
        yield firsts, words[firsts]
        shorter = words
        for length in range(2, self.ngram_range[1] + 1):
            before, after = shorter[: 1 - length], words[length - 1 :]
            is_one_text = tokens.rows[: 1 - length] == tokens.rows[length - 1 :]
            (firsts,) = np.nonzero(is_one_text & (before >= 0) & (after >= 0))
            keys = before[firsts] * len(self.words_) + after[firsts]
            if learn:
                self._learn_pairs(keys, tokens.rows[firsts])
            pairs = look_up(self.pairs_, keys)
            firsts, columns = firsts[pairs >= 0], len(self.words_) + pairs[pairs >= 0]
            yield firsts, columns
            shorter = np.full_like(words, -1)
            shorter[firsts] = columns

    def _learn_pairs(self, keys: IntArray, rows: IntArray) -> None:
        order = np.lexsort([rows, keys])
        keys, rows = keys[order], rows[order]
        is_first = np.append(True, (np.diff(keys) > 0) | (np.diff(rows) > 0))[: len(keys)]
        pairs, n_texts = np.unique(keys[is_first], return_counts=True)
        self.pairs_ = np.append(self.pairs_, pairs[n_texts >= self.min_df])

    def _ngrams(self, word: str) -> list[str]:
        if self.char_ngram_range is None:
            return []
        shortest, longest = self.char_ngram_range
        padded = f" {word} "
        return [
            padded[start : start + length]
            for length in range(shortest, longest + 1)
            for start in range(len(padded) - length + 1)
        ]

    def _frequent_characters(self, words: Sequence[str], counts: sparse.csr_array) -> list[str]:
        columns: dict[str, int] = {}
        ngrams = [[columns.setdefault(n, len(columns)) for n in self._ngrams(word)] for word in words]
        table = _to_counts(
            np.repeat(np.arange(len(words)), [len(row) for row in ngrams]),
            np.fromiter(itertools.chain.from_iterable(ngrams), dtype=np.int64),
            (len(words), len(columns)),
        )
        frequency = _document_frequency(counts @ table)
        return sorted(ngram for ngram, column in columns.items() if frequency[column] >= self.min_df)


@dataclass(frozen=True)
class WordScores:
    """What each word of many texts adds to their scores.

    Attributes
    ----------
    starts : shape (n_texts + 1,)
        The words of text *i* are those from ``starts[i]`` to before ``starts[i + 1]``.
    spans : shape (n_words, 2)
        Start and end of each word in its text, in code points.
    scores : shape (n_words, n_outputs)
    """

    starts: IntArray
    spans: IntArray
    scores: NDArray[np.float32]


def _find_words(texts: Sequence[str]) -> Words:
    return find_words([_fold_capitals(text) for text in texts], _split)


@remember
def _split(text: str) -> list[str]:
    if text.isalpha():  # most pieces between blanks are a word and nothing else
        return [_normalise(text)]
    return [_normalise(token) for token in _TOKEN.findall(text)]


def _find_spans(text: str) -> list[tuple[int, int]]:
    """Where the tokens of ``text`` stand in it."""
    folded = _fold_capitals(text)
    spans = [match.span() for match in _TOKEN.finditer(folded)]
    if len(folded) == len(text):
        return spans
    # Some capitals become two characters when they are folded.
    ends = np.cumsum([len(character.lower()) for character in text])
    return [
        (
            int(np.searchsorted(ends, start, side="right")),
            int(np.searchsorted(ends, end - 1, side="right")) + 1,
        )
        for start, end in spans
    ]


def _fold_capitals(text: str) -> str:
    return text.lower() if text.isupper() else text


def _normalise(token: str) -> str:
    if token.isalpha():
        is_acronym = token.isupper() and 1 < len(token) <= _MAX_ACRONYM
        return token if is_acronym else token.lower()
    if "." in token:
        return token.replace(".", "").upper()
    return _DIGIT.sub("0", token.lower()).translate(_QUOTES)


def _count(tokens: Words) -> sparse.csr_array:
    """How often each distinct word stands in each text, shape (n_texts, n_types)."""
    return _to_counts(tokens.rows, tokens.ids, (tokens.n_texts, len(tokens.types)))


def _to_counts(rows: IntArray, columns: IntArray, shape: tuple[int, int]) -> sparse.csr_array:
    ones = np.ones(len(rows), dtype=np.float32)
    return sparse.csr_array(sparse.coo_array((ones, (rows, columns)), shape=shape))


def _divide_data(matrix: sparse.csr_array, counts: sparse.csr_array) -> sparse.csr_array:
    """Entry by entry, where both have the same entries."""
    quotient = sparse.csr_array(matrix)
    quotient.data = matrix.data / counts.data
    return quotient


def _entries(matrix: sparse.csr_array, rows: IntArray, columns: IntArray) -> NDArray[np.float32]:
    """The entries at these places, shape (n_places, 1)."""
    if not len(rows):
        return np.zeros((0, 1), dtype=np.float32)
    return np.asarray(matrix[rows, columns]).reshape(-1, 1)


def _document_frequency(counts: sparse.csr_array) -> FloatArray:
    return np.bincount(counts.indices, minlength=counts.shape[1]).astype(np.float64)


def _divide_rows(matrix: sparse.csr_array, divisors: FloatArray) -> sparse.csr_array:
    """Divide each row by its divisor, in place; a row whose divisor is zero is all zeros and stays."""
    matrix.data /= np.repeat(np.where(divisors > 0, divisors, 1), np.diff(matrix.indptr)).astype(np.float32)
    return matrix
