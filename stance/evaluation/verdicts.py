"""What a check decides, as an object that programs and people can read."""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["passed", "failed", "not applicable"]


@dataclass(frozen=True)
class Verdict:
    """The outcome of a check: ``code`` for programs, ``title`` and ``explanation`` for people."""

    code: str
    title: str
    outcome: Outcome
    explanation: str
