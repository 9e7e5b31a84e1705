import json
import os
import time
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest

from stance import storage
from stance.errors import DataError, ReadError
from stance.storage import open_output, remote
from stance.workflows.predict import predict
from stance.workflows.verify import verify

TEXT = "The mayor praised the trams on Monday.\n\nOld Henk ate soup.\n"


def put(url, name, content):
    with open_output(url).write(name) as file:
        file.write(content)


@pytest.fixture
def inbox(bucket):
    for name in ("b.txt", "a/2.txt", "a/1.txt", ".hidden.txt"):
        put(f"{bucket}/in", name, TEXT.encode())
    put(f"{bucket}/in", "feed.jsonl", json.dumps({"id": "one", "text": TEXT}).encode() + b"\n{nope\n")
    return f"{bucket}/in"


def test_a_folder_is_walked_in_the_order_of_paths_without_hidden_files(inbox):
    found = [file.path.removeprefix(inbox) for file in storage.walk(inbox)]
    assert found == ["/a/1.txt", "/a/2.txt", "/b.txt", "/feed.jsonl"]
    assert next(storage.walk(inbox)).size == len(TEXT)
    assert next(storage.walk(inbox, without=f"{inbox}/a/")).path == f"{inbox}/b.txt"


def test_scores_in_a_bucket_are_those_of_a_folder(inbox, bucket, town_model, tmp_path):
    here = tmp_path / "in"
    for file in storage.walk(inbox):
        copy = here / file.path.removeprefix(f"{inbox}/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        with storage.open_input(file.path) as source:
            copy.write_bytes(source.read())
    there = predict([inbox], out=f"{bucket}/out", model=town_model, format="jsonl")
    local = predict([here], out=tmp_path / "out", model=town_model, format="jsonl")
    assert there.summary.counts == local.summary.counts
    (labels,) = there.out.names("labels")
    (own,) = local.out.names("labels")
    with there.out.open(f"labels/{labels}") as ours, local.out.open(f"labels/{own}") as theirs:
        assert ours.read() == theirs.read()
    assert not verify(f"{bucket}/out").problems


def test_running_again_scores_what_is_new(inbox, bucket, town_model):
    predict([inbox], out=f"{bucket}/out", model=town_model)
    put(inbox, "c.txt", TEXT.encode())
    again = predict([inbox], out=f"{bucket}/out", model=town_model)
    assert (again.todo.n_kept, again.todo.n_new) == (4, 1)
    assert not verify(f"{bucket}/out").problems


def test_lines_are_added_after_what_is_there(bucket):
    out = open_output(f"{bucket}/out")
    put(out, "ledger", b"first\n")
    out.append("ledger", "second")
    out.append("ledger", "third")
    with out.open("ledger") as file:
        assert list(file) == [b"first\n", b"second\n", b"third\n"]
    assert out.size("ledger") == 19
    assert out.names() == ["ledger"]
    out.truncate("ledger", 13)
    with out.open("ledger") as file:
        assert file.read() == b"first\nsecond\n"
    out.remove("ledger")
    assert out.size("ledger") is None


def test_what_fails_while_it_is_written_leaves_the_file_that_was_there(bucket):
    out = open_output(f"{bucket}/out")
    put(out, "part", b"whole")
    with pytest.raises(TypeError), out.write("part") as file:
        file.writelines([b"half", "no bytes"])
    with out.open("part") as file:
        assert file.read() == b"whole"


@pytest.fixture
def disk(tmp_path):
    """A URL that needs no server."""
    return f"file://{tmp_path}"


def test_lines_come_after_those_of_a_machine_whose_clock_is_ahead(disk, monkeypatch):
    put(f"{disk}/out", "ledger", b"")
    with monkeypatch.context() as patch:
        patch.setattr("time.time_ns", lambda: 2**62)
        open_output(f"{disk}/out").append("ledger", "first")
    out = open_output(f"{disk}/out")
    out.append("ledger", "second")
    out.append("ledger", "third")
    with out.open("ledger") as file:
        assert list(file) == [b"first\n", b"second\n", b"third\n"]


def test_names_may_hold_what_ends_the_path_of_other_urls(disk):
    names = ["100% sure.txt", "no#1.txt", "what?.txt"]
    for name in names:
        put(f"{disk}/in", name, TEXT.encode())
    found = [file.path for file in storage.walk(f"{disk}/in")]
    assert found == [f"{disk}/in/{name}" for name in names]
    assert [storage.find_file(path).size for path in found] == [len(TEXT)] * 3


def test_a_container_of_azure_is_not_taken_for_a_folder_of_its_host():
    url = "abfs://news@account.dfs.core.windows.net/2026/a.txt"
    assert remote._open_system(url)[1] == "news/2026/a.txt"


def test_what_is_interrupted_while_it_is_sent_is_not_there(disk, monkeypatch):
    def send_half(source, target):
        target.write(source.read(2))
        raise KeyboardInterrupt

    monkeypatch.setattr("shutil.copyfileobj", send_half)
    out = open_output(f"{disk}/out")
    with pytest.raises(KeyboardInterrupt):
        put(f"{disk}/out", "part", b"whole")
    assert out.names() == []


def test_a_run_that_is_slow_keeps_its_lock(disk, monkeypatch):
    monkeypatch.setattr(remote, "_SIGN", 0.05)
    monkeypatch.setattr(remote, "_FRESH", 2)
    first, second = open_output(f"{disk}/out"), open_output(f"{disk}/out")
    with first.lock():
        time.sleep(2.5)
        with pytest.raises(DataError, match="being written by another run"), second.lock():
            pass


def test_one_sign_of_life_that_fails_does_not_give_the_lock_away(disk, monkeypatch):
    monkeypatch.setattr(remote, "_SIGN", 0.05)
    out, sent = open_output(f"{disk}/out"), []

    def move(path, target):
        sent.append(target)
        if len(sent) == 1:
            raise OSError("out of reach")
        Path(path).replace(target)

    with out.lock():
        system, root = remote._open_system(f"{disk}/out")
        monkeypatch.setattr(
            remote, "_open_system", lambda url: (Moved(system, move), root + url[len(disk) + 4 :])
        )
        time.sleep(0.5)
        assert len(sent) > 1
        with pytest.raises(DataError, match="being written by another run"), out.lock():
            pass


def test_a_store_that_renames_nothing_is_written_to(disk, monkeypatch):
    def move(path, target):
        raise pa.ArrowNotImplementedError

    system, root = remote._open_system(disk)
    monkeypatch.setattr(remote, "_open_system", lambda url: (Moved(system, move), root + url[len(disk) :]))
    for content in (b"old", b"new"):
        put(f"{disk}/out", "run", content)
    out = open_output(f"{disk}/out")
    assert out.names() == ["run"]
    with out.open("run") as file:
        assert file.read() == b"new"


class Moved:
    """A file system that gives files their names in another way."""

    def __init__(self, system, move):
        self.system, self.move = system, move

    def __getattr__(self, name):
        return getattr(self.system, name)


def test_a_file_that_cannot_be_sent_leaves_the_older_one(disk, monkeypatch):
    put(f"{disk}/out", "run", b"old")
    out = open_output(f"{disk}/out")
    with monkeypatch.context() as patch:
        patch.setattr(remote.shutil, "copyfileobj", raise_out_of_reach)
        with pytest.raises(DataError, match="cannot be written: out of reach"), out.write("run") as file:
            file.write(b"new")
    assert out.names() == ["run"]
    with out.open("run") as file:
        assert file.read() == b"old"


def raise_out_of_reach(*_):
    raise OSError("out of reach")


def test_a_lock_that_was_cut_off_as_it_was_written_holds_for_a_while(disk, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".lock").touch()
    out = open_output(f"{disk}/out")
    with pytest.raises(DataError, match=r"being written by another run \(one that does not say"), out.lock():
        pass
    os.utime(tmp_path / "out" / ".lock", (0, 0))
    with out.lock():
        pass


def test_a_run_leaves_the_lock_of_another_alone(disk, monkeypatch):
    out = open_output(f"{disk}/out")
    with monkeypatch.context() as patch:
        patch.setattr(remote, "_FRESH", 0)
        first, second = out.lock(), open_output(f"{disk}/out").lock()
        first.__enter__()
        second.__enter__()  # the first is taken for dead
    first.__exit__(None, None, None)
    with pytest.raises(DataError, match="being written by another run"), out.lock():
        pass
    second.__exit__(None, None, None)
    with out.lock():
        pass


def test_a_run_that_has_lost_its_lock_changes_nothing_any_more(disk, monkeypatch):
    monkeypatch.setattr(remote, "_SIGN", 0.05)
    put(f"{disk}/out", "ledger", b"")
    first, second = open_output(f"{disk}/out"), open_output(f"{disk}/out")
    with first.lock():
        first.append("ledger", "mine")
        first.remove(".lock")
        with second.lock():
            time.sleep(0.5)
            for change in (partial(first.append, "ledger", "late"), partial(first.remove, "ledger")):
                with pytest.raises(DataError, match="has been taken over by another run"):
                    change()
            with second.open("ledger") as file:
                assert list(file) == [b"mine\n"]
    assert second.names() == ["ledger"]


def test_a_second_run_is_refused_while_the_first_is_alive(bucket, monkeypatch):
    out = open_output(f"{bucket}/out")
    with out.lock():
        with pytest.raises(DataError, match="being written by another run"), out.lock():
            pass
        monkeypatch.setattr("stance.storage.remote._FRESH", 0)
        with out.lock():
            pass  # nothing was heard of the first for too long
    assert out.names() == []


def test_what_is_not_there_is_named(bucket, town_model, tmp_path):
    with pytest.raises(ReadError, match="no such file or folder"):
        predict([f"{bucket}/nowhere"], out=tmp_path / "out", model=town_model)
    with pytest.raises(DataError, match=r"ftp://host cannot be opened: .*expected a path, or a URL"):
        predict(["ftp://host/folder"], out=tmp_path / "out", model=town_model)
    with pytest.raises(DataError, match="sentences are read from files of this machine"):
        predict([bucket], out=tmp_path / "out", model=town_model, unit="sentence")
