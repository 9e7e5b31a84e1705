"""Asks about targets that a classifier has learned no example of."""

import logging
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stance.classifiers.blocks import Block, fit_block
from stance.classifiers.model import Model
from stance.evaluation.counts import NO_LABEL
from stance.evaluation.splits import Split
from stance.records import to_examples
from stance.types import IntArray
from stance.workflows.training.training_data import TrainingData, ask_stances, to_training_set

logger = logging.getLogger(__name__)


def ask_left_out_targets(
    block: Block,
    model: Model,
    data: TrainingData,
    groups: IntArray,
    *,
    splits: Sequence[Split],
    seed: int,
) -> IntArray:
    """Stances toward each target from a classifier that has learned all targets but this one.

    One fit a target and split. No sentence is asked about that the classifier has learned from with another
    target, since splits keep groups whole.

    Parameters
    ----------
    block
        How the stance classifier is built; hyperparameters are best fixed.
    model
        Calibrates.
    groups : shape (n_sentences,)
        What a fold inside a fit keeps together.
    splits
        Learn from ``train``, ask about ``test``: rows of ``data``.

    Returns
    -------
    shape (n_sentences, n_topics)
        Stance codes where gold has a topic in a test part; ``NO_LABEL`` elsewhere, and where two groups to
        learn from are lacking.
    """
    topics = model.taxonomy.topics
    questions = ask_stances(data, model.taxonomy)
    learnable = to_training_set(questions, groups)
    examples, targets = to_examples(data.sentences), np.array(questions.examples.targets, dtype=np.str_)
    codes = np.full((len(data.sentences), len(topics)), NO_LABEL, dtype=np.int64)
    for column, topic in enumerate(topics):
        about = targets == topic.target
        for number, split in enumerate(splits, start=1):
            learn = np.flatnonzero(~about & np.isin(questions.rows, split.train))
            rows = questions.rows[about & questions.is_gold & np.isin(questions.rows, split.test)]
            if len(np.unique(learnable.groups[learn])) < 2 or not len(rows):
                continue
            logger.info("fitting %s without %r, part %d", block["kind"], topic.target, number)
            (classifier,) = fit_block(block, [learnable.take(learn)], np.random.default_rng(seed))
            stances = replace(model, stance=classifier).stance_of(examples, rows, np.full(len(rows), column))
            codes[rows, column] = stances.argmax(axis=1)
    return codes
