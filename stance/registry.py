"""Finds the kinds that a config may name: entry points, loaded only when asked for."""

import difflib
import inspect
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any

from pydantic import ConfigDict, ValidationError, create_model

GROUPS = ("readers", "labelling_functions", "label_models", "classifiers", "metrics", "engines")


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
    raise ValueError(f"unknown {singular(group)} {kind!r}; expected one of {kinds(group)}")


def build(group: str, block: Mapping[str, Any]) -> Any:
    """Call the constructor that ``block["kind"]`` names with the rest of the block."""
    return find_kind(group, block["kind"])(**{key: value for key, value in block.items() if key != "kind"})


def check_block(group: str, block: Mapping[str, Any], place: str) -> list[str]:
    """Problems of a block: an unknown kind, or parameters that its constructor would not take."""
    if "kind" not in block:
        return [f"{place}.kind: missing; expected one of {kinds(group)}"]
    try:
        constructor = find_kind(group, block["kind"])
    except ValueError as error:
        return [f"{place}.kind: {error}"]
    parameters = {key: value for key, value in block.items() if key != "kind"}
    return check_call(constructor, parameters, place, owner=repr(block["kind"]))


def check_call(
    function: Callable[..., Any], parameters: Mapping[str, Any], place: str, *, owner: str
) -> list[str]:
    """Problems that calling ``function(**parameters)`` would meet; the signature is the schema.

    Parameters
    ----------
    place
        Opens each line, as in ``"topics"``.
    owner
        Names the function in the message, as in ``"'linear'"``.
    """
    signature = inspect.signature(function, eval_str=True)
    fields: dict[str, Any] = {
        name: (parameter.annotation, ... if parameter.default is parameter.empty else parameter.default)
        for name, parameter in signature.parameters.items()
    }
    schema = create_model(
        "Block", __config__=ConfigDict(extra="forbid", arbitrary_types_allowed=True), **fields
    )
    try:
        schema.model_validate(dict(parameters))
    except ValidationError as error:
        return [_describe_problem(problem, place, owner, list(fields)) for problem in error.errors()]
    return []


def singular(group: str) -> str:
    """``"label_models"`` becomes ``"label model"``."""
    return group.removesuffix("s").replace("_", " ")


def did_you_mean(name: str, known: list[str]) -> str:
    """A hint for a mistyped name: the nearest known one, or all of them."""
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"expected one of {known}"


def _describe_problem(problem: Any, place: str, owner: str, known: list[str]) -> str:
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"{place}.{name}: no such parameter of {owner}; {did_you_mean(name, known)}"
    if problem["type"] == "missing":
        return f"{place}.{name}: missing; {owner} needs it"
    return f"{place}.{name}: {problem['msg']}, found {problem['input']!r:.80}"
