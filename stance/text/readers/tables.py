"""CSV and Parquet: an article a row."""

import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from stance.csv_rows import read_rows
from stance.errors import ReadError
from stance.phrases import count_of
from stance.records import Article
from stance.text.readers.cutting import find_row_groups
from stance.text.readers.decoding import decode
from stance.text.readers.inputs import InputFile
from stance.text.readers.reading import Fields
from stance.text.readers.records import describe_missing, to_article

_BATCH = 256  # rows of a Parquet file held at a time
_BUFFER = 2**20  # bytes of a column read at a time: a row group may be larger than memory


def read_csv(stream: BinaryIO, file: InputFile, fields: Fields) -> Iterator[Article | ReadError]:
    """Read a table whose first row names the columns, parted by commas, semicolons or tabs."""
    content = decode(stream.read(), file.path)
    rows = read_rows(io.StringIO(content, newline=""), _find_delimiter(content, fields), file.path)
    line, header = next(rows, (1, ReadError(file.path, "empty; expected a row with the names of columns")))
    if isinstance(header, ReadError):
        raise header
    _check_columns(header, file, fields)
    if fields.text not in header:
        first = next((row for _, row in rows if not isinstance(row, ReadError)), [])
        record = dict(itertools.zip_longest(header, first[: len(header)]))
        raise ReadError(file.path, describe_missing(record, fields), line=line)
    for line, row in rows:
        if isinstance(row, ReadError):
            yield row
        elif len(row) != len(header):
            reason = f"found {count_of(len(row), 'value')}, expected {len(header)}: {header!r:.80}"
            yield ReadError(file.path, reason, line=line)
        else:
            yield to_article(dict(zip(header, row, strict=True)), file, fields, line=line)


def read_parquet(stream: BinaryIO, file: InputFile, fields: Fields) -> Iterator[Article | ReadError]:
    """Read a Parquet table, or the row groups that begin in a stretch of it, some rows at a time."""
    try:
        table = pq.ParquetFile(stream, buffer_size=_BUFFER, pre_buffer=False)
        _check_columns(table.schema_arrow.names, file, fields)
        if fields.text not in table.schema_arrow.names:
            first = next(table.iter_batches(batch_size=1), None)
            record = first.to_pylist()[0] if first else dict.fromkeys(table.schema_arrow.names)
            raise ReadError(file.path, describe_missing(record, fields))
        columns = [name for name in table.schema_arrow.names if name in astuple(fields)]
        groups = find_row_groups(table, file.start, file.stop)
        n_read = sum(table.metadata.row_group(group).num_rows for group in range(min(groups, default=0)))
        for batch in table.iter_batches(batch_size=_BATCH, row_groups=groups, columns=columns):
            for row, record in enumerate(_to_records(batch), start=n_read + 1):
                if isinstance(record, Exception):
                    yield ReadError(file.path, f"cannot be read: {record}", line=row)
                else:
                    yield to_article(record, file, fields, line=row)
            n_read += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise ReadError(file.path, f"not a whole Parquet file: {error}") from error


def _to_records(batch: pa.RecordBatch) -> list[dict[str, Any] | Exception]:
    """Each row, or why it is none: Arrow has dates and time zones that Python has not, and text unchecked."""
    try:
        rows: list[dict[str, Any] | Exception] = batch.to_pylist()
    except (OverflowError, ValueError, LookupError) as error:
        if batch.num_rows == 1:
            return [error]
        middle = batch.num_rows // 2
        return _to_records(batch.slice(0, middle)) + _to_records(batch.slice(middle))
    return rows


def _check_columns(names: Sequence[str], file: InputFile, fields: Fields) -> None:
    """Refuse a table of which it cannot be told which column is meant, or that lacks one that was named."""
    for key, usual in zip(astuple(fields), astuple(Fields()), strict=True):
        if key not in (usual, fields.text) and key not in names:
            raise ReadError(file.path, f"there is no column {key!r}; found {list(names)}")
    if twice := sorted({name for name in astuple(fields) if names.count(name) > 1}):
        raise ReadError(file.path, f"two columns are named {twice[0]!r}; rename one of them")


def _find_delimiter(content: str, fields: Fields) -> str:
    """What parts the columns: that with which the text is one of them, else what stands there most often."""
    header = content.lstrip().partition("\n")[0].replace('"', "").strip()
    return max(",;\t", key=lambda one: (fields.text in header.split(one), header.count(one)))
