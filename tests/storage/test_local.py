import pytest

from stance.errors import DataError
from stance.storage import ASIDE, open_output


def test_a_file_is_whole_or_not_there(tmp_path):
    out = open_output(tmp_path / "out")
    with out.write("labels/part") as file:
        file.write(b"first")
    with pytest.raises(KeyError), out.write("labels/part") as file:
        file.write(b"half")
        assert out.names("labels") == ["part", f"part{ASIDE}"]
        raise KeyError
    assert out.names("labels") == ["part"]
    with out.open("labels/part") as file:
        assert file.read() == b"first"


def test_a_folder_that_is_a_file_holds_nothing_and_cannot_be_written(tmp_path):
    (tmp_path / "out").touch()
    out = open_output(tmp_path / "out")
    assert (out.names(), out.size("ledger.jsonl")) == ([], None)
    with pytest.raises(DataError, match=r"out/run\.json cannot be written: File exists\. Mend that"):
        with out.write("run.json"):
            pass


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path):
    (tmp_path / "run.json").mkdir()
    with pytest.raises(DataError, match=r"run\.json cannot be written: Is a directory"):
        with open_output(tmp_path).write("run.json"):
            pass
    assert open_output(tmp_path).names() == ["run.json"]
