"""Reads the articles of a file with the reader of its suffix; what cannot be read is yielded as an error."""

import gzip
import io
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO, cast

from stance.errors import ReadError
from stance.records import Article
from stance.registry import find_kind
from stance.text.readers.inputs import STANDARD_INPUT, InputFile, describe_unknown, find_suffix


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of the fields of a record (or front matter) that make an article."""

    text: str = "text"
    title: str = "title"
    outlet: str = "outlet"
    date: str = "date"
    url: str = "url"
    author: str = "author"
    id: str = "id"


Reader = Callable[[BinaryIO, InputFile, Fields], Iterator[Article | ReadError]]


def read_articles(file: InputFile, fields: Fields = Fields()) -> Iterator[Article | ReadError]:
    """Stream the articles of a file.

    A file or record that cannot be read is yielded as a ``ReadError``, with its line or row where it has
    one; the records after it follow. Readers are the entry points of the group ``stance.readers``, named
    by suffix: a function of an open binary file, the ``InputFile`` and the ``Fields`` that yields articles
    and errors, and raises ``ReadError`` where it can go no further.
    """
    try:
        with _open(file) as stream:
            yield from _load_reader(_name_reader(file, stream))(stream, file, fields)
    except ReadError as error:
        yield error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield ReadError(file.path, f"not a whole gzip file: {error}")
    except OSError as error:
        yield ReadError(file.path, f"cannot be read: {error.strerror or error}")


@cache
def _load_reader(kind: str) -> Reader:
    return cast(Reader, find_kind("readers", kind))


def _open(file: InputFile) -> BinaryIO:
    if file.path == STANDARD_INPUT:
        return io.BytesIO(sys.stdin.buffer.read())
    if file.path.lower().endswith(".gz"):
        return cast(BinaryIO, gzip.open(file.path))
    return Path(file.path).open("rb")


def _name_reader(file: InputFile, stream: BinaryIO) -> str:
    """The name of the reader: by suffix, or by the first character of standard input."""
    if file.path == STANDARD_INPUT:
        first = stream.read(1000).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        stream.seek(0)
        return {b"{": "jsonl", b"<": "html"}.get(first, "txt")
    suffix = find_suffix(file.path)
    if suffix is None:
        raise ReadError(file.path, describe_unknown(file.path))
    return suffix.removeprefix(".").removesuffix(".gz")
