"""Labelling functions: each votes on one topic, or on the stance toward it, or abstains."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple, Self, TypeVar

import numpy as np

from stance.records import Examples
from stance.taxonomy import Taxonomy
from stance.types import ABSTAIN, BoolArray, IntArray, vote_against
from stance.words import distinct

PRESENT, ABSENT = 1, 0
"""Votes on a topic, as label indices."""

Read = TypeVar("Read")


class Context(NamedTuple):
    """What a labelling function reads: a sentence, its article's title and the sentence before."""

    sentence: str
    title: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Contexts:
    """Many contexts as columns; what is read several times stands once.

    ``texts[rows[i, c]]`` is column *c* (in the order of ``Context``) of context *i*.
    """

    texts: Sequence[str]
    rows: IntArray
    _read: dict[Callable[[Sequence[str]], Any], Any] = field(default_factory=dict)

    @classmethod
    def of(cls, sentences: Sequence[str], titles: Sequence[str], previous: Sequence[str]) -> Self:
        """Columns of equal length, in the order of ``Context``."""
        return cls(*distinct([sentences, titles, previous]))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Context]:
        return (Context(*(self.texts[text] for text in row)) for row in self.rows.tolist())

    def read(self, reader: Callable[[Sequence[str]], Read]) -> Read:
        """What a function makes of the texts; it is called once, however many labelling functions ask."""
        if reader not in self._read:
            self._read[reader] = reader(self.texts)
        found: Read = self._read[reader]
        return found


@dataclass(frozen=True, slots=True)
class LabellingFunction:
    """A named heuristic with one thing to say, and the test of whether it says it.

    Parameters
    ----------
    stance
        The stance it votes for; none for a vote on the topic itself.
    negative
        Turns the vote round: the topic is absent, or the stance is not this one.
    test
        True where it votes, false where it abstains, shape (n_contexts,).
    """

    name: str
    topic: str
    test: Callable[[Contexts], BoolArray]
    stance: str | None = None
    negative: bool = False

    def applies(self, context: Context) -> bool:
        """Whether it votes on a single sentence."""
        alone = Contexts.of([context.sentence], [context.title], [context.previous])
        return bool(self.test(alone)[0])

    @property
    def vote(self) -> str:
        """The vote in words."""
        if self.stance is None:
            return "absent" if self.negative else "present"
        return f"not {self.stance}" if self.negative else self.stance

    def encode(self, taxonomy: Taxonomy) -> int:
        """The vote as a code: ``PRESENT`` or ``ABSENT``, or (not) the index of a stance of the topic."""
        if self.stance is None:
            return ABSENT if self.negative else PRESENT
        index = list(taxonomy[self.topic].stances).index(self.stance)
        return vote_against(index) if self.negative else index


@dataclass(frozen=True, slots=True)
class FunctionSet:
    """Labelling functions under one version, which is stamped on the labels they lead to.

    ``default_stance`` is given to a sentence that has a topic but no vote on its stance.
    """

    name: str
    version: str
    default_stance: str
    functions: tuple[LabellingFunction, ...]

    def on_topic(self, topic: str) -> tuple[LabellingFunction, ...]:
        """Functions that vote on whether the topic is there."""
        return tuple(f for f in self.functions if f.topic == topic and f.stance is None)

    def on_stance(self, topic: str) -> tuple[LabellingFunction, ...]:
        """Functions that vote on the stance toward the topic's target."""
        return tuple(f for f in self.functions if f.topic == topic and f.stance is not None)


def labelling_function(
    *, topic: str, stance: str | None = None, negative: bool = False, name: str | None = None
) -> Callable[[Callable[[Context], bool]], LabellingFunction]:
    """Declare a labelling function in Python; the decorated test is true where the function votes.

    >>> @labelling_function(topic="floods")
    ... def mentions_flood(context):
    ...     return "flood" in context.sentence.lower()
    >>> mentions_flood.applies(Context("The flood came at night."))
    True
    """

    def declare(applies: Callable[[Context], bool]) -> LabellingFunction:
        def test(contexts: Contexts) -> BoolArray:
            return np.array([applies(context) for context in contexts], dtype=bool)

        return LabellingFunction(name or applies.__name__, topic, test, stance, negative)

    return declare


def apply(functions: Sequence[LabellingFunction], examples: Examples, taxonomy: Taxonomy) -> IntArray:
    """Votes of shape (n_examples, n_functions), in the codes of ``stance.types``."""
    contexts = Contexts.of(examples.texts, examples.titles, examples.previous)
    votes = np.full((len(examples), len(functions)), ABSTAIN, dtype=np.int64)
    for column, function in enumerate(functions):
        votes[function.test(contexts), column] = function.encode(taxonomy)
    return votes


def vote_on_topics(functions: FunctionSet, examples: Examples, taxonomy: Taxonomy) -> dict[str, IntArray]:
    """By topic, the votes of its functions on its presence, from one pass over the examples."""
    groups = {topic: functions.on_topic(topic) for topic in taxonomy.topic_ids}
    votes = apply(list(chain.from_iterable(groups.values())), examples, taxonomy)
    ends = np.cumsum([len(group) for group in groups.values()])
    return dict(zip(groups, np.split(votes, ends[:-1], axis=1), strict=True))


def explain(functions: Iterable[LabellingFunction], votes: Iterable[int]) -> dict[str, str]:
    """Names and votes in words of the functions that did not abstain, from one row of votes."""
    return {f.name: f.vote for f, vote in zip(functions, votes, strict=True) if vote != ABSTAIN}
