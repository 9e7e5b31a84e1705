"""Settles what a run is about to do: its inputs, its options, and what the output folder holds already."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import pyarrow as pa

from stance.classifiers.abstention import Caution
from stance.classifiers.base import Runtime
from stance.classifiers.folder import read_manifest_digest
from stance.engines.base import Engine
from stance.errors import ConfigError, DataError
from stance.phrases import count_of
from stance.processors import count_processors
from stance.registry import build, check_block
from stance.resources import find_resource
from stance.shipped import MODEL
from stance.storage import ASIDE, LEDGER, RUN, STANDARD_INPUT, OutputFolder, is_url, open_output
from stance.text.readers import Fields
from stance.workflows.scoring.blocks import ToDo, count_blocks, find_todo, list_pieces
from stance.workflows.scoring.ledger import Ledger, describe_difference
from stance.workflows.scoring.parts import Format
from stance.workflows.scoring.passages import Unit
from stance.workflows.scoring.score_block import Options

DEFAULT_FIELDS = Fields()
DEFAULT_CAUTION = Caution()
DEFAULT_RUNTIME = Runtime()
LOCAL: Mapping[str, Any] = MappingProxyType({"kind": "local"})
ERRORS = "errors.jsonl"


@dataclass(frozen=True)
class Setting:
    """A run that is about to begin."""

    options: Options
    engine: Engine
    pieces: pa.Table
    n_workers: int  # a guess, where the engine is to find out itself
    overwrite: bool

    def find_todo(self, ledger: Ledger) -> ToDo:
        """What is left to do.

        Raises
        ------
        DataError
            If others have been scored, and none of these: the scores of all those would go.
        """
        todo = find_todo(self.pieces, ledger, self.options.format)
        is_other = not todo.n_kept and (todo.n_changed or todo.n_gone)
        if not is_other or not ledger.has_scores():
            return todo
        if todo.n_changed and self.pieces["path"].to_pylist() == [STANDARD_INPUT]:
            raise DataError(
                f"{self.options.out} holds the scores of another standard input; choose another folder for "
                "--out, or put this one in its place with --overwrite"
            )
        if todo.n_gone and not todo.n_kept and not todo.n_changed:
            raise DataError(
                f"{self.options.out} holds the scores of {count_of(todo.n_gone, 'file')}, of which the "
                "inputs have none; choose another folder for --out, name the earlier inputs, too, as they "
                "were named then, or put these in their place with --overwrite"
            )
        return todo


def set_up(
    inputs: str | Path | Sequence[str | Path],
    *,
    out: str | Path,
    model: str | Path = MODEL,
    format: Format = "parquet",
    unit: Unit = "article",
    fields: Fields = DEFAULT_FIELDS,
    targets: Sequence[str] = (),
    caution: Caution = DEFAULT_CAUTION,
    runtime: Runtime = DEFAULT_RUNTIME,
    workers: int | None = 1,
    engine: Mapping[str, Any] = LOCAL,
    resume: bool = False,
    overwrite: bool = False,
) -> Setting:
    """List the inputs and settle the options of ``predict``, whose arguments these are; writes nothing."""
    for name, value, choice in (("format", format, Format), ("unit", unit, Unit)):
        if value not in get_args(choice):
            raise ValueError(f"{name} must be one of {list(get_args(choice))}, found {value!r}")
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be 1 or more, found {workers!r}")
    if isinstance(targets, str):
        raise ValueError(f"targets must be a list, found {targets!r}; expected [{targets!r}]")
    is_local = engine.get("kind") == LOCAL["kind"]
    if is_local and workers is None:
        workers = count_processors()
    if problems := check_block("engines", {**engine, "workers": workers}, "engine"):
        raise ConfigError("the engine", problems)
    folder, output = find_resource(model), open_output(out)
    names = [str(inputs)] if isinstance(inputs, str | Path) else [str(name) for name in inputs]
    if not is_local and STANDARD_INPUT in names:
        raise DataError(f"the engine {engine['kind']} cannot read standard input; name files or folders")
    if unit == "sentence" and any(map(is_url, names)):
        raise DataError("sentences are read from files of this machine, not from URLs; copy the file here")
    digest = read_manifest_digest(folder)
    _check_folder(output, resume=resume, overwrite=overwrite)
    pieces = list_pieces(names, output, can_cut=unit == "article")
    n_blocks = count_blocks(pieces)
    n_workers = min(workers or count_processors(), n_blocks)
    if is_local:
        # Another process has no standard input; and each process would fill the GPU with its own network.
        if STANDARD_INPUT in names or runtime.device == "cuda":
            n_workers = 1
        workers, n_threads = n_workers, max(1, count_processors() // n_workers)
    else:
        n_threads = 1  # an actor has one processor
    if runtime.threads is None:
        runtime = replace(runtime, threads=n_threads)
    options = Options(folder, digest, output, format, unit, fields, tuple(targets), caution, runtime)
    chosen = build("engines", {**engine, "workers": workers})
    return Setting(options, chosen, pieces, n_workers, overwrite)


def _check_folder(out: OutputFolder, *, resume: bool, overwrite: bool) -> None:
    """Refuse a folder that holds anything but a run, or none where there must be one.

    Raises
    ------
    DataError
        If it does, or there is none.
    """
    if resume and overwrite:
        raise ValueError("resume goes on with a run, and overwrite puts another in its place: choose one")
    has_ledger = out.size(LEDGER) is not None
    other = set(out.names()) - {LEDGER + ASIDE}  # which a run may leave that is killed as it begins
    if resume and not has_ledger:
        raise DataError(f"{out} holds no run to go on with; leave out --resume to begin one")
    if Path(out).is_file():
        raise DataError(f"{out} is a file; name a folder for the scores with --out")
    if not has_ledger and read_run(out):
        if not overwrite:
            raise DataError(
                f"{out} holds a run without its {LEDGER}; choose another folder for --out, or score the "
                "articles afresh with --overwrite"
            )
    elif not has_ledger and other:
        raise DataError(f"{out} holds files that are not of an earlier run; choose another folder for --out")


def read_ledger(options: Options, *, overwrite: bool) -> Ledger:
    """The ledger of the output folder, of which nothing counts if it is to be overwritten.

    Raises
    ------
    DataError
        If there are scores of other conditions.
    """
    if overwrite:
        return Ledger(options.out, is_read=False)
    ledger, conditions = Ledger(options.out), options.to_conditions()
    difference = describe_difference(ledger.conditions or conditions, conditions)
    if difference and not ledger.has_scores():
        return Ledger(options.out, is_read=False)
    if difference:
        raise DataError(
            f"{options.out} holds scores that were made otherwise: {difference}. Choose another folder for "
            "--out, or score the articles afresh with --overwrite"
        )
    return ledger


def read_run(out: OutputFolder) -> dict[str, Any] | None:
    """What ``run.json`` says; none if a run did not write it."""
    try:
        with out.open(RUN) as file:
            run = json.load(file)
    except (OSError, ValueError):
        return None
    return run if isinstance(run, dict) and "finished" in run else None
