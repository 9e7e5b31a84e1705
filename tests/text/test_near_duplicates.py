import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.text.near_duplicates import cluster, near_pairs

STORY = "The navy said on Friday that it would buy forty launches from a maker abroad"


def test_near_copies_share_a_cluster():
    texts = [STORY, "Chile protested at once", STORY + " soon", STORY.upper() + "."]
    assert cluster(texts).tolist() == [0, 1, 0, 0]


def test_near_copies_of_near_copies_share_a_cluster():
    words = [f"w{i}" for i in range(30)]
    texts = [" ".join(words[i : i + 22]) for i in (0, 3, 6)]
    assert [(i, j) for i, j, _ in near_pairs(texts)] == [(0, 1), (1, 2)]
    assert cluster(texts).tolist() == [0, 0, 0]


def test_similarity_is_the_jaccard_of_word_triples():
    assert near_pairs(["a b c d e", "a b c d f"], 0.5) == [(0, 1, 0.5)]
    assert near_pairs(["a b c d e", "a b c d f"], 0.51) == []


def test_short_texts_are_alike_only_if_equal():
    assert cluster(["Yes", "No", "yes!", "", "...", ""]).tolist() == [0, 1, 0, 2, 3, 4]


def test_no_text_makes_no_cluster():
    assert cluster([]).shape == (0,)
    assert cluster([]).dtype == np.int64


@given(st.lists(st.sampled_from([STORY, STORY + " now", STORY + " soon", "Chile protested", "Oslo paid"])))
def test_clusters_are_numbered_by_first_member(texts):
    labels = cluster(texts).tolist()
    assert list(dict.fromkeys(labels)) == list(range(len(set(labels))))


def test_a_threshold_outside_zero_to_one_is_refused():
    with pytest.raises(ValueError, match=r"threshold must be in \(0, 1\], found 1.5"):
        near_pairs([], 1.5)
