"""Classifiers that a classifier is made of: their blocks checked, fitted, written and read."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import AfterValidator

from stance.classifiers.base import Classifier, TrainingSet
from stance.errors import DataError
from stance.registry import build, check_block, find_kind
from stance.types import IntArray

Block = Mapping[str, Any]


def checked_block(block: dict[str, Any]) -> dict[str, Any]:
    """The block itself, if a classifier can be built from it; a pydantic validator.

    Raises
    ------
    ValueError
        With all its problems.
    """
    if problems := check_block("classifiers", block, "member"):
        raise ValueError("; ".join(problem.removeprefix("member.") for problem in problems))
    return block


Member = Annotated[dict[str, Any], AfterValidator(checked_block)]
"""A classifier's block as a parameter of another."""


def fit_block(block: Block, data: Sequence[TrainingSet], generator: np.random.Generator) -> list[Classifier]:
    """Classifiers built from one block, fitted jointly, one a question."""
    return fit_blocks([block] * len(data), data, generator)


def fit_blocks(
    blocks: Sequence[Block], data: Sequence[TrainingSet], generator: np.random.Generator
) -> list[Classifier]:
    """As ``fit_block``, from a block a question; they differ at most in what was chosen for each question."""
    classifiers: list[Classifier] = [build("classifiers", block) for block in blocks]
    type(classifiers[0]).fit_jointly(classifiers, data, generator)
    return classifiers


def save_block(classifiers: Sequence[Classifier], folder: Path) -> None:
    """Write classifiers that ``fit_block`` made into ``folder``, which is made."""
    folder.mkdir()
    type(classifiers[0]).save_jointly(classifiers, folder)


def load_block(block: Block, folder: Path) -> list[Classifier]:
    """Read what ``save_block`` wrote."""
    loaded: list[Classifier] = find_kind("classifiers", block["kind"]).load_jointly(folder)
    return loaded


def number_folds(data: Sequence[TrainingSet], n_folds: int, generator: np.random.Generator) -> list[IntArray]:
    """The fold of each example of each question; a group is in the same fold for all questions.

    Raises
    ------
    DataError
        If there is one group only.
    """
    groups = np.unique(np.concatenate([own.groups for own in data]))
    if len(groups) < 2:
        raise DataError(
            "found one group of articles; an ensemble or a cascade needs two or more to learn from"
        )
    n_folds = min(n_folds, len(groups))
    fold_of_group = generator.permutation(len(groups)) % n_folds
    return [fold_of_group[np.searchsorted(groups, own.groups)] for own in data]
