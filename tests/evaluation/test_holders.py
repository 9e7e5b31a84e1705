import math

import numpy as np
import pytest

from stance.evaluation.holders import compare_holders, guess_holder, score_holders
from stance.records import Label, LabelledSentence

SETTINGS = {"signature": "s", "n_resamples": 200, "seed": 0}


def said(holders, *, topics=None, text="The mayor spoke."):
    """Sentences with one label each, held by ``holders``."""
    topics = topics or ["trams"] * len(holders)
    return [
        LabelledSentence(f"a{row}", 0, text, (Label(topic, "pro", holder=holder),), "x")
        for row, (holder, topic) in enumerate(zip(holders, topics, strict=True))
    ]


def score(gold, named, **changes):
    groups = np.arange(len(gold))
    return score_holders(gold, named, groups, **{"is_asked": True, **SETTINGS, **changes})


def values(scores):
    return {(one.metric, one.of): one.value for one in scores}


@pytest.mark.parametrize(
    ("gold", "answer", "exact", "f1"),
    [
        ("the mayor", "The Mayor", 1, 1),
        ("the U.S.", "the US", 1, 1),
        ("J. Merkel", "Merkel", 0, 2 / 3),
        ("author", "the author", 0, 0),
        ("the", "", 0, 0),
        ("mayor Ruiz", "Ruiz", 0, 2 / 3),
        ("Ruiz", "", 0, 0),
        ("the mayor of Ulm", "of mayor Ulm", 0, 1),
        ("unknown", "author", 0, 0),
    ],
)
def test_holders_are_compared_by_their_words(gold, answer, exact, f1):
    assert compare_holders(gold, answer) == (exact, pytest.approx(f1))


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("The White House said so.", "The White House"),
        ("The mayor said so.", "The mayor"),
        ("it was Angela Merkel who spoke", "Angela Merkel"),
        ("nobody said so", "unknown"),
        ("über Nacht", "Nacht"),
        ("“We will,” said Élise Brun.", "We"),
    ],
)
def test_a_guess_is_the_first_capitalised_words(text, guess):
    assert guess_holder(text) == guess


def test_scores_are_by_kind_of_golds_holder():
    gold = said(["the mayor", "a baker", "author", "unknown"])
    named = said(["The mayor", "the old baker", "author", "Ruiz"])
    found = score(gold, named)
    assert values(found.scores) == pytest.approx(
        {
            ("holder_exact", None): 2 / 4,
            ("holder_token_f1", None): (1 + 2 / 3 + 1) / 4,
            ("holder_exact", "named"): 1 / 2,
            ("holder_token_f1", "named"): (1 + 2 / 3) / 2,
            ("holder_exact", "author"): 1,
            ("holder_token_f1", "author"): 1,
            ("holder_exact", "unknown"): 0,
            ("holder_token_f1", "unknown"): 0,
        }
    )
    assert [one.support for one in found.scores] == [4, 4, 2, 2, 1, 1, 1, 1]
    assert values(found.guess)["holder_exact", None] == 1 / 4


def test_an_interval_holds_the_value_and_needs_two_groups():
    gold = said(["the mayor"] * 20 + ["author"])
    named = said(["the mayor"] * 12 + ["nobody"] * 8 + ["author"])
    whole, *_, author = score(gold, named).scores
    assert whole.low < whole.value < whole.high
    assert math.isnan(author.low)


def test_a_topic_that_was_not_predicted_counts_as_wrong():
    gold = said(["the mayor", "the mayor"])
    named = said(["the mayor", "the mayor"], topics=["trams", "parks"])
    assert values(score(gold, named, is_asked=False).scores)["holder_exact", None] == 0.5


def test_the_signature_covers_golds_holders():
    one, other = (score(said([who]), said(["Ruiz"])).scores[0].signature for who in ("Ruiz", "the mayor"))
    assert one != other


def test_groups_without_a_holder_are_drawn_wherever_they_stand():
    asked, silent = ["the mayor", "a baker"] * 6, [None] * 40
    named = ["the mayor", "Ruiz"] * 6
    before = score(said([*silent, *asked]), said([*silent, *named])).scores[0]
    after = score(said([*asked, *silent]), said([*named, *silent])).scores[0]
    assert (before.value, after.value) == (0.5, 0.5)
    assert after.high - after.low == pytest.approx(before.high - before.low, abs=0.1)


def test_without_holders_on_either_side_there_is_nothing_to_score():
    assert score(said([None]), said(["the mayor"])) is None
    assert score(said(["the mayor"]), said([None])) is None
