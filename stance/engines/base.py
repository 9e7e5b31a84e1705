"""The contract of an engine: where work runs, and nothing of what it is."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Block = TypeVar("Block")
Result = TypeVar("Result")


class Engine(ABC):
    """Maps a function over blocks of work; declared in the entry-point group ``stance.engines``."""

    @abstractmethod
    def map(self, function: Callable[[Block], Result], blocks: Iterable[Block]) -> Iterator[Result]:
        """Results in the order of ``blocks``.

        ``function``, blocks and results can be pickled, since they may cross to another process.
        """
