"""A run is killed at any moment, and run again: the same bytes, each article once."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from stance.workflows.verify import verify
from tests.faults.conftest import read_run, start

N_KILLS = int(os.environ.get("STANCE_KILLS", "25"))
STEP_STRIDE = 1 if N_KILLS > 25 else 9
"""Of the moments at which a name changes or a file is flushed; a soak takes all of them."""

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")]


@pytest.fixture(scope="module")
def victim(inbox, town_model, tmp_path_factory):
    """A process that scores ``inbox`` when it is told so."""
    process = start("victim", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    folder = tmp_path_factory.mktemp("victim")
    arguments = {"inputs": [str(inbox)], "model": str(town_model)}

    def run(out, **happens):
        order = {"arguments": {**arguments, "out": str(out)}, **happens}
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    assert run(folder / "first") == 0
    yield run
    process.stdin.close()
    process.wait()
    process.stdout.close()
    process.stderr.close()


def check(out, undisturbed):
    assert read_run(out) == undisturbed
    found = verify(out)
    assert found.problems == ()
    assert found.summary.counts["articles_in"] == found.summary.n_articles + found.summary.counts["set_aside"]


def test_killed_at_any_time_and_run_again(victim, undisturbed, tmp_path):
    started = time.perf_counter()
    assert victim(tmp_path / "whole") == 0
    seconds = time.perf_counter() - started
    assert read_run(tmp_path / "whole") == undisturbed
    generator = random.Random(1)
    n_killed = 0
    for number in range(N_KILLS):
        out = tmp_path / str(number)
        n_killed += victim(out, seconds=generator.uniform(0, seconds)) == -signal.SIGKILL
        assert victim(out) == 0
        check(out, undisturbed)
    assert n_killed > N_KILLS / 4  # on a busy machine, the run that was timed may be the slowest


def test_killed_again_and_again(victim, undisturbed, tmp_path):
    out, n_killed = tmp_path / "out", 0
    while victim(out, step=25) == -signal.SIGKILL:  # after a block or two
        n_killed += 1
    assert n_killed > 3
    check(out, undisturbed)


def test_killed_before_and_after_a_part_gets_its_name(victim, undisturbed, tmp_path):
    """Also while files are flushed or removed, and in the middle of cleaning up after a kill."""
    step = 0
    while victim(out := tmp_path / str(step), step=step) == -signal.SIGKILL:
        victim(out, step=step % 11)
        assert victim(out) == 0
        check(out, undisturbed)
        step += STEP_STRIDE
    assert step > 150


def test_killed_while_rows_of_lost_files_are_taken_out(victim, inbox, undisturbed, tmp_path, town_model):
    step, extra = 0, tmp_path / "extra.txt"
    extra.write_text("A neighbour photographed the trams.")
    more = {"inputs": [str(inbox), str(extra)], "model": str(town_model)}
    code = None
    while code != 0:
        out = tmp_path / str(step)
        assert victim(out, arguments={**more, "out": str(out)}) == 0
        assert "extra" in str(read_run(out))
        code = victim(out, step=step)
        assert victim(out) == 0
        found = verify(out)
        assert found.problems == ()
        assert found.summary.counts["articles_in"] == 70
        step += 4
    assert step > 8


def test_a_full_disk_is_told_and_nothing_is_lost(victim, undisturbed, tmp_path):
    sizes = sorted(map(len, undisturbed.values()))
    for number, max_bytes in enumerate([1, sizes[0], sizes[len(sizes) // 2], sizes[-1] - 1, 5000, 12000]):
        out = tmp_path / str(number)
        assert victim(out, max_bytes=max_bytes) == 1
        assert victim(out) == 0
        check(out, undisturbed)
