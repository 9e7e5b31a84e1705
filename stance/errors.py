"""Errors that a user can act on: each says what was found, what was expected, where, and what to do."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


class StanceError(Exception):
    """A wrong file, config or model; the message is meant for the user, the attributes for a program."""


class ConfigError(StanceError):
    """A config, or another file of settings, that cannot be used.

    Parameters
    ----------
    path
        The file, as the user named it.
    problems
        One line a problem, each opening with the place: ``"topics.C: …"``.
    """

    def __init__(self, path: str | Path, problems: Sequence[str]) -> None:
        self.path = str(path)
        self.problems = tuple(problems)
        super().__init__(path, problems)  # the arguments themselves, so that the error can be pickled

    def __str__(self) -> str:
        return f"{self.path} is not valid:\n" + "\n".join(f"  {line}" for line in self.problems)


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

    def __init__(self, path: str | Path, reason: str, line: int | None = None) -> None:
        self.path = str(path)
        self.reason = reason
        self.line = line
        super().__init__(self.path, reason, line)  # the arguments themselves: workers send errors home

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}, line {self.line}"
        return f"{place}: {self.reason}"

    def to_dict(self) -> dict[str, str | int]:
        """The record in a file of errors; ``line`` only where there is one."""
        line = {} if self.line is None else {"line": self.line}
        return {"file": self.path, **line, "reason": self.reason}


class ModelError(StanceError):
    """A model folder that is incomplete, changed, or made for something else."""


class DataError(StanceError):
    """Labels or splits that cannot answer the question asked of them."""


@contextmanager
def needing(extra: str, purpose: str) -> Iterator[None]:
    """Say which extra of this package brings what is imported here and is not there."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise lacking(str(error.name), extra, purpose) from error


def lacking(package: str, extra: str, purpose: str) -> StanceError:
    """What to say where a package is not installed."""
    return StanceError(
        f"{purpose} needs the package {package}. Install the extra that has it, in the folder of stance: "
        f"pip install --editable '.[{extra}]'"
    )
