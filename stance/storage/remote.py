"""Files behind a URL, by Arrow's file systems: S3 and what speaks its language, Google, Azure, HDFS.

A file is filled on this machine, sent aside, and given its name: where sending fails, the older one stays. An
object store cannot add to an object: lines that are added are objects of their own, beside the file that they
belong to, and reading the file reads them after it. Nor does it know who is alive: a lock is an object with
the time of the last sign of life, which its run gives every minute, and holds as long as that is fresh.
"""

import json
import os
import posixpath
import shutil
import socket
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from io import BufferedReader, BytesIO
from typing import Any, BinaryIO
from urllib.parse import urlencode

from pyarrow import ArrowException, ArrowNotImplementedError, fs

from stance.errors import DataError
from stance.storage.base import ASIDE, DESKTOP_FILES, LOCK, FileInfo, OutputFolder

_SPOOLED_IN_MEMORY = 32 * 2**20  # bytes of an output file before it goes to a disk
_LINES = ".lines"
_SIGN = 60
"""Seconds between two signs of life."""
_FRESH = 15 * 60
"""Seconds for which a lock holds after a sign of life: the store may be out of reach for some of them."""


def is_url(path: str) -> bool:
    """Whether ``path`` is a URL, as in ``s3://bucket/folder``."""
    return "://" in path


def find_file(path: str) -> FileInfo:
    """As in ``stance.storage``."""
    return _to_file(path, _look(path))


def is_folder(path: str) -> bool:
    """As in ``stance.storage``."""
    return bool(_look(path).type == fs.FileType.Directory)


def walk(folder: str, *, without: str | None = None) -> Iterator[FileInfo]:
    """As in ``stance.storage``."""
    if without is not None and _trim(folder) == _trim(without):
        return
    system, path = _open_system(folder)
    entries = {
        f"{info.base_name}/" if info.type == fs.FileType.Directory else info.base_name: info
        for info in system.get_file_info(fs.FileSelector(path, allow_not_found=True))
        if not info.base_name.startswith(".")
    }
    for name in sorted(entries):
        url = f"{_trim(folder)}/{name}"
        if name.endswith("/"):
            yield from walk(_trim(url), without=without)
        elif entries[name].type == fs.FileType.File:
            yield _to_file(url, entries[name])


def open_input(path: str) -> BinaryIO:
    """As in ``stance.storage``."""
    system, place = _open_system(path)
    return BufferedReader(system.open_input_file(place))  # Arrow's files do not read by lines


class RemoteFolder(OutputFolder):
    """A folder behind a URL."""

    def __init__(self, path: str) -> None:
        super().__init__(_trim(path))
        self._made: set[str] = set()
        self._is_lost = False  # whether another run has taken the lock of this one
        self._last_lines: dict[str, int] = {}

    def names(self, folder: str = "") -> list[str]:
        system, path = _open_system(self._at(folder))
        found = system.get_file_info(fs.FileSelector(path, allow_not_found=True))
        names = (info.base_name for info in found)
        hidden = (LOCK, *DESKTOP_FILES)
        return sorted(name for name in names if not (name.startswith(hidden) or name.endswith(_LINES)))

    def size(self, name: str) -> int | None:
        info = _look(self._at(name))
        if info.type != fs.FileType.File:
            return None
        size: int = info.size + sum(line.size for line in self._lines(name))
        return size

    def open(self, name: str) -> BinaryIO:
        system, path = _open_system(self._at(name))
        lines = self._lines(name)
        if not lines:
            return open_input(self._at(name))
        whole = tempfile.SpooledTemporaryFile(max_size=_SPOOLED_IN_MEMORY)  # noqa: SIM115  the caller closes it
        for part in [path, *(line.path for line in lines)]:
            with system.open_input_stream(part) as stream:
                shutil.copyfileobj(stream, whole)
        whole.seek(0)
        return whole  # type: ignore[return-value]

    def remove(self, name: str) -> None:
        self._check_held()
        system, path = _open_system(self._at(name))
        for place in [*(line.path for line in self._lines(name)), path]:
            if system.get_file_info(place).type == fs.FileType.File:
                system.delete_file(place)

    @contextmanager
    def write(self, name: str) -> Iterator[BinaryIO]:
        with tempfile.SpooledTemporaryFile(max_size=_SPOOLED_IN_MEMORY) as file:
            yield file  # type: ignore[misc]
            file.seek(0)
            # Lines that were added go first: left behind, they would be taken for lines of the new file.
            system, _ = _open_system(self.path)
            for line in self._lines(name):
                system.delete_file(line.path)
            self._send(name, file)  # type: ignore[arg-type]

    def append(self, name: str, line: str) -> None:
        if name not in self._last_lines:
            lines = self._lines(name)
            self._last_lines[name] = int(lines[-1].base_name) if lines else 0
        # Lines of a machine whose clock is ahead are there already, and must stay before this one.
        self._last_lines[name] = max(time.time_ns(), self._last_lines[name] + 1)
        self._send(f"{name}{_LINES}/{self._last_lines[name]:020d}", BytesIO(line.encode() + b"\n"))

    def truncate(self, name: str, size: int) -> None:
        with self.open(name) as file:
            kept = file.read(size)
        with self.write(name) as target:
            target.write(kept)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder; of two runs that begin within a moment of each other, both may believe that."""
        holder = self._read_lock()
        if holder and time.time() - holder["seen"] < _FRESH:
            raise DataError(
                f"{self} is being written by another run ({holder['holder']}, last seen "
                f"{time.time() - holder['seen']:.0f} s ago); wait for it, or choose another folder for "
                f"--out. If that run is dead, remove {self}/{LOCK}, or wait {_FRESH // 60} minutes"
            )
        id, is_over = uuid.uuid4().hex, threading.Event()
        self._show_life(id)
        thread = threading.Thread(target=self._live, args=(id, is_over), daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()
            if not (self._is_lost or self._is_taken(id)):
                self.remove(LOCK)

    def _lines(self, name: str) -> list[fs.FileInfo]:
        if "/" in name:  # lines are added to files of the folder itself alone
            return []
        system, path = _open_system(self._at(name))
        found = system.get_file_info(fs.FileSelector(path + _LINES, allow_not_found=True))
        lines = (info for info in found if info.type == fs.FileType.File)
        return sorted(
            (line for line in lines if not line.base_name.endswith(ASIDE)), key=lambda line: line.path
        )

    def _check_held(self) -> None:
        """Raise ``DataError`` once another run has the lock: what is there is that run's."""
        if self._is_lost:
            raise DataError(
                f"{self} has been taken over by another run, as nothing was seen of this one for "
                f"{_FRESH // 60} minutes or its {LOCK} was removed; let the other end, and run the "
                "same command again"
            )

    def _send(self, name: str, content: BinaryIO) -> None:
        self._check_held()
        system, path = _open_system(self._at(name))
        folder = posixpath.dirname(path)
        try:
            if folder not in self._made:
                system.create_dir(folder, recursive=True)
                self._made.add(folder)
            stream = system.open_output_stream(path + ASIDE)
            try:
                with stream:
                    shutil.copyfileobj(content, stream)
            except BaseException:
                with suppress(OSError, ArrowException):
                    system.delete_file(path + ASIDE)  # half of it, which closing has sent
                raise
            _rename(system, path + ASIDE, path)
        except (OSError, ArrowException) as error:
            raise DataError(
                f"{self}/{name} cannot be written: {error}. Mend that and run the same command again; "
                "what is whole is kept"
            ) from error

    def _live(self, id: str, is_over: threading.Event) -> None:
        """Show life until it is over, or another run has the lock."""
        while not is_over.wait(_SIGN):
            with suppress(DataError, OSError, ArrowException):  # the next may get through
                if self._is_taken(id):
                    self._is_lost = True
                    return
                self._show_life(id)

    def _show_life(self, id: str) -> None:
        holder = f"process {os.getpid()} on {socket.gethostname()}"
        self._send(LOCK, BytesIO(json.dumps({"holder": holder, "id": id, "seen": time.time()}).encode()))

    def _is_taken(self, id: str) -> bool:
        """Whether another run has the lock; not where nobody has, as when it could not be sent."""
        holder = self._read_lock()
        return holder is not None and holder["id"] not in ("", id)

    def _read_lock(self) -> dict[str, Any] | None:
        """Who holds the folder, and when that was last heard of."""
        system, path = _open_system(self._at(LOCK))
        info = system.get_file_info(path)
        if info.type != fs.FileType.File:
            return None
        with system.open_input_stream(path) as stream:
            content = stream.read()
        try:
            holder: dict[str, Any] = json.loads(content)
        except ValueError:  # of a run that was cut off as it wrote it
            return {"holder": "one that does not say its name", "id": "", "seen": (info.mtime_ns or 0) / 1e9}
        return holder

    def _at(self, name: str) -> str:
        return f"{self.path}/{name}" if name else self.path


def _open_system(url: str) -> tuple[fs.FileSystem, str]:
    """The file system of a URL, and the path in it.

    Raises
    ------
    DataError
        If Arrow has none for it.
    """
    scheme, _, rest = url.partition("://")  # a key may have what ends the path of other URLs: # and ?
    host, _, path = rest.partition("/")
    system, root = _connect(scheme, host)
    return system, posixpath.join(root, path.lstrip("/")).rstrip("/")


@lru_cache
def _connect(scheme: str, host: str) -> tuple[fs.FileSystem, str]:
    """The file system, and where in it the host, bucket or container is."""
    # Arrow does not look for this variable of the AWS tools, which names a server that is not Amazon's.
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    query = f"?{urlencode({'endpoint_override': endpoint})}" if scheme == "s3" and endpoint else ""
    try:
        system, root = fs.FileSystem.from_uri(f"{scheme}://{host}/{query}")
    except (ArrowException, OSError, ValueError) as error:
        raise DataError(
            f"{scheme}://{host} cannot be opened: {error}; expected a path, or a URL as in "
            "s3://bucket/folder, gs://…, abfs://…, hdfs://…"
        ) from error
    return system, root


def _rename(system: fs.FileSystem, path: str, target: str) -> None:
    """Give a file the name of ``target``, in the place of what has it."""
    try:
        system.move(path, target)
    except ArrowNotImplementedError:  # on Azure, without hierarchical namespaces
        system.copy_file(path, target)
        system.delete_file(path)


def _look(url: str) -> fs.FileInfo:
    system, path = _open_system(url)
    return system.get_file_info(path)


def _to_file(url: str, info: fs.FileInfo) -> FileInfo:
    return FileInfo(url, info.size or 0, info.mtime_ns or 0)


def _trim(url: str) -> str:
    return url.rstrip("/")
