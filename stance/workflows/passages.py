"""Reads input files into passages: the sentences of many articles as columns, a bounded number at a time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from stance.errors import ReadError
from stance.labelling.interchange import iterate_sentences
from stance.records import Article, Examples, LabelledSentence, Sentence
from stance.text.readers import Fields, InputFile, read_articles
from stance.text.sentences import split
from stance.types import IntArray

Unit = Literal["article", "sentence"]

MAX_BLOCK_FILES = 500
MAX_BLOCK_BYTES = 16 * 2**20
MAX_PASSAGE_SENTENCES = 50_000
NO_OFFSET = -1
"""Start and end of a sentence that came without its article."""


@dataclass(frozen=True)
class Block:
    """Input files whose scores go to one part, numbered in the order of the listing."""

    number: int
    files: tuple[InputFile, ...]


@dataclass(frozen=True)
class Passage:
    """Sentences of several whole articles, as columns of length ``n_sentences``.

    ``article_rows`` numbers the article of each sentence in ``articles``, ascending; ``starts`` and ``ends``
    are offsets in the article's text. ``n_dropped`` has one count an article: spans that were not prose.
    """

    articles: Sequence[Article]
    article_rows: IntArray
    indices: IntArray
    starts: IntArray
    ends: IntArray
    texts: Sequence[str]
    n_dropped: IntArray

    def to_examples(self) -> Examples:
        """What a model reads: each sentence with its article's title and the sentence before."""
        is_first = np.diff(self.article_rows, prepend=-1) != 0
        previous = ["" if first else text for first, text in zip(is_first, ["", *self.texts], strict=False)]
        titles = [article.title or "" for article in self.articles]
        ids = [article.id for article in self.articles]
        return Examples(
            texts=self.texts,
            titles=[titles[row] for row in self.article_rows],
            previous=previous,
            targets=[""] * len(self.texts),
            articles=[ids[row] for row in self.article_rows],
        )


def to_blocks(files: Iterable[InputFile]) -> list[Block]:
    """Group files into blocks of bounded number and size; a larger file is a block of its own."""
    blocks: list[Block] = []
    pending: list[InputFile] = []
    pending_bytes = 0
    for file in files:
        size = _size(file)
        if pending and (len(pending) == MAX_BLOCK_FILES or pending_bytes + size > MAX_BLOCK_BYTES):
            blocks.append(Block(len(blocks), tuple(pending)))
            pending, pending_bytes = [], 0
        pending.append(file)
        pending_bytes += size
    if pending:
        blocks.append(Block(len(blocks), tuple(pending)))
    return blocks


def read_passages(block: Block, *, unit: Unit, fields: Fields) -> Iterator[Passage | ReadError]:
    """Stream the block's articles, cut into sentences; what cannot be read comes as an error in between."""
    items = read_split(block.files, fields) if unit == "article" else _read_sentences(block.files)
    pending: list[SplitArticle] = []
    n_sentences = 0
    for item in items:
        if isinstance(item, ReadError):
            yield item
            continue
        pending.append(item)
        n_sentences += len(item.sentences)
        if n_sentences >= MAX_PASSAGE_SENTENCES:
            yield _to_passage(pending)
            pending, n_sentences = [], 0
    if pending:
        yield _to_passage(pending)


@dataclass(frozen=True, slots=True)
class SplitArticle:
    """An article and the sentences of its prose; ``n_dropped`` counts the spans that are not prose."""

    article: Article
    sentences: Sequence[Sentence]
    n_dropped: int


def read_split(files: Iterable[InputFile], fields: Fields) -> Iterator[SplitArticle | ReadError]:
    """Read the articles of files and cut them; one without a sentence of prose is an error, too."""
    for file in files:
        for article in read_articles(file, fields):
            if isinstance(article, ReadError):
                yield article
                continue
            sentences, dropped = split(article)
            if sentences:
                yield SplitArticle(article, sentences, len(dropped))
            else:
                reason = f"no sentence of prose; {len(dropped)} lines are not the article's own text"
                yield ReadError(file.path, reason)


def _read_sentences(files: Iterable[InputFile]) -> Iterator[SplitArticle | ReadError]:
    for file in files:
        by_article: dict[str, list[LabelledSentence]] = {}
        for item in iterate_sentences(file.path):
            if isinstance(item, ReadError):
                yield item
            else:
                by_article.setdefault(item.article, []).append(item)
        for id, own in by_article.items():
            article = Article(id=id, text="", title=own[0].title or None, path=file.path)
            own.sort(key=lambda sentence: sentence.sentence)
            sentences = [Sentence(id, one.sentence, NO_OFFSET, NO_OFFSET, one.text) for one in own]
            yield SplitArticle(article, sentences, n_dropped=0)


def _to_passage(parts: Sequence[SplitArticle]) -> Passage:
    sentences = [sentence for part in parts for sentence in part.sentences]
    return Passage(
        articles=[part.article for part in parts],
        article_rows=np.repeat(np.arange(len(parts)), [len(part.sentences) for part in parts]),
        indices=np.array([sentence.index for sentence in sentences], dtype=np.int64),
        starts=np.array([sentence.start for sentence in sentences], dtype=np.int64),
        ends=np.array([sentence.end for sentence in sentences], dtype=np.int64),
        texts=[sentence.text for sentence in sentences],
        n_dropped=np.array([part.n_dropped for part in parts], dtype=np.int64),
    )


def _size(file: InputFile) -> int:
    """Bytes on disk; a file that is gone, or standard input, counts nothing and is dealt with when read."""
    try:
        return Path(file.path).stat().st_size
    except OSError:
        return 0
