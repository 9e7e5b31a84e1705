"""Scores articles: files in, parts of labels and articles out, with an account of every file.

How a run of any size stays exact:

- The inputs are listed into an Arrow table and packed into blocks of bounded size (``blocks.py``). Large
  files of many records are cut into stretches; a large article is read, cut and scored in stretches.
- An engine maps ``score_block`` (``scoring.py``) over the blocks. A worker streams a block through passages
  of bounded size and writes its parts itself: aside, flushed to the disk, renamed (``parts.py``).
- What comes back is a small record, which this process alone adds to the ledger (``ledger.py``). A part
  counts once the ledger has it, and not before. What a block holds, and its name, depend on the inputs alone;
  so whenever a run is cut off, running again writes what is missing, and the output is that of a run that was
  not cut off.
- A ledger record says of every file what was read and what became of it. When inputs have changed, the rows
  of files that are no longer as they were are taken out of their parts, and new blocks hold the new rows.
- What is read and written goes through ``storage`` alone.
"""

import json
import logging
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import compress
from pathlib import Path
from typing import Any, Literal

import numpy as np

from stance.classifiers.abstention import Caution
from stance.classifiers.base import Runtime
from stance.classifiers.model import Model
from stance.classifiers.open_targets import find_unread
from stance.engines.base import Engine
from stance.errors import DataError
from stance.phrases import list_of
from stance.shipped import MODEL
from stance.storage import ASIDE, RUN, OutputFolder
from stance.text.readers import Fields
from stance.types import BoolArray
from stance.workflows.scoring.blocks import ToDo
from stance.workflows.scoring.duplicates import SharedIds, find_shared_ids
from stance.workflows.scoring.ledger import BlockRecord, Ledger, count_rows_by_file, is_there
from stance.workflows.scoring.parts import TABLES, Format, copy_rows, name_part
from stance.workflows.scoring.score_block import Options, load_memory, score_block
from stance.workflows.scoring.setting import (
    DEFAULT_CAUTION,
    DEFAULT_FIELDS,
    DEFAULT_RUNTIME,
    ERRORS,
    LOCAL,
    read_ledger,
    set_up,
)
from stance.workflows.scoring.summary import Summary, summarise

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Progress:
    """How far a run is: what it has read and scored itself, of the bytes that it has to read."""

    articles: int
    sentences: int
    bytes: int
    of_bytes: int
    seconds: float

    @property
    def seconds_left(self) -> float | None:
        """At the rate so far; none before the first block is done."""
        return self.seconds * (self.of_bytes - self.bytes) / self.bytes if self.bytes else None


@dataclass(frozen=True)
class Prediction:
    """Where the scores are, and what they come to.

    Attributes
    ----------
    summary
        Totals over all that is in the output folder.
    todo
        What this run had to do.
    shared_ids
        Article ids that two or more articles have.
    seconds
        That this run took.
    """

    out: OutputFolder
    model: Model
    summary: Summary
    todo: ToDo
    shared_ids: SharedIds
    seconds: float

    def read_errors(self) -> Iterator[dict[str, Any]]:
        """What was set aside, a record each: ``file`` and ``reason``; ``line``, ``article``, ``sentence``."""
        with self.out.open(ERRORS) as file:
            yield from map(json.loads, file)


def predict(
    inputs: str | Path | Sequence[str | Path],
    *,
    out: str | Path,
    model: str | Path = MODEL,
    format: Literal["parquet", "jsonl", "csv"] = "parquet",
    unit: Literal["article", "sentence"] = "article",
    fields: Fields = DEFAULT_FIELDS,
    targets: Sequence[str] = (),
    caution: Caution = DEFAULT_CAUTION,
    runtime: Runtime = DEFAULT_RUNTIME,
    workers: int | None = 1,
    engine: Mapping[str, Any] = LOCAL,
    resume: bool = False,
    overwrite: bool = False,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Prediction:
    """Score files of articles, or of sentences, into the folder ``out``.

    Writes ``labels/part-*`` (a label file: a sentence a row), ``articles/part-*`` (an article a row),
    ``errors.jsonl`` (what was set aside, with file, line and reason), ``ledger.jsonl`` and ``run.json``. The
    content does not depend on ``workers``.

    Where ``out`` holds an earlier run, finished or not, what is still as it was is kept: only what is
    missing, new or changed is scored, and rows of files that the inputs no longer have are taken out.

    Parameters
    ----------
    inputs
        Files, folders, globs, or ``"-"`` for standard input.
    unit
        ``"sentence"`` for records that are sentences already (``article``, ``sentence``, ``text``, optionally
        ``title``): they are scored as they are, and keep their ids.
    fields
        Names of the fields of JSON, CSV and Parquet records.
    targets
        Ask for the stance of every sentence toward these instead of the taxonomy's topics; any noun phrase.
    caution
        Which labels to hold back; they are written with their reason, and counted apart.
    runtime
        How networks are run. Unless it says how many threads, the workers share the processors evenly.
    workers
        Number of processes; one a processor of this machine, or of the cluster, if none is given. With more
        than one of this machine, a script must call this below ``if __name__ == "__main__"``.
    engine
        Where blocks run, as a block with its ``kind``: ``{"kind": "ray", "address": "auto"}``.
    resume
        There must be an earlier run.
    overwrite
        Score everything afresh, in place of an earlier run.
    on_progress
        Called at the start and after each block.

    Raises
    ------
    StanceError
        If ``engine`` names no engine, or what it does not take; the model cannot be loaded, an input does
        not exist, the inputs hold no file, or ``out`` holds something else, a run of another model or other
        options, or a run that is going on; or if no threshold keeps the risk that ``caution`` allows.
    """
    started = time.perf_counter()
    setting = set_up(
        inputs,
        out=out,
        model=model,
        format=format,
        unit=unit,
        fields=fields,
        targets=targets,
        caution=caution,
        runtime=runtime,
        workers=workers,
        engine=engine,
        resume=resume,
        overwrite=overwrite,
    )
    options = setting.options
    output = options.out
    loaded = load_memory(options).model
    if targets and (unread := find_unread(loaded)):
        logger.warning(
            "%s says of %s what it says of no target: it has learned none of these words. Encoders read them",
            loaded.name,
            list_of([repr(target) for target in unread], "and"),
        )
    with output.lock():
        ledger = _open_ledger(options, overwrite=overwrite)
        todo = setting.find_todo(ledger)
        _write_json(output, RUN, {"finished": False})
        _sweep(output, ledger)
        for record in [record for record in ledger.blocks() if record.name in todo.stale]:
            _keep_files(ledger, record, todo.stale[record.name], format)
        try:
            _score(setting.engine, options, todo, ledger, on_progress)
        finally:
            _sweep(output, ledger)
        _gather_errors(output)
        summary, shared = summarise(ledger.blocks()), find_shared_ids(output)
        _write_json(output, RUN, _describe(options, loaded, summary, shared))
    return Prediction(output, loaded, summary, todo, shared, time.perf_counter() - started)


def _open_ledger(options: Options, *, overwrite: bool) -> Ledger:
    """The ledger of the output folder, to be added to."""
    ledger = read_ledger(options, overwrite=overwrite)
    if ledger.conditions is None:
        return Ledger.begin(options.out, options.to_conditions())
    ledger.go_on()
    return ledger


def _score(
    engine: Engine,
    options: Options,
    todo: ToDo,
    ledger: Ledger,
    on_progress: Callable[[Progress], None],
) -> None:
    started, of_bytes = time.perf_counter(), todo.n_bytes
    done = Progress(0, 0, 0, of_bytes, 0.0)
    on_progress(done)
    with closing(engine.map(partial(score_block, options), todo.blocks())) as records:
        for record in records:
            if not is_there(record, options.out, options.format):
                raise DataError(
                    f"block {record.name} was scored, but its parts are not in {options.out}; every machine "
                    "must see that folder under this name, as a shared one or by a URL"
                )
            ledger.add(record)
            done = Progress(
                articles=done.articles + sum(record.files["articles"]),
                sentences=done.sentences + sum(record.files["sentences"]),
                bytes=min(of_bytes, done.bytes + record.n_bytes),
                of_bytes=of_bytes,
                seconds=time.perf_counter() - started,
            )
            on_progress(done)


def _keep_files(ledger: Ledger, record: BlockRecord, kept: BoolArray, format: Format) -> None:
    """Take out of a block's parts the rows of the files that are not kept."""
    rows = count_rows_by_file(record, format)
    parts = {
        table: copy_rows(ledger.out, name_part(table, record.name, format), np.repeat(kept, rows[table]))
        for table in record.parts
        if len(kept)
    }
    if not kept.any():
        ledger.drop(record.name)
        return
    files = {name: list(compress(column, kept)) for name, column in record.files.items()}
    left = {table: part for table, part in parts.items() if part is not None}
    ledger.add(replace(record, files=files, parts=left))


def _sweep(out: OutputFolder, ledger: Ledger) -> None:
    """Remove what a run that was cut off has left: files half written, and parts the ledger does not have."""
    for folder in ("", *TABLES):
        for name in out.names(folder):
            is_part = bool(folder) and name.startswith("part-")
            block = name.removeprefix("part-").partition(".")[0]
            if name.endswith(ASIDE) or (is_part and block not in ledger):
                out.remove(f"{folder}/{name}" if folder else name)


def _gather_errors(out: OutputFolder) -> None:
    """All that was set aside in one file, in the order of the inputs."""
    with out.write(ERRORS) as gathered:
        for name in out.names("errors"):
            with out.open(f"errors/{name}") as part:
                shutil.copyfileobj(part, gathered)


def _write_json(out: OutputFolder, name: str, content: Mapping[str, Any]) -> None:
    with out.write(name) as file:
        text = json.dumps(content, indent=2, ensure_ascii=False)
        file.write(text.encode(errors="backslashreplace") + b"\n")  # a path may have bytes that are no text


def _describe(options: Options, model: Model, summary: Summary, shared: SharedIds) -> dict[str, Any]:
    """What ``run.json`` records: under which conditions the scores were made, and what they count."""
    conditions = dict(options.to_conditions())
    conditions["model"] = {
        "name": model.name,
        "path": str(Path(options.model).resolve()),
        "manifest_sha256": model.manifest_digest,
        "taxonomy": model.taxonomy.stamp,
    }
    return {
        "finished": True,
        **conditions,
        "abstention": asdict(model.abstention),
        "counts": summary.to_dict(),
        "shared_ids": asdict(shared),
    }
