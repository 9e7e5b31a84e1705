"""Topic, stance and holder of news sentences: label, train, score folders, compare models."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "Article": "stance.records:Article",
    "Examples": "stance.records:Examples",
    "Label": "stance.records:Label",
    "LabelledSentence": "stance.records:LabelledSentence",
    "Sentence": "stance.records:Sentence",
    "StanceError": "stance.errors:StanceError",
    "Taxonomy": "stance.taxonomy:Taxonomy",
    "agree": "stance.workflows.agree:agree",
    "check": "stance.workflows.check:check",
    "compare": "stance.workflows.compare:compare",
    "convert": "stance.workflows.convert:convert",
    "evaluate": "stance.workflows.evaluate:evaluate",
    "label": "stance.workflows.label:label",
    "labelling_function": "stance.labelling.functions:labelling_function",
    "load": "stance.classifiers.folder:load_model",
    "predict": "stance.workflows.predict:predict",
    "read_labels": "stance.labelling.interchange:read_labels",
    "read_taxonomy": "stance.taxonomy:read_taxonomy",
    "split": "stance.text.sentences:split",
    "train": "stance.workflows.train:train",
    "verify": "stance.workflows.verify:verify",
    "write_labels": "stance.labelling.interchange:write_labels",
}

__all__ = ["__version__", *_PUBLIC]  # noqa: PLE0604 (names are the keys of _PUBLIC)


def __dir__() -> list[str]:
    return [*__all__]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import stance`` is instant."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'stance' has no attribute {name!r}")
    module, _, attribute = _PUBLIC[name].partition(":")
    return getattr(import_module(module), attribute)
