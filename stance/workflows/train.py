"""Trains a model from a config: split, audit, fit, calibrate on folds, evaluate on what was held out."""

import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from stance.classifiers.folder import check_target, save_model
from stance.classifiers.model import Model
from stance.config import RunConfig, read_config
from stance.errors import DataError
from stance.evaluation.audit import NO_AUDIT, Audit, Finding, audit
from stance.evaluation.counts import to_codes
from stance.evaluation.evaluation import Evaluation, evaluate_labels
from stance.evaluation.target_rows import LEFT_OUT, measure_targets
from stance.reports.card import CardFacts, write_card
from stance.taxonomy import Taxonomy, read_taxonomy
from stance.types import IntArray
from stance.workflows.evaluate import with_references
from stance.workflows.evaluating.seen import trace
from stance.workflows.evaluating.ties import tie_sentences
from stance.workflows.training.fitting import GoldAnswers, answer, fit_model, hold_out
from stance.workflows.training.learning_curve import measure_learning_curve, to_point
from stance.workflows.training.left_out_targets import ask_left_out_targets
from stance.workflows.training.splitting import SplitPlan, choose_drawn, plan_split
from stance.workflows.training.teachers import audit_teachers, find_teachers, join_traces
from stance.workflows.training.training_data import TrainingData, read_training_data


@dataclass(frozen=True)
class Training:
    """A trained model, the audit of its split, and how it did.

    ``on_folds`` is measured by cross-validation inside the training part, ``on_test`` on the test part;
    either is ``None`` where there is no gold sentence to measure it on.
    """

    model: Model
    folder: Path
    findings: tuple[Finding, ...]
    on_folds: Evaluation | None
    on_test: Evaluation | None


def train(
    config: str | Path | RunConfig, *, overrides: Sequence[str] = (), out: str | Path | None = None
) -> Training:
    """Train a model and write its folder.

    Run by several processes (``accelerate launch``), an encoder is trained by all of them together, and the
    first writes.

    Parameters
    ----------
    config
        A YAML file, or a config that was read before.
    overrides
        ``"key=value"`` changes for this run.
    out
        The model folder, ``models/<name>`` if not given.

    Raises
    ------
    StanceError
        If config, taxonomy or labels are wrong, or if the split leaks.
    ValueError
        If there are ``overrides`` of a config that is no file.
    """
    if not isinstance(config, RunConfig):
        config = read_config(config, overrides)
    elif overrides:
        raise ValueError(
            f"overrides change a config file, and this config is read already: {list(overrides)}"
        )
    folder = Path(out or Path("models") / config.name)
    check_target(folder)
    taxonomy = read_taxonomy(config.taxonomy)
    teachers = find_teachers(config.data.weak, taxonomy)
    data = read_training_data(config.data, taxonomy)
    ties = tie_sentences(data.sentences)
    plan = plan_split(config.split, data, ties, taxonomy, seed=config.split_seed)
    learned, asked, groups = plan.split.train, plan.split.test, plan.groups
    measured = [data.sentences[row] for part in plan.measured for row in part.test if data.is_gold[row]]
    audited = audit(plan.measured, data.sentences, ties).join(audit_teachers(measured, teachers))
    _check_leaks(audited, allowed=config.split.allow_leaks)

    start = time.perf_counter()
    fitted = fit_model(config, taxonomy, data.take(learned), groups[learned], plan.folds)
    training_seconds = time.perf_counter() - start
    block = {**config.stance, **fitted.model.stance.chosen}
    splits = plan.measured if config.leave_targets_out else []
    left_out = ask_left_out_targets(block, fitted.model, data, groups, splits=splits, seed=config.seed)

    evaluate = partial(_evaluate, config, taxonomy)
    on_folds = evaluate(fitted.on_folds, plan.articles[learned], left_out[learned], split="cross-validation")
    on_asked = answer(fitted.model, data.take(asked), seed=config.seed)
    on_test = evaluate(on_asked, plan.articles[asked], left_out[asked], split="test", audit=audited)
    metrics = {
        "training_seconds": round(training_seconds, 3),
        "int8": {name: asdict(own) for name, own in fitted.fidelity.items()},
        "audit": [finding.to_dict() for finding in audited.findings],
        "cross-validation": on_folds and _to_stored(on_folds),
        "test": on_test and _to_stored(on_test),
        "learning_curve": _measure_curve(config, taxonomy, data, plan, on_test or on_folds),
    }
    traces = join_traces(trace(data.take(learned).sentences), teachers)
    held_out = None if teachers else hold_out(fitted.on_folds, groups[learned])
    model = replace(fitted.model, metrics=metrics, traces=traces, held_out=held_out)
    if is_main_process():
        card = write_card(_to_facts(model, data, audited, [on_test, on_test and on_test.clean, on_folds]))
        model = replace(model, manifest_digest=save_model(model, folder, card=card))
    return Training(model, folder, audited.findings, on_folds, on_test)


def _evaluate(
    config: RunConfig,
    taxonomy: Taxonomy,
    answers: GoldAnswers,
    articles: IntArray,
    left_out: IntArray,
    *,
    split: str,
    audit: Audit = NO_AUDIT,
) -> Evaluation | None:
    """Score answers to a part of the data; ``None`` where no gold sentence of it has a label.

    ``articles``, as in ``SplitPlan``, and ``left_out``, the stances by ``ask_left_out_targets``, have a row
    for each sentence of the part.
    """
    if not any(sentence.labels for sentence in answers.gold):
        return None
    groups, drawn = choose_drawn(config.split.by, answers.gold, articles[answers.rows])
    evaluation = evaluate_labels(
        answers.gold,
        answers.predicted,
        taxonomy,
        name=config.name,
        predicted_given_gold=answers.asked,
        probabilities=answers.probabilities,
        groups=groups,
        drawn=drawn,
        split=split,
        source=", ".join(config.data.test or config.data.gold),
        audit=audit,
        seed=config.seed,
    )
    target_rows = measure_targets(
        to_codes(answers.gold, taxonomy),
        to_codes(answers.asked, taxonomy),
        {**answers.altered, LEFT_OUT: left_out[answers.rows]},
        groups,
        taxonomy,
        seed=config.seed,
    )
    return with_references(replace(evaluation, target_rows=target_rows), answers.gold, groups)


def _measure_curve(
    config: RunConfig, taxonomy: Taxonomy, data: TrainingData, plan: SplitPlan, whole: Evaluation | None
) -> list[dict[str, Any]]:
    """The points of the learning curve, the last of them ``whole``; none where none was asked for."""
    if not config.learning_curve or whole is None:
        return []
    last = to_point(data.take(plan.split.train).sentences, whole)
    return [*measure_learning_curve(config, taxonomy, data, plan), last]


def _to_facts(
    model: Model, data: TrainingData, audited: Audit, evaluations: Sequence[Evaluation | None]
) -> CardFacts:
    return CardFacts(
        name=model.name,
        config=model.config,
        taxonomy=model.taxonomy,
        n_sentences=len(data.sentences),
        n_articles=len({sentence.article for sentence in data.sentences}),
        findings=audited.findings,
        fidelity=model.metrics["int8"],
        evaluations=[one for one in evaluations if one],
    )


def _to_stored(evaluation: Evaluation) -> dict[str, Any]:
    """What a model folder keeps: all but the outcomes by group, which only a comparison of two runs needs."""
    content = evaluation.to_dict()
    del content["outcomes"]
    return content


def is_main_process() -> bool:
    """Whether this process writes and speaks; under ``accelerate launch`` several train the same model."""
    return os.environ.get("RANK", "0") == "0"


def _check_leaks(found: Audit, *, allowed: bool) -> None:
    if found.leaks and not allowed:
        leaks = "\n".join(f"  {leak.title}: {leak.explanation}" for leak in found.leaks)
        raise DataError(
            f"the split leaks, and scores on it would flatter:\n{leaks}\n"
            "Mend the split, or train in spite of it with --allow-leaks; card and reports then say so"
        )
