import gc
import sys

import pyarrow as pa
import pytest

from stance.storage import open_output
from stance.workflows.scoring.parts import PartWriter


def fail_amid(out, format):
    with PartWriter(out, f"part.{format}", format=format) as writer:
        writer.write(pa.table({"text": ["It sailed."]}))
        raise KeyboardInterrupt


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
def test_a_part_that_is_cut_off_leaves_nothing_and_says_nothing(tmp_path, monkeypatch, format):
    unraisable = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    with pytest.raises(KeyboardInterrupt):
        fail_amid(open_output(tmp_path), format)
    gc.collect()
    assert (unraisable, list(tmp_path.iterdir())) == ([], [])
