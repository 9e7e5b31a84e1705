"""The house has floors: a module imports only from floors below its own, or from its own folder."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "stance"

FLOORS = [
    {"types", "errors", "phrases", "processors", "shipped"},
    {"csv_rows", "resources", "schema", "storage", "words"},
    {"taxonomy", "registry"},
    {"config", "records"},
    {"text", "labelling", "holders", "evaluation", "engines"},
    {"classifiers", "checks", "reports"},
    {"workflows"},
    {"cli"},
]
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.name[0] != "_")


def top(module: str) -> str:
    """``"text"`` for ``"stance.text.readers"``; ``""`` for the package itself."""
    return [*module.split("."), ""][1]


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "stance":
            names.add(top(node.module))
        elif isinstance(node, ast.Import):
            names |= {top(alias.name) for alias in node.names if alias.name.split(".")[0] == "stance"}
    return names - {""}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_from_floors_below(path):
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    for name in imported(path) - {own}:
        assert FLOOR[name] < FLOOR[own], f"{path.name} on floor {FLOOR[own]} imports stance.{name}"


def test_every_module_has_a_floor():
    assert {path.relative_to(PACKAGE).with_suffix("").parts[0] for path in MODULES} == set(FLOOR)
