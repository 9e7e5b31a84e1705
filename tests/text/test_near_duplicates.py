import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.text.near_duplicates import (
    ARTICLES,
    N_HASHES,
    SENTENCES,
    Likeness,
    cluster,
    estimate_similarity,
    find_known,
    near_pairs,
    sign,
)

STORY = "The navy said on Friday that it would buy forty launches from a maker abroad"


def shingles(text, n):
    words = text.split()
    return {tuple(words[i : i + n]) for i in range(len(words) - n + 1)}


def test_near_copies_share_a_cluster():
    texts = [STORY, "Chile protested at once", STORY + " soon", STORY.upper() + "."]
    assert cluster(texts, ARTICLES).tolist() == [0, 1, 0, 0]
    assert cluster(texts, SENTENCES).tolist() == [0, 1, 0, 0]


def test_near_copies_of_near_copies_share_a_cluster():
    words = [f"w{i}" for i in range(60)]
    texts = [" ".join(words[i : i + 40]) for i in (0, 5, 10, 15, 20)]
    left, right = near_pairs(sign(texts, ARTICLES), ARTICLES)
    assert (0, 4) not in zip(left, right, strict=True)
    assert cluster(texts, ARTICLES).tolist() == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 1.0])
def test_similarity_is_the_jaccard_of_the_runs_of_words(share):
    generator = np.random.default_rng(4)
    n_shared, similarities, expected = round(60 * share), [], []
    for _ in range(30):
        shared, first, second = (generator.integers(10**6, size=60).astype(str) for _ in range(3))
        texts = [" ".join([*shared[:n_shared], *own[n_shared:]]) for own in (first, second)]
        signatures = sign(texts, Likeness("words", 3, 0.5))
        similarities.append(estimate_similarity(signatures[:1], signatures[1:])[0])
        a, b = (shingles(text, 3) for text in texts)
        expected.append(len(a & b) / len(a | b))
    assert np.mean(similarities) == pytest.approx(np.mean(expected), abs=0.03)


def test_short_texts_are_alike_only_if_equal():
    texts = ["Yes", "No", "yes!", "", "...", ""]
    assert cluster(texts, ARTICLES).tolist() == [0, 1, 0, 2, 3, 4]
    assert cluster(texts, SENTENCES).tolist() == [0, 1, 0, 2, 3, 4]


def test_no_text_makes_no_cluster():
    assert cluster([], ARTICLES).shape == (0,)
    assert cluster([], ARTICLES).dtype == np.int64
    assert sign([], ARTICLES).shape == (0, N_HASHES)


@given(st.lists(st.sampled_from([STORY, STORY + " now", STORY + " soon", "Chile protested", "Oslo paid"])))
def test_clusters_are_numbered_by_first_member(texts):
    labels = cluster(texts, ARTICLES).tolist()
    assert list(dict.fromkeys(labels)) == list(range(len(set(labels))))


@given(st.lists(st.text(max_size=30), max_size=8))
def test_any_text_has_a_signature_that_others_do_not_change(texts):
    together = sign(texts, SENTENCES)
    assert all((sign([text], SENTENCES)[0] == own).all() for text, own in zip(texts, together, strict=True))


def test_a_text_is_recognised_by_signatures_alone():
    known = sign(["Chile protested at once over the launches", STORY, STORY + " soon"], SENTENCES)
    asked = sign(
        ["Oslo paid for nothing at all that year", STORY + " soon.", "On Friday, " + STORY], SENTENCES
    )
    assert find_known(asked, known, SENTENCES).tolist() == [-1, 2, 1]
    assert find_known(asked, known[:0], SENTENCES).tolist() == [-1, -1, -1]
    assert find_known(asked[:0], known, SENTENCES).tolist() == []


def test_signatures_are_those_that_models_were_saved_with():
    """A change here makes every model folder blind to near-copies of what it learned from."""
    assert sign([STORY], SENTENCES)[0, :6].tolist() == [13, 139, 234, 177, 152, 178]
    assert sign([STORY], ARTICLES)[0, :6].tolist() == [150, 41, 129, 98, 139, 180]
