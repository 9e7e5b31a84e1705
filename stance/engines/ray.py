"""Runs blocks on a Ray cluster: Ray Data schedules them, and begins again what dies."""

import logging
import os
import pickle
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from pydantic import NonNegativeFloat, PositiveInt

from stance.engines.base import Block, Engine, Result
from stance.errors import StanceError, needing

Row = dict[str, Any]

_PATIENCE = 2.0
"""Seconds for each thread of Ray Data to end before Ray does: one that finds it gone ends the process."""


class Ray(Engine):
    """A pool of actors, each of which keeps what it has loaded; needs ``stance[ray]``.

    Every node needs the same Python environment, and sees inputs and outputs under the same names: a shared
    folder, or URLs. All blocks, which are small, are taken before the first runs.

    Parameters
    ----------
    address
        Of a running cluster (``"auto"``, ``"ray://host:10001"``); if not given, Ray starts on this machine.
    workers
        Most actors at once, also of machines that the cluster starts only when they are asked for; as many as
        it has processors at the start if not given.
    gpus
        Share of a GPU that an actor needs.
    """

    def __init__(
        self,
        address: str | None = None,
        workers: PositiveInt | None = None,
        gpus: NonNegativeFloat = 0,
    ) -> None:
        self.address = address
        self.workers = workers
        self.gpus = gpus

    def map(
        self, function: Callable[[Block], Result], blocks: Iterable[Block]
    ) -> Generator[Result, None, None]:
        with needing("ray", "The ray engine"):
            import ray  # noqa: PLC0415 (heavy, and only for this engine)
            import ray.data  # noqa: PLC0415
        items = [{"block": pickle.dumps(block)} for block in blocks]
        if not items:
            return
        is_ours = _connect(ray, self.address)
        most = self.workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
        results = ray.data.from_items(items, override_num_blocks=len(items)).map(
            _Actor,
            fn_constructor_args=[function, str(Path.cwd())],
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=min(most, len(items))),
            num_cpus=1,
            num_gpus=self.gpus,
        )
        others = set(threading.enumerate())
        try:
            with closing(iter(results.iter_rows())) as rows:
                for row in rows:
                    result, failure = pickle.loads(row["answer"])
                    if failure is not None:
                        raise failure
                    yield result
        finally:
            if is_ours:
                for thread in set(threading.enumerate()) - others:
                    thread.join(_PATIENCE)
                ray.shutdown()


def _connect(ray: Any, address: str | None) -> bool:
    """Use the cluster, quietly; whether the process did not use one before."""
    is_new = not ray.is_initialized()
    if is_new:
        try:
            ray.init(address, log_to_driver=False, logging_level=logging.ERROR, include_dashboard=False)
        except Exception as error:  # Ray has none of its own for a node that does not start in time
            if address is None:
                raise StanceError(
                    f"Ray does not start on this machine: {error}. Name a cluster by its address, or score "
                    "with the engine 'local'"
                ) from error
            raise StanceError(
                f"no Ray cluster answers at {address!r}: {error}. Expected 'auto' on a node of it, or an "
                "address as in 'ray://host:10001'; without one, Ray starts on this machine"
            ) from error
    logging.getLogger("ray.data").setLevel(logging.ERROR)  # it tells its plan, and the end of each run
    ray.data.DataContext.get_current().enable_progress_bars = False
    return is_new


class _Actor:
    """Calls the function on one block after the other, in one process.

    Names relative to ``folder`` mean what they mean to the process that asks, on a node that has the folder.
    """

    def __init__(self, function: Callable[[Any], Any], folder: str) -> None:
        self.function = function
        if Path(folder).is_dir():
            os.chdir(folder)

    def __call__(self, row: Row) -> Row:
        answer: tuple[Any, Exception | None]
        try:
            answer = (self.function(pickle.loads(row["block"])), None)
        except Exception as error:  # which Ray would wrap in one of its own
            answer = (None, error)
        return {"answer": pickle.dumps(answer)}
