"""Lists the files that a user's inputs name, each once, with an id that does not depend on the order."""

import glob
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath

from stance.errors import ReadError
from stance.registry import kinds

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read, and the id of the article in it if it holds but one.

    ``path`` is as the user named it; ``"-"`` is standard input.
    """

    path: str
    id: str


def list_inputs(inputs: Sequence[str]) -> list[InputFile]:
    """Expand folders (recursively, without hidden files), globs, files and ``"-"``, sorted by name.

    An id is the path below the folder or glob without its suffix; files that would share it keep their
    suffix, and files that still share it their whole path.

    Raises
    ------
    ReadError
        If an input names nothing, or is a file whose suffix no reader knows. Files of unknown suffix inside
        a folder are listed; reading them gives the error.
    """
    roots: dict[str, tuple[Path, Path]] = {}
    for name in inputs:
        for path, root in _expand(name):
            roots.setdefault(os.path.realpath(path), (path, root))
    files = sorted(roots.values(), key=lambda file: file[0].as_posix())
    ids = _distinct_ids(files)
    listed = [InputFile(str(path), id) for (path, _), id in zip(files, ids, strict=True)]
    return [InputFile(STANDARD_INPUT, "stdin"), *listed] if STANDARD_INPUT in inputs else listed


@cache
def known_kinds() -> list[str]:
    """The kinds of file that have a reader; asked once, as looking through packages takes milliseconds."""
    return kinds("readers")


def find_suffix(path: str | PurePath) -> str | None:
    """The known suffix that ``path`` ends in, as in ``".jsonl.gz"``; none if no reader knows it."""
    name = PurePath(path).name.lower()
    compressed = ".gz" if name.endswith(".gz") else ""
    suffix = PurePath(name.removesuffix(".gz")).suffix
    return suffix + compressed if suffix.removeprefix(".") in known_kinds() else None


def describe_unknown(path: str | PurePath) -> str:
    """What to say of a file that no reader knows by its suffix."""
    suffix = PurePath(path).suffix
    return f"no reader for {suffix!r}; expected a suffix of {known_kinds()}, also with .gz"


def _expand(name: str) -> Iterator[tuple[Path, Path]]:
    """Files that one input names, each with the folder that its id is relative to."""
    path = Path(name)
    if name == STANDARD_INPUT:
        return
    if path.is_dir():
        yield from ((file, path) for file in _walk(path))
    elif path.exists():
        if find_suffix(path) is None:
            raise ReadError(name, describe_unknown(path))
        yield path, path.parent
    elif glob.has_magic(name):
        matches = [Path(match) for match in glob.glob(name, recursive=True)]  # noqa: PTH207  pathlib lists hidden files
        if not matches:
            raise ReadError(name, "the pattern matches no file")
        yield from ((file, _glob_root(path)) for file in matches if file.is_file())
    else:
        raise ReadError(name, "no such file or folder")


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in files if not name.startswith("."))


def _glob_root(pattern: Path) -> Path:
    """The last folder of a pattern that stands before its first wildcard."""
    while glob.has_magic(str(pattern)):
        pattern = pattern.parent
    return pattern


def _distinct_ids(files: Sequence[tuple[Path, Path]]) -> list[str]:
    with_suffix = [path.relative_to(root).as_posix() for path, root in files]
    ids = [id[: len(id) - len(find_suffix(id) or "")] for id in with_suffix]
    for longer in (with_suffix, [path.as_posix() for path, _ in files]):
        shared = Counter(ids)
        ids = [long if shared[id] > 1 else id for id, long in zip(ids, longer, strict=True)]
    return ids
