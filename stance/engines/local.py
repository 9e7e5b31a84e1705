"""Runs blocks on this machine, in this process or in several."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor

from stance.engines.base import Block, Engine, Result


class Local(Engine):
    """Worker processes of this machine.

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

    def map(self, function: Callable[[Block], Result], blocks: Iterable[Block]) -> Iterator[Result]:
        if self.workers == 1:
            yield from map(function, blocks)
            return
        with ProcessPoolExecutor(self.workers, multiprocessing.get_context("spawn")) as pool:
            yield from pool.map(function, blocks)
