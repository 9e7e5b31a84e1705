"""Measures how far annotators agree who labelled the same sentences."""

import logging
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from stance.errors import DataError
from stance.evaluation.agreement import Agreement, measure_agreement
from stance.labelling.interchange import read_labels
from stance.records import LabelledSentence
from stance.shipped import TAXONOMY
from stance.taxonomy import read_taxonomy

logger = logging.getLogger(__name__)


def agree(
    files: Sequence[str | Path], *, taxonomy: str | Path = TAXONOMY, n_resamples: int = 2000, seed: int = 0
) -> Agreement:
    """Measure the agreement of two or more annotators on topics and stances.

    Parameters
    ----------
    files
        One label file, or folder of them, an annotator.
    taxonomy
        The topics and stances that they follow.
    n_resamples, seed
        Of the bootstrap by article that gives the intervals.

    Returns
    -------
    Agreement
        F1, Cohen's kappa and Krippendorff's alpha, each with its 95 % interval and support, on the sentences
        that two or more of them judged.

    Raises
    ------
    ValueError
        If fewer than two files are named.
    StanceError
        If taxonomy or labels cannot be read, a file is named twice, or no sentence is judged twice.
    """
    places = [Path(file).resolve() for file in files]
    if twice := [str(file) for file, place in zip(files, places, strict=True) if places.count(place) > 1]:
        raise DataError(f"{twice[-1]} is named twice, and would agree with itself; name a file an annotator")
    topics = read_taxonomy(taxonomy)
    annotations = [read_labels(file, topics) for file in files]
    for (one, labels), (other, same) in combinations(zip(files, annotations, strict=True), 2):
        if labels == same:
            logger.warning(
                "%s and %s hold the same labels by the same annotator: one may be a copy", one, other
            )
    return measure_agreement(
        annotations,
        topics,
        annotators=_name_annotators(files, annotations),
        source=", ".join(str(file) for file in files),
        n_resamples=n_resamples,
        seed=seed,
    )


def _name_annotators(
    files: Sequence[str | Path], annotations: Sequence[Sequence[LabelledSentence]]
) -> list[str]:
    """The annotator that a file names; its path where it names none, several, or one that another names."""
    found = [{sentence.annotator for sentence in sentences} for sentences in annotations]
    names = [names.pop() if len(names) == 1 else "" for names in found]
    times = Counter(names)
    return [name if name and times[name] == 1 else str(file) for name, file in zip(names, files, strict=True)]
