"""Model folders: written whole, checked whole, and unable to run code."""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml

from stance import __version__
from stance.classifiers.abstention import HeldOut
from stance.classifiers.base import Classifier, Runtime
from stance.classifiers.blocks import load_block, save_block
from stance.classifiers.calibration import Calibration
from stance.classifiers.model import Model
from stance.classifiers.traces import Traces
from stance.errors import ModelError
from stance.registry import find_kind
from stance.resources import find_resource
from stance.storage import DESKTOP_FILES
from stance.taxonomy import to_taxonomy

FORMAT = 1
_MANIFEST = "manifest.json"
_TRACES = "traces.npz"
_HELD_OUT = "held_out.npz"
_HOLDER = "holder"
_PARTS = ("topics", "stance")
_BOTH = "both"
"""The part of a model whose classifiers were learned jointly."""

_AS_IT_COMES = Runtime()


def save_model(model: Model, folder: str | Path, *, card: str) -> str:
    """Write a model folder; returns the SHA-256 of its manifest.

    Parameters
    ----------
    folder
        Made if need be. It must not hold anything but an earlier model, which is replaced at the end.
    card
        The model card, as Markdown.

    Raises
    ------
    ModelError
        If the folder holds other files, or cannot be written, as on a full disk; or if it cannot be replaced:
        then the model lies beside it, and the message says where.
    """
    check_target(folder)
    target = Path(folder).resolve()
    aside = target.with_name(f"{target.name}.partial")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        _write(model, aside, card)
    except BaseException as error:
        shutil.rmtree(aside, ignore_errors=True)
        if not isinstance(error, OSError):
            raise
        raise ModelError(f"the model {target} cannot be written: {error.strerror or error}") from error
    try:
        if target.exists():
            shutil.rmtree(target)
        aside.replace(target)
    except OSError as error:
        reason = error.strerror or error
        raise ModelError(f"{target} cannot be replaced: {reason}. The model is whole in {aside}") from error
    return read_manifest_digest(target)


def _write(model: Model, folder: Path, card: str) -> None:
    parts = _to_parts(model)
    for part, classifiers in parts.items():
        save_block(classifiers, folder / part)
    if model.holder is not None:
        (folder / _HOLDER).mkdir()
        model.holder.save(folder / _HOLDER)
    _write_yaml(folder / "config.yaml", dict(model.config))
    _write_yaml(folder / "taxonomy.yaml", model.taxonomy.to_dict())
    _write_json(folder / "metrics.json", _round(dict(model.metrics)), indent=None)
    _write_json(
        folder / "calibration.json",
        {"topics": model.topic_calibration.to_dict(), "stance": model.stance_calibration.to_dict()},
    )
    if model.traces is not None:
        model.traces.save(folder / _TRACES)
    if model.held_out is not None:
        model.held_out.save(folder / _HELD_OUT)
    (folder / "README.md").write_text(card, encoding="utf-8")
    files = {name: _digest(folder / name) for name in _list_files(folder)}
    _write_json(
        folder / _MANIFEST,
        {
            "format": FORMAT,
            "name": model.name,
            "stance_version": __version__,
            "kinds": {part: model.config[_PARTS[0] if part == _BOTH else part]["kind"] for part in parts}
            | ({_HOLDER: model.config[_HOLDER]["kind"]} if model.holder is not None else {}),
            "files": files,
        },
    )


def read_manifest_digest(folder: str | Path) -> str:
    """SHA-256 of the manifest, which stands for every file of the model.

    Raises
    ------
    ModelError
        If the folder has no manifest.
    """
    _read_manifest(Path(folder))
    return _digest(Path(folder) / _MANIFEST)


def load_model(folder: str | Path, *, runtime: Runtime = _AS_IT_COMES) -> Model:
    """Read a model folder after checking every file against its manifest.

    A folder that the working directory does not have is looked for beside the installed package, where
    ``models/default`` is. ``runtime`` says how its networks, if it has any, are run.

    Raises
    ------
    ModelError
        If the folder is not a model, is of another format, or a file is missing, changed or not listed.
    """
    folder = find_resource(folder)
    manifest = _read_manifest(folder)
    try:
        _check_files(folder, manifest["files"])
        model = _read_model(folder, manifest)
    except ModelError:
        raise
    except Exception as error:  # what a reader says of a file that is not as it wrote it
        version = manifest.get("stance_version")
        raise ModelError(
            f"{folder} was saved by stance {version}, and stance {__version__} cannot read it: {error!r}. "
            "Train it again."
        ) from error
    for classifier in (model.topics, model.stance):
        classifier.run_on(runtime)
    return model


def _to_parts(model: Model) -> dict[str, list[Classifier]]:
    if model.config.get("shared"):
        return {_BOTH: [model.topics, model.stance]}
    return {part: [getattr(model, part)] for part in _PARTS}


def _read_model(folder: Path, manifest: dict[str, Any]) -> Model:
    kinds = dict(manifest["kinds"])
    holder = kinds.pop(_HOLDER, None)
    if set(kinds) not in ({_BOTH}, set(_PARTS)):
        raise ValueError(f"the manifest has parts {list(kinds)}, expected {list(_PARTS)} or {[_BOTH]}")
    calibration = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
    taxonomy = yaml.safe_load((folder / "taxonomy.yaml").read_text(encoding="utf-8"))
    loaded = {part: load_block({"kind": kind}, folder / part) for part, kind in kinds.items()}
    topics, stance = loaded[_BOTH] if _BOTH in loaded else [loaded[part][0] for part in _PARTS]
    return Model(
        name=manifest["name"],
        taxonomy=to_taxonomy(taxonomy, folder / "taxonomy.yaml"),
        topics=topics,
        stance=stance,
        topic_calibration=Calibration.from_dict(calibration["topics"]),
        stance_calibration=Calibration.from_dict(calibration["stance"]),
        holder=find_kind("holder_finders", holder).load(folder / _HOLDER) if holder else None,
        config=yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8")),
        metrics=json.loads((folder / "metrics.json").read_text(encoding="utf-8")),
        manifest_digest=_digest(folder / _MANIFEST),
        traces=Traces.load(folder / _TRACES) if (folder / _TRACES).is_file() else None,
        held_out=HeldOut.load(folder / _HELD_OUT) if (folder / _HELD_OUT).exists() else None,
    )


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / _MANIFEST
    if not path.is_file():
        raise ModelError(
            f"{folder} is not a model folder: it has no {_MANIFEST}. Make one with `stance train`."
        )
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        found, _ = manifest["format"], manifest["files"].keys()
    except Exception as error:
        raise ModelError(
            f"{path} is not a manifest that this package wrote: {error}. Copy the model anew."
        ) from error
    if found != FORMAT:
        raise ModelError(f"{path} has format {found!r}, but stance {__version__} reads format {FORMAT}")
    return manifest


def _check_files(folder: Path, expected: dict[str, str]) -> None:
    found = set(_list_files(folder)) - {_MANIFEST}
    problems = [f"{name} is missing" for name in sorted(expected.keys() - found)]
    problems += [f"{name} is not in the manifest" for name in sorted(found - expected.keys())]
    problems += [f"{path.name} is a link" for path in folder.rglob("*") if path.is_symlink()]
    problems += [
        f"{name} was changed (its SHA-256 is not the manifest's)"
        for name in sorted(expected.keys() & found)
        if _digest(folder / name) != expected[name]
    ]
    if problems:
        reasons = "; ".join(problems)
        raise ModelError(
            f"{folder} is not the model that was saved: {reasons}. Copy it anew, or train again."
        )


def check_target(folder: str | Path) -> None:
    """Refuse a folder that holds anything but an earlier model, or cannot be made, before hours of training.

    Raises
    ------
    ModelError
        Naming what it holds.
    """
    folder = Path(folder).resolve()
    if folder.is_file():
        raise ModelError(f"{folder} is a file; expected a folder for the model")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent):
            pass
    except OSError as error:
        raise ModelError(f"{folder} cannot be made: {error.strerror}; choose another folder") from error
    if not folder.exists():
        return
    known = {_MANIFEST}
    if (folder / _MANIFEST).is_file():
        known |= _read_manifest(folder)["files"].keys()
    if others := sorted(set(_list_files(folder, hidden=True)) - known):
        raise ModelError(f"{folder} holds files that are not a model's: {others[:3]}. Choose another folder.")


def _list_files(folder: Path, *, hidden: bool = False) -> list[str]:
    """Files by their path in the folder, but those that are hidden, or that a desktop has left there."""
    files = (
        path.relative_to(folder)
        for path in folder.rglob("*")
        if not path.is_dir() and path.name not in DESKTOP_FILES
    )
    return sorted(
        path.as_posix() for path in files if hidden or not any(part.startswith(".") for part in path.parts)
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_json(path: Path, content: Any, *, indent: int | None = 2) -> None:
    separators = (",", ":") if indent is None else None
    text = json.dumps(content, indent=indent, separators=separators, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def _round(value: Any) -> Any:
    """Plain values with six decimals, which is more than any of them is worth."""
    if isinstance(value, dict):
        return {key: _round(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_round(inner) for inner in value]
    return round(value, 6) if isinstance(value, float) else value


def _write_yaml(path: Path, content: Any) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
