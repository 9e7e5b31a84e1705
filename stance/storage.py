"""The files that a run reads and writes: the one place that knows where they are kept.

Inputs are listed with size and time of change, and opened to be read. Outputs go into an ``OutputFolder``,
which one run at a time may hold. What is written there is whole, or not there at all: it is written aside in
the same folder, flushed to the disk, and renamed. Folders are not flushed, so a power cut may take the last
names with it; the ledger then tells that they are missing.
"""

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from stance.errors import DataError

if sys.platform != "win32":
    import fcntl
else:
    import msvcrt

STANDARD_INPUT = "-"
ASIDE = ".partial"
"""Ends the name of a file that is still being written."""

_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file to be read: its size in bytes, and when it was changed, in nanoseconds (0 if unknown)."""

    path: str
    size: int
    mtime: int


def find_file(path: str) -> FileInfo:
    """Size and time of a file; both 0 if it is not there, which reading it will say.

    Standard input is read to its end for that, into a file of its own.
    """
    if path == STANDARD_INPUT:
        return FileInfo(path, _spool(sys.stdin).stat().st_size, 0)
    try:
        found = os.stat(path)  # noqa: PTH116  a million times, so strings
    except OSError:
        return FileInfo(path, 0, 0)
    return FileInfo(path, found.st_size, found.st_mtime_ns)


def walk(folder: str, *, without: str | None = None) -> Iterator[FileInfo]:
    """Every file below ``folder``, sorted by path; hidden ones and the folder ``without`` are passed over.

    Only one folder's names are held at a time. Links to files are followed, links to folders are not.
    """
    if without is not None and os.path.realpath(folder) == os.path.realpath(without):
        return
    try:
        with os.scandir(folder) as entries:
            names = [
                f"{entry.name}/" if entry.is_dir() else entry.name
                for entry in entries
                if not entry.name.startswith(".") and not (entry.is_symlink() and entry.is_dir())
            ]
    except OSError:
        return
    for name in sorted(names):  # the order of whole paths: the folder "a/" stands after the file "a.txt"
        path = os.path.join(folder, name)  # noqa: PTH118  a million times, so strings
        if name.endswith("/"):
            yield from walk(path[:-1], without=without)
        else:
            yield find_file(path)


def open_input(path: str) -> BinaryIO:
    """Open a file that can be read from any place in it."""
    return (_spool(sys.stdin) if path == STANDARD_INPUT else Path(path)).open("rb")


@lru_cache(maxsize=1)
def _spool(stream: Any) -> Path:
    """A copy of standard input that can be measured and read twice; it goes when the process ends."""
    copy = tempfile.NamedTemporaryFile(prefix="stance-stdin-")  # noqa: SIM115  kept open by the next line
    _SPOOLED.append(copy)
    shutil.copyfileobj(stream.buffer, copy)
    copy.flush()
    return Path(copy.name)


_SPOOLED: list[Any] = []


class OutputFolder:
    """A folder that a run writes; names are relative to it, with ``/`` between their parts.

    Can be pickled, since workers write their parts themselves.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)

    def __str__(self) -> str:
        return self.path

    def __fspath__(self) -> str:
        return self.path

    def names(self, folder: str = "") -> list[str]:
        """Names of files and folders in ``folder``, sorted; none if it is not there."""
        try:
            return sorted(entry.name for entry in self._at(folder).iterdir() if entry.name != _LOCK)
        except (FileNotFoundError, NotADirectoryError):
            return []

    def size(self, name: str) -> int | None:
        """Bytes of a file; none if it is not there."""
        try:
            return self._at(name).stat().st_size
        except FileNotFoundError:
            return None

    def open(self, name: str) -> BinaryIO:
        """Open a file to be read."""
        return self._at(name).open("rb")

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        self._at(name).unlink(missing_ok=True)

    @contextmanager
    def write(self, name: str) -> Iterator[BinaryIO]:
        """A file to fill; it takes its name, in place of an older one, when the block ends without error.

        Raises
        ------
        DataError
            If it cannot be written, as on a full disk.
        """
        target = self._at(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(target.name + ASIDE)
        try:
            with aside.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            aside.replace(target)
        except OSError as error:
            aside.unlink(missing_ok=True)
            raise self._describe(name, error) from error
        except BaseException:
            aside.unlink(missing_ok=True)
            raise

    def append(self, name: str, line: str) -> None:
        """Add a line to a file that is there; it is on the disk when this returns.

        Raises
        ------
        DataError
            If it cannot be written, as on a full disk.
        """
        try:
            with self._at(name).open("ab") as file:
                file.write(line.encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._describe(name, error) from error

    def truncate(self, name: str, size: int) -> None:
        """Cut a file down to its first ``size`` bytes."""
        os.truncate(self._at(name), size)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder, which is made if need be; the operating system frees it when the process ends.

        Raises
        ------
        DataError
            If another process holds it, or it cannot be written.
        """
        try:
            self._at("").mkdir(parents=True, exist_ok=True)
            file = self._at(_LOCK).open("a+b", buffering=0)
        except OSError as error:
            raise self._describe(_LOCK, error) from error
        with file:
            try:
                _lock(file.fileno())
            except OSError as error:
                file.seek(0)
                holder = file.read().decode().strip() or "that has just begun"
                raise DataError(
                    f"{self} is being written by another run ({holder}); wait for it, or choose another "
                    "folder for --out"
                ) from error
            try:
                file.truncate(0)
                file.write(f"process {os.getpid()} on {socket.gethostname()}\n".encode())
            except OSError as error:
                raise self._describe(_LOCK, error) from error
            yield
            file.truncate(0)

    def _describe(self, name: str, error: OSError) -> DataError:
        return DataError(
            f"{self}/{name} cannot be written: {error.strerror or error}. What is whole is kept: run the "
            "same command again to go on from it"
        )

    def _at(self, name: str) -> Path:
        return Path(self.path, name)


def _lock(descriptor: int) -> None:
    if sys.platform != "win32":
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
