"""Reads the files of a block into passages: sentences as columns, a bounded number at a time.

An article that is too long for one passage goes on in the next: then the passage is open, and its last
article is the first of the next.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from stance.errors import ReadError
from stance.labelling.interchange import read_sentences
from stance.phrases import count_of
from stance.records import Article, Examples, LabelledSentence
from stance.text.readers import Fields, InputFile, Opened, open_file, read_articles, read_opened
from stance.text.readers.decoding import MAX_STRETCH, find_cut
from stance.text.sentences import find_sentences
from stance.types import IntArray

Unit = Literal["article", "sentence"]

MAX_PASSAGE_SENTENCES = 15_000
MAX_PASSAGE_ERRORS = 2_000
NO_OFFSET = -1
"""Start and end of a sentence that came without its article."""


@dataclass(frozen=True, slots=True)
class SplitArticle:
    """An article, or a stretch of one, and the sentences of its prose as columns.

    ``numbers`` are those of the sentences in the article; ``starts`` and ``ends`` are offsets in its text.
    ``previous`` holds the sentence before each; ``n_dropped`` counts the spans that are not prose.
    """

    article: Article
    numbers: Sequence[int]
    starts: Sequence[int]
    ends: Sequence[int]
    texts: Sequence[str]
    previous: Sequence[str]
    n_dropped: int

    @property
    def goes_on(self) -> bool:
        """Whether this is a later stretch of the article before."""
        return self.article.start > 0


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something that could not be scored, and why: a file, a record of it, or a sentence of an article.

    ``file`` numbers the file in its block.
    """

    file: int
    path: str
    reason: str
    line: int | None = None
    article: str | None = None
    sentence: int | None = None


@dataclass(frozen=True)
class Passage:
    """Sentences of several articles, as columns of length ``n_sentences``.

    ``article_rows`` numbers the article of each sentence in ``articles``, ascending; ``starts`` and ``ends``
    are offsets in the article's text. ``n_dropped`` has one count an article: spans that were not prose;
    ``files`` has the number of each article's file in the block. ``previous`` holds the sentence before each.
    The last article of a passage that ``is_open`` goes on in the next.
    """

    articles: Sequence[Article]
    files: IntArray
    article_rows: IntArray
    indices: IntArray
    starts: IntArray
    ends: IntArray
    texts: Sequence[str]
    previous: Sequence[str]
    n_dropped: IntArray
    set_aside: Sequence[SetAside] = ()
    is_open: bool = False

    def to_examples(self) -> Examples:
        """What a model reads: each sentence with its article's title and the sentence before."""
        titles = [article.title or "" for article in self.articles]
        ids = [article.id for article in self.articles]
        rows = self.article_rows.tolist()
        return Examples(
            texts=self.texts,
            titles=[titles[row] for row in rows],
            previous=self.previous,
            targets=[""] * len(self.texts),
            articles=[ids[row] for row in rows],
        )

    def without(self, bad: Sequence[int], set_aside: Sequence[SetAside]) -> "Passage":
        """The passage without some sentences, which are set aside instead; every article stays."""
        kept = np.delete(np.arange(len(self.texts)), bad)
        rows = kept.tolist()
        return Passage(
            articles=self.articles,
            files=self.files,
            article_rows=self.article_rows[kept],
            indices=self.indices[kept],
            starts=self.starts[kept],
            ends=self.ends[kept],
            texts=[self.texts[row] for row in rows],
            previous=[self.previous[row] for row in rows],
            n_dropped=self.n_dropped,
            set_aside=sorted([*self.set_aside, *set_aside], key=lambda one: one.file),
            is_open=self.is_open,
        )


def read_passages(
    files: Sequence[InputFile],
    *,
    unit: Unit,
    fields: Fields,
    on_open: Callable[[int, Opened | None], None] = lambda number, opened: None,
) -> Iterator[Passage]:
    """Stream the files' articles, cut into sentences, together with what had to be set aside.

    Both come in the order of the files. ``on_open`` is called with each file's number and, if it could be
    opened, the file.
    """
    pending = _Pending()
    for number, file in enumerate(files):
        try:
            opened = open_file(file)
        except ReadError as error:
            on_open(number, None)
            pending.set_aside.append(_to_set_aside(number, error))
            continue
        on_open(number, opened)
        items = (
            _split_all(read_opened(opened, fields), file.path)
            if unit == "article"
            else _read_sentences(opened, number)
        )
        for item in items:
            if pending.is_full:
                yield pending.to_passage(is_open=isinstance(item, SplitArticle) and item.goes_on)
                pending = _Pending()
            if isinstance(item, ReadError):
                pending.set_aside.append(_to_set_aside(number, item))
            elif isinstance(item, SetAside):
                pending.set_aside.append(item)
            else:
                pending.add(number, item)
    yield pending.to_passage(is_open=False)


def read_split(files: Sequence[InputFile], fields: Fields) -> Iterator[SplitArticle | ReadError]:
    """Read the articles of files and cut them; one without a sentence of prose is an error, too."""
    for file in files:
        for item in _split_all(read_articles(file, fields), file.path):
            if isinstance(item, ReadError) or item.texts:
                yield item
            elif not item.goes_on:
                yield ReadError(file.path, describe_empty(item.n_dropped))


def describe_empty(n_dropped: int) -> str:
    """Why an article without a sentence is set aside."""
    return f"no sentence of prose; {count_of(n_dropped, 'line')} of text not the article's own"


def _split_all(articles: Iterable[Article | ReadError], path: str) -> Iterator[SplitArticle | ReadError]:
    """Cut articles; from a stretch of one to the next, numbers and context go on."""
    n_sentences, previous, has_failed = 0, "", False
    for article in articles:
        if isinstance(article, ReadError):
            yield article
            continue
        for stretch in _to_stretches(article):
            if stretch.start == 0:
                n_sentences, previous, has_failed = 0, "", False
            if has_failed:
                continue
            try:
                spans, dropped = find_sentences(stretch.text)
            except Exception as error:  # no text must stop a run, not even one that the splitter fails on
                has_failed = True
                yield ReadError(path, f"cannot be cut into sentences: {type(error).__name__}: {error}")
                continue
            texts = [stretch.text[start:end] for start, end in spans]
            yield SplitArticle(
                article=stretch,
                numbers=range(n_sentences, n_sentences + len(texts)),
                starts=[stretch.start + start for start, _ in spans],
                ends=[stretch.start + end for _, end in spans],
                texts=texts,
                previous=[previous, *texts][: len(texts)],
                n_dropped=len(dropped),
            )
            n_sentences += len(texts)
            previous = texts[-1] if texts else previous


def _to_stretches(article: Article) -> Iterator[Article]:
    """Cut an article that is too long."""
    text, place = article.text, 0
    while len(text) - place > MAX_STRETCH:
        cut = find_cut(text, place, place + MAX_STRETCH)
        yield replace(article, text=text[place:cut], start=article.start + place)
        place = cut
    yield replace(article, text=text[place:], start=article.start + place) if place else article


def _read_sentences(opened: Opened, number: int) -> Iterator[SplitArticle | ReadError | SetAside]:
    """Sentences that are cut already, by article; a file is read whole, since they may stand anywhere."""
    path = opened.file.path
    opened.close()
    sentences, errors = read_sentences(path)
    yield from errors
    if not sentences and not errors:
        yield ReadError(path, "holds no sentence; expected a record or more")
    by_article: dict[str, dict[int, LabelledSentence]] = {}
    for sentence in sentences:
        numbered = by_article.setdefault(sentence.article, {})
        if numbered.setdefault(sentence.sentence, sentence) is not sentence:
            reason = "stands twice; the first is scored"
            yield SetAside(number, path, reason, article=sentence.article, sentence=sentence.sentence)
    for id, numbered in by_article.items():
        own = [numbered[number] for number in sorted(numbered)]
        first = own[0]
        yield SplitArticle(
            article=Article(
                id=id,
                text="",
                title=first.title or None,
                outlet=first.outlet or None,
                date=first.date or None,
                path=path,
            ),
            numbers=[one.sentence for one in own],
            starts=[NO_OFFSET] * len(own),
            ends=[NO_OFFSET] * len(own),
            texts=[one.text for one in own],
            previous=[one.previous for one in own],
            n_dropped=0,
        )


def _to_set_aside(number: int, error: ReadError) -> SetAside:
    return SetAside(number, error.path, error.reason, error.line)


@dataclass
class _Pending:
    """A passage that is being filled."""

    articles: list[Article] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    article_rows: list[int] = field(default_factory=list)
    indices: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    previous: list[str] = field(default_factory=list)
    n_dropped: list[int] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        return len(self.texts) >= MAX_PASSAGE_SENTENCES or len(self.set_aside) >= MAX_PASSAGE_ERRORS

    def add(self, file: int, part: SplitArticle) -> None:
        if part.goes_on and self.articles:
            self.n_dropped[-1] += part.n_dropped
        else:
            self.articles.append(part.article)
            self.files.append(file)
            self.n_dropped.append(part.n_dropped)
        self.article_rows += [len(self.articles) - 1] * len(part.texts)
        self.indices += part.numbers
        self.starts += part.starts
        self.ends += part.ends
        self.texts += part.texts
        self.previous += part.previous

    def to_passage(self, *, is_open: bool) -> Passage:
        columns = {
            name: np.array(getattr(self, name), dtype=np.int64)
            for name in ("files", "article_rows", "indices", "starts", "ends", "n_dropped")
        }
        return Passage(
            articles=self.articles,
            texts=self.texts,
            previous=self.previous,
            set_aside=self.set_aside,
            is_open=is_open,
            **columns,
        )
