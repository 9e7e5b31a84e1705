"""The records that every stage takes and returns: frozen, small, and pointing nowhere back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

AUTHOR = "author"
"""The holder of what the writer says in their own voice."""

UNKNOWN = "unknown"
"""The holder of a stance that is voiced without a name."""


@dataclass(frozen=True, slots=True)
class Article:
    """One news article. ``id`` comes from its file or its content, never from its position.

    Of an article that is too long to be held at once this is a stretch: its text begins at code point
    ``start`` of the whole, and the stretches follow each other.
    """

    id: str
    text: str
    title: str | None = None
    outlet: str | None = None
    date: str | None = None
    url: str | None = None
    author: str | None = None
    path: str | None = None
    start: int = 0


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article: ``article.text[start:end] == text``, in code points."""

    article: str
    index: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class DroppedSpan:
    """A stretch of ``article.text`` that is not the article's prose, and why it was dropped."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Label:
    """One topic of a sentence with the stance voiced toward ``target``, the topic's own if there is none.

    ``holder`` is a span of the sentence, ``AUTHOR`` or ``UNKNOWN``. ``probability`` is the topic's,
    in [0, 1]; ``stance_probabilities`` maps each allowed stance to its probability, summing to one. People
    leave both out.
    """

    topic: str
    stance: str
    holder: str | None = None
    probability: float | None = None
    stance_probabilities: Mapping[str, float] | None = None
    target: str | None = None

    @property
    def confidence(self) -> float | None:
        """Probability that topic and stance are both right; ``None`` where the label has none."""
        if self.probability is None:
            return None
        return self.probability * (self.stance_probabilities or {}).get(self.stance, 1.0)


@dataclass(frozen=True, slots=True)
class Abstained:
    """A label that a model would have given but held back, and why; it counts for nothing but itself."""

    label: Label
    reason: str


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A judged sentence; no labels means "none of the topics".

    A model that is told to be careful puts the labels that it is not sure enough of into ``abstained``.
    ``title`` and ``previous`` are the context that the codebook lets an annotator read: the article's
    headline and the sentence before. ``outlet``, ``date`` (of publication, as the file has it) and ``event``
    are of the article, for splits and slices; no model reads them. All are empty where there is none.
    """

    article: str
    sentence: int
    text: str
    labels: tuple[Label, ...]
    annotator: str
    title: str = ""
    previous: str = ""
    outlet: str = ""
    date: str = ""
    event: str = ""
    abstained: tuple[Abstained, ...] = ()

    @property
    def key(self) -> tuple[str, int]:
        """Article id and sentence index: what two annotations of one sentence share."""
        return self.article, self.sentence

    def stance_on(self, topic: str) -> str | None:
        """The stance of its label of ``topic``; ``None`` where it has none."""
        return next((label.stance for label in self.labels if label.topic == topic), None)

    def holder_on(self, topic: str) -> str | None:
        """The holder of its label of ``topic``; ``None`` where it has neither."""
        return next((label.holder for label in self.labels if label.topic == topic), None)

    @property
    def found(self) -> tuple[Label, ...]:
        """Every label that was found, given or held back."""
        return (*self.labels, *(one.label for one in self.abstained))


@dataclass(frozen=True, slots=True)
class Examples:
    """What a classifier or a labelling function reads, as columns of equal length ``n_examples``.

    ``targets`` holds the target asked about, ``""`` for topics. ``titles`` and ``previous`` are context,
    ``""`` where there is none. ``articles`` says whose sentences they are; no answer may depend on it.
    """

    texts: Sequence[str]
    titles: Sequence[str]
    previous: Sequence[str]
    targets: Sequence[str]
    articles: Sequence[str]

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: Sequence[int]) -> Self:
        """The examples at ``rows``, in that order."""
        return type(self)(
            texts=[self.texts[row] for row in rows],
            titles=[self.titles[row] for row in rows],
            previous=[self.previous[row] for row in rows],
            targets=[self.targets[row] for row in rows],
            articles=[self.articles[row] for row in rows],
        )

    def toward(self, targets: Sequence[str]) -> Self:
        """The same sentences, asked about ``targets`` (one an example)."""
        return replace(self, targets=targets)


def to_examples(sentences: Sequence[LabelledSentence]) -> Examples:
    """The columns of labelled sentences, asked about no target."""
    return Examples(
        texts=[sentence.text for sentence in sentences],
        titles=[sentence.title for sentence in sentences],
        previous=[sentence.previous for sentence in sentences],
        targets=[""] * len(sentences),
        articles=[sentence.article for sentence in sentences],
    )
