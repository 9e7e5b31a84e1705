"""How many processors this process may use, which may be fewer than the machine has."""

import math
import os
from pathlib import Path

QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""A container's share of processor time (control groups, version 2): microseconds, and of how many."""


def count_processors() -> int:
    """Processors that the batch system, ``taskset`` or the container leaves to this process; one at least.

    More threads than that wait for each other: a network in 16 of them on two processors is many times
    slower than in two.
    """
    pinned = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        time, period = QUOTA.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return pinned
    return pinned if time == "max" else max(1, min(pinned, math.ceil(int(time) / int(period))))
