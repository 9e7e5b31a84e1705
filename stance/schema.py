"""Checks plain containers against a signature or a schema, and says in words what is wrong."""

import difflib
import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from stance.errors import ConfigError


class Schema(BaseModel):
    """What a file, or a block of one, may hold: these fields and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_Content = TypeVar("_Content", bound=Schema)


def check_content(
    content: object, schema: type[_Content], path: str | Path, *, owner: str, context: Any = None
) -> _Content:
    """The content of a file, as its schema.

    Parameters
    ----------
    owner
        Names such a file in the message, as in ``"a taxonomy"``.

    Raises
    ------
    ConfigError
        With every problem of the file at once.
    """
    try:
        return schema.model_validate(content, context=context)
    except ValidationError as error:
        raise ConfigError(path, describe(error, schema, owner=owner)) from error


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
    schema = _to_schema(function)
    try:
        schema.model_validate(dict(parameters))
    except ValidationError as error:
        return describe(error, schema, place=place, owner=owner)
    return []


def call(function: Callable[..., Any], parameters: Mapping[str, Any]) -> Any:
    """Call ``function`` with parameters converted to what its signature says (a YAML list to a tuple)."""
    values = _to_schema(function).model_validate(dict(parameters))
    return function(**{name: getattr(values, name) for name in values.model_fields_set})


def _to_schema(function: Callable[..., Any]) -> type[BaseModel]:
    fields: dict[str, Any] = {
        name: (parameter.annotation, ... if parameter.default is parameter.empty else parameter.default)
        for name, parameter in inspect.signature(function, eval_str=True).parameters.items()
    }
    config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, protected_namespaces=())
    return create_model("Block", __config__=config, **fields)


def describe(error: ValidationError, schema: type[BaseModel], *, owner: str, place: str = "") -> list[str]:
    """One line a problem: the place, what was found, what was expected, and a near name if there is one."""
    lines = []
    for problem in error.errors():
        *path, name = [str(part) for part in problem["loc"]] or ["(top level)"]
        where = ".".join(part for part in [place, *path, name] if part)
        if problem["type"] == "extra_forbidden":
            lines.append(f"{where}: no such parameter of {owner}; {did_you_mean(name, _names(schema, path))}")
        elif problem["type"] == "missing":
            lines.append(f"{where}: missing; {owner} needs it")
        else:
            lines.append(f"{where}: {_to_message(problem)}, found {problem['input']!r:.80}")
    return lines


def _to_message(problem: ErrorDetails) -> str:
    """What is wrong, in the words of a file rather than of Python's types."""
    if problem["type"] == "model_type":
        return "expected a mapping"
    if problem["type"] in ("tuple_type", "list_type") or problem.get("ctx", {}).get("class") == "Sequence":
        is_one = isinstance(problem["input"], str | int | float)
        return f"expected a list, as [{problem['input']}]" if is_one else "expected a list"
    return problem["msg"].removeprefix("Value error, ")


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """A hint for a mistyped name: the nearest known one, or all of them."""
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"expected one of {list(known)}"


def _names(schema: Any, path: Sequence[str]) -> list[str]:
    """Names of the fields at ``path``; those of the outermost model where the path leaves the schema."""
    inner = schema
    for part in path:
        if not part.isdecimal():  # a place in a list, whose items ``_find_model`` has found
            fields = {_name(field, name): field for name, field in getattr(inner, "model_fields", {}).items()}
            inner = _find_model(fields[part].annotation) if part in fields else None
    return [_name(field, name) for name, field in (inner or schema).model_fields.items()]


def _name(field: FieldInfo, name: str) -> str:
    """What a file calls a field."""
    return field.alias or name


def _find_model(annotation: Any) -> Any:
    """The model that a type is, or holds, as a list of it does."""
    if hasattr(annotation, "model_fields"):
        return annotation
    return next(filter(None, map(_find_model, get_args(annotation))), None)
