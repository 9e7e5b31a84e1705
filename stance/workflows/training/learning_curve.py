"""Trains on growing parts of the training data, to see whether more of it would help."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from stance.config import RunConfig
from stance.errors import DataError
from stance.evaluation.evaluation import Evaluation, evaluate_labels
from stance.evaluation.metrics import find_metrics
from stance.evaluation.splits import Split
from stance.records import LabelledSentence
from stance.taxonomy import Taxonomy
from stance.types import IntArray
from stance.workflows.training.fitting import answer, fit_model
from stance.workflows.training.splitting import SplitPlan, choose_drawn
from stance.workflows.training.training_data import TrainingData

logger = logging.getLogger(__name__)


def measure_learning_curve(
    config: RunConfig, taxonomy: Taxonomy, data: TrainingData, plan: SplitPlan
) -> Iterator[dict[str, Any]]:
    """A point for each share of ``config.learning_curve``, the smaller parts inside the larger.

    Every point is scored on the test part; without one that has labels, on the folds inside the part itself.
    """
    train, test = plan.split.train, plan.split.test
    has_test = any(data.sentences[row].labels for row in test.tolist() if data.is_gold[row])
    config = config.model_copy(update={"holder": None})  # no point has scores of holders
    for share in sorted(config.learning_curve):
        rows = _take_groups(plan.groups[train], share, seed=config.seed)
        part = data.take(train[rows])
        logger.info("learning from %d sentences, for the learning curve", len(rows))
        folds = [fold for fold in (_restrict(fold, rows) for fold in plan.folds) if len(fold.test)]
        try:
            if not all(len(fold.train) for fold in folds):
                raise DataError("all of it is in one fold, so that nothing is left to learn from")
            fitted = fit_model(config, taxonomy, part, plan.groups[train[rows]], folds)
        except DataError as error:
            logger.warning("no point of the learning curve at %g: %s", share, error)
            continue
        answers = answer(fitted.model, data.take(test), seed=config.seed) if has_test else fitted.on_folds
        if not answers.gold:
            continue  # a small part may hold weak labels alone
        asked = test if has_test else train[rows]
        groups, drawn = choose_drawn(config.split.by, answers.gold, plan.articles[asked][answers.rows])
        evaluation = evaluate_labels(
            answers.gold,
            answers.predicted,
            taxonomy,
            name=config.name,
            predicted_given_gold=answers.asked,
            groups=groups,
            drawn=drawn,
            seed=config.seed,
        )
        yield to_point(part.sentences, evaluation)


def to_point(learned: Sequence[LabelledSentence], evaluation: Evaluation) -> dict[str, Any]:
    """How much was learned from, and the scores over all topics; plain containers."""
    return {
        "n_articles": len({sentence.article for sentence in learned}),
        "n_sentences": len(learned),
        "scores": {metric: evaluation[metric].to_dict() for metric in find_metrics()},
    }


def _take_groups(groups: IntArray, share: float, *, seed: int) -> IntArray:
    """Rows of the first groups, in an order drawn by ``seed``, that hold about this share of all rows."""
    names, numbers = np.unique(groups, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(names))
    held = np.bincount(numbers)[order].cumsum()
    n_taken = int(np.searchsorted(held, share * len(groups))) + 1
    return np.flatnonzero(np.isin(numbers, order[:n_taken]))


def _restrict(fold: Split, rows: IntArray) -> Split:
    """The part of a fold that is in ``rows``, numbered by its place there."""
    places = {row: place for place, row in enumerate(rows.tolist())}
    train, test = (
        np.array([places[row] for row in part.tolist() if row in places], dtype=np.int64)
        for part in (fold.train, fold.test)
    )
    return Split(train, test)
