"""Finds the kinds that a config may name: entry points, loaded only when asked for."""

from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any

from stance.schema import call, check_call


def kinds(group: str) -> list[str]:
    """Names declared for ``group`` by this package and by installed plug-ins, sorted."""
    return sorted({entry.name for entry in entry_points(group=f"stance.{group}")})


def find_kind(group: str, kind: str) -> Any:
    """Load what ``kind`` names in ``group``.

    Raises
    ------
    ValueError
        If no such kind is declared; the message lists those that are.
    """
    for entry in entry_points(group=f"stance.{group}", name=kind):
        return entry.load()
    name = group.removesuffix("s").replace("_", " ")
    raise ValueError(f"unknown {name} {kind!r}; expected one of {kinds(group)}")


def build(group: str, block: Mapping[str, Any]) -> Any:
    """Call the constructor that ``block["kind"]`` names with the rest of the block."""
    return call(find_kind(group, block["kind"]), _parameters(block))


def check_block(group: str, block: Mapping[str, Any], place: str) -> list[str]:
    """Problems of a block: an unknown kind, or parameters that its constructor would not take."""
    if "kind" not in block:
        return [f"{place}.kind: missing; expected one of {kinds(group)}"]
    try:
        constructor = find_kind(group, block["kind"])
    except ValueError as error:
        return [f"{place}.kind: {error}"]
    return check_call(constructor, _parameters(block), place, owner=repr(block["kind"]))


def _parameters(block: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in block.items() if key != "kind"}
