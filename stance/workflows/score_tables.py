"""A passage and its scores as Arrow tables: a sentence a row, an article a row, or a label a row."""

import json
from typing import Any

import numpy as np
import pyarrow as pa

from stance.classifiers.model import Scores, allowed_stances
from stance.labelling.interchange import LABEL_SCHEMA, LABEL_TYPE
from stance.taxonomy import Taxonomy
from stance.types import IntArray
from stance.workflows.passages import NO_OFFSET, Passage

_ROUNDED = 4  # decimals of a probability: more would only record noise


def to_label_table(passage: Passage, scores: Scores, taxonomy: Taxonomy, annotator: str) -> pa.Table:
    """A sentence a row with its list of labels: the columns of a label file."""
    n_sentences = len(passage.texts)
    offsets = np.zeros(n_sentences + 1, dtype=np.int32)
    np.cumsum(np.bincount(scores.rows, minlength=n_sentences), out=offsets[1:])
    titles = _take([article.title for article in passage.articles], passage.article_rows)
    return pa.table(
        [
            _take([article.id for article in passage.articles], passage.article_rows),
            passage.indices,
            _to_offsets(passage.starts),
            _to_offsets(passage.ends),
            titles,
            pa.array(passage.texts, pa.string()),
            pa.ListArray.from_arrays(offsets, _to_labels(scores, taxonomy)),
            pa.repeat(annotator, n_sentences),
        ],
        schema=LABEL_SCHEMA,
    )


def to_article_table(passage: Passage, scores: Scores, taxonomy: Taxonomy) -> pa.Table:
    """An article a row: how many sentences, how many of each topic and stance, and the strongest one.

    ``share_<topic>`` is of the article's sentences, ``share_<topic>_<stance>`` of those with the topic
    (null where there is none). The strongest sentence has the highest topic probability of the article.
    """
    n_articles = len(passage.articles)
    n_sentences = np.bincount(passage.article_rows, minlength=n_articles)
    columns: dict[str, pa.Array] = {
        name: pa.array([getattr(article, name) for article in passage.articles], pa.string())
        for name in ("title", "outlet", "date", "url", "author", "path")
    }
    columns = {"article": pa.array([article.id for article in passage.articles], pa.string()), **columns}
    columns["n_sentences"] = pa.array(n_sentences)
    columns["n_dropped"] = pa.array(passage.n_dropped)
    pair_articles, stances = passage.article_rows[scores.rows], scores.stances.argmax(axis=1)
    for number, topic in enumerate(taxonomy.topics):
        of_topic = scores.pair_topics == number
        n_topic = np.bincount(pair_articles[of_topic], minlength=n_articles)
        columns[f"n_{topic.id}"] = pa.array(n_topic)
        columns[f"share_{topic.id}"] = _to_shares(n_topic, n_sentences)
        for stance in topic.stances:
            of_stance = of_topic & (stances == taxonomy.stances.index(stance))
            n_stance = np.bincount(pair_articles[of_stance], minlength=n_articles)
            columns[f"n_{topic.id}_{stance}"] = pa.array(n_stance)
            columns[f"share_{topic.id}_{stance}"] = _to_shares(n_stance, n_topic)
    return pa.table(columns | _find_strongest(passage, scores, taxonomy))


def to_tidy_table(labels: pa.Table, taxonomy: Taxonomy) -> pa.Table:
    """A label a row, with a column a stance's probability; sentences without a topic have no row."""
    column = labels["labels"].combine_chunks()
    flat = column.flatten()
    parents = np.repeat(np.arange(len(column)), column.value_lengths().to_numpy())
    probabilities = [dict(row) for row in flat.field("stance_probabilities").to_pylist()]
    table = labels.select(["article", "sentence", "start", "end"]).take(parents)
    table = table.append_column("topic", flat.field("topic")).append_column("stance", flat.field("stance"))
    table = table.append_column("probability", flat.field("probability"))
    for stance in taxonomy.stances:
        of_stance = [row.get(stance) for row in probabilities]
        table = table.append_column(f"probability_{stance}", pa.array(of_stance, pa.float64()))
    return table.append_column("annotator", labels["annotator"].take(parents)).append_column(
        "text", labels["text"].take(parents)
    )


def to_json_lines(table: pa.Table) -> str:
    """A table as JSON Lines, fields left out where they are null."""
    rows = table.to_pylist(maps_as_pydicts="strict")
    return "".join(json.dumps(_without_nulls(row), ensure_ascii=False) + "\n" for row in rows)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value


def _to_labels(scores: Scores, taxonomy: Taxonomy) -> pa.StructArray:
    n_pairs = len(scores.rows)
    topics = pa.array(taxonomy.topic_ids, pa.string())
    stances = pa.array(taxonomy.stances, pa.string())
    rows, columns = np.nonzero(allowed_stances(taxonomy)[scores.pair_topics])
    offsets = np.zeros(n_pairs + 1, dtype=np.int32)
    np.cumsum(np.bincount(rows, minlength=n_pairs), out=offsets[1:])
    by_stance = pa.MapArray.from_arrays(
        offsets, stances.take(columns), pa.array(scores.stances[rows, columns].round(_ROUNDED))
    )
    arrays = [
        topics.take(scores.pair_topics),
        stances.take(scores.stances.argmax(axis=1)),
        pa.nulls(n_pairs, pa.string()),
        pa.array(scores.topics[scores.rows, scores.pair_topics].round(_ROUNDED)),
        by_stance,
    ]
    return pa.StructArray.from_arrays(arrays, fields=list(LABEL_TYPE))


def _find_strongest(passage: Passage, scores: Scores, taxonomy: Taxonomy) -> dict[str, pa.Array]:
    """The first sentence with the highest topic probability of its article, and which topic it is."""
    best = scores.topics.max(axis=1)
    order = np.lexsort((np.arange(len(best)), -best, passage.article_rows))
    firsts = order[np.diff(passage.article_rows[order], prepend=-1) != 0]
    topics = pa.array(taxonomy.topic_ids, pa.string())
    return {
        "strongest_sentence": pa.array(passage.indices[firsts]),
        "strongest_topic": topics.take(scores.topics[firsts].argmax(axis=1)),
        "strongest_probability": pa.array(best[firsts].round(_ROUNDED)),
        "strongest_text": pa.array([passage.texts[row] for row in firsts], pa.string()),
    }


def _to_shares(counts: IntArray, totals: IntArray) -> pa.Array:
    shares = np.divide(counts, totals, out=np.full(len(counts), np.nan), where=totals > 0)
    return pa.array(shares.round(_ROUNDED), from_pandas=True)


def _to_offsets(offsets: IntArray) -> pa.Array:
    return pa.array(offsets, mask=offsets == NO_OFFSET)


def _take(values: list[str | None], rows: IntArray) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(rows))
