"""Files of this machine, by their paths.

What is written is written aside in the same folder, flushed to the disk, and renamed. The operating system
frees a lock when its process ends.
"""

import errno
import io
import os
import re
import shutil
import socket
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, BinaryIO

from stance.errors import DataError
from stance.storage.base import ASIDE, DESKTOP_FILES, LOCK, FileInfo, OutputFolder

if sys.platform != "win32":
    import fcntl
else:
    import msvcrt

STANDARD_INPUT = "-"

_NO_TEXT = re.compile(r"\\udc([89a-f][0-9a-f])")


def find_file(path: str) -> FileInfo:
    """As in ``stance.storage``."""
    if path == STANDARD_INPUT:
        return FileInfo(path, Path(_spool(sys.stdin).name).stat().st_size, 0)
    try:
        found = os.stat(_to_name(path))  # noqa: PTH116  a million times, so strings
    except OSError:
        return FileInfo(path, 0, 0)
    return FileInfo(path, found.st_size, found.st_mtime_ns)


def walk(folder: str, *, without: str | None = None) -> Iterator[FileInfo]:
    """As in ``stance.storage``."""
    if without is not None and os.path.realpath(folder) == os.path.realpath(without):
        return
    try:
        with os.scandir(folder) as entries:
            names = [
                f"{entry.name}/" if _is_folder(entry) else entry.name
                for entry in entries
                if not entry.name.startswith(".") and not (entry.is_symlink() and _is_folder(entry))
            ]
    except OSError:
        yield FileInfo(folder, 0, 0)  # which reading says
        return
    for name in sorted(names):  # the order of whole paths: the folder "a/" stands after the file "a.txt"
        path = os.path.join(folder, name)  # noqa: PTH118  a million times, so strings
        if name.endswith("/"):
            yield from walk(path[:-1], without=without)
        else:
            yield find_file(path)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it can be told to be one; a link that leads in a circle is left for reading to name."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def open_input(path: str) -> BinaryIO:
    """As in ``stance.storage``."""
    place = Path(_spool(sys.stdin).name if path == STANDARD_INPUT else _to_name(path))
    if not stat.S_ISREG(place.stat().st_mode):  # a pipe would be waited for without end
        raise OSError(errno.EINVAL, "not a file, or a folder that cannot be listed")
    return place.open("rb")


def write_name(path: str) -> str:
    r"""A path as text: each byte of it that is none stands as ``\udcff`` would in JSON."""
    return path.encode("utf-8", "backslashreplace").decode()


def _to_name(path: str) -> str:
    """The path that ``write_name`` was given, unless a file is there by the name itself."""
    if "\\udc" not in path or os.path.lexists(path):
        return path
    return _NO_TEXT.sub(lambda found: chr(0xDC00 + int(found[1], 16)), path)


@lru_cache(maxsize=1)
def _spool(stream: Any) -> Any:
    """A file, of which the name counts: standard input, to be measured and read twice while this runs."""
    if stream is None:
        raise DataError("standard input is closed; name files or folders")
    copy = tempfile.NamedTemporaryFile(prefix="stance-stdin-")  # noqa: SIM115  gone when it is closed
    shutil.copyfileobj(stream.buffer, copy)
    copy.flush()
    return copy


class LocalFolder(OutputFolder):
    """A folder of this machine."""

    def names(self, folder: str = "") -> list[str]:
        try:
            names = (entry.name for entry in self._at(folder).iterdir())
            return sorted(name for name in names if name not in (LOCK, *DESKTOP_FILES))
        except (FileNotFoundError, NotADirectoryError):
            return []

    def size(self, name: str) -> int | None:
        try:
            return self._at(name).stat().st_size
        except (FileNotFoundError, NotADirectoryError):
            return None

    def open(self, name: str) -> BinaryIO:
        return self._at(name).open("rb")

    def remove(self, name: str) -> None:
        self._at(name).unlink(missing_ok=True)

    @contextmanager
    def write(self, name: str) -> Iterator[BinaryIO]:
        target = self._at(name)
        aside = target.with_name(target.name + ASIDE)
        with self._describing(name):
            target.parent.mkdir(parents=True, exist_ok=True)
            raw = _Aside(aside, partial(self._describe, name))
        try:
            with io.BufferedWriter(raw) as file:
                yield file
                file.flush()
                with self._describing(name):
                    os.fsync(file.fileno())
            with self._describing(name):
                aside.replace(target)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise

    def append(self, name: str, line: str) -> None:
        with self._describing(name), self._at(name).open("ab") as file:
            file.write(line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def truncate(self, name: str, size: int) -> None:
        os.truncate(self._at(name), size)

    @contextmanager
    def lock(self) -> Iterator[None]:
        with self._describing(LOCK):
            self._at("").mkdir(parents=True, exist_ok=True)
            file = self._at(LOCK).open("a+b", buffering=0)
        with file:
            try:
                _lock(file.fileno())
            except (BlockingIOError, PermissionError) as error:
                file.seek(0)
                holder = file.read().decode().strip() or "that has just begun"
                raise DataError(
                    f"{self} is being written by another run ({holder}); wait for it, or choose another "
                    "folder for --out"
                ) from error
            except OSError as error:
                raise DataError(
                    f"{self} cannot be locked: {error.strerror}; choose a folder on another disk for --out"
                ) from error
            with self._describing(LOCK):
                file.truncate(0)
                file.write(f"process {os.getpid()} on {socket.gethostname()}\n".encode())
            yield
            file.truncate(0)

    @contextmanager
    def _describing(self, name: str) -> Iterator[None]:
        """Say which file an error is about."""
        try:
            yield
        except OSError as error:
            raise self._describe(name, error) from error

    def _describe(self, name: str, error: OSError) -> DataError:
        return DataError(
            f"{self}/{name} cannot be written: {error.strerror or error}. Mend that and run the same command "
            "again; what is whole is kept"
        )

    def _at(self, name: str) -> Path:
        return Path(self.path, name)


class _Aside(io.FileIO):
    """A file whose errors are told apart from others that end its block, as of printing to a closed pipe."""

    def __init__(self, path: Path, describe: Callable[[OSError], DataError]) -> None:
        super().__init__(path, "wb")
        self._describe = describe

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            raise self._describe(error) from error


def _lock(descriptor: int) -> None:
    if sys.platform != "win32":
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
