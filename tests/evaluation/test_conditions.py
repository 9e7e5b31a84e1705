from dataclasses import replace

import pytest

from stance.errors import DataError
from stance.evaluation.conditions import Conditions, check_comparable, digest_labels
from tests.evaluation.examples import labelled

CONDITIONS = Conditions(
    data="0123456789abcdef",
    split="test",
    taxonomy="town 2 (aa)",
    version="1.0",
    n_sentences=1200,
    n_articles=40,
    n_groups=38,
    n_resamples=2000,
    seed=0,
    source="gold.jsonl",
)


def test_the_digest_is_of_content_and_not_of_order_or_annotator():
    sentences = [labelled("a", 0, trams="pro", parks="open"), labelled("a", 1)]
    same = [labelled("a", 1, annotator="b"), labelled("a", 0, parks="open", trams="pro", annotator="b")]
    assert digest_labels(sentences) == digest_labels(same)


@pytest.mark.parametrize(
    "changed",
    [
        labelled("a", 0, trams="contra"),
        labelled("a", 0),
        labelled("a", 0, trams="pro", text="Other."),
        labelled("b", 0),
    ],
)
def test_the_digest_sees_every_change_of_content(changed):
    assert digest_labels([changed]) != digest_labels([labelled("a", 0, trams="pro")])


def test_the_digest_sees_the_target_of_a_label():
    sentence = labelled("a", 0, trams="pro")
    asked = replace(sentence, labels=(replace(sentence.labels[0], target="line 7"),))
    assert digest_labels([asked]) != digest_labels([sentence])


def test_the_digest_sees_the_context_that_models_read():
    sentence = labelled("a", 0, trams="pro")
    others = [replace(sentence, title="Trams"), replace(sentence, previous="Trams")]
    assert len({digest_labels([one]) for one in (sentence, *others)}) == 3


def test_conditions_read_as_one_line():
    assert str(CONDITIONS) == (
        "data 0123456789ab | split test | 1,200 sentences, 40 articles in 38 groups | taxonomy town 2 (aa) | "
        f"bootstrap 2,000 by article, seed 0 | stance 1.0 | signature {CONDITIONS.signature}"
    )


def test_different_conditions_are_refused_with_the_difference_named():
    with pytest.raises(
        DataError,
        match=r"^'a' and 'b' were measured .* cannot be compared: split 'test' and 'all'; seed 0 and 7\.",
    ):
        check_comparable(CONDITIONS, replace(CONDITIONS, split="all", seed=7), names=("a", "b"))


def test_the_same_data_under_another_path_is_comparable():
    check_comparable(CONDITIONS, replace(CONDITIONS, source="copy.jsonl"), names=("a", "b"))


@pytest.mark.parametrize("changed", [{"data": "f" * 64}, {"split": "all"}, {"seed": 1}, {"version": "1.1"}])
def test_the_signature_differs_where_a_condition_does(changed):
    assert len(CONDITIONS.signature) == 12
    assert replace(CONDITIONS, **changed).signature != CONDITIONS.signature
    assert replace(CONDITIONS, source="copy.jsonl").signature == CONDITIONS.signature
