"""What every place where files are kept can do."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

ASIDE = ".partial"
"""Ends the name of a file that is still being written."""

LOCK = ".lock"

LEDGER, RUN = "ledger.jsonl", "run.json"
"""What the output folder of a run has, and is known by."""

DESKTOP_FILES = (".DS_Store", "Thumbs.db", "desktop.ini")
"""What desktops leave in folders that they show."""


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file to be read: its size in bytes, and when it was changed, in nanoseconds (0 if unknown)."""

    path: str
    size: int
    mtime: int


class OutputFolder(ABC):
    """A folder that a run writes; names are relative to it, with ``/`` between their parts.

    One run at a time may hold it. What is written there is whole and kept for good, or not there at all. Can
    be pickled, since workers write their parts themselves.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)

    def __str__(self) -> str:
        return self.path

    def __fspath__(self) -> str:
        return self.path

    @abstractmethod
    def names(self, folder: str = "") -> list[str]:
        """Names of files and folders in ``folder``, sorted; none if it is not there.

        The lock is left out, and what a desktop leaves.
        """

    @abstractmethod
    def size(self, name: str) -> int | None:
        """Bytes of a file; none if it is not there."""

    @abstractmethod
    def open(self, name: str) -> BinaryIO:
        """Open a file to be read."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""

    @abstractmethod
    def write(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A file to fill; it takes its name, in place of an older one, when the block ends without error.

        Raises
        ------
        DataError
            If it cannot be written, as on a full disk.
        """

    @abstractmethod
    def append(self, name: str, line: str) -> None:
        """Add a line to a file that lies in the folder itself; it is kept for good when this returns.

        Raises
        ------
        DataError
            If it cannot be written, as on a full disk.
        """

    @abstractmethod
    def truncate(self, name: str, size: int) -> None:
        """Cut a file down to its first ``size`` bytes, which end with a line."""

    @abstractmethod
    def lock(self) -> AbstractContextManager[None]:
        """Hold the folder, which is made if need be.

        Raises
        ------
        DataError
            If another run holds it, or it cannot be written.
        """
