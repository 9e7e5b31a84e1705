"""Numbers of things in words."""


def count_of(n: int, name: str, plural: str = "") -> str:
    """A number of things, as ``1,000 articles`` or ``1 article``."""
    return f"{n:,} {name}" if n == 1 else f"{n:,} {plural or name + 's'}"
