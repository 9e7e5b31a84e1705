"""Finds words and phrases in many texts at once, and what stands near what.

A distinct word is looked up once, however many texts and phrases there are; the rest is array operations on
the places where terms stand.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from stance.types import BoolArray, IntArray
from stance.words import Words, find_words, look_up, ranges, remember

NEGATION_WINDOW = 4
"""A cue such as "not" reaches this many words ahead."""

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]\.[^\W\d_]\b|\w+(?:['’]\w+)*")


@dataclass(frozen=True, slots=True)
class Spans:
    """Places in texts, as columns: words ``starts[i]`` to ``ends[i]`` (exclusive) of text ``texts[i]``.

    Words are numbered through all texts. ``texts`` ascends.
    """

    texts: IntArray
    starts: IntArray
    ends: IntArray

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: IntArray | BoolArray | slice) -> "Spans":
        """The spans at ``rows``."""
        return Spans(self.texts[rows], self.starts[rows], self.ends[rows])

    def beside(self, other: "Spans", within: int) -> tuple[IntArray, IntArray]:
        """Rows of the pairs of a span and one of ``other`` in the same text; the first ascends.

        Those with at most ``within`` words between them are all among these; to pair all that stands in a
        text would take the square of its length.
        """
        order = np.argsort(other.starts, kind="stable")
        starts, longest = other.starts[order], (other.ends - other.starts).max(initial=0)
        firsts = np.searchsorted(starts, self.starts - within - longest, "left")
        lengths = np.searchsorted(starts, self.ends + within, "right") - firsts
        rows, others = np.repeat(np.arange(len(self)), lengths), order[ranges(firsts, lengths)]
        is_same = self.texts[rows] == other.texts[others]
        return rows[is_same], others[is_same]


@dataclass(frozen=True, slots=True)
class Passages:
    """Texts and where the terms of a lexicon stand in them.

    The spans are sorted by term; those of term *t* are ``bounds[t]`` to ``bounds[t + 1]``.
    """

    texts: Sequence[str]
    spans: Spans
    bounds: IntArray

    def find(self, term: int) -> Spans:
        """Where a term stands."""
        return self.spans.take(slice(*self.bounds[term : term + 2]))


Finder = Callable[[Passages], Spans]
Matcher = Callable[[Passages, IntArray], BoolArray]
"""Whether there is a match in each of the texts that are asked about, by their numbers; any shape."""


def split_words(text: str) -> list[str]:
    """The words of a text, without punctuation, possessive 's, and the dots of an abbreviation.

    >>> split_words("Moscow's U.S.-made S-300 isn’t")
    ['Moscow', 'US', 'made', 'S', '300', "isn't"]
    """
    if text.isalpha():
        return [text]
    words = (match.replace(".", "").replace("’", "'") for match in _WORD.findall(text))
    return [word.removesuffix("'s").removesuffix("'S") for word in words]


_split = remember(split_words)


class _Phrase(NamedTuple):
    """A phrase as numbers of its words; it is looked for where the word at ``offset`` stands."""

    words: Sequence[int]
    offset: int
    term: int


class _Columns(NamedTuple):
    """Phrases as arrays of shape (n_phrases,), and their words by place, shape (longest, n_phrases).

    A word is -1 at the phrase's offset, where it is known to stand, and past the phrase's end.
    """

    offsets: IntArray
    lengths: IntArray
    terms: IntArray
    others: IntArray

    @classmethod
    def of(cls, phrases: Sequence[_Phrase]) -> Self:
        lengths = np.array([len(phrase.words) for phrase in phrases], dtype=np.int64)
        others = np.full((lengths.max(initial=0), len(phrases)), -1)
        for number, phrase in enumerate(phrases):
            others[: len(phrase.words), number] = phrase.words
            others[phrase.offset, number] = -1
        offsets = np.array([phrase.offset for phrase in phrases], dtype=np.int64)
        return cls(offsets, lengths, np.array([phrase.term for phrase in phrases], dtype=np.int64), others)


class Lexicon:
    """Terms, each a group of alternative phrases, and the texts searched for all of them at once.

    In a phrase, a final ``*`` stands for any ending of its word, and a word all in capitals (``US``)
    matches only capitals; otherwise case does not count.
    """

    def __init__(self) -> None:
        self._terms: dict[frozenset[str], int] = {}
        self._words: dict[str, int] = {}
        self._longest = 0
        self._phrases: list[_Phrase] = []
        self._phrases_at: dict[int, list[int]] = {}
        self._columns = _Columns.of([])
        self._match = remember(self._match_anew)

    def add(self, phrases: Iterable[str]) -> int:
        """The number of the term that these phrases make, alike for equal groups."""
        group = frozenset(phrases)
        if group not in self._terms:
            self._terms[group] = term = len(self._terms)
            for phrase in sorted(group):
                words = _split_phrase(phrase)
                numbers = [self._words.setdefault(word, len(self._words)) for word in words]
                offset = words.index(max(words, key=len))  # the longest word is the rarest, as a rule
                self._phrases_at.setdefault(numbers[offset], []).append(len(self._phrases))
                self._phrases.append(_Phrase(numbers, offset, term))
            self._longest = max(map(len, self._words), default=0)
            self._match = remember(self._match_anew)
        return self._terms[group]

    def read(self, texts: Sequence[str]) -> Passages:
        """Find every term in the texts."""
        words = find_words(texts, _split)
        matches = [self._match(word) for word in words.types]
        if len(self._columns.terms) < len(self._phrases):
            self._columns = _Columns.of(self._phrases)
        phrases, spans = self._confirm(words, matches, *self._find_candidates(words, matches))
        terms = self._columns.terms[phrases]
        order = np.lexsort((spans.texts, terms))
        bounds = np.searchsorted(terms[order], np.arange(len(self._terms) + 1))
        return Passages(texts, spans.take(order), bounds)

    def _match_anew(self, word: str) -> list[int]:
        """Numbers of those words of phrases that match a word of a text."""
        lower = word.lower()
        forms = dict.fromkeys((word, lower))
        starts = (f"{form[:n]}*" for form in forms for n in range(1, min(len(form), self._longest) + 1))
        keys = dict.fromkeys((*forms, *starts))
        return [self._words[key] for key in keys if key in self._words]

    def _find_candidates(self, words: Words, matches: Sequence[Sequence[int]]) -> tuple[IntArray, IntArray]:
        """Phrases that may stand in the texts, and the words that they are looked for at."""
        phrases = [[phrase for word in own for phrase in self._phrases_at.get(word, ())] for own in matches]
        lengths = np.array([len(own) for own in phrases], dtype=np.int64)
        starts = np.cumsum(lengths) - lengths
        flat = np.array([phrase for own in phrases for phrase in own], dtype=np.int64)
        of_token = lengths[words.ids]
        return flat[ranges(starts[words.ids], of_token)], np.repeat(np.arange(len(words.ids)), of_token)

    def _confirm(
        self, words: Words, matches: Sequence[Sequence[int]], phrases: IntArray, tokens: IntArray
    ) -> tuple[IntArray, Spans]:
        """Those of the candidates whose other words stand where they should, and their places."""
        starts = tokens - self._columns.offsets[phrases]
        ends = starts + self._columns.lengths[phrases]
        texts = words.rows[tokens]
        first, last = np.maximum(starts, 0), np.minimum(ends, len(words.ids)) - 1
        is_there = (first == starts) & (last + 1 == ends)
        is_there &= (words.rows[first] == texts) & (words.rows[last] == texts)

        n_words = len(self._words)
        known = np.array(
            [number * n_words + word for number, own in enumerate(matches) for word in sorted(own)],
            dtype=np.int64,
        )
        for place, others in enumerate(self._columns.others):
            wanted = others[phrases]
            asked = np.flatnonzero(is_there & (wanted >= 0))
            found = words.ids[starts[asked] + place] * n_words + wanted[asked]
            is_there[asked] = look_up(known, found) >= 0
        return phrases[is_there], Spans(texts[is_there], starts[is_there], ends[is_there])


def _split_phrase(phrase: str) -> list[str]:
    words = [
        word + "*" if piece.endswith("*") and word == pieces[-1] else word
        for piece in phrase.split()
        if (pieces := split_words(piece))
        for word in pieces
    ]
    return [word if _is_capitals(word) else word.lower() for word in words]


def _is_capitals(word: str) -> bool:
    letters = word.removesuffix("*")
    return len(letters) > 1 and letters.isalpha() and letters.isupper()


def find_term(term: int) -> Finder:
    """Where a term stands."""
    return lambda passages: passages.find(term)


def find_near(terms: Sequence[int], within: int, *, in_order: bool) -> Finder:
    """Where terms stand in a row with at most ``within`` words between neighbours."""

    def find(passages: Passages) -> Spans:
        found = passages.find(terms[0])
        for term in terms[1:]:
            following = passages.find(term)
            one, other = found.beside(following, within)
            a, b = found.take(one), following.take(other)
            gaps = b.starts - a.ends
            is_near = (gaps >= 0) & (gaps <= within)
            if not in_order:
                gaps = a.starts - b.ends
                is_near |= (gaps >= 0) & (gaps <= within)
            spans = Spans(a.texts, np.minimum(a.starts, b.starts), np.maximum(a.ends, b.ends))
            found = spans.take(is_near)
        return found

    return find


def is_found(find: Finder) -> Matcher:
    """Whether there is any match."""
    return lambda passages, asked: _mark(find(passages).texts, passages)[asked]


def is_found_negated(find: Finder, cues: int, *, negated: bool) -> Matcher:
    """Whether there is a match that has (or has not) a term of negation shortly before it."""

    def match(passages: Passages, asked: IntArray) -> BoolArray:
        found, cue = find(passages), passages.find(cues)
        one, other = found.beside(cue, NEGATION_WINDOW)
        gaps = found.starts[one] - cue.ends[other]
        is_negated = np.zeros(len(found), dtype=bool)
        is_negated[one[(gaps >= 0) & (gaps < NEGATION_WINDOW)]] = True
        return _mark(found.texts[is_negated == negated], passages)[asked]

    return match


def matches_regex(expression: str) -> Matcher:
    """Whether a regular expression is found in the text, case counting unless it says ``(?i)``."""
    search = re.compile(expression).search

    def match(passages: Passages, asked: IntArray) -> BoolArray:
        texts, inverse = np.unique(asked, return_inverse=True)
        found = np.array([search(passages.texts[text]) is not None for text in texts], dtype=bool)
        return found[inverse].reshape(asked.shape)

    return match


def _mark(texts: IntArray, passages: Passages) -> BoolArray:
    marks = np.zeros(len(passages.texts), dtype=bool)
    marks[texts] = True
    return marks
