"""A passage and its scores as Arrow tables: a sentence a row, or a label a row."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from stance.classifiers.model import Model, Scores, allowed_stances
from stance.labelling.interchange import ABSTAINED_TYPE, LABEL_SCHEMA, LABEL_TYPE
from stance.taxonomy import Taxonomy
from stance.types import IntArray
from stance.workflows.scoring.article_counts import DECIMALS
from stance.workflows.scoring.passages import NO_OFFSET, Passage

_ROWS = 500  # that are Python objects at a time


def to_label_table(passage: Passage, scores: Scores, *, held_back: Scores, model: Model) -> pa.Table:
    """A sentence a row with its list of labels, and those held back: the columns of a label file."""
    n_sentences = len(passage.texts)
    labels = pa.ListArray.from_arrays(
        _find_ends(scores.rows, n_sentences), _to_labels(scores, model.taxonomy)
    )
    titles = _take([article.title for article in passage.articles], passage.article_rows)
    return pa.table(
        [
            _take([article.id for article in passage.articles], passage.article_rows),
            passage.indices,
            _to_offsets(passage.starts),
            _to_offsets(passage.ends),
            titles,
            pa.array(passage.texts, pa.string()),
            labels,
            _to_abstained(held_back, model),
            pa.repeat(model.annotator, n_sentences),
        ],
        schema=LABEL_SCHEMA,
    )


def to_tidy_table(labels: pa.Table, taxonomy: Taxonomy) -> pa.Table:
    """A label a row, with a column a stance's probability; sentences without a topic have no row.

    A label that was held back says why in ``abstained``, which is null for those given.
    """
    lists = [labels[name].combine_chunks() for name in ("labels", "abstained")]
    flat = [column.flatten() for column in lists]
    owners = [np.arange(len(labels)).repeat(column.value_lengths().fill_null(0)) for column in lists]
    order = np.argsort(np.concatenate(owners), kind="stable")
    parents = np.concatenate(owners)[order]

    def gather(field: str) -> pa.Array:
        return pa.concat_arrays([part.field(field) for part in flat]).take(pa.array(order))

    probabilities = [dict(row) for row in gather("stance_probabilities").to_pylist()]
    reasons = pa.concat_arrays([pa.nulls(len(flat[0]), pa.string()), flat[1].field("reason")])
    by_stance = {
        f"probability_{stance}": pa.array([row.get(stance) for row in probabilities], pa.float64())
        for stance in taxonomy.stances
    }
    columns = {
        **{name: labels[name].take(parents) for name in ("article", "sentence", "start", "end")},
        **{name: gather(name) for name in ("topic", "stance", "holder", "probability")},
        **by_stance,
        "abstained": reasons.take(pa.array(order)),
        **{name: labels[name].take(parents) for name in ("annotator", "text")},
    }
    return pa.table(columns)


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
    by_stance = pa.MapArray.from_arrays(
        _find_ends(rows, n_pairs),
        stances.take(columns),
        pa.array(scores.stances[rows, columns].round(DECIMALS)),
    )
    arrays = [
        topics.take(scores.pair_topics),
        stances.take(scores.stances.argmax(axis=1)),
        pa.array(scores.holders, pa.string()),
        pa.array(scores.topics[scores.rows, scores.pair_topics].round(DECIMALS)),
        by_stance,
    ]
    return pa.StructArray.from_arrays(arrays, fields=list(LABEL_TYPE))


def _to_abstained(held_back: Scores, model: Model) -> pa.ListArray:
    """The labels held back of each sentence with the reason; null where there is none."""
    labels = _to_labels(held_back, model.taxonomy)
    reasons = pa.repeat(model.abstention.reason, len(labels))
    with_reasons = pa.StructArray.from_arrays([*labels.flatten(), reasons], fields=list(ABSTAINED_TYPE))
    ends = _find_ends(held_back.rows, len(held_back.topics))
    return pa.ListArray.from_arrays(pa.array(ends), with_reasons, mask=pa.array(np.diff(ends) == 0))


def _find_ends(owners: IntArray, n_owners: int) -> NDArray[np.int32]:
    """Offsets of lists, one an owner, whose items are in order of their owners."""
    ends = np.zeros(n_owners + 1, dtype=np.int32)
    np.cumsum(np.bincount(owners, minlength=n_owners), out=ends[1:])
    return ends


def _to_offsets(offsets: IntArray) -> pa.Array:
    return pa.array(offsets, mask=offsets == NO_OFFSET)


def _take(values: list[str | None], rows: IntArray) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(rows))
