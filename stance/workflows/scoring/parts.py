"""The parts that a block leaves in the output: tables streamed into files, whole or not there at all."""

import csv
import hashlib
import io
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, BinaryIO, Literal, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stance.storage import OutputFolder
from stance.taxonomy import Taxonomy
from stance.types import BoolArray
from stance.workflows.scoring.score_tables import to_json_lines, to_tidy_table

Format = Literal["parquet", "jsonl", "csv"]

TABLES = ("labels", "articles", "errors")
"""The folders of parts; those of errors are JSON Lines in every format."""

_BATCH = 10_000  # rows of a part that are held while it is copied
csv.field_size_limit(2**31 - 1)  # a sentence may be longer than the 128 KiB that the module allows


@dataclass(frozen=True)
class Part:
    """A part as it was written."""

    rows: int
    bytes: int
    sha256: str


def name_part(table: str, block: str, format: Format) -> str:
    """Where a block's rows of ``table`` are."""
    return f"{table}/part-{block}.{'jsonl' if table == 'errors' else format}"


def describe_part(out: OutputFolder, name: str, rows: int) -> Part:
    """Size and digest of a part that is there."""
    with out.open(name) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    return Part(rows, out.size(name) or 0, digest)


class PartWriter:
    """Streams tables into one part; without a row there is none.

    Parameters
    ----------
    taxonomy
        Given for labels, which a CSV file cannot nest: there they are written a label a row.
    """

    def __init__(
        self, out: OutputFolder, name: str, *, format: Format, taxonomy: Taxonomy | None = None
    ) -> None:
        self.out = out
        self.name = name
        self.format = format
        self.taxonomy = taxonomy
        self.part: Part | None = None
        self._rows = 0
        self._file: BinaryIO | None = None
        self._parquet: pq.ParquetWriter | None = None
        self._stack = ExitStack()

    def write(self, table: pa.Table) -> None:
        """Append the rows of ``table``; all tables of a part have one schema."""
        if self.format == "csv" and self.taxonomy is not None:
            table = to_tidy_table(table, self.taxonomy)
        if not table.num_rows:
            return
        is_first = self._file is None
        if self._file is None:
            self._file = self._stack.enter_context(self.out.write(self.name))
        if self.format == "parquet":
            if self._parquet is None:
                self._parquet = pq.ParquetWriter(self._file, table.schema, compression="zstd")
            self._parquet.write_table(table)
        elif self.format == "jsonl":
            self._file.writelines(line.encode() for line in to_json_lines(table))
        else:
            _write_csv(self._file, table, with_header=is_first)
        self._rows += table.num_rows

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._parquet is not None and kind is not None:
            with suppress(Exception):  # what is written so far is thrown away
                self._parquet.close()
        try:
            if self._parquet is not None and kind is None:
                self._parquet.close()
        except BaseException as failure:
            self._stack.__exit__(type(failure), failure, failure.__traceback__)
            raise
        self._stack.__exit__(kind, error, trace)
        if kind is None and self._rows:
            self.part = describe_part(self.out, self.name, self._rows)
        elif kind is None:
            self.out.remove(self.name)


def copy_rows(out: OutputFolder, name: str, kept: BoolArray) -> Part | None:
    """Write a part anew with some of its rows, ``kept`` having an entry a row; none are left: remove it."""
    if not kept.any():
        out.remove(name)
        return None
    with out.open(name) as file, out.write(name) as target:
        copier = {"parquet": _copy_parquet, "jsonl": _copy_lines, "csv": _copy_csv}[name.rpartition(".")[2]]
        copier(file, target, kept)
    return describe_part(out, name, int(kept.sum()))


def count_rows(file: BinaryIO, name: str) -> int:
    """Number of rows of a part."""
    if name.endswith(".parquet"):
        return int(pq.ParquetFile(file).metadata.num_rows)
    if name.endswith(".jsonl"):
        return sum(1 for _ in file)
    with _as_text(file) as text:
        return sum(1 for _ in csv.reader(text)) - 1


def read_columns(file: BinaryIO, name: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The values of some columns of a part, row by row, a few rows held at a time."""
    if name.endswith(".parquet"):
        for batch in pq.ParquetFile(file).iter_batches(batch_size=_BATCH, columns=list(columns)):
            yield from zip(*(batch[column].to_pylist() for column in columns), strict=True)
        return
    with _as_text(file) as text:
        rows: Iterable[Mapping[str, Any]] = (
            map(json.loads, text) if name.endswith(".jsonl") else csv.DictReader(text)
        )
        yield from (tuple(row.get(column) for column in columns) for row in rows)


def _write_csv(file: BinaryIO, table: pa.Table, *, with_header: bool) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    if with_header:
        writer.writerow(table.column_names)
    for batch in table.to_batches(max_chunksize=_BATCH):
        writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))
        file.write(text.getvalue().encode())
        text.seek(0)
        text.truncate()


def _copy_parquet(file: BinaryIO, target: BinaryIO, kept: BoolArray) -> None:
    source = pq.ParquetFile(file)
    with pq.ParquetWriter(target, source.schema_arrow, compression="zstd") as writer:
        place = 0
        for batch in source.iter_batches(batch_size=_BATCH):
            of_batch = kept[place : place + batch.num_rows]
            place += batch.num_rows
            if of_batch.any():
                writer.write_batch(batch.filter(pa.array(of_batch)))


def _copy_lines(file: BinaryIO, target: BinaryIO, kept: BoolArray) -> None:
    target.writelines(itertools.compress(file, kept.tolist()))


def _copy_csv(file: BinaryIO, target: BinaryIO, kept: BoolArray) -> None:
    with _as_text(file) as source, _as_text(target) as text:
        rows = itertools.compress(csv.reader(source), np.append(True, kept).tolist())
        csv.writer(text, lineterminator="\n").writerows(rows)


@contextmanager
def _as_text(file: BinaryIO) -> Iterator[io.TextIOWrapper]:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        yield text
    finally:
        text.detach()  # flushes, and leaves the file to its owner
