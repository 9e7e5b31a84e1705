"""The files that a run reads and writes: the one place that knows where they are kept.

Inputs are listed with size and time of change, and opened to be read. Outputs go into an ``OutputFolder``.
Either is named by a path, or by a URL of what Arrow has a file system for: ``s3://bucket/folder``, ``gs://…``,
``abfs://…``, ``hdfs://…``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from stance.storage import local, remote
from stance.storage.base import ASIDE, DESKTOP_FILES, LEDGER, RUN, FileInfo, OutputFolder
from stance.storage.local import STANDARD_INPUT, LocalFolder, write_name
from stance.storage.remote import RemoteFolder, is_url

__all__ = [
    "ASIDE",
    "DESKTOP_FILES",
    "LEDGER",
    "RUN",
    "STANDARD_INPUT",
    "FileInfo",
    "OutputFolder",
    "find_file",
    "is_folder",
    "is_url",
    "open_input",
    "open_output",
    "walk",
    "write_name",
]


def find_file(path: str) -> FileInfo:
    """Size and time of a file; both 0 if it is not there, which reading it will say.

    Standard input is read to its end for that, into a file of its own.
    """
    return remote.find_file(path) if is_url(path) else local.find_file(path)


def walk(folder: str, *, without: str | None = None) -> Iterator[FileInfo]:
    """Every file below ``folder``, sorted by path; hidden ones and the folder ``without`` are passed over.

    Only one folder's names are held at a time. Links to files are followed, links to folders are not.
    """
    return remote.walk(folder, without=without) if is_url(folder) else local.walk(folder, without=without)


def is_folder(path: str) -> bool:
    """Whether there is a folder of that name."""
    return remote.is_folder(path) if is_url(path) else Path(path).is_dir()


def open_input(path: str) -> BinaryIO:
    """Open a file that can be read from any place in it."""
    return remote.open_input(path) if is_url(path) else local.open_input(path)


def open_output(path: str | Path | OutputFolder) -> OutputFolder:
    """The folder of that name, which need not be there yet."""
    return RemoteFolder(str(path)) if is_url(str(path)) else LocalFolder(str(path))
