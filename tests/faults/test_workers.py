"""Worker processes die, the parent dies, somebody presses Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stance.engines.local import Local
from stance.errors import StanceError
from stance.storage import open_output
from stance.workflows.scoring.ledger import Ledger
from stance.workflows.verify import verify
from tests.faults.conftest import read_run, start

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc"),
]


def find_workers(pid):
    """Numbers of the processes that a process has started to work for it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in children if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]


def is_there(pid):
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def running(inbox, town_model, tmp_path):
    """A run with two workers that has written its first parts."""
    out = tmp_path / "out"
    arguments = ["predict", inbox, "--out", out, "--model", town_model, "--workers", 2]
    process = start(
        "command",
        *arguments,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "PAUSE": "0.2"},
    )
    wait_until(lambda: len(list((out / "labels").glob("part-*.parquet"))) > 1)
    return process, out


def finish(inbox, town_model, out):
    process = start("command", "predict", inbox, "--out", out, "--model", town_model, "--quiet")
    assert process.wait() == 0


def test_a_worker_that_is_killed_is_replaced(running, undisturbed):
    process, out = running
    os.kill(find_workers(process.pid)[0], signal.SIGKILL)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    assert read_run(out) == undisturbed
    assert verify(out).problems == ()


def test_workers_end_with_a_run_that_is_killed(running, undisturbed, inbox, town_model):
    process, out = running
    workers = find_workers(process.pid)
    assert workers
    process.kill()
    process.communicate()
    wait_until(lambda: not any(map(is_there, workers)), seconds=10)
    finish(inbox, town_model, out)
    assert read_run(out) == undisturbed


def test_ctrl_c_ends_cleanly_and_says_how_to_go_on(running, undisturbed, inbox, town_model):
    process, out = running
    workers = find_workers(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told == f"interrupted; run the same command again to go on from what is in {out}\n"
    assert not any(map(is_there, workers))
    assert not list(out.rglob("*.partial"))
    assert len(list((out / "labels").iterdir())) <= len(Ledger(open_output(out)))
    finish(inbox, town_model, out)
    assert read_run(out) == undisturbed


def die(number):
    os.kill(os.getpid(), signal.SIGKILL)


def test_work_that_always_kills_its_worker_ends_the_run():
    with pytest.raises(StanceError, match=r"a worker process died, 3 times .* fewer --workers"):
        list(Local(2).map(die, range(4)))
