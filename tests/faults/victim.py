"""A process that scores and is killed, or meets a full disk; it forks for each run, which then costs little.

Reads a JSON object a line: the arguments of ``predict``, and what is to happen. Answers with the exit code.
"""

import json
import os
import resource
import signal
import sys
import time

import tests.faults.small
from stance.errors import StanceError
from stance.workflows.predict import predict

assert tests.faults.small


def die_at(step):
    """Die just before, or just after, a change of a name or a flush to the disk, both counted."""
    n_done = 0

    def count():
        nonlocal n_done
        if n_done == step:
            os.kill(os.getpid(), signal.SIGKILL)
        n_done += 1

    def counted(function):
        def call(*arguments, **options):
            count()
            result = function(*arguments, **options)
            count()
            return result

        return call

    for name in ("replace", "unlink", "fsync"):
        setattr(os, name, counted(getattr(os, name)))


def skip_flush(descriptor):
    """What is flushed outlives a power cut; a process that is killed leaves the same without, sooner."""


def run(order):
    """Score, with whatever is to happen to this process; returns the exit code."""
    if "max_bytes" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["max_bytes"], order["max_bytes"]))
    if "step" in order:
        die_at(order["step"])
    try:
        predict(**order["arguments"])
    except StanceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def answer(code):
    sys.stdout.write(f"{code}\n")
    sys.stdout.flush()


def main():
    os.fsync = skip_flush
    for number, line in enumerate(sys.stdin):
        order = json.loads(line)
        if number == 0:  # loads the model, which all later runs find loaded
            answer(run(order))
            continue
        child = os.fork()
        if child == 0:
            code = 2
            try:
                code = run(order)
            finally:
                sys.stderr.flush()
                os._exit(code)
        if "seconds" in order:
            time.sleep(order["seconds"])
            os.kill(
                child, signal.SIGKILL
            )  # it may have ended, but its number is not given away before waitpid
        _, status = os.waitpid(child, 0)
        answer(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
