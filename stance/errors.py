"""Errors that a user can act on: each says what was found, what was expected, where, and what to do."""

from collections.abc import Sequence
from pathlib import Path


class StanceError(Exception):
    """A wrong file, config or model; the message is meant for the user, the attributes for a program."""


class ConfigError(StanceError):
    """A config that cannot be run.

    Parameters
    ----------
    path
        The config file, as the user named it.
    problems
        One line a problem, each opening with the place: ``"topics.C: …"``.
    """

    def __init__(self, path: str | Path, problems: Sequence[str]) -> None:
        self.path = str(path)
        self.problems = tuple(problems)
        super().__init__(f"{path} is not a valid config:\n" + "\n".join(f"  {line}" for line in problems))


class ReadError(StanceError):
    """A file, or a record in it, that cannot be read; in a batch it is set aside with this reason.

    Parameters
    ----------
    path
        The file, as the user named it.
    reason
        What was found and what was expected.
    line
        1-based line or row number inside the file, where there is one.
    """

    def __init__(self, path: str | Path, reason: str, *, line: int | None = None) -> None:
        self.path = str(path)
        self.reason = reason
        self.line = line
        place = str(path) if line is None else f"{path}, line {line}"
        super().__init__(f"{place}: {reason}")

    def to_dict(self) -> dict[str, str | int | None]:
        """The record of ``errors.jsonl``."""
        return {"file": self.path, "line": self.line, "reason": self.reason}


class ModelError(StanceError):
    """A model folder that is incomplete, changed, or made for something else."""


class DataError(StanceError):
    """Labels or splits that cannot answer the question asked of them."""
