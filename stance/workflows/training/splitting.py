"""Turns the ``split`` block of a config into the test part and the folds of a training run."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stance.config import SplitBy, SplitConfig, is_date
from stance.errors import DataError
from stance.evaluation.groups import Ties, find_groups, join_groups, number_groups
from stance.evaluation.intervals import FEW_GROUPS
from stance.evaluation.splits import (
    Split,
    find_cut,
    fold_each,
    fold_groups,
    fold_periods,
    keep_apart,
    split_groups,
)
from stance.phrases import count_of
from stance.records import LabelledSentence
from stance.schema import did_you_mean
from stance.taxonomy import Taxonomy
from stance.types import BoolArray, IntArray
from stance.workflows.evaluating.ties import tie_sentences
from stance.workflows.training.training_data import TrainingData, ask_topics


@dataclass(frozen=True)
class SplitPlan:
    """How a training run uses its sentences.

    Attributes
    ----------
    split
        Rows to learn from and rows held out. Rows in neither are tied to the test part.
    folds
        Splits of ``split.train``, whose rows they number from 0; each row is tested once.
    groups : shape (n_sentences,)
        What folds inside a classifier keep together.
    articles : shape (n_sentences,)
        Articles with all that they are tied to.
    """

    split: Split
    folds: tuple[Split, ...]
    groups: IntArray
    articles: IntArray

    @property
    def measured(self) -> list[Split]:
        """What a model of this plan is measured on, in rows of the data: the test part, else each fold."""
        return [self.split] if len(self.split.test) else [self.to_data_rows(fold) for fold in self.folds]

    def to_data_rows(self, fold: Split) -> Split:
        """The same fold in rows of the data."""
        train = self.split.train
        return Split(train[fold.train], train[fold.test])


def plan_split(
    config: SplitConfig, data: TrainingData, ties: Ties, taxonomy: Taxonomy, *, seed: int
) -> SplitPlan:
    """Hold out the test part and cut the rest into folds.

    The shares of the topics are kept alike on all sides, as far as groups allow.

    Raises
    ------
    DataError
        If sentences lack the field that the split goes by, or are too few for the parts.
    """
    articles = find_groups(ties)
    groups = _find_units(config, data.sentences, articles)
    presence = ask_topics(data, taxonomy).labels >= 0.5
    if data.is_test.any():
        split = Split.by(data.is_test)  # somebody else's split is left as it is, for the audit to judge
    else:
        split = keep_apart(_hold_out(config, data, groups, presence, seed=seed), ties)
    rows = split.train
    if not len(rows):
        raise DataError("nothing is left to learn from: every sentence is held out or tied to one that is")
    if not presence[rows].any():
        raise DataError(
            f"of {count_of(len(rows), 'sentence')} left to learn from none has a topic; add "
            "labelled sentences, or hold out less"
        )
    learned = np.unique(groups[rows], return_inverse=True)[1]
    if config.leave_one_out:
        folds = fold_each(learned)
    elif config.by == "time":
        dates = [data.sentences[row].date for row in rows]
        folds = fold_periods(learned, dates, n_folds=config.folds)
    else:
        folds = fold_groups(learned, presence[rows], n_folds=config.folds, seed=seed)
    own_ties = ties.take(rows)
    folds = [keep_apart(fold, own_ties) for fold in folds]
    if not all(len(fold.train) for fold in folds):
        raise DataError(
            f"a fold by {config.by} would learn from nothing: there is only what it holds out, and what "
            f"is tied to that. Label sentences of another {config.by}, or split otherwise"
        )
    return SplitPlan(split, tuple(folds), groups, articles)


def choose_drawn(
    by: SplitBy, sentences: Sequence[LabelledSentence], articles: IntArray
) -> tuple[IntArray, str]:
    """What the bootstrap draws of held-out sentences, shape (n_sentences,), and what these groups are.

    Outlets, events or dates, where the split goes by them: scores differ between them, and so would those on
    others. Those that share an article or copies of one are drawn together, since what is tied is never torn
    apart. Where there are too few to draw from, the groups are articles, and their name says why.

    Parameters
    ----------
    articles : shape (n_sentences,)
        Articles with all that they are tied to, in any numbers.
    """
    if by == "article":
        return number_groups(articles), "article"
    if by == "topic":
        return number_groups(articles), "article (topics share sentences)"
    field = "date" if by == "time" else by
    articles = number_groups(articles)
    units = number_groups([getattr(sentence, field) for sentence in sentences])
    if (n_units := len(np.unique(units))) < FEW_GROUPS:
        return articles, f"article (too few {field}s: {n_units})"
    groups = join_groups([units, articles])
    if (n_groups := len(np.unique(groups))) < FEW_GROUPS:
        return articles, f"article (too few {field}s that share no copies: {n_groups})"
    return groups, field


def _find_units(config: SplitConfig, sentences: Sequence[LabelledSentence], articles: IntArray) -> IntArray:
    """What is held out whole: outlets or events, or else articles with all that they are tied to."""
    if config.by in ("outlet", "event"):
        return number_groups(_read_field(sentences, config.by))
    if config.by == "time":
        _check_dates(_read_field(sentences, "date"))
    return articles


def _hold_out(
    config: SplitConfig, data: TrainingData, groups: IntArray, presence: BoolArray, *, seed: int
) -> Split:
    """The test part, of gold where there is any.

    Weak sentences of what is held out are in neither part, nor is what may be older or newer than a split by
    time, as ``2023`` where the test part begins in July of it.
    """
    held_out = _find_held_out(config, data, groups, presence, seed=seed)
    measured = held_out & data.is_gold if data.is_gold.any() else held_out
    if config.by == "time" and held_out.any():
        measured = measured & _is_since(_find_cut(config, data), data.sentences)
    if held_out.any() and not measured.any():
        raise DataError(
            "no gold sentence is in the test part, so there is nothing to measure; hold out others"
        )
    return Split(np.flatnonzero(~held_out), np.flatnonzero(measured))


def _find_held_out(
    config: SplitConfig, data: TrainingData, groups: IntArray, presence: BoolArray, *, seed: int
) -> BoolArray:
    """What is not learned from; a share is drawn from gold as if there were no weak labels, which follow."""
    if config.held_out:
        return _find_named(config, data.sentences)
    if not config.test and not config.since:
        return np.zeros(len(groups), dtype=np.bool_)
    rows = np.flatnonzero(data.is_gold) if data.is_gold.any() else np.arange(len(groups))
    if config.by == "time":
        cut = _find_cut(config, data)
        is_vague = np.array([cut.startswith(sentence.date) for sentence in data.sentences], dtype=np.bool_)
        return is_vague | _is_since(cut, data.sentences)
    units = groups
    if len(rows) < len(groups):
        gold = data.take(rows).sentences
        units = _find_units(config, gold, find_groups(tie_sentences(gold)))
    drawn = rows[split_groups(units, presence[rows], test=config.test, seed=seed).test]
    held_out = np.isin(groups, groups[drawn]) & ~data.is_gold
    held_out[drawn] = True
    return held_out


def _find_cut(config: SplitConfig, data: TrainingData) -> str:
    """The first date of the test part of a split by time."""
    gold = data.is_gold if data.is_gold.any() else np.ones(len(data.sentences), dtype=np.bool_)
    dates = [data.sentences[row].date for row in np.flatnonzero(gold).tolist()]
    return config.since or find_cut(dates, test=config.test)


def _is_since(cut: str, sentences: Sequence[LabelledSentence]) -> BoolArray:
    return np.array([sentence.date >= cut for sentence in sentences], dtype=np.bool_)


def _find_named(config: SplitConfig, sentences: Sequence[LabelledSentence]) -> BoolArray:
    """Sentences with one of the outlets, events or topics that are held out."""
    if config.by == "topic":
        values = [{label.topic for label in sentence.labels} for sentence in sentences]
    else:
        values = [{value} for value in _read_field(sentences, config.by)]
    known = sorted(set().union(*values))
    for name in config.held_out:
        if name not in known:
            raise DataError(
                f"split.held_out: no sentence has the {config.by} {name!r}; {did_you_mean(name, known)}"
            )
    return np.array([not own.isdisjoint(config.held_out) for own in values], dtype=np.bool_)


def _read_field(sentences: Sequence[LabelledSentence], field: str) -> list[str]:
    values = [getattr(sentence, field) for sentence in sentences]
    lacking = [sentence.article for sentence, value in zip(sentences, values, strict=True) if not value]
    if lacking:
        raise DataError(
            f"the split needs '{field}' in every record of the label files, and it is lacking in "
            f"{len(lacking):,} of {count_of(len(sentences), 'sentence')}, the first in article "
            f"{lacking[0]!r}. Add it there, or split by article"
        )
    return values


def _check_dates(dates: Sequence[str]) -> None:
    if wrong := sorted({date for date in dates if not is_date(date)}):
        raise DataError(
            f"a split by time needs dates like 2024-05-17, 2024-05 or 2024 (ISO 8601); {len(wrong):,} of the "
            f"label files' are none, as {wrong[0]!r}"
        )
