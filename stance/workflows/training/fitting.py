"""Fits the parts of a model, and calibrates its classifiers on folds."""

import itertools
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from stance.classifiers.abstention import HeldOut
from stance.classifiers.base import Classifier, Fidelity, Runtime
from stance.classifiers.blocks import Block, fit_block, fit_blocks
from stance.classifiers.calibration import Calibration, calibrate, no_calibration
from stance.classifiers.model import Model
from stance.config import CalibrationMethod, RunConfig
from stance.errors import DataError
from stance.evaluation.calibration import Probabilities, join, judge_labels
from stance.evaluation.counts import NO_LABEL
from stance.evaluation.splits import Split
from stance.holders.base import HolderFinder
from stance.records import LabelledSentence
from stance.registry import build
from stance.taxonomy import Taxonomy
from stance.types import FloatArray, IntArray
from stance.workflows.evaluating.runs import ask_at_gold, read_probabilities
from stance.workflows.evaluating.target_questions import ask_otherwise
from stance.workflows.training.fidelity import find_worst, measure_fidelity, run_in
from stance.workflows.training.training_data import (
    HolderQuestions,
    Questions,
    TrainingData,
    ask_holders,
    ask_stances,
    ask_topics,
    to_training_set,
)

logger = logging.getLogger(__name__)

_PRECISIONS: tuple[Literal["fp32", "int8"], ...] = ("fp32", "int8")


@dataclass(frozen=True)
class GoldAnswers:
    """Gold sentences at ``rows``, with the labels, stances and probabilities that a model gave them.

    ``altered`` are the stances that it gave to altered questions, as for ``measure_targets``.
    """

    rows: IntArray
    gold: Sequence[LabelledSentence]
    predicted: Sequence[LabelledSentence]
    asked: Sequence[LabelledSentence]
    probabilities: Probabilities
    altered: Mapping[str, IntArray]


@dataclass(frozen=True)
class Fitted:
    """A calibrated model, and the answers of its folds' models to the sentences that they did not see.

    ``fidelity`` is, by question, that of int8 arithmetic on those sentences.
    """

    model: Model
    on_folds: GoldAnswers
    fidelity: Mapping[str, Fidelity]


def answer(model: Model, data: TrainingData, *, seed: int) -> GoldAnswers:
    """Ask ``model`` about the gold sentences of ``data``, and ask it otherwise."""
    rows = np.flatnonzero(data.is_gold)
    gold = [data.sentences[row] for row in rows.tolist()]
    return GoldAnswers(
        rows,
        gold,
        model.predict_labels(gold),
        ask_at_gold(model, gold),
        read_probabilities(model, gold),
        ask_otherwise(model, gold, seed=seed),
    )


def hold_out(answers: GoldAnswers, groups: IntArray) -> HeldOut | None:
    """What a threshold can be chosen on: the labels given to unseen sentences, if there are any.

    Parameters
    ----------
    groups : shape (n_sentences,)
        Of the sentences that ``answers.rows`` are rows of.
    """
    confidences, wrong, owners = judge_labels(answers.gold, answers.predicted, groups[answers.rows])
    return HeldOut(owners, confidences, wrong) if len(wrong) else None


def fit_model(
    config: RunConfig, taxonomy: Taxonomy, data: TrainingData, groups: IntArray, folds: Sequence[Split]
) -> Fitted:
    """Fit all parts, calibrate both classifiers on folds, and ask each fold's model what it did not see.

    A fold's calibration and thresholds come from the other folds' out-of-fold probabilities. Hyperparameters
    chosen on everything are shared by all folds, and the classifiers behind the other folds' probabilities
    have seen this one: the folds' scores may be slightly too good. Only a test part has none of this.

    Parameters
    ----------
    groups : shape (n_sentences,)
        What a fold inside a classifier keeps together.
    folds
        Of the rows of ``data``, each of which is tested once.
    """
    finders = _fit_holders(config, ask_holders(data, taxonomy), folds)
    topics, stances = ask_topics(data, taxonomy), ask_stances(data, taxonomy)
    generator = np.random.default_rng(config.seed)
    if config.shared:
        topic_fit, stance_fit = _cross_fit(config.topics, [topics, stances], groups, folds, generator)
    else:
        (topic_fit,) = _cross_fit(config.topics, [topics], groups, folds, generator)
        (stance_fit,) = _cross_fit(config.stance, [stances], groups, folds, generator)

    def to_model(fold: int | None) -> Model:
        model = Model(
            name=config.name,
            taxonomy=taxonomy,
            topics=topic_fit.classifier(fold),
            stance=stance_fit.classifier(fold),
            topic_calibration=_calibrate(topic_fit, fold, config.calibration.topics),
            stance_calibration=_calibrate(stance_fit, fold, config.calibration.stance),
            holder=finders[fold],
            config=config.model_dump(mode="json"),
        )
        return model if config.thresholds == "f1" else model.with_threshold(0.5)

    answers = [
        answer(to_model(number), data.take(fold.test), seed=config.seed) for number, fold in enumerate(folds)
    ]
    on_folds = GoldAnswers(
        np.concatenate([fold.test[part.rows] for fold, part in zip(folds, answers, strict=True)]),
        [sentence for part in answers for sentence in part.gold],
        [sentence for part in answers for sentence in part.predicted],
        [sentence for part in answers for sentence in part.asked],
        join([part.probabilities for part in answers]),
        _join_altered(answers),
    )
    fits = {"topics": topic_fit, "stance": stance_fit}
    fidelity = {name: fit.fidelity for name, fit in fits.items() if fit.fidelity}
    return Fitted(to_model(None), on_folds, fidelity)


def _join_altered(answers: Sequence[GoldAnswers]) -> dict[str, IntArray]:
    """What was asked of any part; there is no answer of one that was not asked, as for want of a target."""
    codes = dict.fromkeys(code for part in answers for code in part.altered)
    nothing = [np.full_like(part.altered["text_removed"], NO_LABEL) for part in answers]
    return {
        code: np.concatenate(
            [part.altered.get(code, none) for part, none in zip(answers, nothing, strict=True)]
        )
        for code in codes
    }


def _fit_holders(
    config: RunConfig, questions: HolderQuestions, folds: Sequence[Split]
) -> dict[int | None, HolderFinder | None]:
    """Finders of the config's kind, if it names one: of everything, and without each fold.

    They draw from a generator of their own, so that the classifiers are the same with and without them. Where
    a fold leaves nothing to learn from, no fold has one, and nothing is measured on them.
    """

    def fit(part: HolderQuestions) -> HolderFinder:
        finder: HolderFinder = build("holder_finders", config.holder or {})
        return finder.fit(part.examples, part.stances, part.holders, np.random.default_rng(config.seed))

    nobody: dict[int | None, HolderFinder | None] = dict.fromkeys([None, *range(len(folds))])
    if config.holder is None:
        return nobody
    whole = fit(questions)
    try:
        without = [fit(questions.take(np.flatnonzero(np.isin(questions.rows, f.train)))) for f in folds]
    except DataError as error:
        logger.warning("holders are not measured on the folds: %s", error)
        return {**nobody, None: whole}
    return {None: whole, **dict(enumerate(without))}


@dataclass(frozen=True)
class _CrossFit:
    """A classifier of everything, one without each fold, and what those say of the fold left out.

    ``fidelity`` is that of their int8 arithmetic on those folds, where there is any.
    """

    questions: Questions
    fold_of: IntArray
    whole: Classifier
    without: Sequence[Classifier]
    probabilities: FloatArray
    fidelity: Fidelity | None

    def classifier(self, fold: int | None) -> Classifier:
        return self.whole if fold is None else self.without[fold]


def _cross_fit(
    block: Block,
    questions: Sequence[Questions],
    groups: IntArray,
    folds: Sequence[Split],
    generator: np.random.Generator,
) -> list[_CrossFit]:
    """Fit on everything, then without each fold, with the hyperparameters that were chosen on everything."""
    data = [to_training_set(own, groups) for own in questions]
    whole = fit_block(block, data, generator)
    fixed = [{**block, **one.chosen} for one in whole]
    without = []
    for number, fold in enumerate(folds, start=1):
        logger.info("fitting %s without fold %d", block["kind"], number)
        learned = [np.flatnonzero(np.isin(own.rows, fold.train)) for own in questions]
        parts = [own.take(rows) for own, rows in zip(data, learned, strict=True)]
        without.append(fit_blocks(fixed, parts, generator))
    fidelity = _judge_int8(whole, without, questions, folds) if whole[0].has_int8 else [None] * len(questions)
    probabilities = _ask_folds(without, questions, folds)
    fold_of = _number_folds(folds)
    return [
        _CrossFit(
            own,
            fold_of[own.rows],
            whole[number],
            [fitted[number] for fitted in without],
            probabilities[number],
            fidelity[number],
        )
        for number, own in enumerate(questions)
    ]


def _judge_int8(
    whole: Sequence[Classifier],
    without: Sequence[Sequence[Classifier]],
    questions: Sequence[Questions],
    folds: Sequence[Split],
) -> list[Fidelity | None]:
    """How int8 does on each question, by which all classifiers then choose their arithmetic."""
    said = []
    for precision in _PRECISIONS:
        for classifier in itertools.chain(*without):
            run_in(classifier, precision)
        said.append(_ask_folds(without, questions, folds))
    fidelity = [measure_fidelity(*own) for own in zip(questions, *said, strict=True)]
    worst = find_worst(fidelity)
    for classifier in itertools.chain(whole, *without):
        classifier.run_on(Runtime())
        if worst:
            classifier.trust_int8(worst)
    return fidelity


def _ask_folds(
    without: Sequence[Sequence[Classifier]], questions: Sequence[Questions], folds: Sequence[Split]
) -> list[FloatArray]:
    """What is said of each question's examples by the classifiers that have not seen them."""
    said = [np.zeros_like(own.labels) for own in questions]
    for fitted, fold in zip(without, folds, strict=True):
        for classifier, own, out in zip(fitted, questions, said, strict=True):
            inside = np.flatnonzero(np.isin(own.rows, fold.test))
            out[inside] = classifier.predict_proba(own.examples.take(inside.tolist()))
    return said


def _calibrate(fit: _CrossFit, left_out: int | None, method: CalibrationMethod) -> Calibration:
    """Calibrate on the folds but one; on gold where there is any, since weak labels repeat their rules."""
    questions = fit.questions
    used = np.ones(len(fit.fold_of), dtype=np.bool_) if left_out is None else fit.fold_of != left_out
    if (used & questions.is_gold).any():
        used &= questions.is_gold
    if not used.any() or not fit.whole.reads_text:
        return no_calibration(questions.labels.shape[1], exclusive=questions.exclusive)
    return calibrate(
        method,
        fit.probabilities[used],
        questions.labels[used],
        questions.weights[used],
        exclusive=questions.exclusive,
    )


def _number_folds(folds: Sequence[Split]) -> IntArray:
    fold_of = np.zeros(sum(len(fold.test) for fold in folds), dtype=np.int64)
    for number, fold in enumerate(folds):
        fold_of[fold.test] = number
    return fold_of
