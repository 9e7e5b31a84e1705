"""Runs blocks on this machine, in this process or in several."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any

from stance.engines.base import Block, Engine, Result
from stance.errors import StanceError

_AHEAD = 2  # blocks a worker that are on their way, so that none waits for the next
_MAX_LOSSES = 3  # times that a block may be on its way when a worker dies


class Local(Engine):
    """Worker processes of this machine.

    A worker that dies, as when memory runs out, is replaced, and the blocks that were on their way are begun
    again. Workers end with the process that started them, however that ends.

    Parameters
    ----------
    workers
        Number of processes; with 1, blocks run in the calling process. With more, a script must start its
        work below ``if __name__ == "__main__"``, since each worker imports it anew.
    """

    def __init__(self, workers: int = 1) -> None:
        if workers < 1:
            raise ValueError(f"workers must be 1 or more, found {workers!r}")
        self.workers = workers

    def map(
        self, function: Callable[[Block], Result], blocks: Iterable[Block]
    ) -> Generator[Result, None, None]:
        if self.workers == 1:
            yield from map(function, blocks)
            return
        waiting = ((block, 0) for block in blocks)
        queue: deque[tuple[Block, int]] = deque()
        while True:
            running: dict[Future[Result], tuple[Block, int]] = {}
            try:
                with _start_workers(self.workers) as pool:
                    while True:
                        room = self.workers * _AHEAD - len(running) - len(queue)
                        queue.extend(islice(waiting, max(0, room)))
                        while queue:
                            running[_submit(pool, function, queue[0][0])] = queue[0]
                            queue.popleft()
                        if not running:
                            return
                        for future in wait(running, return_when=FIRST_COMPLETED).done:
                            result = future.result()
                            del running[future]  # only now: a block that is lost stays
                            yield result
            except BrokenProcessPool as error:
                queue.extendleft((block, n_losses + 1) for block, n_losses in running.values())
                if max(n_losses for _, n_losses in queue) >= _MAX_LOSSES:
                    raise StanceError(
                        f"a worker process died, {_MAX_LOSSES} times over the same work. That happens when "
                        "memory runs out: run again, with fewer --workers"
                    ) from error


@contextmanager
def _start_workers(n: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that are gone when the block ends: they have finished if it ends well, else they are stopped.

    Each holds the reading end of a pipe of which only this process has the other. When that is closed, be it
    that this process has died, workers stop.
    """
    context = multiprocessing.get_context("spawn")
    reading, writing = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(n, context, initializer=_stop_with, initargs=(reading,))
    try:
        yield pool
        pool.shutdown()
    finally:
        writing.close()
        pool.shutdown(cancel_futures=True)
        reading.close()


def _submit(pool: ProcessPoolExecutor, function: Callable[[Block], Result], block: Block) -> "Future[Result]":
    """Hand over a block. A process that this starts is deaf to Ctrl-C, which goes to the whole group."""
    if not hasattr(signal, "pthread_sigmask"):
        return pool.submit(function, block)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(function, block)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _stop_with(reading: Connection) -> None:
    """In a worker: end when the other end of the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def wait_for_end() -> Any:
        reading.poll(None)
        os._exit(1)

    threading.Thread(target=wait_for_end, daemon=True).start()
