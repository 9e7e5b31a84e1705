"""Where shipped files are: in the working directory, or beside the installed package."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from stance.errors import ConfigError, StanceError

_PACKAGE = Path(__file__).parent
_YAML: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # many times as fast, where PyYAML has libyaml
_MERGE = "tag:yaml.org,2002:merge"


class _Loader(_YAML):  # type: ignore[misc]
    """Refuses a key that stands twice in a block, of which YAML's own loader keeps the last."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._checked: set[int] = set()

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Put what a block merges (``<<``) into it; that asks each block once before it changes."""
        if id(node) not in self._checked:
            self._checked.add(id(node))
            _check_keys(
                [key for key, _ in node.value if isinstance(key, yaml.ScalarNode) and key.tag != _MERGE]
            )
        super().flatten_mapping(node)


def _check_keys(keys: Sequence[yaml.ScalarNode]) -> None:
    seen: set[tuple[str, str]] = set()
    for key in keys:
        if (key.tag, key.value) in seen:
            problem = f"the key {key.value!r} stands twice in one block"
            raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
        seen.add((key.tag, key.value))


def find_resource(name: str | Path) -> Path:
    """The file or folder ``name``: as given, else the copy that ships with the package.

    Raises
    ------
    StanceError
        If there is neither.
    TypeError
        If it is no path, as where a model that is loaded is given in place of its folder.
    """
    if not isinstance(name, str | Path):
        raise TypeError(f"expected the path of a file or folder, found {name!r:.80}")
    # An absolute name is all three at once.
    places = list(dict.fromkeys([Path(name), _PACKAGE / "resources" / name, _PACKAGE.parent / name]))
    for place in places:
        if place.exists():
            return place
    raise StanceError(f"{str(name)!r} was not found; looked for {[str(place) for place in places]}")


def read_yaml(path: str | Path) -> object:
    """The content of a YAML file, found as by ``find_resource``.

    Raises
    ------
    ConfigError
        If there is no such file, it cannot be read as YAML, or it contains itself.
    """
    try:
        return _unshare(yaml.load(find_resource(path).read_text(encoding="utf-8"), Loader=_Loader))
    except StanceError as error:
        raise ConfigError(path, [str(error)]) from error
    except OSError as error:
        raise ConfigError(path, [f"cannot be read: {error.strerror}"]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError(path, [f"not YAML: {error}"]) from error
    except RecursionError as error:
        raise ConfigError(path, ["an alias (*name) stands inside of what it stands for (&name)"]) from error


def _unshare(value: object) -> object:
    """A copy in which an alias is a block of its own, so that a change of one leaves the others alone."""
    if isinstance(value, dict):
        return {key: _unshare(inner) for key, inner in value.items()}
    return [_unshare(inner) for inner in value] if isinstance(value, list) else value
