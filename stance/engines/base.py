"""The contract of an engine: where work runs, and nothing of what it is."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable
from typing import TypeVar

Block = TypeVar("Block")
Result = TypeVar("Result")


class Engine(ABC):
    """Maps a function over blocks of work; declared in the entry-point group ``stance.engines``.

    A constructor takes ``workers``, how many may work at once; none where nobody has said so.
    """

    @abstractmethod
    def map(
        self, function: Callable[[Block], Result], blocks: Iterable[Block]
    ) -> Generator[Result, None, None]:
        """The result of every block, each once, as they come: in any order.

        ``function``, blocks and results can be pickled, since they may cross to another process, and are
        small. Blocks are taken from their iterator as there is room for them. A block may be computed again,
        if whoever computed it is lost; an error that ``function`` raises ends the map, and is raised here.
        When the generator is closed, nothing computes any more.
        """
