"""Lists the files that a user's inputs name, each once, with an id that does not depend on the order.

A listing is an Arrow table with a row a file, sorted by path: ``path``, ``id``, ``size`` in bytes and
``mtime`` in nanoseconds. It takes about a hundred bytes a file, where Python objects would take a thousand.
"""

import glob
import itertools
import logging
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path, PurePath

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stance import storage
from stance.errors import ReadError
from stance.registry import kinds
from stance.storage import LEDGER, RUN, STANDARD_INPUT, FileInfo
from stance.types import IntArray

logger = logging.getLogger(__name__)

WHOLE = -1
"""The ``stop`` of a file that is read to its end."""

_OF_RUN = r"(?:(?:labels|articles|errors)[/\\]part-[^/\\]*|errors\.jsonl|ledger\.jsonl|run\.json)$"

_CHUNK = 10_000  # files that are Python objects at a time
_COLUMNS = pa.schema(
    [
        ("path", pa.large_string()),
        ("real", pa.large_string()),
        ("below", pa.large_string()),
        ("stem", pa.large_string()),
        ("size", pa.int64()),
        ("mtime", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read, or a stretch of one, and the id of the article in it if it holds but one.

    ``path`` is as the user named it; ``"-"`` is standard input. A file of many records may be cut: then this
    is what begins in its bytes from ``start`` up to ``stop``.
    """

    path: str
    id: str
    start: int = 0
    stop: int = WHOLE


def list_inputs(inputs: Sequence[str]) -> list[InputFile]:
    """The files of ``list_files`` as records; standard input comes first."""
    listing = list_files(inputs)
    return [
        InputFile(path, id)
        for path, id in zip(listing["path"].to_pylist(), listing["id"].to_pylist(), strict=True)
    ]


def list_files(inputs: Sequence[str], *, without: str | None = None) -> pa.Table:
    """Expand folders (recursively, without hidden files), globs, files and ``"-"`` into a listing.

    What an earlier run has written into a folder of an input is left out, with a warning.

    An id is the path below the folder or glob without its suffix; files that would share it keep their
    suffix, and files that still share it their whole path.

    Parameters
    ----------
    without
        A folder whose files are left out of all others: that of the output.

    Raises
    ------
    ReadError
        If an input names nothing, or is a file whose suffix no reader knows. Files of unknown suffix inside
        a folder are listed; reading them gives the error.
    """
    files = _distinct(_find_files(inputs, without))
    listing = pa.table(
        {"path": files["path"], "id": _to_ids(files), "size": files["size"], "mtime": files["mtime"]}
    )
    if STANDARD_INPUT in inputs:
        return pa.concat_tables([_list_standard_input(listing.schema), listing])
    return listing


def _find_files(inputs: Sequence[str], without: str | None) -> pa.Table:
    """All that the inputs name, in their order."""
    found = itertools.chain.from_iterable(_expand(name, without) for name in inputs)
    chunks = [_COLUMNS.empty_table()]
    while chunk := [_to_row(info, root) for info, root in itertools.islice(found, _CHUNK)]:
        chunks.append(pa.table([*map(list, zip(*chunk, strict=True))], schema=_COLUMNS))
    return _without_runs(pa.concat_tables(chunks))


def _without_runs(files: pa.Table) -> pa.Table:
    """All but what earlier runs have written, whose folders may lie among the articles."""
    is_ledger = pc.match_substring_regex(files["below"], f"(^|/){re.escape(LEDGER)}$")
    for ledger in files["path"].filter(is_ledger).to_pylist():
        folder = ledger.removesuffix(LEDGER)
        if pc.any(pc.equal(files["path"], folder + RUN)).as_py():
            logger.warning("left out what a run has written into %s", folder)
            own = pc.match_substring_regex(files["path"], f"^{re.escape(folder)}{_OF_RUN}")
            files = files.filter(pc.invert(own))
    return files


@cache
def known_kinds() -> list[str]:
    """The kinds of file that have a reader; asked once, as looking through packages takes milliseconds."""
    return kinds("readers")


def find_suffix(path: str | PurePath) -> str | None:
    """The known suffix that ``path`` ends in, as in ``".jsonl.gz"``; none if no reader knows it."""
    name = str(path).rpartition("/")[2].lower()
    compressed = ".gz" if name.endswith(".gz") else ""
    stem, dot, kind = name.removesuffix(".gz").rpartition(".")
    return f".{kind}{compressed}" if stem and dot and kind in known_kinds() else None


def describe_unknown(path: str | PurePath) -> str:
    """What to say of a file that no reader knows by its suffix."""
    suffix = PurePath(path).suffix
    return f"no reader for {suffix!r}; expected a suffix of {known_kinds()}, also with .gz"


def _expand(name: str, without: str | None) -> Iterator[tuple[FileInfo, str]]:
    """Files that one input names, each with the folder that its id is relative to."""
    if name == STANDARD_INPUT:
        return
    try:
        yield from _expand_name(name, without)
    except OSError as error:
        raise ReadError(name, f"cannot be listed: {error.strerror or error}") from error


def _expand_name(name: str, without: str | None) -> Iterator[tuple[FileInfo, str]]:
    path = Path(name)
    if storage.is_url(name):
        yield from _expand_url(name.rstrip("/"), without)
    elif path.is_dir():
        yield from ((info, str(path)) for info in storage.walk(str(path), without=without))
    elif path.exists():
        if find_suffix(path.as_posix()) is None:
            raise ReadError(name, describe_unknown(path))
        yield storage.find_file(str(path)), str(path.parent)
    elif glob.has_magic(name):
        matches = [Path(match) for match in glob.glob(name, recursive=True)]  # noqa: PTH207  pathlib lists hidden files
        if not matches:
            raise ReadError(name, "the pattern matches no file")
        root = str(_glob_root(path))
        own = None if without is None else Path(without).resolve()
        folders = {match for match in matches if match.is_dir()}
        for match in matches:
            if own is not None and own in Path(os.path.realpath(match)).parents:  # resolve() fails on circles
                continue
            if match not in folders:
                yield storage.find_file(str(match)), root
            elif match.parent not in folders or match.is_symlink():  # else it is listed with its parent
                yield from ((info, root) for info in storage.walk(str(match), without=without))
    else:
        raise ReadError(name, "no such file or folder")


def _expand_url(url: str, without: str | None) -> Iterator[tuple[FileInfo, str]]:
    if storage.is_folder(url):
        yield from ((info, url) for info in storage.walk(url, without=without))
        return
    info = storage.find_file(url)
    if not info.mtime:
        raise ReadError(url, "no such file or folder; patterns are for paths of this machine only")
    if find_suffix(url) is None:
        raise ReadError(url, describe_unknown(url))
    yield info, url.rpartition("/")[0]


def _glob_root(pattern: Path) -> Path:
    """The last folder of a pattern that stands before its first wildcard."""
    while glob.has_magic(str(pattern)):
        pattern = pattern.parent
    return pattern


def _to_row(info: FileInfo, root: str) -> tuple[str, str, str, str, int, int]:
    below = info.path.removeprefix(root + os.sep).removeprefix(os.sep)
    path, below = storage.write_name(info.path), storage.write_name(below).replace(os.sep, "/")
    stem = below[: len(below) - len(find_suffix(below) or "")]
    return path, _find_real(path), below, stem, info.size, info.mtime


def _find_real(path: str) -> str:
    """The path without links; nearly all files of a folder are asked for one after the other."""
    parent, name = os.path.split(path)
    return os.path.realpath(path) if os.path.islink(path) else os.path.join(_find_real_folder(parent), name)  # noqa: PTH114, PTH118


@lru_cache(maxsize=1)
def _find_real_folder(folder: str) -> str:
    return os.path.realpath(folder)


def _distinct(files: pa.Table) -> pa.Table:
    """In order of their paths, the rows of files that no row above names, by this or another path."""
    firsts = np.unique(_to_codes(files["real"]), return_index=True)[1]
    order = pc.sort_indices(files["path"].take(firsts)).to_numpy()
    return files.drop_columns("real").take(firsts[order])


def _to_ids(files: pa.Table) -> pa.ChunkedArray:
    """The shortest of three names that no other file has; see ``list_files``."""
    ids = files["stem"]
    for longer in (files["below"], pc.replace_substring(files["path"], os.sep, "/")):
        codes = _to_codes(ids)
        ids = pc.if_else(pa.array(np.bincount(codes)[codes] > 1), longer, ids)
    return ids


def _to_codes(strings: pa.ChunkedArray) -> IntArray:
    """The same number for the same string."""
    codes: IntArray = strings.combine_chunks().dictionary_encode().indices.to_numpy()
    return codes


def _list_standard_input(schema: pa.Schema) -> pa.Table:
    info = storage.find_file(STANDARD_INPUT)
    return pa.table([[info.path], ["stdin"], [info.size], [info.mtime]], schema=schema)
