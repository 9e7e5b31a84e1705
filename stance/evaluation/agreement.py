"""How far annotators agree on topics and stances, each figure with its interval and support."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, combinations
from typing import Any

import numpy as np

from stance.errors import DataError
from stance.evaluation.agreement_measures import MEASURES, NOT_JUDGED, Tables, stance_f1, tabulate
from stance.evaluation.conditions import Conditions
from stance.evaluation.counts import to_codes
from stance.evaluation.groups import number_groups
from stance.evaluation.holders import score_pairs, sign_holders
from stance.evaluation.intervals import percentile_interval
from stance.evaluation.score import Score
from stance.phrases import count_of
from stance.records import LabelledSentence
from stance.taxonomy import Taxonomy
from stance.types import IntArray


@dataclass(frozen=True)
class Agreement:
    """How far annotators agree on the sentences that two or more of them judged.

    Attributes
    ----------
    annotators
        Names, in the order given.
    n_alone
        Sentences that each of them alone judged: they are left out.
    scores
        Every measure for all topics together and by topic, and ``stance_f1`` by stance. F1 and kappa are
        means over the pairs of annotators. ``support`` counts the pairs of judgements compared. Where two
        annotators give a topic and both name a holder, also the two metrics of ``holders``, of all pairs
        of annotators together.
    """

    annotators: tuple[str, ...]
    n_alone: tuple[int, ...]
    conditions: Conditions
    scores: tuple[Score, ...]

    @property
    def name(self) -> str:
        """The annotators, as a heading."""
        return ", ".join(self.annotators)

    def to_dict(self) -> dict[str, Any]:
        """Plain containers for JSON."""
        return {
            "annotators": list(self.annotators),
            "n_alone": list(self.n_alone),
            "conditions": asdict(self.conditions),
            "scores": [score.to_dict() for score in self.scores],
        }


def measure_agreement(
    annotations: Sequence[Sequence[LabelledSentence]],
    taxonomy: Taxonomy,
    *,
    annotators: Sequence[str],
    source: str = "",
    n_resamples: int = 2000,
    seed: int = 0,
) -> Agreement:
    """Measure how far two or more annotators agree.

    F1 is that of one annotator's labels against another's, which is the same both ways round (Hripcsak and
    Rothschild 2005), so that a model's F1 can be held against it. With more than two annotators, F1 and kappa
    are means over their pairs (Light 1971). Over all topics, each (sentence, topic) is one judgement. The
    bootstrap draws articles.

    Parameters
    ----------
    annotations
        One sequence of judged sentences an annotator, in any order, each sentence once.
    annotators
        Their names, one for each.
    source
        Where the labels were read from, for the conditions.

    Raises
    ------
    ValueError
        If there are fewer than two annotators.
    DataError
        If an annotator judges a sentence twice, two judge different texts, or no sentence is judged by two.
    """
    if len(annotations) < 2:
        raise ValueError(f"agreement needs two or more annotators, found {list(annotators)}")
    shared = keep_shared(annotations, annotators)
    keys = sorted({sentence.key for judged in shared for sentence in judged})
    codes = np.stack([to_codes_at(keys, judged, taxonomy) for judged in shared])
    groups = number_groups([article for article, _ in keys])
    tables = tabulate(codes, groups, len(taxonomy.stances))
    draw = {"n_resamples": n_resamples, "seed": seed}
    conditions = Conditions.of(
        list(chain(*shared)),
        taxonomy,
        split="all",
        drawn="article",
        n_groups=int(groups.max()) + 1,
        source=source,
        **draw,
    )
    return Agreement(
        annotators=tuple(annotators),
        n_alone=tuple(len(judged) - len(kept) for judged, kept in zip(annotations, shared, strict=True)),
        conditions=conditions,
        scores=(
            *_score_all(tables, tables.resample(**draw), taxonomy, conditions.signature),
            *_score_holders(shared, dict(zip(keys, groups.tolist(), strict=True)), taxonomy, conditions),
        ),
    )


def keep_shared(
    annotations: Sequence[Sequence[LabelledSentence]], annotators: Sequence[str]
) -> list[list[LabelledSentence]]:
    """The sentences of each annotator that another judged too, after ``check_judgements``."""
    check_judgements(annotations, annotators)
    n_judges = Counter(sentence.key for sentences in annotations for sentence in sentences)
    shared = [[one for one in sentences if n_judges[one.key] > 1] for sentences in annotations]
    if not any(shared):
        raise DataError(
            f"no sentence is judged by two of {list(annotators)}; article ids and sentence numbers must agree"
        )
    return shared


def check_judgements(annotations: Sequence[Sequence[LabelledSentence]], annotators: Sequence[str]) -> None:
    """Refuse annotators who judge a sentence twice, or different texts under one key.

    Raises
    ------
    DataError
        Naming the annotator and a sentence.
    """
    texts: dict[tuple[str, int], list[str]] = {}
    for sentences, annotator in zip(annotations, annotators, strict=True):
        times = Counter(sentence.key for sentence in sentences)
        if twice := [key for key, n in times.items() if n > 1]:
            who = repr(annotator) if annotator else "an annotator without a name"
            raise DataError(
                f"{who} judges {count_of(len(twice), 'sentence')} more than once, such as {twice[0]} "
                "(article, sentence); an annotator judges a sentence once"
            )
        for sentence in sentences:
            words = sentence.text.split()
            if texts.setdefault(sentence.key, words) != words:
                raise DataError(
                    f"sentence {sentence.key} has another text in the labels of {annotator!r}: "
                    f"{sentence.text!r:.80}; annotators must be given the same sentences"
                )


def to_codes_at(
    keys: Sequence[tuple[str, int]], judged: Sequence[LabelledSentence], taxonomy: Taxonomy
) -> IntArray:
    """Codes of one annotator's labels at ``keys``, shape (n_keys, n_topics)."""
    rows = {key: row for row, key in enumerate(keys)}
    codes = np.full((len(keys), len(taxonomy.topics)), NOT_JUDGED, dtype=np.int64)
    codes[[rows[sentence.key] for sentence in judged]] = to_codes(judged, taxonomy)
    return codes


def _score_all(tables: Tables, resampled: Tables, taxonomy: Taxonomy, signature: str) -> Iterator[Score]:
    """Every measure over all topics, then by topic; then F1 by stance."""
    slices: list[tuple[str | None, Tables, Tables]] = [(None, tables, resampled)]
    for column, topic in enumerate(taxonomy.topic_ids):
        slices.append((topic, tables.of_topic(column), resampled.of_topic(column)))
    for of, by_group, samples in slices:
        here = by_group.total()
        for name, (measure, count) in MEASURES.items():
            low, high = percentile_interval(measure(samples), n_groups=by_group.n_labelled)
            yield Score(name, of, float(measure(here)), low, high, count(here), signature)
    total = tables.total()
    values, sampled_values = stance_f1(total), stance_f1(resampled)
    for column, stance in enumerate(taxonomy.stances):
        low, high = percentile_interval(sampled_values[:, column], n_groups=tables.n_labelled)
        support = total.stances[..., column, :].sum() + total.stances[..., column].sum()
        support -= total.stances[..., column, column].sum()
        yield Score("stance_f1", stance, float(values[column]), low, high, int(support), signature)


def _score_holders(
    annotations: Sequence[Sequence[LabelledSentence]],
    groups: Mapping[tuple[str, int], int],
    taxonomy: Taxonomy,
    conditions: Conditions,
) -> Iterator[Score]:
    """The metrics of holders of all topics together and by topic; ``groups`` by the sentence's key."""
    held = [
        {(one.key, label.topic): label.holder for one in judged for label in one.labels if label.holder}
        for judged in annotations
    ]
    found = [
        (topic, groups[key], (first[key, topic], second[key, topic]))
        for first, second in combinations(held, 2)
        for key, topic in sorted(first.keys() & second.keys())
    ]
    if not found:
        return
    topics, owners, pairs = zip(*found, strict=True)
    yield from score_pairs(
        pairs,
        topics,
        np.array(owners),
        conditions.n_groups,
        order=taxonomy.topic_ids,
        signature=sign_holders(conditions.signature, list(chain(*annotations))),
        n_resamples=conditions.n_resamples,
        seed=conditions.seed,
    )
