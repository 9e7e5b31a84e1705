import errno
import os
import resource
import sys
from contextlib import contextmanager

import pytest

from stance.errors import DataError
from stance.storage import open_output


def write(out, name, *parts):
    with out.write(name) as file:
        file.writelines(parts)


def test_a_file_is_whole_or_as_it_was(tmp_path):
    out = open_output(tmp_path / "out")
    write(out, "labels/part", b"first")
    with pytest.raises(TypeError):
        write(out, "labels/part", b"half", "no bytes")
    assert out.names("labels") == ["part"]
    with out.open("labels/part") as file:
        assert file.read() == b"first"


def test_a_folder_that_is_a_file_holds_nothing_and_cannot_be_written(tmp_path):
    (tmp_path / "out").touch()
    out = open_output(tmp_path / "out")
    assert (out.names(), out.size("ledger.jsonl")) == ([], None)
    with pytest.raises(DataError, match=r"out/run\.json cannot be written: File exists\. Mend that"):
        write(out, "run.json")


def test_a_folder_in_the_place_of_a_file_is_named_and_stays(tmp_path):
    (tmp_path / "run.json").mkdir()
    with pytest.raises(DataError, match=r"run\.json cannot be written: Is a directory"):
        write(open_output(tmp_path), "run.json")
    assert open_output(tmp_path).names() == ["run.json"]


@contextmanager
def small_disk():
    """Files of this process may have a kilobyte, the log of the tests among them."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [1500, 10**6])  # met when the file is flushed, and while it is filled
def test_a_disk_that_is_full_is_named(tmp_path, size):
    out = open_output(tmp_path)
    write(out, "part", b"whole")
    with pytest.raises(DataError, match=r"/part cannot be written: File too large\. Mend that"), small_disk():
        write(out, "part", b"x" * size)
    assert out.names() == ["part"]
    assert out.size("part") == 5


def test_an_error_of_something_else_is_not_taken_for_one_of_the_file(tmp_path):
    out = open_output(tmp_path)
    with pytest.raises(FileNotFoundError), out.write("part"):
        out.open("nowhere")
    assert out.names() == []


@pytest.mark.skipif(sys.platform == "win32", reason="locks otherwise")
def test_a_disk_without_locks_is_not_taken_for_another_run(tmp_path, monkeypatch):
    def fail(descriptor, operation):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", fail)
    with pytest.raises(DataError, match="cannot be locked: No locks"), open_output(tmp_path).lock():
        pass
