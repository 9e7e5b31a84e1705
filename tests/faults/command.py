"""``stance`` with blocks as small as the victim's, also in its workers, which import this anew.

``PAUSE`` is for how many seconds to wait after each block, so that a run does not end before it is disturbed.
"""

import os
import signal
import time

import tests.faults.small
from stance.cli.app import main
from stance.workflows.scoring.ledger import Ledger


def pause_after_each_block(seconds):
    add = Ledger.add

    def add_and_wait(self, record):
        add(self, record)
        time.sleep(seconds)

    Ledger.add = add_and_wait


if __name__ == "__main__":
    assert tests.faults.small
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has background jobs ignore Ctrl-C
    pause_after_each_block(float(os.environ.get("PAUSE", "0")))
    main()
