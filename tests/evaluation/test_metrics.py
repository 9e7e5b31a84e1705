import numpy as np
import pytest
from sklearn.metrics import f1_score

from stance.evaluation.counts import NO_LABEL, Counts, count
from stance.evaluation.metrics import (
    HEADLINE,
    end_to_end_f1_micro,
    find_metrics,
    stance_f1,
    stance_f1_favor_against,
    stance_f1_macro,
    stance_f1_macro_by_target,
    stance_f_avg_by_target,
    topics_f1_macro,
    topics_f1_micro,
)
from stance.taxonomy import Taxonomy
from tests.evaluation.examples import TOWN

GENERATOR = np.random.default_rng(3)
GOLD, PREDICTED, ASKED = (GENERATOR.integers(-1, 3, size=(200, 2)) for _ in range(3))
HAS = GOLD != NO_LABEL


def total(gold=GOLD, predicted=PREDICTED, asked=ASKED, taxonomy: Taxonomy = TOWN) -> Counts:
    return count(gold, predicted, asked, np.arange(len(gold)), taxonomy).total()


@pytest.mark.parametrize(("metric", "average"), [(topics_f1_macro, "macro"), (topics_f1_micro, "micro")])
def test_topic_f1_is_scikit_learns(metric, average):
    expected = f1_score(HAS, PREDICTED != NO_LABEL, average=average)
    assert float(metric(total())) == pytest.approx(expected)


def test_stance_f1_is_scikit_learns_at_the_gold_topics():
    expected = f1_score(GOLD[HAS], ASKED[HAS], labels=[0, 1, 2], average=None)
    assert stance_f1(total()) == pytest.approx(expected)
    assert float(stance_f1_macro(total())) == pytest.approx(expected.mean())


def test_favor_against_leaves_out_the_neutral_stance_but_not_its_errors():
    expected = f1_score(GOLD[HAS], ASKED[HAS], labels=[0, 1], average="macro")
    assert float(stance_f1_favor_against(total())) == pytest.approx(expected)


def test_favor_against_leaves_out_nothing_where_no_stance_is_neutral():
    counts = total(taxonomy=TOWN.model_copy(update={"neutral_stance": None}))
    assert float(stance_f1_favor_against(counts)) == pytest.approx(float(stance_f1_macro(counts)))


def test_by_target_is_the_mean_of_the_targets_own_scores():
    macro, sides = zip(
        *(
            (
                f1_score(GOLD[has, topic], ASKED[has, topic], labels=[0, 1, 2], average="macro"),
                f1_score(GOLD[has, topic], ASKED[has, topic], labels=[0, 1], average="macro"),
            )
            for topic, has in enumerate(HAS.T)
        ),
        strict=True,
    )
    assert float(stance_f1_macro_by_target(total())) == pytest.approx(np.mean(macro))
    assert float(stance_f_avg_by_target(total())) == pytest.approx(np.mean(sides))
    assert float(stance_f1_macro_by_target(total())) != pytest.approx(float(stance_f1_macro(total())))


def test_end_to_end_f1_counts_triples():
    right = ((GOLD == PREDICTED) & HAS).sum()
    expected = 2 * right / (HAS.sum() + (PREDICTED != NO_LABEL).sum())
    assert float(end_to_end_f1_micro(total())) == pytest.approx(expected)


def test_a_class_that_never_occurs_is_undefined_and_not_averaged():
    codes = np.array([[0, NO_LABEL], [1, NO_LABEL], [0, NO_LABEL]])
    counts = total(codes, codes, codes)
    assert np.isnan(stance_f1(counts)).tolist() == [False, False, True]
    assert float(topics_f1_macro(counts)) == 1.0
    assert float(stance_f1_macro(counts)) == 1.0


def test_without_any_label_every_metric_is_undefined():
    nothing = np.full((4, 2), NO_LABEL)
    assert all(np.isnan(metric(total(nothing, nothing, nothing))) for metric in find_metrics().values())


@pytest.mark.parametrize("name", find_metrics())
def test_every_declared_metric_keeps_the_leading_axes(name):
    metric = find_metrics()[name]
    groups = np.arange(len(GOLD)) % 5
    by_group = count(GOLD, PREDICTED, ASKED, groups, TOWN)
    values = metric(by_group)
    assert values.shape == (5,)
    alone = [
        float(metric(total(GOLD[rows], PREDICTED[rows], ASKED[rows])))
        for rows in (groups == i for i in range(5))
    ]
    assert values == pytest.approx(alone)


@pytest.mark.parametrize("name", find_metrics())
def test_every_declared_metric_explains_itself_in_one_line(name):
    first_line = (find_metrics()[name].__doc__ or "").partition("\n")[0]
    assert first_line.endswith(".")


def test_our_metrics_come_in_report_order():
    assert tuple(find_metrics())[: len(HEADLINE)] == HEADLINE
