"""Writes the parts of a run: tables streamed into one file a block, whole or not there at all."""

import csv
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, Self

import pyarrow as pa
import pyarrow.parquet as pq

from stance.taxonomy import Taxonomy
from stance.workflows.score_tables import to_json_lines, to_tidy_table

Format = Literal["parquet", "jsonl", "csv"]


class PartWriter:
    """Streams tables into ``part-NNNNN.EXT``, written aside and renamed when it is complete.

    Parameters
    ----------
    taxonomy
        Given for labels, which a CSV file cannot nest: there they are written a label a row.
    """

    def __init__(self, folder: Path, number: int, format: Format, taxonomy: Taxonomy | None = None) -> None:
        self.path = folder / f"part-{number:05d}.{format}"
        self.format = format
        self.taxonomy = taxonomy
        self._aside = self.path.with_name(self.path.name + ".partial")
        self._parquet: pq.ParquetWriter | None = None
        self._text: IO[str] | None = None

    def write(self, table: pa.Table) -> None:
        """Append the rows of ``table``; all tables of a part have one schema."""
        if self.format == "parquet":
            if self._parquet is None:
                self._parquet = pq.ParquetWriter(self._aside, table.schema, compression="zstd")
            self._parquet.write_table(table)
            return
        is_first = self._text is None
        if self._text is None:
            self._text = self._aside.open("w", encoding="utf-8", newline="")
        if self.format == "jsonl":
            self._text.write(to_json_lines(table))
        else:
            _write_csv(
                self._text, table if self.taxonomy is None else to_tidy_table(table, self.taxonomy), is_first
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        opened: list[Any] = [file for file in (self._parquet, self._text) if file is not None]
        for file in opened:
            file.close()
        if opened and kind is None:
            self._aside.replace(self.path)
        elif opened:
            self._aside.unlink(missing_ok=True)


def _write_csv(file: IO[str], table: pa.Table, with_header: bool) -> None:
    writer = csv.writer(file, lineterminator="\n")
    if with_header:
        writer.writerow(table.column_names)
    writer.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))
