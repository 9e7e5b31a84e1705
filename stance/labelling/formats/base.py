"""What a format of a public data set gives: texts, each with the stance it was given toward one target."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance.errors import ReadError
from stance.phrases import count_of


@dataclass(frozen=True, slots=True)
class JudgedText:
    """A text and its stance toward a target, as published.

    ``split`` names the published part that it stands in, ``group`` what must not be torn apart, as the
    article that it comes from. ``target`` is empty where the stance is toward none, but a class of the text.
    """

    split: str
    text: str
    target: str
    stance: str
    group: str


@dataclass(frozen=True)
class Format:
    """How a data set is distributed; declared in the entry-point group ``stance.formats``.

    Attributes
    ----------
    read
        Yields the texts of a folder, and raises ``ReadError`` with file and line where it cannot.
    title
        The data set's name, with its source; that of its folder if not given.
    neutral
        The stance that takes no side, where it occurs.
    open_targets
        Whether each text may have a target of its own, and others at the test. If not, a target is a topic.
    """

    read: Callable[[Path], Iterator[JudgedText]]
    title: str | None
    neutral: str | None
    open_targets: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table by the names of its columns, and where it stands."""

    path: Path
    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The cell without the blanks around it.

        Raises
        ------
        ReadError
            If the table has no such column, or nothing stands in it.
        """
        if column not in self.values:
            raise self.error(f"no column {column!r}; found {list(self.values)}")
        if not self.values[column].strip():
            raise self.error(f"{column!r} is empty")
        return self.values[column].strip()

    def to_stance(self, column: str, stances: Mapping[str, str]) -> str:
        """The stance that the label in ``column`` stands for."""
        label = self[column]
        if label not in stances:
            raise self.error(f"{column!r} must be one of {list(stances)}, found {label!r:.80}")
        return stances[label]

    def error(self, reason: str) -> ReadError:
        """An error that names file and line."""
        return ReadError(self.path, reason, self.line)


def read_table(path: Path, *, delimiter: str = ",", quoted: bool = True) -> Iterator[Row]:
    """Rows of a table with a header; unless ``quoted``, a quotation mark is a character like any other."""
    reader = csv.reader(
        io.StringIO(read_text(path), newline=""),
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
    )
    try:
        header = [name.strip() for name in next(reader, [])]
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                reason = f"expected {count_of(len(header), 'column')} as in the header, found {len(cells)}"
                raise ReadError(path, reason, reader.line_num)
            yield Row(path, reader.line_num, dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        raise ReadError(path, f"not a table: {error}", reader.line_num) from error


def read_records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and object of each line of a JSON Lines file."""
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ReadError(path, f"not JSON: {error}", number) from error
        if not isinstance(record, dict):
            raise ReadError(path, f"expected a JSON object, found {type(record).__name__}", number)
        yield number, record


def read_text(path: Path) -> str:
    """A file's text, gzipped or not: UTF-8, or else Windows-1252, in which tables leave office programs."""
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise ReadError(path, f"cannot be read: {error}") from error
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def find_files(folder: Path, *patterns: str) -> list[Path]:
    """Files anywhere in ``folder`` that match one of the patterns, in name order.

    Raises
    ------
    ReadError
        If there is none.
    """
    found = sorted({path for pattern in patterns for path in folder.rglob(pattern) if path.is_file()})
    if not found:
        raise ReadError(folder, f"expected a folder with files named {' or '.join(patterns)}, found none")
    return found
