"""Fits both classifiers of a model and calibrates them on folds."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stance.classifiers.abstention import HeldOut
from stance.classifiers.base import Classifier, Fidelity, Runtime
from stance.classifiers.blocks import Block, fit_block
from stance.classifiers.calibration import Calibration, calibrate, no_calibration
from stance.classifiers.model import Model
from stance.config import CalibrationMethod, RunConfig
from stance.evaluation.calibration import Probabilities, join, judge_labels
from stance.evaluation.splits import Split
from stance.records import LabelledSentence
from stance.taxonomy import Taxonomy
from stance.types import FloatArray, IntArray
from stance.workflows.fidelity import measure_fidelity
from stance.workflows.runs import read_probabilities
from stance.workflows.target_questions import ask_otherwise
from stance.workflows.training_data import Questions, TrainingData, ask_stances, ask_topics, to_training_set

logger = logging.getLogger(__name__)

_AS_IT_COMES = (Runtime(),)
_BOTH = (Runtime(precision="fp32"), Runtime(precision="int8"))


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
        model.predict_stances(gold),
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
    """Fit both classifiers, calibrate them on folds, and ask each fold's model what it did not see.

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
    topics, stances = ask_topics(data, taxonomy), ask_stances(data, taxonomy)
    generator = np.random.default_rng(config.seed)
    if config.shared:
        topic_fit, stance_fit = _cross_fit(config.topics, [topics, stances], groups, folds, generator)
    else:
        (topic_fit,) = _cross_fit(config.topics, [topics], groups, folds, generator)
        (stance_fit,) = _cross_fit(config.stance, [stances], groups, folds, generator)

    def to_model(fold: int | None) -> Model:
        return Model(
            name=config.name,
            taxonomy=taxonomy,
            topics=topic_fit.classifier(fold),
            stance=stance_fit.classifier(fold),
            topic_calibration=_set_thresholds(
                _calibrate(topic_fit, fold, config.calibration.topics), config.thresholds
            ),
            stance_calibration=_calibrate(stance_fit, fold, config.calibration.stance),
            config=config.model_dump(mode="json"),
        )

    answers = [
        answer(to_model(number), data.take(fold.test), seed=config.seed) for number, fold in enumerate(folds)
    ]
    on_folds = GoldAnswers(
        np.concatenate([fold.test[part.rows] for fold, part in zip(folds, answers, strict=True)]),
        [sentence for part in answers for sentence in part.gold],
        [sentence for part in answers for sentence in part.predicted],
        [sentence for part in answers for sentence in part.asked],
        join([part.probabilities for part in answers]),
        {code: np.concatenate([part.altered[code] for part in answers]) for code in answers[0].altered},
    )
    fits = {"topics": topic_fit, "stance": stance_fit}
    fidelity = {name: fit.fidelity for name, fit in fits.items() if fit.fidelity}
    return Fitted(to_model(None), on_folds, fidelity)


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
    """Fit on everything, then without each fold, with the hyperparameters that were chosen on everything.

    Questions are learned jointly; what was chosen for the first then holds for all.
    """
    data = [to_training_set(own, groups) for own in questions]
    whole = fit_block(block, data, generator)
    fixed = {**block, **whole[0].chosen}
    runtimes = _BOTH if whole[0].has_int8 else _AS_IT_COMES
    said = [[np.zeros_like(own.labels) for own in questions] for _ in runtimes]
    without = []
    for number, fold in enumerate(folds, start=1):
        logger.info("fitting %s without fold %d", block["kind"], number)
        learned = [np.flatnonzero(np.isin(own.rows, fold.train)) for own in questions]
        fitted = fit_block(
            fixed, [own.take(rows) for own, rows in zip(data, learned, strict=True)], generator
        )
        for runtime, outs in zip(runtimes, said, strict=True):
            for classifier, own, out in zip(fitted, questions, outs, strict=True):
                inside = np.flatnonzero(np.isin(own.rows, fold.test))
                classifier.run_on(runtime)
                out[inside] = classifier.predict_proba(own.examples.take(inside.tolist()))
        without.append(fitted)
    fidelity = measure_fidelity(questions, *said) if runtimes is _BOTH else None
    for classifier in (classifier for fitted in (whole, *without) for classifier in fitted):
        if fidelity:
            classifier.trust_int8(fidelity)
        classifier.run_on(Runtime())
    probabilities = said[-1] if whole[0].uses_int8 else said[0]
    fold_of = _number_folds(folds)
    return [
        _CrossFit(
            own,
            fold_of[own.rows],
            whole[number],
            [one[number] for one in without],
            probabilities[number],
            fidelity,
        )
        for number, own in enumerate(questions)
    ]


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


def _set_thresholds(calibration: Calibration, rule: str) -> Calibration:
    """Keep the thresholds that the folds gave, or take one half for every topic."""
    if rule == "f1":
        return calibration
    return replace(calibration, thresholds=np.full_like(calibration.thresholds, 0.5))


def _number_folds(folds: Sequence[Split]) -> IntArray:
    fold_of = np.zeros(sum(len(fold.test) for fold in folds), dtype=np.int64)
    for number, fold in enumerate(folds):
        fold_of[fold.test] = number
    return fold_of
