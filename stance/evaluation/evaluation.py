"""Scores a run against gold labels: values, intervals, support, and the conditions they hold under."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

import numpy as np

from stance.errors import DataError
from stance.evaluation.alignment import align
from stance.evaluation.audit import NO_AUDIT, Audit
from stance.evaluation.calibration import CalibrationCheck, Probabilities, check_calibration
from stance.evaluation.conditions import Conditions
from stance.evaluation.cost import Cost
from stance.evaluation.counts import NO_LABEL, Codes, Counts, count, to_codes
from stance.evaluation.groups import number_groups
from stance.evaluation.holders import HolderScores, score_holders
from stance.evaluation.intervals import percentile_interval
from stance.evaluation.metrics import score_metrics, stance_f1
from stance.evaluation.mistakes import Mistake, find_mistakes, keep_surest
from stance.evaluation.outcomes import Outcomes
from stance.evaluation.precision_recall import PrecisionRecall, measure_precision_recall
from stance.evaluation.score import Reference, Score
from stance.evaluation.slices import Slice, score_slices, slice_labels
from stance.evaluation.target_rows import TargetRows
from stance.records import LabelledSentence
from stance.taxonomy import Taxonomy
from stance.types import IntArray


@dataclass(frozen=True)
class Evaluation:
    """How one run does on one set of gold labels.

    Attributes
    ----------
    scores
        Every declared metric for all topics together and by topic, and ``stance_f1`` by stance.
    stance_asked
        Whether stances were predicted at exactly the gold topics. Otherwise they were read off the predicted
        labels, and a gold topic that was not predicted counts as a wrong stance.
    confusions
        By topic, shape (n_stances, n_stances + 1): gold stances in rows, predicted in columns, no
        prediction last.
    mistakes
        The most confident of the run's ``n_mistakes``.
    outcomes
        What happened to each group of articles, for paired comparisons.
    references
        What guessing scores on the same labels, and people, where several annotators are known.
    slices
        Scores by topic, by stance, and on each kind of sentence.
    cost
        ``None`` where labels were given before.
    audit
        What was found of leaks from what the run has learned from.
    clean
        The same predictions scored on the articles without a leak; ``None`` where all or none are.
    precision_recall
        What a model's topic probabilities would find at every threshold.
    learning_curve
        What the model's training noted of models that learned from parts of its articles.
    calibration
        What the run's probabilities are worth.
    target_rows
        What the run scores without its targets; ``None`` where nobody looked.
    behaviour
        What the tests of its behaviour found, in plain containers; ``None`` where there were none.
    holders
        How it does at naming holders; ``None`` where gold or the run names none.
    """

    name: str
    taxonomy: Taxonomy
    conditions: Conditions
    scores: tuple[Score, ...]
    stance_asked: bool
    confusions: Mapping[str, IntArray]
    mistakes: tuple[Mistake, ...]
    n_mistakes: int
    calibration: CalibrationCheck
    outcomes: Outcomes = field(repr=False)
    references: tuple[Reference, ...] = ()
    slices: tuple[Slice, ...] = ()
    cost: Cost | None = None
    audit: Audit = NO_AUDIT
    clean: Self | None = None
    learning_curve: Sequence[Mapping[str, Any]] = ()
    target_rows: TargetRows | None = None
    behaviour: Mapping[str, Any] | None = None
    precision_recall: tuple[PrecisionRecall, ...] = ()
    holders: HolderScores | None = None

    def __getitem__(self, metric: str) -> Score:
        """The score of ``metric`` over all topics."""
        return next(score for score in self.scores if (score.metric, score.of) == (metric, None))

    def to_dict(self) -> dict[str, Any]:
        """Plain containers for JSON."""
        return {
            "name": self.name,
            "taxonomy": self.taxonomy.to_dict(),
            "conditions": asdict(self.conditions),
            "stance_asked": self.stance_asked,
            "scores": [score.to_dict() for score in self.scores],
            "confusions": {topic: confusion.tolist() for topic, confusion in self.confusions.items()},
            "mistakes": [asdict(mistake) for mistake in self.mistakes],
            "n_mistakes": self.n_mistakes,
            "cost": self.cost and asdict(self.cost),
            "slices": [one.to_dict() for one in self.slices],
            "outcomes": self.outcomes.to_lines(),
            "references": {row.name: [score.to_dict() for score in row.scores] for row in self.references},
            "audit": {
                "findings": [finding.to_dict() for finding in self.audit.findings],
                "clean": self.clean
                and {
                    "conditions": asdict(self.clean.conditions),
                    "scores": [score.to_dict() for score in self.clean.scores],
                    "holders": self.clean.holders and self.clean.holders.to_dict(),
                },
            },
            "learning_curve": list(self.learning_curve),
            "calibration": self.calibration.to_dict(),
            "target_rows": self.target_rows and self.target_rows.to_dict(),
            "behaviour": self.behaviour,
            "precision_recall": [curve.to_dict() for curve in self.precision_recall],
            "holders": self.holders and self.holders.to_dict(),
        }


def evaluate_labels(
    gold: Sequence[LabelledSentence],
    predicted: Sequence[LabelledSentence],
    taxonomy: Taxonomy,
    *,
    name: str,
    predicted_given_gold: Sequence[LabelledSentence] | None = None,
    probabilities: Probabilities | None = None,
    groups: IntArray | None = None,
    drawn: str = "article",
    columns: Mapping[str, Sequence[str]] | None = None,
    max_mistakes: int = 20,
    split: str = "all",
    source: str = "",
    audit: Audit = NO_AUDIT,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Evaluation:
    """Score predicted labels against gold ones.

    Parameters
    ----------
    gold
        Adjudicated labels, each sentence once.
    predicted
        Labels of at least the same sentences, in any order.
    predicted_given_gold
        The same sentences with stances predicted at exactly the gold topics, and holders of the gold stances.
        Left out (a label file has none), the predicted labels stand in, and a gold topic without a prediction
        is a wrong stance.
    probabilities
        A model's for the same sentences; left out, the calibration of its topics is not judged.
    groups : shape (n_sentences,)
        What the bootstrap keeps together, in gold's order; by default the articles.
    drawn
        Names these groups, for the conditions.
    columns
        By what to slice: which slice each sentence is in, in gold's order, ``""`` for none.
    max_mistakes
        At most so many wrong labels are kept, and as many that were missed.
    split
        Names the part of the data that gold is, for the conditions.
    audit
        Of gold, for leaks. Where some of its articles are leaked, the others are scored beside all of them.

    Raises
    ------
    DataError
        If predictions and gold cannot be put side by side.
    """
    aligned = align(gold, predicted)
    asked = aligned if predicted_given_gold is None else _align_asked(gold, predicted_given_gold)
    if groups is None:
        groups = number_groups([sentence.article for sentence in gold])
    codes = Codes(*(to_codes(side, taxonomy) for side in (gold, aligned, asked)))
    counts = count(*codes, groups, taxonomy)
    draw = {"n_resamples": n_resamples, "seed": seed}
    conditions = Conditions.of(
        gold, taxonomy, split=split, n_groups=len(counts.topics), source=source, drawn=drawn, **draw
    )
    scores = tuple(score_counts(counts, counts.resample(**draw), conditions.signature))
    mistakes = find_mistakes(gold, aligned, predicted_given_gold and asked)
    curves: tuple[PrecisionRecall, ...] = ()
    if probabilities is not None:
        has = codes.gold != NO_LABEL
        curves = measure_precision_recall(probabilities.topics, has, groups, taxonomy.topic_ids, **draw)
    evaluation = Evaluation(
        name=name,
        taxonomy=taxonomy,
        conditions=conditions,
        scores=scores,
        stance_asked=predicted_given_gold is not None,
        confusions=dict(zip(taxonomy.topic_ids, counts.total().stances, strict=True)),
        mistakes=keep_surest(mistakes, max_mistakes),
        n_mistakes=len(mistakes),
        precision_recall=curves,
        calibration=check_calibration(
            gold, aligned, taxonomy, groups=groups, asked=asked, probabilities=probabilities, **draw
        ),
        outcomes=Outcomes.sort(
            counts, groups, (codes.gold == codes.predicted).all(axis=1), [sentence.key for sentence in gold]
        ),
        slices=(
            *slice_labels(scores, codes.gold, groups, taxonomy),
            *score_slices(codes, groups, columns or {}, taxonomy, conditions),
        ),
        audit=audit,
        holders=score_holders(
            gold,
            asked,
            groups,
            is_asked=predicted_given_gold is not None,
            signature=conditions.signature,
            **draw,
        ),
    )
    return replace(evaluation, clean=_score_clean(evaluation, gold, predicted, predicted_given_gold, groups))


def _score_clean(
    evaluation: Evaluation,
    gold: Sequence[LabelledSentence],
    predicted: Sequence[LabelledSentence],
    predicted_given_gold: Sequence[LabelledSentence] | None,
    groups: IntArray,
) -> Evaluation | None:
    """The same predictions on the articles without a leak; ``None`` where all or none have one."""
    clean = np.flatnonzero([sentence.article not in evaluation.audit.leaked for sentence in gold])
    if len(clean) in (0, len(gold)):
        return None
    conditions = evaluation.conditions
    return evaluate_labels(
        [gold[row] for row in clean.tolist()],
        predicted,
        evaluation.taxonomy,
        name=evaluation.name,
        predicted_given_gold=predicted_given_gold,
        groups=number_groups(groups[clean]),
        drawn=conditions.drawn,
        split=f"clean part of {conditions.split}",
        source=conditions.source,
        n_resamples=conditions.n_resamples,
        seed=conditions.seed,
    )


def _align_asked(
    gold: Sequence[LabelledSentence], predicted_given_gold: Sequence[LabelledSentence]
) -> list[LabelledSentence]:
    asked = align(gold, predicted_given_gold)
    for truth, answer in zip(gold, asked, strict=True):
        expected, found = ({label.topic for label in side.labels} for side in (truth, answer))
        if expected != found:
            raise DataError(
                f"sentence {truth.key} has the gold topics {sorted(expected)} but stances were predicted for "
                f"{sorted(found)}; predict stances at exactly the gold topics"
            )
    return asked


def score_counts(counts: Counts, resampled: Counts, signature: str) -> Iterator[Score]:
    """Every metric over all topics, then by topic; then F1 by stance.

    An interval needs two groups that have gold labels in its slice.
    """
    yield from score_metrics(counts, resampled, None, signature)
    for column, topic in enumerate(counts.taxonomy.topic_ids):
        yield from score_metrics(counts.of_topic(column), resampled.of_topic(column), topic, signature)
    values, sampled_values = stance_f1(counts.total()), stance_f1(resampled)
    supports = counts.stances.sum((1, 3))
    for column, stance in enumerate(counts.taxonomy.stances):
        n_groups = int(np.count_nonzero(supports[:, column]))
        low, high = percentile_interval(sampled_values[:, column], n_groups=n_groups)
        support = int(supports[:, column].sum())
        yield Score("stance_f1", stance, float(values[column]), low, high, support, signature)
