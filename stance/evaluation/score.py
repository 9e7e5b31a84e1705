"""One number of an evaluation, with its doubt."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol, Self


def to_plain(record: Any) -> dict[str, Any]:
    """The fields of a record, and of those inside it, as plain values for JSON; ``None`` for ``nan``."""
    plain: dict[str, Any] = _to_plain(asdict(record))
    return plain


def _to_plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _to_plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_to_plain(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value


@dataclass(frozen=True)
class Score:
    """A metric's value with its doubt.

    ``of`` is the topic or stance that it is the score of, ``None`` for all together. ``low`` and ``high``
    bound the 95 % interval. ``support`` is the number of gold labels behind it, ``signature`` that of the
    conditions it was measured under. What is undefined is ``nan``: a value without a label on either side, an
    interval from a single group.
    """

    metric: str
    of: str | None
    value: float
    low: float
    high: float
    support: int
    signature: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, ``None`` for ``nan``."""
        return to_plain(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """The score that ``to_dict`` described."""
        numbers = {key: math.nan for key in ("value", "low", "high") if content[key] is None}
        return cls(**{**content, **numbers})


class Reference(Protocol):
    """A row that stands beside a run: what guessing, or people, score."""

    @property
    def name(self) -> str:
        """What the row is called."""

    @property
    def scores(self) -> tuple[Score, ...]:
        """As those of an ``Evaluation``."""

    def __getitem__(self, metric: str) -> Score:
        """The score of ``metric`` over all topics."""
