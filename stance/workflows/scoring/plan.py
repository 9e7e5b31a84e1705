"""What a run would do, and what it would take, by the listing and a sample that is scored; writes nothing."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from stance.labelling.interchange import knows_sentences
from stance.storage import STANDARD_INPUT, open_output
from stance.text.readers import InputFile
from stance.text.readers.inputs import find_suffix
from stance.workflows.scoring.blocks import Block, ToDo
from stance.workflows.scoring.ledger import BlockRecord
from stance.workflows.scoring.score_block import Options, load_memory, score_block
from stance.workflows.scoring.setting import read_ledger, set_up

SAMPLE_FILES = 200
SAMPLE_BYTES = 2**21
MAX_SAMPLE_BYTES = 2**25
"""A sample is some seconds of work for a linear model; no file is in it that alone would take a minute."""


@dataclass(frozen=True)
class Estimate:
    """What the rest would take at the rate of a sample, and of how much the sample was."""

    articles: int
    sentences: int
    seconds: float
    output_bytes: int
    sample_files: int
    sample_bytes: int


@dataclass(frozen=True)
class Plan:
    """What a run would do.

    Attributes
    ----------
    todo
        What is to be read, and what is scored already.
    n_unknown
        Number of files to be read that no reader knows by their suffix: they would be set aside.
    estimate
        None if there is nothing to do, or nothing small enough for a sample.
    """

    todo: ToDo
    n_unknown: int
    estimate: Estimate | None


def plan(inputs: str | Path | Sequence[str | Path], **arguments: Any) -> Plan:
    """Say what ``predict`` would do with these arguments; its errors are those of ``predict``."""
    setting = set_up(inputs, **arguments)
    todo = setting.find_todo(read_ledger(setting.options, overwrite=setting.overwrite))
    paths = (file.path for block in todo.blocks() for file in block.files if file.start == 0)
    knows: Callable[[str], object] = knows_sentences if setting.options.unit == "sentence" else find_suffix
    n_unknown = sum(not knows(path) for path in paths if path != STANDARD_INPUT)
    return Plan(todo, n_unknown, _estimate(setting.options, todo, setting.n_workers))


def _estimate(options: Options, todo: ToDo, n_workers: int) -> Estimate | None:
    files = list(_draw(todo, can_cut=options.unit == "article"))
    if not files:
        return None
    load_memory(options)
    with tempfile.TemporaryDirectory() as folder:
        aside = replace(options, out=open_output(folder))
        started = time.perf_counter()
        record = score_block(aside, Block("sample", tuple(files)))
        seconds = time.perf_counter() - started
    return _scale(record, seconds / n_workers, todo)


def _draw(todo: ToDo, *, can_cut: bool) -> Iterator[InputFile]:
    """Files from all over the inputs, of large ones of many lines the beginning of a stretch."""
    rows = np.flatnonzero(todo.is_open)
    chosen = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), SAMPLE_FILES)).astype(int))
    drawn = todo.pieces.take(rows[np.random.default_rng(0).permutation(chosen)])
    n_bytes = 0
    for piece in drawn.to_pylist():
        file = InputFile(*(piece[name] for name in ("path", "id", "start", "stop")))
        length = (piece["size"] if file.stop < 0 else file.stop) - file.start
        if can_cut and find_suffix(file.path) == ".jsonl" and length > SAMPLE_BYTES:
            length = SAMPLE_BYTES // 4
            file = replace(file, stop=file.start + length)
        if length <= MAX_SAMPLE_BYTES:
            yield file
            n_bytes += length
        if n_bytes >= SAMPLE_BYTES:
            return


def _scale(record: BlockRecord, seconds: float, todo: ToDo) -> Estimate | None:
    if not record.n_bytes:
        return None
    factor = todo.n_bytes / record.n_bytes
    return Estimate(
        articles=round(sum(record.files["articles"]) * factor),
        sentences=round(sum(record.files["sentences"]) * factor),
        seconds=seconds * factor,
        output_bytes=round(sum(part.bytes for part in record.parts.values()) * factor),
        sample_files=len(record.files["path"]),
        sample_bytes=record.n_bytes,
    )
