"""The rows of a CSV file, each read or refused alone."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from stance.errors import ReadError

csv.field_size_limit(2**31 - 1)  # an article is longer than the 128 KiB that the module allows


def read_rows(
    lines: Iterable[str], delimiter: str, path: str | Path
) -> Iterator[tuple[int, list[str] | ReadError]]:
    """Each row of a CSV file that is not blank, or what is wrong with it, with the number of its last line.

    Of a row that is not CSV the first line is numbered, where the quotation mark is that may not be closed.
    """
    rows = csv.reader(lines, strict=True, delimiter=delimiter)
    while True:
        first = rows.line_num + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            reason = f"not CSV: {error}"
            if rows.line_num > first:
                reason += f"; the row goes on to line {rows.line_num}, and nothing of it was read"
            reason += '. Close its quotation mark, and double those within it ("")'
            yield first, ReadError(path, reason, line=first)
            continue
        if row is None:
            return
        if row:
            yield rows.line_num, row
