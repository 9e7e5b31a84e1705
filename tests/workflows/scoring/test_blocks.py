import json

import numpy as np
import pytest

from stance.storage import open_output
from stance.workflows.scoring import blocks
from stance.workflows.scoring.blocks import ToDo, count_blocks, list_pieces


@pytest.fixture
def divide(tmp_path):
    """Name and number of pieces of each block that a folder makes."""

    def run(folder):
        pieces = list_pieces([str(folder)], open_output(tmp_path / "out"), can_cut=True)
        todo = ToDo(pieces, np.ones(len(pieces), dtype=np.bool_), {}, 0, len(pieces), 0, 0)
        found = [(block.name, len(block.files)) for block in todo.blocks()]
        assert len(found) == count_blocks(pieces)
        return found

    return run


def write_files(folder, numbers, *, n_bytes=10):
    folder.mkdir(exist_ok=True)
    for number in numbers:
        (folder / f"{number:05}.txt").write_text("x" * n_bytes)


def test_few_files_are_several_blocks_and_many_are_larger_ones(divide, tmp_path):
    write_files(tmp_path / "few", range(120))
    assert [n for _, n in divide(tmp_path / "few")] == [50, 50, 20]
    write_files(tmp_path / "many", range(1000))
    sizes = [n for _, n in divide(tmp_path / "many")]
    assert sizes[:-1] == sorted(sizes[:-1])
    assert (sizes[0], max(sizes)) == (50, 56)
    assert sum(sizes) == 1000


def test_blocks_have_bounds(divide, tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "MAX_BLOCK_FILES", 25)
    write_files(tmp_path / "in", range(600))
    assert max(n for _, n in divide(tmp_path / "in")) == 25
    monkeypatch.setattr(blocks, "MAX_BLOCK_BYTES", 35)
    assert [n for _, n in divide(tmp_path / "in")] == [3] * 200


def test_what_is_added_at_the_end_moves_no_block(divide, tmp_path):
    write_files(tmp_path / "in", range(500))
    before = divide(tmp_path / "in")
    write_files(tmp_path / "in", range(500, 700))
    assert divide(tmp_path / "in")[: len(before) - 1] == before[:-1]


def test_a_file_of_many_records_is_shared_and_keeps_its_stretches_as_it_grows(divide, tmp_path):
    line = json.dumps({"text": "x" * 1000}) + "\n"
    file = tmp_path / "in" / "feed.jsonl"
    file.parent.mkdir()
    file.write_text(line * 2000)
    before = divide(file.parent)
    assert len(before) == 4
    file.write_text(line * 12000)
    after = divide(file.parent)
    assert after[:3] == before[:3]
    assert len(after) < 6 * len(before)
