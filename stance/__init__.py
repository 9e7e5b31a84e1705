"""Topic, stance and holder of news sentences: label, train, score folders, compare models."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "Article": "stance.records",
    "Examples": "stance.records",
    "Label": "stance.records",
    "LabelledSentence": "stance.records",
    "Sentence": "stance.records",
    "Taxonomy": "stance.taxonomy",
    "read_taxonomy": "stance.taxonomy",
    "read_labels": "stance.labelling.interchange",
    "write_labels": "stance.labelling.interchange",
}

__all__ = ["__version__", *_PUBLIC]  # noqa: PLE0604 (names are the keys of _PUBLIC)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import stance`` is instant."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'stance' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)
