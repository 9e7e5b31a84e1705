import numpy as np
import pytest

from stance.errors import DataError
from stance.evaluation.counts import NO_LABEL, count, to_codes
from tests.evaluation.examples import TOWN, labelled


def test_codes_follow_the_taxonomys_order():
    codes = to_codes(
        [labelled("a", 0, parks="contra"), labelled("a", 1), labelled("a", 2, trams="open")], TOWN
    )
    assert codes.tolist() == [[NO_LABEL, 1], [NO_LABEL, NO_LABEL], [2, NO_LABEL]]


def test_a_label_outside_the_taxonomy_is_named():
    with pytest.raises(DataError, match=r"\('a', 3\) is labelled 'trams': 'maybe'; town has the topics"):
        to_codes([labelled("a", 3, trams="maybe")], TOWN)


def test_counts_are_kept_by_group():
    gold = to_codes([labelled("a", 0, trams="pro"), labelled("b", 0, trams="contra", parks="open")], TOWN)
    predicted = to_codes([labelled("a", 0, trams="contra"), labelled("b", 0, parks="open")], TOWN)
    counts = count(gold, predicted, predicted, np.array([0, 1]), TOWN)
    assert counts.topics.tolist() == [[[1, 0, 0], [0, 0, 0]], [[0, 0, 1], [1, 0, 0]]]
    assert counts.triples.tolist() == [[[0, 1, 1], [0, 0, 0]], [[0, 0, 1], [1, 0, 0]]]
    total = counts.total()
    assert total.stances[0].tolist() == [[0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]
    assert total.stances[1].tolist() == [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]]
    assert total.n_labels == 3


def test_flattened_counts_come_back_unchanged():
    generator = np.random.default_rng(0)
    codes = [generator.integers(-1, 3, size=(30, 2)) for _ in range(3)]
    counts = count(*codes, generator.permutation(np.arange(30) % 7), TOWN)
    back = counts.unflatten(counts.flatten())
    assert (back.topics == counts.topics).all()
    assert (back.stances == counts.stances).all()
    assert (back.triples == counts.triples).all()
