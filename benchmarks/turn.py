"""Runs one command to its end and prints what it cost, as JSON.

A process of its own, because a command's peak memory counts from that of the process that starts it.
"""

import json
import os
import subprocess
import sys
import time


def main() -> None:
    started = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
    cost = {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss * unit}
    print(json.dumps(cost))
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
