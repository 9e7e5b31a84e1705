"""Numbers and lists of things in words."""

from collections.abc import Sequence


def count_of(n: int, name: str, plural: str = "") -> str:
    """A number of things, as ``1,000 articles`` or ``1 article``."""
    return f"{n:,} {name}" if n == 1 else f"{n:,} {plural or name + 's'}"


def list_of(names: Sequence[str], conjunction: str) -> str:
    """Names in a row, as ``a, b or c``; one at least."""
    *others, last = names
    return f"{', '.join(others)} {conjunction} {last}" if others else last
