"""A passage and its scores as Arrow tables: a sentence a row, or a label a row."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from stance.classifiers.model import Scores, allowed_stances
from stance.labelling.interchange import LABEL_SCHEMA, LABEL_TYPE
from stance.taxonomy import Taxonomy
from stance.types import IntArray
from stance.workflows.article_counts import DECIMALS
from stance.workflows.passages import NO_OFFSET, Passage

_ROWS = 500  # that are Python objects at a time


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


def to_json_lines(table: pa.Table) -> Iterator[str]:
    """The rows of a table as lines of JSON, fields left out where they are null."""
    for batch in table.to_batches(max_chunksize=_ROWS):
        for row in batch.to_pylist(maps_as_pydicts="strict"):
            yield json.dumps(_without_nulls(row), ensure_ascii=False) + "\n"


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
        offsets, stances.take(columns), pa.array(scores.stances[rows, columns].round(DECIMALS))
    )
    arrays = [
        topics.take(scores.pair_topics),
        stances.take(scores.stances.argmax(axis=1)),
        pa.nulls(n_pairs, pa.string()),
        pa.array(scores.topics[scores.rows, scores.pair_topics].round(DECIMALS)),
        by_stance,
    ]
    return pa.StructArray.from_arrays(arrays, fields=list(LABEL_TYPE))


def _to_offsets(offsets: IntArray) -> pa.Array:
    return pa.array(offsets, mask=offsets == NO_OFFSET)


def _take(values: list[str | None], rows: IntArray) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(rows))
