"""Scores one block of files: what a worker does.

Files are read into passages, passages are scored, and the scores are streamed into the block's parts. Nothing
stops a block but a failure that would hit every other block too, such as a full disk: a file that cannot be
read, an article without prose and a sentence on which the model fails are set aside with their reason.
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from stance import __version__
from stance.classifiers.abstention import Caution, choose_abstention
from stance.classifiers.base import Runtime
from stance.classifiers.folder import load_model
from stance.classifiers.memory import Memory
from stance.classifiers.model import Model, Scores
from stance.classifiers.open_targets import ask_targets
from stance.errors import ModelError
from stance.phrases import count_of
from stance.records import Examples
from stance.storage import OutputFolder
from stance.taxonomy import Taxonomy
from stance.text.readers import Fields, InputFile, Opened
from stance.types import IntArray
from stance.workflows.scoring.article_counts import ArticleCounts, count_articles
from stance.workflows.scoring.blocks import Block
from stance.workflows.scoring.ledger import COUNTED, BlockRecord, Conditions, digest_conditions
from stance.workflows.scoring.parts import TABLES, Format, PartWriter, name_part
from stance.workflows.scoring.passages import Passage, SetAside, Unit, describe_empty, read_passages
from stance.workflows.scoring.score_tables import to_label_table

_FRESH = 2.0
"""Seconds. A file that was changed so short a time before it is read may change again within one tick of the
file system's clock, so that its time says nothing: its bytes are compared the next time."""

_ERROR_SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("line", pa.int64()),
        ("article", pa.string()),
        ("sentence", pa.int64()),
        ("reason", pa.string()),
    ]
)
_HARMLESS = "The minister spoke on Monday."


@dataclass(frozen=True)
class Options:
    """How to score; the same for every block of a run."""

    model: Path
    model_digest: str
    out: OutputFolder
    format: Format
    unit: Unit
    fields: Fields
    targets: tuple[str, ...]
    caution: Caution
    runtime: Runtime

    def to_conditions(self) -> Conditions:
        """What must be the same in every run on one output folder, as plain values."""
        runtime = {"precision": self.runtime.precision, "device": self.runtime.device}
        return {
            "stance_version": __version__,
            "model": self.model_digest,
            "format": self.format,
            "unit": self.unit,
            "fields": asdict(self.fields),
            "targets": list(self.targets),
            **asdict(self.caution),
            **runtime,
        }


def score_block(options: Options, block: Block) -> BlockRecord:
    """Score one block of files into its parts; returns what the ledger is to say of it."""
    memory = load_memory(options)
    memory.start_block()
    account = _Account(block.files, memory.model.taxonomy)
    with ExitStack() as stack:
        writers = {
            table: stack.enter_context(_open_part(options, block.name, table, memory.model.taxonomy))
            for table in TABLES
        }
        held: ArticleCounts | None = None
        passages = read_passages(block.files, unit=options.unit, fields=options.fields, on_open=account.open)
        for read in passages:
            account.count_read(read, goes_on=held is not None)
            passage, scores = score_passage(memory, read)
            given, held_back = memory.model.hold_back(scores)
            counts = _count(memory.model, passage, given, held_back)
            if held is not None:
                counts = held.go_on(counts)
            counts, held = counts.split(len(counts) - 1) if passage.is_open else (counts, None)
            written, set_aside = _set_empty_aside(counts, passage.set_aside)
            model = memory.model
            writers["labels"].write(to_label_table(passage, given, held_back=held_back, model=model))
            writers["articles"].write(written.to_table(model.taxonomy))
            writers["errors"].write(_to_error_table(set_aside))
            account.count_written(written, set_aside)
    parts = {table: writer.part for table, writer in writers.items() if writer.part is not None}
    return BlockRecord(block.name, account.columns, parts, digest_conditions(options.to_conditions()))


def score_passage(memory: Memory, passage: Passage) -> tuple[Passage, Scores]:
    """The scores of a passage, without the sentences on which the model fails: these are set aside.

    Raises
    ------
    ModelError
        If the model fails on any sentence, so that there is nothing wrong with these.
    """
    examples = passage.to_examples()
    try:
        return passage, memory.score(examples)
    except Exception as error:  # a model may be anybody's
        reasons = find_failing(memory.model, examples, error)
    rows = list(reasons)
    articles = [passage.articles[row] for row in passage.article_rows[rows].tolist()]
    set_aside = [
        SetAside(file, article.path or "", reason, article=article.id, sentence=number)
        for file, article, reason, number in zip(
            passage.files[passage.article_rows[rows]].tolist(),
            articles,
            reasons.values(),
            passage.indices[rows].tolist(),
            strict=True,
        )
    ]
    passage = passage.without(rows, set_aside)
    return passage, memory.score(passage.to_examples())


def find_failing(model: Model, examples: Examples, error: Exception) -> dict[int, str]:
    """The rows of the examples on which ``model`` fails, by halving, each with the reason.

    Raises
    ------
    ModelError
        If the model fails on a harmless sentence, too, or on no example alone.
    """
    try:
        model.predict([_HARMLESS])
    except Exception as failure:
        reason = f"{type(failure).__name__}: {failure}"
        raise ModelError(f"the model {model.name} fails on every sentence: {reason}") from failure
    reasons: dict[int, str] = {}
    pending = [range(len(examples))]
    while pending:
        rows = pending.pop()
        try:
            model.score(examples.take(rows))
        except Exception as failure:
            if len(rows) == 1:
                reasons[rows[0]] = f"the model fails on this sentence: {type(failure).__name__}: {failure}"
            else:
                middle = len(rows) // 2
                pending += [rows[middle:], rows[:middle]]
    if not reasons:
        reason = f"{type(error).__name__}: {error}"
        raise ModelError(
            f"the model {model.name} fails on {count_of(len(examples), 'sentence')} together, but on none "
            f"alone: {reason}"
        ) from error
    return reasons


def load_memory(options: Options) -> Memory:
    """The model that the options name, ready to score; loaded once a process."""
    return _load(options.model, options.model_digest, options.targets, options.caution, options.runtime)


@lru_cache(maxsize=1)
def _load(folder: Path, digest: str, targets: tuple[str, ...], caution: Caution, runtime: Runtime) -> Memory:
    """``digest`` tells a model from its successor in the same folder, or from another machine's."""
    model = load_model(folder, runtime=runtime)
    if model.manifest_digest != digest:
        raise ModelError(
            f"{folder} has changed since the run began, or is another model on this machine: the SHA-256 of "
            f"its manifest is {model.manifest_digest:.8}…, expected {digest:.8}…. Put the same model "
            "there, on every machine, and run again"
        )
    model = ask_targets(model, targets) if targets else model
    if caution.threshold is not None:
        model = model.with_threshold(caution.threshold)
    return Memory(replace(model, abstention=choose_abstention(caution, model.held_out)))


def _open_part(options: Options, block: str, table: str, taxonomy: Taxonomy) -> PartWriter:
    return PartWriter(
        options.out,
        name_part(table, block, options.format),
        format="jsonl" if table == "errors" else options.format,
        taxonomy=taxonomy if table == "labels" else None,
    )


def _count(model: Model, passage: Passage, scores: Scores, held_back: Scores) -> ArticleCounts:
    examples, n_windowed = passage.to_examples(), np.zeros(len(passage.articles), dtype=np.int64)
    if model.count_windowed(examples):  # rarely any: only then article by article
        for article in np.unique(passage.article_rows).tolist():
            rows = np.flatnonzero(passage.article_rows == article)
            n_windowed[article] = model.count_windowed(examples.take(rows.tolist()))
    return count_articles(
        passage, scores, held_back=held_back, taxonomy=model.taxonomy, n_windowed=n_windowed
    )


def _set_empty_aside(
    counts: ArticleCounts, set_aside: Sequence[SetAside]
) -> tuple[ArticleCounts, list[SetAside]]:
    """The articles of which a sentence was scored; the others join what is set aside, in order of files."""
    is_empty = counts.n_sentences == 0
    empty, failed = counts.take(np.flatnonzero(is_empty)), {one.article for one in set_aside}
    joined = list(set_aside)
    for row, article in enumerate(empty.articles):
        n_dropped = int(empty.n_dropped[row])
        reason = "the model fails on each sentence" if article.id in failed else describe_empty(n_dropped)
        joined.append(SetAside(int(empty.files[row]), article.path or "", reason, article=article.id))
    return counts.take(np.flatnonzero(~is_empty)), sorted(joined, key=lambda one: one.file)


def _to_error_table(set_aside: Sequence[SetAside]) -> pa.Table:
    rows = [
        {
            "file": one.path,
            "line": one.line,
            "article": one.article,
            "sentence": one.sentence,
            "reason": one.reason.encode("utf-8", "replace").decode(),
        }
        for one in set_aside
    ]
    return pa.Table.from_pylist(rows, schema=_ERROR_SCHEMA)


class _Account:
    """What a block's ledger record says of its files: what was read of each, and what became of it."""

    def __init__(self, files: Sequence[InputFile], taxonomy: Taxonomy) -> None:
        n_files = len(files)
        self.labels: list[dict[str, int]] = [{} for _ in files]
        self.abstained: list[dict[str, int]] = [{} for _ in files]
        self._topics = taxonomy.topic_ids
        self._names = [f"{topic}:{stance}" for topic in taxonomy.topic_ids for stance in taxonomy.stances]
        self._sources: list[dict[str, Any]] = [
            {"path": file.path, "id": file.id, "start": file.start, "stop": file.stop} for file in files
        ]
        self._counts = {name: np.zeros(n_files, dtype=np.int64) for name in COUNTED}

    def open(self, number: int, opened: Opened | None) -> None:
        """Note what a file was when it was read, or that it could not be opened."""
        source: dict[str, Any] = {"size": 0, "mtime": 0, "digest": ""}
        if opened is not None:
            is_fresh = time.time() - opened.info.mtime / 1e9 < _FRESH
            source = {"size": opened.info.size, "mtime": 0 if is_fresh else opened.info.mtime}
            source["digest"] = opened.digest
        self._sources[number] |= source

    def count_read(self, passage: Passage, *, goes_on: bool) -> None:
        """Count what was read; the first article of a passage may go on from the one before."""
        self._add("articles_in", passage.files[1:] if goes_on else passage.files)
        self._add("articles_in", [one.file for one in passage.set_aside if one.sentence is None])
        self._add("sentences_in", passage.files[passage.article_rows])
        self._add("sentences_in", [one.file for one in passage.set_aside if one.sentence is not None])

    def count_written(self, counts: ArticleCounts, set_aside: Sequence[SetAside]) -> None:
        """Count what was written."""
        self._add("articles", counts.files)
        self._add("set_aside", [one.file for one in set_aside if one.sentence is None])
        self._add("sentences_set_aside", [one.file for one in set_aside if one.sentence is not None])
        for name, column in (
            ("sentences", counts.n_sentences),
            ("sentences_with_topic", counts.n_labelled),
            ("dropped_spans", counts.n_dropped),
            ("windowed_sentences", counts.n_windowed),
        ):
            np.add.at(self._counts[name], counts.files, column)
        flat = counts.n_labels.reshape(len(counts), len(self._names))
        _add_by_name(self.labels, flat, counts.files, self._names)
        _add_by_name(self.abstained, counts.n_abstained, counts.files, self._topics)

    @property
    def columns(self) -> Mapping[str, Sequence[Any]]:
        """The columns of ``BlockRecord.files``."""
        sources = {name: [source[name] for source in self._sources] for name in self._sources[0]}
        counts = {name: column.tolist() for name, column in self._counts.items()}
        return sources | counts | {"labels": self.labels, "abstained": self.abstained}

    def _add(self, name: str, files: Sequence[int] | IntArray) -> None:
        np.add.at(self._counts[name], np.asarray(files, dtype=np.int64), 1)


def _add_by_name(
    totals: Sequence[dict[str, int]], counts: IntArray, files: IntArray, names: Sequence[str]
) -> None:
    """Add counts of articles, shape (n_articles, n_names), to the totals of their files, zeros left out."""
    for row, column in zip(*map(np.ndarray.tolist, np.nonzero(counts)), strict=True):
        of_file, name = totals[files[row]], names[column]
        of_file[name] = of_file.get(name, 0) + int(counts[row, column])
