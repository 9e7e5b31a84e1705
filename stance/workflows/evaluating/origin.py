"""Which model gave the labels of a folder that ``predict`` wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance.classifiers.folder import load_model
from stance.classifiers.model import Model
from stance.errors import StanceError
from stance.storage import open_output
from stance.workflows.scoring.setting import read_run


@dataclass(frozen=True)
class Origin:
    """What a run says of the model that it scored with.

    ``model`` is ``None`` where its folder is gone, or holds another by now.
    """

    name: str
    folder: str
    taxonomy: str
    model: Model | None


def find_run(labels: str | Path) -> dict[str, Any] | None:
    """What ``run.json`` says of labels; ``None`` if no run of ``predict`` wrote them.

    Parameters
    ----------
    labels
        The folder of a run, its labels, or one part of them.
    """
    place = Path(labels).resolve()
    inner = next((folder for folder in (place, place.parent) if folder.name == "labels"), None)
    return read_run(open_output(inner.parent if inner else place))


def find_origin(run: Mapping[str, Any] | None) -> Origin | None:
    """What is known of the model of a run, as ``find_run`` gives it; ``None`` if it names none."""
    model = (run or {}).get("model")
    if not (isinstance(model, dict) and model.keys() >= {"name", "path", "manifest_sha256", "taxonomy"}):
        return None
    found = _load(model["path"], model["manifest_sha256"])
    return Origin(model["name"], model["path"], model["taxonomy"], found)


def _load(folder: str, digest: str) -> Model | None:
    try:
        model = load_model(folder)
    except StanceError:
        return None
    return model if model.manifest_digest == digest else None
