import json
import math

import pytest

from stance.errors import DataError
from stance.evaluation.agreement import measure_agreement
from stance.evaluation.agreement_measures import MEASURES
from stance.evaluation.evaluation import evaluate_labels
from stance.records import Label, LabelledSentence
from tests.evaluation.examples import TOWN, labelled

FIRST = [
    labelled("a", 0, trams="pro"),
    labelled("a", 1, trams="contra", parks="open"),
    labelled("a", 2),
    labelled("b", 0, trams="pro"),
    labelled("b", 1),
    labelled("c", 0, parks="pro"),
]
SECOND = [
    labelled("a", 0, trams="pro"),
    labelled("a", 1, trams="open", parks="open"),
    labelled("a", 2, trams="pro"),
    labelled("b", 0, trams="pro"),
    labelled("b", 1),
    labelled("c", 0),
]


def agree(*annotations, **options):
    names = [f"annotator {number}" for number in range(1, len(annotations) + 1)]
    return measure_agreement(annotations, TOWN, annotators=names, **{"n_resamples": 200, **options})


def find(agreement, metric, of=None):
    return next(score for score in agreement.scores if (score.metric, score.of) == (metric, of))


def show(agreement):
    """The scores as text, in which an undefined one equals itself."""
    return [repr(score) for score in agreement.scores]


@pytest.mark.parametrize(
    ("metric", "of", "value", "support"),
    [
        ("topics_f1_micro", "trams", 6 / 7, 4),
        ("topics_f1_micro", "parks", 2 / 3, 2),
        ("topics_f1_macro", None, (6 / 7 + 2 / 3) / 2, 6),
        ("topics_f1_micro", None, 8 / 10, 6),
        ("end_to_end_f1_micro", None, 6 / 10, 6),
        ("end_to_end_f1_micro", "trams", 4 / 7, 4),
        ("topics_kappa", "trams", (5 / 6 - 1 / 2) / (1 - 1 / 2), 6),
        ("topics_kappa", "parks", (5 / 6 - 22 / 36) / (1 - 22 / 36), 6),
        ("topics_alpha", "trams", 1 - 11 * 2 / (2 * 5 * 7), 6),
        ("stance_kappa", "trams", (2 / 3 - 4 / 9) / (1 - 4 / 9), 3),
        ("stance_alpha", "trams", 1 - 5 * 2 / (36 - 16 - 1 - 1), 3),
        ("stance_f1", "pro", 1.0, 2),
        ("stance_f1", "contra", 0.0, 1),
        ("stance_f1", "open", 2 / 3, 2),
    ],
)
def test_two_annotators_worked_by_hand(metric, of, value, support):
    score = find(agree(FIRST, SECOND), metric, of)
    assert score.value == pytest.approx(value)
    assert score.support == support
    assert score.low <= score.value <= score.high


def test_f1_between_annotators_is_that_of_one_against_the_other_as_gold():
    agreement, evaluation = agree(FIRST, SECOND), evaluate_labels(FIRST, SECOND, TOWN, name="second")
    for metric in ("topics_f1_macro", "topics_f1_micro", "end_to_end_f1_micro"):
        for of in (None, *TOWN.topic_ids):
            expected = next(s for s in evaluation.scores if (s.metric, s.of) == (metric, of))
            assert find(agreement, metric, of).value == pytest.approx(expected.value)


def test_who_comes_first_changes_nothing():
    there, back = agree(FIRST, SECOND), agree(SECOND[::-1], FIRST)
    assert show(there) == show(back)


def test_an_annotator_agrees_wholly_with_a_copy():
    agreement = agree(FIRST, FIRST)
    for metric in MEASURES:
        score = find(agreement, metric)
        assert (score.value, score.low, score.high) == pytest.approx((1, 1, 1))


def test_what_only_one_judged_is_left_out_and_counted():
    more = [*SECOND, labelled("d", 0, trams="pro"), labelled("d", 1)]
    agreement = agree(FIRST, more)
    assert agreement.n_alone == (0, 2)
    assert (agreement.conditions.n_sentences, agreement.conditions.n_articles) == (6, 3)
    assert show(agreement) == show(agree(FIRST, SECOND))


def test_no_topic_is_a_judgement_and_not_a_missing_one():
    assert find(agree([labelled("a", 0)], [labelled("a", 0)]), "topics_kappa").support == 2


def test_three_annotators_give_the_mean_of_their_pairs():
    third = [labelled("a", 0), labelled("a", 1, trams="open", parks="pro"), labelled("b", 0, trams="contra")]
    three = agree(FIRST, SECOND, third)
    pairs = [agree(FIRST, SECOND), agree(FIRST, third), agree(SECOND, third)]
    for metric in ("topics_f1_macro", "topics_kappa", "stance_kappa", "end_to_end_f1_micro"):
        values = [find(pair, metric).value for pair in pairs]
        assert find(three, metric).value == pytest.approx(sum(values) / 3)
    assert find(three, "topics_kappa", "trams").support == 6 + 3 + 3


def test_an_annotator_who_shares_no_sentence_moves_nothing():
    stranger = [labelled("z", 0, trams="pro")]
    agreement = agree(FIRST, SECOND, stranger)
    assert agreement.n_alone == (0, 0, 1)
    for metric in MEASURES:
        assert find(agreement, metric).value == pytest.approx(find(agree(FIRST, SECOND), metric).value)


def test_the_bootstrap_follows_its_seed_and_draws_articles():
    assert show(agree(FIRST, SECOND)) == show(agree(FIRST, SECOND))
    assert show(agree(FIRST, SECOND, n_resamples=7)) != show(agree(FIRST, SECOND, n_resamples=7, seed=1))
    one_article = [sentence for sentence in FIRST if sentence.article == "a"]
    assert math.isnan(find(agree(one_article, SECOND), "topics_f1_micro").low)


def test_copying_every_article_narrows_the_interval():
    def copies(sentences):
        return [
            labelled(f"{s.article}{n}", s.sentence, text=s.text, **{x.topic: x.stance for x in s.labels})
            for s in sentences
            for n in range(20)
        ]

    few = find(agree(FIRST, SECOND), "topics_kappa")
    many = find(agree(copies(FIRST), copies(SECOND)), "topics_kappa")
    assert many.value == pytest.approx(few.value)
    assert many.high - many.low < 0.5 * (few.high - few.low)


def test_an_undefined_value_is_none_in_json():
    content = agree([labelled("a", 0)], [labelled("a", 0)]).to_dict()
    assert all(score["value"] is None for score in content["scores"])
    assert content["n_alone"] == [0, 0]
    json.dumps(content, allow_nan=False)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ([SECOND[0], SECOND[0]], r"'annotator 2' judges 1 sentence more than once, such as \('a', 0\)"),
        ([labelled("a", 0, text="Else.")], r"\('a', 0\) has another text in the labels of 'annotator 2'"),
        ([labelled("z", 0)], r"no sentence is judged by two of \['annotator 1', 'annotator 2'\]"),
    ],
)
def test_annotations_that_cannot_be_put_side_by_side_are_refused(second, message):
    with pytest.raises(DataError, match=message):
        agree(FIRST, second)


def test_one_annotator_is_refused():
    with pytest.raises(ValueError, match=r"two or more annotators, found \['annotator 1'\]"):
        agree(FIRST)


def holding(article, holder, *, topic="trams"):
    label = Label(topic, "pro", holder=holder)
    return LabelledSentence(article, 0, f"Words of {article}.", (label,), "x")


def test_holders_are_compared_where_both_name_one():
    first = [
        holding("a", "the mayor"),
        holding("b", "Ruiz"),
        holding("c", "Ruiz"),
        holding("d", "Ruiz", topic="parks"),
    ]
    second = [
        holding("a", "The Mayor"),
        holding("b", "Rosa Ruiz"),
        holding("c", None),
        holding("d", "Ruiz"),
    ]
    agreement = agree(first, second)
    exact, f1 = find(agreement, "holder_exact"), find(agreement, "holder_token_f1")
    assert (exact.value, f1.value) == (1 / 2, pytest.approx((1 + 2 / 3) / 2))
    assert (exact.support, find(agreement, "holder_exact", "trams").support) == (2, 2)
    assert exact.low < exact.high
    assert not any(one.of == "parks" for one in agreement.scores if one.metric == "holder_exact")


def test_holders_of_every_pair_of_annotators_count():
    annotations = [[holding("a", who), holding("b", "Ruiz")] for who in ("Ruiz", "Ruiz", "the mayor")]
    exact = find(agree(*annotations), "holder_exact")
    assert (exact.value, exact.support) == (4 / 6, 6)


def test_without_holders_there_is_no_score_of_them():
    assert not any(one.metric.startswith("holder") for one in agree(FIRST, SECOND).scores)
