"""Cuts files of many records into stretches that can be read, scored and resumed apart.

Cuts depend on the content before them alone: where a file only grows, its earlier stretches stay as they are.
"""

import codecs
from collections.abc import Callable, Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from stance.text.readers.decoding import find_mark
from stance.text.readers.inputs import find_suffix

_READ = 2**16  # bytes looked through at a time for the end of a line


Limit = Callable[[int], int]
"""About how many bytes a stretch may have that begins at a place."""


def find_cuts(stream: BinaryIO, path: str, *, size: int, limit: Limit) -> list[int]:
    """Where stretches of bounded size begin in a file of ``size`` bytes; ``[0]`` leaves it whole.

    Lines of JSON and row groups of Parquet can be cut apart. Other files, and compressed ones, stay whole.
    """
    cutter = _CUTTERS.get(find_suffix(path) or "")
    return [0] if cutter is None or size <= limit(0) else list(cutter(stream, size, limit))


def find_row_groups(table: pq.ParquetFile, start: int, stop: int) -> list[int]:
    """Numbers of the row groups that begin in the bytes from ``start`` up to ``stop`` (-1: to the end)."""
    starts = [_find_start(table, group) for group in range(table.num_row_groups)]
    return [group for group, place in enumerate(starts) if start <= place and (stop < 0 or place < stop)]


def _cut_lines(stream: BinaryIO, size: int, limit: Limit) -> Iterator[int]:
    if find_mark(stream.read(4)) not in (None, codecs.BOM_UTF8):
        yield 0  # the stretches after the first would have no mark to be read by
        return
    cut = 0
    while cut < size:
        yield cut
        cut = _find_line_end(stream, cut + limit(cut) - 1, size)


def _find_line_end(stream: BinaryIO, place: int, size: int) -> int:
    """Where the line after the first newline from ``place`` on begins; ``size`` if there is none."""
    stream.seek(place)
    while read := stream.read(_READ):
        if (found := read.find(b"\n")) >= 0:
            return place + found + 1
        place += len(read)
    return size


def _cut_row_groups(stream: BinaryIO, size: int, limit: Limit) -> Iterator[int]:
    yield 0
    try:
        table = pq.ParquetFile(stream)
    except (pa.ArrowException, OSError):
        return  # reading it gives the error
    last = 0
    for group in range(1, table.num_row_groups):
        start = _find_start(table, group)
        end = _find_start(table, group + 1) if group + 1 < table.num_row_groups else size
        if end - last > limit(last):
            yield start
            last = start


def _find_start(table: pq.ParquetFile, group: int) -> int:
    """The first byte of a row group."""
    column = table.metadata.row_group(group).column(0)
    return int(column.dictionary_page_offset or column.data_page_offset)


_CUTTERS: dict[str, Callable[[BinaryIO, int, Limit], Iterator[int]]] = {
    ".jsonl": _cut_lines,
    ".parquet": _cut_row_groups,
}
