"""Articles to be scored under adverse conditions, and what an undisturbed run makes of them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stance.workflows.predict import predict
from stance.workflows.scoring import blocks

TEXT = "The mayor on {} praised the trams.\n\nOld Henk ate soup. A baker condemned the parks of {}.\n"
N_LINES = 30


@pytest.fixture(scope="session")
def inbox(tmp_path_factory):
    """Files of two kinds in some fifteen blocks, bad ones among them; one file is cut."""
    folder = tmp_path_factory.mktemp("faults") / "inbox"
    folder.mkdir()
    for number in range(40):
        text = "" if number % 9 == 4 else TEXT.format("Monday", number)
        (folder / f"{number:02}.txt").write_text(text)
    lines = [json.dumps({"id": f"line-{n}", "text": TEXT.format("Sunday", n)}) for n in range(N_LINES)]
    lines[7] = "{nope"
    (folder / "feed.jsonl").write_text("\n".join(lines) + "\n")
    for path in folder.iterdir():
        os.utime(path, (10**9, 10**9))
    return folder


@pytest.fixture(scope="session")
def undisturbed(inbox, town_model, tmp_path_factory):
    """Bytes of all files that a run leaves."""
    out = tmp_path_factory.mktemp("faults") / "undisturbed"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "MAX_BLOCK_FILES", 5)
        patch.setattr(blocks, "MAX_BLOCK_BYTES", 1500)
        prediction = predict([inbox], out=out, model=town_model)
    assert prediction.summary.n_articles == 40 - 4 + N_LINES - 1
    assert len(list((out / "labels").iterdir())) > 9
    return read_run(out)


def read_run(out):
    """Bytes by name; without the ledger, in which blocks stand in the order in which they were done."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in Path(out).rglob("*")
        if path.is_file() and path.name not in ("ledger.jsonl", ".lock")
    }


def start(module, *arguments, **options):
    """Start ``python -m tests.faults.MODULE`` in the folder of the repository."""
    command = [sys.executable, "-m", f"tests.faults.{module}", *map(str, arguments)]
    return subprocess.Popen(command, cwd=Path(__file__).parents[2], text=True, **options)
