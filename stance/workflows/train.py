"""Trains a model from a config: split, audit, fit, calibrate on folds, evaluate on what was held out."""

import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from stance.classifiers.folder import check_target, save_model
from stance.classifiers.model import Model
from stance.config import RunConfig, read_config
from stance.errors import DataError
from stance.evaluation.audit import NO_AUDIT, Audit, Finding, audit
from stance.evaluation.counts import to_codes
from stance.evaluation.groups import number_groups
from stance.evaluation.scores import Evaluation, evaluate_labels
from stance.evaluation.target_rows import LEFT_OUT, measure_targets
from stance.reports.card import CardFacts, write_card
from stance.taxonomy import read_taxonomy
from stance.types import IntArray
from stance.workflows.evaluate import with_references
from stance.workflows.fitting import Answers, answer, fit_model, hold_out
from stance.workflows.learning_curve import measure_learning_curve, to_point
from stance.workflows.left_out_targets import ask_left_out_targets
from stance.workflows.seen import trace
from stance.workflows.splitting import plan_split
from stance.workflows.ties import tie_sentences
from stance.workflows.training_data import ask_topics, read_training_data


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
    """
    if not isinstance(config, RunConfig):
        config = read_config(config, overrides)
    folder = Path(out or Path("models") / config.name)
    check_target(folder)
    taxonomy = read_taxonomy(config.taxonomy)
    data = read_training_data(config.data, taxonomy)
    ties = tie_sentences(data.sentences)
    presence = ask_topics(data, taxonomy).labels >= 0.5
    split_seed = config.seed if config.split.seed is None else config.split.seed
    plan = plan_split(config.split, data, ties, presence, seed=split_seed)
    split, groups = plan.split, plan.groups
    measured_on = [split] if len(split.test) else [plan.to_data_rows(fold) for fold in plan.folds]
    audited = audit(measured_on, data.sentences, ties)
    _check_leaks(audited, allowed=config.split.allow_leaks)

    start = time.perf_counter()
    fitted = fit_model(config, taxonomy, data.take(split.train), groups[split.train], plan.folds)
    training_seconds = time.perf_counter() - start
    left_out = ask_left_out_targets(
        {**config.stance, **fitted.model.stance.chosen},
        fitted.model,
        data,
        groups,
        splits=measured_on if config.leave_targets_out else [],
        seed=config.seed,
    )

    def evaluate(answers: Answers, part: IntArray, name: str, audit: Audit = NO_AUDIT) -> Evaluation | None:
        if not any(sentence.labels for sentence in answers.gold):
            return None
        own_groups = number_groups(groups[part][answers.rows])
        evaluation = evaluate_labels(
            answers.gold,
            answers.predicted,
            taxonomy,
            name=config.name,
            predicted_given_gold=answers.asked,
            probabilities=answers.probabilities,
            groups=own_groups,
            split=name,
            source=", ".join(config.data.test or config.data.gold),
            audit=audit,
            seed=config.seed,
        )
        target_rows = measure_targets(
            to_codes(answers.gold, taxonomy),
            to_codes(answers.asked, taxonomy),
            {**answers.altered, LEFT_OUT: left_out[part][answers.rows]},
            own_groups,
            taxonomy,
            seed=config.seed,
        )
        return with_references(replace(evaluation, target_rows=target_rows), answers.gold, own_groups)

    on_folds = evaluate(fitted.on_folds, split.train, "cross-validation")
    asked_of_test = answer(fitted.model, data.take(split.test), seed=config.seed)
    on_test = evaluate(asked_of_test, split.test, "test", audited)
    curve = []
    if config.learning_curve and (measured := on_test or on_folds):
        curve = [
            *measure_learning_curve(config, taxonomy, data, plan),
            to_point(data.take(split.train).sentences, measured),
        ]
    fidelity = {name: asdict(own) for name, own in fitted.fidelity.items()}
    metrics = {
        "training_seconds": round(training_seconds, 3),
        "int8": fidelity,
        "audit": [finding.to_dict() for finding in audited.findings],
        "cross-validation": on_folds and _to_stored(on_folds),
        "test": on_test and _to_stored(on_test),
        "learning_curve": curve,
    }
    learned = [data.sentences[row] for row in split.train.tolist()]
    held_out = hold_out(fitted.on_folds, groups[split.train])
    model = replace(fitted.model, metrics=metrics, traces=trace(learned), held_out=held_out)
    facts = CardFacts(
        name=config.name,
        config=model.config,
        taxonomy=taxonomy,
        n_sentences=len(data.sentences),
        n_articles=len({sentence.article for sentence in data.sentences}),
        findings=audited.findings,
        fidelity=fidelity,
        evaluations=[one for one in (on_test, on_test and on_test.clean, on_folds) if one],
    )
    if not _is_main_process():
        return Training(model, folder, audited.findings, on_folds, on_test)
    digest = save_model(model, folder, card=write_card(facts))
    return Training(replace(model, manifest_digest=digest), folder, audited.findings, on_folds, on_test)


def _to_stored(evaluation: Evaluation) -> dict[str, Any]:
    """What a model folder keeps: all but the outcomes by group, which only a comparison of two runs needs."""
    content = evaluation.to_dict()
    del content["outcomes"]
    return content


def _is_main_process() -> bool:
    """Whether this process writes; under ``accelerate launch`` several train the same model together."""
    return os.environ.get("RANK", "0") == "0"


def _check_leaks(found: Audit, *, allowed: bool) -> None:
    if found.leaks and not allowed:
        leaks = "\n".join(f"  {leak.title}: {leak.explanation}" for leak in found.leaks)
        raise DataError(
            f"the split leaks, and scores on it would flatter:\n{leaks}\n"
            "Mend the split, or train in spite of it with --allow-leaks; card and reports then say so"
        )
