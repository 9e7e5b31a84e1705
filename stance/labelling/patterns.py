"""Finds words and phrases in a text; a distinct word is looked up once, however many phrases there are."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

NEGATION_WINDOW = 4
"""A cue such as "not" reaches this many words ahead."""

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]\.[^\W\d_]\b|\w+(?:['’]\w+)*")


class Span(NamedTuple):
    """Positions of the first word of a match and of the word after its last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A text and where the terms of a lexicon stand in it; ``hits`` maps a term to its spans."""

    text: str
    hits: Mapping[int, Sequence[Span]]


Matcher = Callable[[Passage], bool]
Spans = Callable[[Passage], Sequence[Span]]


def split_words(text: str) -> list[str]:
    """The words of a text, without punctuation, possessive 's, and the dots of an abbreviation.

    >>> split_words("Moscow's U.S.-made S-300 isn’t")
    ['Moscow', 'US', 'made', 'S', '300', "isn't"]
    """
    words = (match.replace(".", "").replace("’", "'") for match in _WORD.findall(text))
    return [word.removesuffix("'s").removesuffix("'S") for word in words]


class _Candidate(NamedTuple):
    """A phrase, found by the word at ``offset`` in it."""

    offset: int
    phrase: Sequence[str]
    term: int


class Lexicon:
    """Terms, each a group of alternative phrases, and the texts searched for all of them at once.

    In a phrase, a final ``*`` stands for any ending of its word, and a word all in capitals (``US``)
    matches only capitals; otherwise case does not count.
    """

    def __init__(self) -> None:
        self._terms: dict[frozenset[str], int] = {}
        self._keys: dict[str, list[_Candidate]] = {}
        self._candidates: dict[str, list[_Candidate]] = {}
        self.read = lru_cache(maxsize=4096)(self._read)

    def add(self, phrases: Iterable[str]) -> int:
        """The number of the term that these phrases make, alike for equal groups."""
        group = frozenset(phrases)
        if group not in self._terms:
            self._terms[group] = term = len(self._terms)
            for phrase in sorted(group):
                words = _split_phrase(phrase)
                key = max(words, key=len)  # the longest word is the rarest, as a rule
                self._keys.setdefault(key, []).append(_Candidate(words.index(key), words, term))
            self._candidates.clear()
            self.read.cache_clear()
        return self._terms[group]

    def _read(self, text: str) -> Passage:
        words = split_words(text)
        hits: dict[int, list[Span]] = {}
        for position, word in enumerate(words):
            candidates = self._candidates.get(word)
            if candidates is None:
                candidates = self._candidates[word] = self._look_up(word)
            for offset, phrase, term in candidates:
                start = position - offset
                end = start + len(phrase)
                if len(phrase) == 1 or (start >= 0 and _is_phrase(phrase, words[start:end])):
                    hits.setdefault(term, []).append(Span(start, end))
        return Passage(text, hits)

    def _look_up(self, word: str) -> list[_Candidate]:
        """Phrases that the word may be part of."""
        lower = word.lower()
        keys = [lower] if word == lower else [word, lower]
        keys += [lower[:length] + "*" for length in range(1, len(lower) + 1)]
        return [candidate for key in keys for candidate in self._keys.get(key, ())]


def _split_phrase(phrase: str) -> list[str]:
    words = [
        word + "*" if piece.endswith("*") and word == pieces[-1] else word
        for piece in phrase.split()
        if (pieces := split_words(piece))
        for word in pieces
    ]
    return [word if _is_capitals(word) else word.lower() for word in words]


def _is_capitals(word: str) -> bool:
    return len(word) > 1 and word.isalpha() and word.isupper()


def _is_phrase(phrase: Sequence[str], words: Sequence[str]) -> bool:
    return len(phrase) == len(words) and all(map(_is_word, phrase, words))


def _is_word(pattern: str, word: str) -> bool:
    if pattern.endswith("*"):
        return word.lower().startswith(pattern[:-1])
    return word == pattern if _is_capitals(pattern) else word.lower() == pattern


def find_term(term: int) -> Spans:
    """Where a term stands."""
    return lambda passage: passage.hits.get(term, ())


def find_near(terms: Sequence[int], within: int, *, in_order: bool) -> Spans:
    """Where terms stand in a row with at most ``within`` words between neighbours."""

    def find(passage: Passage) -> Sequence[Span]:
        found: Sequence[Span] = passage.hits.get(terms[0], ())
        for term in terms[1:]:
            following = passage.hits.get(term, ()) if found else ()
            found = [
                Span(min(a.start, b.start), max(a.end, b.end))
                for a in found
                for b in following
                if 0 <= b.start - a.end <= within or (not in_order and 0 <= a.start - b.end <= within)
            ]
        return found

    return find


def is_found(spans: Spans) -> Matcher:
    """Whether there is any match."""
    return lambda passage: bool(spans(passage))


def is_found_negated(spans: Spans, cues: int, *, negated: bool) -> Matcher:
    """Whether there is a match that has (or has not) a term of negation shortly before it."""

    def match(passage: Passage) -> bool:
        ends = [cue.end for cue in passage.hits.get(cues, ())]
        return any(
            any(0 <= span.start - end < NEGATION_WINDOW for end in ends) is negated for span in spans(passage)
        )

    return match


def matches_regex(expression: str) -> Matcher:
    """Whether a regular expression is found in the text, case counting unless it says ``(?i)``."""
    compiled = re.compile(expression)
    return lambda passage: compiled.search(passage.text) is not None
