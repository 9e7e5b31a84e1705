"""Where shipped files are: in the working directory, or beside the installed package."""

from pathlib import Path

import yaml

from stance.errors import ConfigError, StanceError

_PACKAGE = Path(__file__).parent
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # many times as fast, where PyYAML has libyaml


def find_resource(name: str | Path) -> Path:
    """The file or folder ``name``: as given, else the copy that ships with the package.

    Raises
    ------
    StanceError
        If there is neither.
    """
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
        If there is no such file, or it cannot be read as YAML.
    """
    try:
        return yaml.load(find_resource(path).read_text(encoding="utf-8"), Loader=_YAML)
    except StanceError as error:
        raise ConfigError(path, [str(error)]) from error
    except OSError as error:
        raise ConfigError(path, [f"cannot be read: {error.strerror}"]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(path, [f"not YAML: {error}"]) from error
