"""Where shipped files are: in the working directory, or beside the installed package."""

from pathlib import Path

from stance.errors import StanceError

_PACKAGE = Path(__file__).parent


def find_resource(name: str | Path) -> Path:
    """The file or folder ``name``: as given, else the copy that ships with the package.

    Raises
    ------
    StanceError
        If there is neither.
    """
    places = [Path(name), _PACKAGE / "resources" / name, _PACKAGE.parent / name]
    for place in places:
        if place.exists():
            return place
    raise StanceError(f"{str(name)!r} was not found; looked at {[str(place) for place in places]}")
