"""Scores a run against gold labels."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from stance.errors import DataError
from stance.evaluation.groups import find_groups
from stance.evaluation.scores import Evaluation, evaluate_labels
from stance.labelling.interchange import read_labels
from stance.records import LabelledSentence
from stance.taxonomy import Taxonomy
from stance.workflows.runs import DEFAULT_TAXONOMY, Run, open_runs
from stance.workflows.seen import find_seen
from stance.workflows.ties import tie_sentences

logger = logging.getLogger(__name__)

Part = Literal["all", "unseen"]


def evaluate(
    model: str | Path,
    *,
    on: str | Path,
    taxonomy: str | Path = DEFAULT_TAXONOMY,
    split: Part = "all",
    n_resamples: int = 2000,
    seed: int = 0,
) -> Evaluation:
    """Score a model, or a label file, against gold labels.

    Parameters
    ----------
    model
        A model folder, or labels that were predicted before: a file or a folder of parts.
    on
        The gold label file, each sentence judged once.
    split
        ``"unseen"`` leaves out the articles that a model was trained on; ``"all"`` takes them in, and warns.
    n_resamples, seed
        Of the bootstrap that gives the intervals.

    Returns
    -------
    Evaluation
        Every metric with its 95 % interval and support, and the conditions it holds under.

    Raises
    ------
    StanceError
        If model or labels cannot be read, or predictions are missing.
    """
    runs, shared = open_runs([model], taxonomy)
    return evaluate_runs(runs, shared, on=on, split=split, n_resamples=n_resamples, seed=seed)[0]


def evaluate_runs(
    runs: Sequence[Run], taxonomy: Taxonomy, *, on: str | Path, split: Part, n_resamples: int, seed: int
) -> list[Evaluation]:
    """Score each run under the same conditions; the parameters are those of ``evaluate``."""
    gold = _select(read_labels(on, taxonomy), runs, split)
    groups = find_groups(tie_sentences(gold))
    evaluations = []
    for run in runs:
        logger.info("scoring %s on %d sentences", run.name, len(gold))
        predicted, asked = run.predict(gold)
        evaluations.append(
            evaluate_labels(
                gold,
                predicted,
                taxonomy,
                name=run.name,
                predicted_given_gold=asked,
                groups=groups,
                split=split,
                source=str(on),
                n_resamples=n_resamples,
                seed=seed,
            )
        )
    return evaluations


def _select(gold: Sequence[LabelledSentence], runs: Sequence[Run], split: Part) -> Sequence[LabelledSentence]:
    """The gold sentences to score on: all, or those of articles that no run has learned from."""
    n_articles = len({sentence.article for sentence in gold})
    seen = {run.name: find_seen(gold, run.metrics) for run in runs}
    if split == "all":
        for name, articles in seen.items():
            if articles:
                logger.warning(
                    "%s learned from %d of these %d articles, and its scores flatter; "
                    "--split unseen leaves them out",
                    name,
                    len(articles),
                    n_articles,
                )
        return gold
    if not any(run.metrics for run in runs):
        raise DataError("no run says what it has learned from, so nothing is known to be unseen")
    left_out = set().union(*seen.values())
    unseen = [sentence for sentence in gold if sentence.article not in left_out]
    if not unseen:
        raise DataError(f"the runs have learned from all {n_articles} articles; label others to score on")
    return unseen
