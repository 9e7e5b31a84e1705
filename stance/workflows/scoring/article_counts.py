"""What is counted by article, and the table of it: an article a row."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa

from stance.classifiers.model import Scores
from stance.records import Article
from stance.taxonomy import Taxonomy, name_counts
from stance.types import FloatArray, IntArray
from stance.workflows.scoring.passages import Passage

DECIMALS = 4
"""Of a probability or share: more would only record noise."""

_METADATA = ("title", "outlet", "date", "url", "author", "path")


@dataclass(frozen=True)
class ArticleCounts:
    """Counts of articles, as columns with an entry an article.

    ``files`` has the number of each article's file in its block; ``n_labels`` has shape (n_articles,
    n_topics, n_stances), and ``n_abstained``, of labels held back, (n_articles, n_topics). The strongest
    sentence has the highest topic probability of the article, -1 if no sentence of the article was scored.
    """

    articles: Sequence[Article]
    files: IntArray
    n_sentences: IntArray
    n_labelled: IntArray
    n_windowed: IntArray
    n_dropped: IntArray
    n_labels: IntArray
    n_abstained: IntArray
    strongest_sentences: IntArray
    strongest_topics: IntArray
    strongest_probabilities: FloatArray
    strongest_texts: Sequence[str]

    def __len__(self) -> int:
        return len(self.articles)

    def take(self, rows: IntArray) -> Self:
        """The articles at ``rows``, in that order."""
        numbers = rows.tolist()
        columns: dict[str, Any] = {
            name: column[rows] if isinstance(column, np.ndarray) else [column[row] for row in numbers]
            for name, column in vars(self).items()
        }
        return type(self)(**columns)

    def split(self, row: int) -> tuple[Self, Self]:
        """The articles before ``row``, and those from there on."""
        return self.take(np.arange(row)), self.take(np.arange(row, len(self)))

    def go_on(self, later: Self) -> Self:
        """These articles, of which the last goes on as the first of ``later``, and the rest of those."""
        head, last = self.split(len(self) - 1)
        first, tail = later.split(1)
        strongest = first if first.strongest_probabilities > last.strongest_probabilities else last
        columns: dict[str, Any] = {}
        for name, column in vars(last).items():
            if name in _SUMMED:
                middle = column + getattr(first, name)
            else:
                middle = getattr(strongest, name) if name in _STRONGEST else column
            parts = [getattr(head, name), middle, getattr(tail, name)]
            is_array = isinstance(column, np.ndarray)
            columns[name] = np.concatenate(parts) if is_array else [*itertools.chain(*parts)]
        return type(self)(**columns)

    def to_table(self, taxonomy: Taxonomy) -> pa.Table:
        """An article a row: how many sentences, how many of each topic and stance, and the strongest one.

        ``share_<topic>`` is of the article's sentences, ``share_<topic>_<stance>`` of those with the topic
        (null where there is none).
        """
        columns = {"article": pa.array([article.id for article in self.articles], pa.string())}
        for name in _METADATA:
            columns[name] = pa.array([getattr(article, name) for article in self.articles], pa.string())
        columns["n_sentences"] = pa.array(self.n_sentences)
        columns["n_dropped"] = pa.array(self.n_dropped)
        for number, topic in enumerate(taxonomy.topics):
            name, name_abstained, *of_stances = name_counts(topic)
            n_topic = self.n_labels[:, number].sum(axis=1)
            columns[name] = pa.array(n_topic)
            columns[f"share_{topic.id}"] = _to_shares(n_topic, self.n_sentences)
            columns[name_abstained] = pa.array(self.n_abstained[:, number])
            for name, stance in zip(of_stances, topic.stances, strict=True):
                n_stance = self.n_labels[:, number, taxonomy.stances.index(stance)]
                columns[name] = pa.array(n_stance)
                columns[f"share_{topic.id}_{stance}"] = _to_shares(n_stance, n_topic)
        columns["strongest_sentence"] = pa.array(self.strongest_sentences)
        columns["strongest_topic"] = pa.array(taxonomy.topic_ids, pa.string()).take(self.strongest_topics)
        columns["strongest_probability"] = pa.array(self.strongest_probabilities.round(DECIMALS))
        columns["strongest_text"] = pa.array(self.strongest_texts, pa.string())
        return pa.table(columns)


_SUMMED = ("n_sentences", "n_labelled", "n_windowed", "n_dropped", "n_labels", "n_abstained")
_STRONGEST = (
    "strongest_sentences",
    "strongest_topics",
    "strongest_probabilities",
    "strongest_texts",
)


def count_articles(
    passage: Passage, scores: Scores, *, held_back: Scores, taxonomy: Taxonomy, n_windowed: IntArray
) -> ArticleCounts:
    """Count the labels of each article of a passage; ``n_windowed`` has an entry an article."""
    n_abstained = np.zeros((len(passage.articles), len(taxonomy.topics)), dtype=np.int64)
    np.add.at(n_abstained, (passage.article_rows[held_back.rows], held_back.pair_topics), 1)
    n_articles = len(passage.articles)
    pair_articles = passage.article_rows[scores.rows]
    n_labels = np.zeros((n_articles, len(taxonomy.topics), len(taxonomy.stances)), dtype=np.int64)
    np.add.at(n_labels, (pair_articles, scores.pair_topics, scores.stances.argmax(axis=1)), 1)
    labelled = passage.article_rows[np.unique(scores.rows)]
    strongest = _find_strongest(passage, scores)
    is_scored = strongest >= 0
    rows = strongest[is_scored]
    sentences, topics = np.full(n_articles, -1), np.zeros(n_articles, dtype=np.int64)
    probabilities = np.full(n_articles, -1.0)
    sentences[is_scored] = passage.indices[rows]
    topics[is_scored] = scores.topics[rows].argmax(axis=1)
    probabilities[is_scored] = scores.topics[rows].max(axis=1)
    return ArticleCounts(
        articles=passage.articles,
        files=passage.files,
        n_sentences=np.bincount(passage.article_rows, minlength=n_articles),
        n_labelled=np.bincount(labelled, minlength=n_articles),
        n_windowed=n_windowed,
        n_dropped=passage.n_dropped,
        n_labels=n_labels,
        n_abstained=n_abstained,
        strongest_sentences=sentences,
        strongest_topics=topics,
        strongest_probabilities=probabilities,
        strongest_texts=[passage.texts[row] if row >= 0 else "" for row in strongest.tolist()],
    )


def _find_strongest(passage: Passage, scores: Scores) -> IntArray:
    """The row of each article's first sentence with its highest topic probability; -1 if it has none."""
    best = scores.topics.max(axis=1, initial=-1.0)
    order = np.lexsort((np.arange(len(best)), -best, passage.article_rows))
    in_order = passage.article_rows[order]
    is_first = np.diff(in_order, prepend=-1) != 0
    strongest = np.full(len(passage.articles), -1)
    strongest[in_order[is_first]] = order[is_first]
    return strongest


def _to_shares(counts: IntArray, totals: IntArray) -> pa.Array:
    shares = np.divide(counts, totals, out=np.full(len(counts), np.nan), where=totals > 0)
    return pa.array(shares.round(DECIMALS), from_pandas=True)
