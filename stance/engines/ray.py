"""Runs blocks on a Ray cluster: Ray Data schedules them, restarts what dies, and keeps the order."""

import logging
import pickle
from collections.abc import Callable, Generator, Iterable
from typing import Any

from pydantic import NonNegativeFloat, PositiveInt

from stance.engines.base import Block, Engine, Result
from stance.errors import StanceError

Row = dict[str, Any]


class Ray(Engine):
    """A pool of actors, each of which keeps what it has loaded; needs ``stance[ray]``.

    Every node needs the same Python environment, and sees inputs and outputs under the same names: a shared
    folder, or URLs.

    Parameters
    ----------
    address
        Of a running cluster (``"auto"``, ``"ray://host:10001"``); if not given, Ray starts on this machine.
    workers
        Most actors at once; as many as the cluster has processors if not given.
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
        try:
            import ray  # noqa: PLC0415 (heavy, and only for this engine)
            import ray.data  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise StanceError(
                "The ray engine needs the package ray. Install it with: pip install 'stance[ray]'"
            ) from error
        items = [{"block": pickle.dumps(block)} for block in blocks]
        if not items:
            return
        if not ray.is_initialized():
            ray.init(self.address, log_to_driver=False, logging_level="error", include_dashboard=False)
        logging.getLogger("ray.data").setLevel(logging.ERROR)  # it tells its plan, and the end of each run
        context = ray.data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = False
        n_actors = min(self.workers or max(1, int(ray.cluster_resources().get("CPU", 1))), len(items))
        results = ray.data.from_items(items, override_num_blocks=len(items)).map(
            _Actor,
            fn_constructor_args=[function],
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=n_actors),
            num_cpus=1,
            num_gpus=self.gpus,
        )
        for row in results.iter_rows():
            yield pickle.loads(row["result"])


class _Actor:
    """Calls the function on one block after the other, in one process."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __call__(self, row: Row) -> Row:
        return {"result": pickle.dumps(self.function(pickle.loads(row["block"])))}
