"""Scores a run against gold labels."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

from stance.errors import DataError
from stance.evaluation.audit import Audit
from stance.evaluation.cost import Cost
from stance.evaluation.counts import to_codes
from stance.evaluation.evaluation import Evaluation, evaluate_labels
from stance.evaluation.groups import find_groups
from stance.evaluation.humans import HumanRow, evaluate_humans
from stance.evaluation.majority import MAJORITY, predict_majority
from stance.evaluation.prior import PRIOR, predict_prior
from stance.evaluation.target_rows import cannot_be_asked, measure_targets
from stance.phrases import count_of
from stance.records import LabelledSentence
from stance.shipped import SLICE_WORDS, TAXONOMY
from stance.taxonomy import Taxonomy
from stance.text.slices import slice_sentences
from stance.types import IntArray
from stance.workflows.check import check
from stance.workflows.evaluating.explaining import explain_mistakes
from stance.workflows.evaluating.gold import has_two_judges, read_gold
from stance.workflows.evaluating.runs import Answers, Run, open_runs, read_probabilities
from stance.workflows.evaluating.seen import audit_seen
from stance.workflows.evaluating.target_questions import ask_otherwise
from stance.workflows.evaluating.ties import tie_sentences

logger = logging.getLogger(__name__)

Part = Literal["all", "unseen"]


def evaluate(
    model: str | Path,
    *,
    on: str | Path,
    taxonomy: str | Path = TAXONOMY,
    annotations: str | Path | None = None,
    slice_words: str | Path = SLICE_WORDS,
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
        The gold label file. Where it holds several annotators' labels of a sentence, gold is what was
        ``adjudicated``, or else their vote.
    annotations
        Label file or folder with what several annotators said, for the human row; by default those in ``on``.
    slice_words
        Lists of words that make slices, in the language of the texts.
    split
        ``"unseen"`` leaves out the articles that a model has learned from, or from copies of; ``"all"`` takes
        them in, and where there are some scores the clean part beside.
    n_resamples, seed
        Of the bootstrap that gives the intervals.

    Returns
    -------
    Evaluation
        Every metric with its 95 % interval and support, the conditions it holds under, and in ``references``
        what guessing and people score.

    Raises
    ------
    StanceError
        If model or labels cannot be read, or predictions are missing.
    """
    runs, shared = open_runs([model], taxonomy)
    (evaluation, *references), human = evaluate_runs(
        [*runs, *reference_runs(seed)],
        shared,
        on=on,
        annotations=annotations,
        slice_words=slice_words,
        split=split,
        n_resamples=n_resamples,
        seed=seed,
    )
    return replace(evaluation, references=(*references, human) if human else tuple(references))


def reference_runs(seed: int) -> list[Run]:
    """The runs that read nothing, which stand beside every other."""
    return [
        Run(MAJORITY, lambda gold: Answers(*predict_majority(gold))),
        Run(PRIOR, lambda gold: Answers(*predict_prior(gold, seed=seed))),
    ]


def with_references(evaluation: Evaluation, gold: Sequence[LabelledSentence], groups: IntArray) -> Evaluation:
    """An evaluation with what guessing scores beside it, under its own conditions."""
    conditions = evaluation.conditions
    references = []
    for run in reference_runs(conditions.seed):
        answers = run.predict(gold)
        references.append(
            evaluate_labels(
                gold,
                answers.predicted,
                evaluation.taxonomy,
                name=run.name,
                predicted_given_gold=answers.asked,
                groups=groups,
                drawn=conditions.drawn,
                split=conditions.split,
                source=conditions.source,
                n_resamples=conditions.n_resamples,
                seed=conditions.seed,
            )
        )
    return replace(evaluation, references=tuple(references))


def evaluate_runs(
    runs: Sequence[Run],
    taxonomy: Taxonomy,
    *,
    on: str | Path,
    annotations: str | Path | None,
    slice_words: str | Path,
    split: Part,
    n_resamples: int,
    seed: int,
    max_mistakes: int = 20,
    checks: str | Path | None = None,
) -> tuple[list[Evaluation], HumanRow | None]:
    """Score each run under the same conditions, and people; the parameters are those of ``evaluate``.

    At most ``max_mistakes`` of a run's wrong labels are kept, and as many that it missed, with the words that
    led to them. By ``checks``, a check config, the behaviour of models is tested, too.
    """
    if split not in get_args(Part):
        raise ValueError(f"split must be one of {list(get_args(Part))}, found {split!r}")
    labels = read_gold(on, taxonomy, annotations=annotations)
    gold = labels.sentences if split == "all" else _select_unseen(labels.sentences, runs)
    audits = [audit_seen(gold, run.traces, run.metrics) for run in runs]
    leaked = frozenset[str]().union(*(found.leaked for found in audits))
    groups = find_groups(tie_sentences(gold))
    columns = slice_sentences(gold, words=slice_words)
    evaluations = []
    for run, found in zip(runs, audits, strict=True):
        logger.info("scoring %s on %d sentences", run.name, len(gold))
        _warn_of_leaks(run.name, found, leaked, gold)
        answers = run.predict(gold)
        if _is_copy(answers.predicted, gold):
            logger.warning(
                "%s holds the gold labels themselves, it seems; its scores would say nothing", run.name
            )
        evaluation = evaluate_labels(
            gold,
            answers.predicted,
            taxonomy,
            name=run.name,
            predicted_given_gold=answers.asked,
            probabilities=read_probabilities(run.model, gold) if run.model else None,
            groups=groups,
            columns=columns,
            max_mistakes=max_mistakes,
            split=split,
            source=str(on),
            audit=replace(found, leaked=leaked),
            n_resamples=n_resamples,
            seed=seed,
        )
        evaluations.append(_ask_model(evaluation, run, answers, gold, groups, checks=checks))
    human = None
    annotators = labels.annotations_of(gold)
    if annotators and (annotations or has_two_judges(annotators)):
        human = evaluate_humans(
            annotators, taxonomy, source=str(annotations or on), n_resamples=n_resamples, seed=seed
        )
    return evaluations, human


def _ask_model(
    evaluation: Evaluation,
    run: Run,
    answers: Answers,
    gold: Sequence[LabelledSentence],
    groups: IntArray,
    *,
    checks: str | Path | None,
) -> Evaluation:
    """An evaluation with what only a model can be asked, not labels that were given before."""
    if run.model is None or answers.asked is None:
        return replace(evaluation, target_rows=cannot_be_asked())
    target_rows = measure_targets(
        to_codes(gold, evaluation.taxonomy),
        to_codes(answers.asked, evaluation.taxonomy),
        ask_otherwise(run.model, gold, seed=evaluation.conditions.seed),
        groups,
        evaluation.taxonomy,
        n_resamples=evaluation.conditions.n_resamples,
        seed=evaluation.conditions.seed,
    )
    return replace(
        evaluation,
        target_rows=target_rows.with_left_out(run.metrics),
        mistakes=explain_mistakes(run.model, evaluation.mistakes, gold),
        cost=_find_cost(run, answers, len(gold)),
        learning_curve=run.metrics.get("learning_curve", ()),
        behaviour=None if checks is None else check(run.model, config=checks).to_dict(),
    )


def _find_cost(run: Run, answers: Answers, n_sentences: int) -> Cost:
    return Cost(
        training_seconds=run.metrics.get("training_seconds"),
        sentences_per_second=n_sentences / answers.seconds if answers.seconds else None,
        n_bytes=run.n_bytes,
    )


def _is_copy(predicted: Sequence[LabelledSentence], gold: Sequence[LabelledSentence]) -> bool:
    """Whether the predictions hold every gold sentence as it is, by the same annotator."""
    by_key = {sentence.key: sentence for sentence in predicted}
    return all(by_key.get(sentence.key) == sentence for sentence in gold)


def _warn_of_leaks(name: str, found: Audit, leaked: frozenset[str], gold: Sequence[LabelledSentence]) -> None:
    """Say that a run knows some of the articles, and whether those that no run knows are scored beside."""
    if found.leaked:
        articles = {sentence.article for sentence in gold}
        logger.warning(
            "%s has learned from %d of these %d articles, or from copies of them, and its scores flatter; %s",
            name,
            len(found.leaked),
            len(articles),
            "those on the clean part do not" if articles - leaked else "no clean part is left to score",
        )


def _select_unseen(gold: Sequence[LabelledSentence], runs: Sequence[Run]) -> Sequence[LabelledSentence]:
    """The gold sentences of articles that no run has learned from, or from copies of."""
    if not any(run.traces for run in runs):
        raise DataError("no run says what it has learned from, so nothing is known to be unseen")
    leaked = frozenset[str]().union(*(audit_seen(gold, run.traces).leaked for run in runs))
    unseen = [sentence for sentence in gold if sentence.article not in leaked]
    if not unseen:
        raise DataError(
            f"the runs have learned from all {count_of(len(leaked), 'article')}; label others to score on"
        )
    return unseen
