"""Reads the articles of a file with the reader of its suffix; what cannot be read is yielded as an error."""

import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO, cast

from stance import storage
from stance.errors import ReadError
from stance.records import Article
from stance.registry import find_kind
from stance.storage import STANDARD_INPUT, FileInfo
from stance.text.readers.inputs import WHOLE, InputFile, describe_unknown, find_suffix

_MAX_HELD = 32 * 2**20
"""Bytes of a whole file that are read at once; a larger one is read from the disk as it is needed."""

_READ = 2**20


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


@dataclass(frozen=True)
class Opened:
    """A file, or a stretch of one, that is open to be read, and the digest of exactly these bytes."""

    file: InputFile
    stream: BinaryIO
    info: FileInfo
    digest: str

    def close(self) -> None:
        """Close it."""
        self.stream.close()


def open_file(file: InputFile) -> Opened:
    """Open a file and take the digest of its bytes.

    Raises
    ------
    ReadError
        If it cannot be opened or read.
    """
    try:
        info = storage.find_file(file.path)
        stream = storage.open_input(file.path)
        stop = info.size if file.stop == WHOLE else file.stop
        is_large = stop > _MAX_HELD if file.stop == WHOLE else find_suffix(file.path) == ".parquet"
        if is_large:
            return Opened(file, stream, info, _digest(stream, file.start, stop))
        with stream:
            stream.seek(file.start)
            content = stream.read() if file.stop == WHOLE else stream.read(file.stop - file.start)
    except OSError as error:
        raise ReadError(file.path, f"cannot be read: {error.strerror or error}") from error
    return Opened(file, io.BytesIO(content), info, hashlib.blake2b(content, digest_size=16).hexdigest())


def read_articles(file: InputFile, fields: Fields = Fields()) -> Iterator[Article | ReadError]:
    """Stream the articles of a file.

    A file or record that cannot be read is yielded as a ``ReadError``, with its line or row where it has
    one; the records after it follow. A text file of more than some million characters comes in stretches:
    each after the first has a ``start``. Readers are the entry points of the group ``stance.readers``, named
    by suffix: a function of an open binary file, the ``InputFile`` and the ``Fields`` that yields articles
    and errors, and raises ``ReadError`` where it can go no further.
    """
    try:
        opened = open_file(file)
    except ReadError as error:
        yield error
    else:
        yield from read_opened(opened, fields)


def read_opened(opened: Opened, fields: Fields) -> Iterator[Article | ReadError]:
    """What ``read_articles`` yields, of a file that is open already; closes it."""
    file, is_empty = opened.file, True
    try:
        with _decompress(opened) as stream:
            for item in _load_reader(_name_reader(file, stream, fields))(stream, file, fields):
                is_empty = False
                yield _place(item, file) if isinstance(item, ReadError) else item
        if is_empty and file.stop == WHOLE:
            yield ReadError(file.path, "holds no record; expected an article or more")
    except ReadError as error:
        yield error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield ReadError(file.path, f"not a whole gzip file: {error}")
    except OSError as error:
        yield ReadError(file.path, f"cannot be read: {error.strerror or error}")
    except Exception as error:  # a reader's parser may fail on what it has never seen
        yield ReadError(file.path, f"its reader failed: {type(error).__name__}: {error}")
    finally:
        opened.close()


@cache
def _load_reader(kind: str) -> Reader:
    return cast(Reader, find_kind("readers", kind))


def _decompress(opened: Opened) -> BinaryIO:
    if opened.file.path.lower().endswith(".gz"):
        return cast(BinaryIO, gzip.GzipFile(fileobj=opened.stream))
    return opened.stream


def _name_reader(file: InputFile, stream: BinaryIO, fields: Fields) -> str:
    """The name of the reader: by suffix, or by the first characters of standard input."""
    if file.path == STANDARD_INPUT:
        head = stream.read(1000).removeprefix(b"\xef\xbb\xbf").lstrip()
        stream.seek(0)
        columns = re.split(rb"[,;\t]", head.partition(b"\n")[0].replace(b'"', b"").strip())
        if fields.text.encode() in columns:
            return "csv"
        if re.match(rb"\[\s*\{", head):  # a bracket alone may open prose
            return "json"
        return {b"{": "jsonl", b"<": "html"}.get(head[:1], "txt")
    suffix = find_suffix(file.path)
    if suffix is None:
        raise ReadError(file.path, describe_unknown(file.path))
    return suffix.removeprefix(".").removesuffix(".gz")


def _place(error: ReadError, file: InputFile) -> ReadError:
    """Number the lines of a stretch from the beginning of its file."""
    if error.line is None or file.start == 0 or find_suffix(file.path) != ".jsonl":
        return error
    return ReadError(error.path, error.reason, _LINES.count(file) + error.line)


class _LineCounter:
    """Counts the lines before a stretch; goes on from the stretch it was asked about before."""

    def __init__(self) -> None:
        self.path, self.place, self.n_lines = "", 0, 0

    def count(self, file: InputFile) -> int:
        if file.path != self.path or file.start < self.place:
            self.path, self.place, self.n_lines = file.path, 0, 0
        with storage.open_input(file.path) as stream:
            stream.seek(self.place)
            while self.place < file.start and (read := stream.read(min(_READ, file.start - self.place))):
                self.n_lines += read.count(b"\n")
                self.place += len(read)
        return self.n_lines


_LINES = _LineCounter()


def _digest(stream: BinaryIO, start: int, stop: int) -> str:
    digest = hashlib.blake2b(digest_size=16)
    stream.seek(start)
    while read := stream.read(min(_READ, stop - stream.tell())):
        digest.update(read)
    stream.seek(0)
    return digest.hexdigest()
