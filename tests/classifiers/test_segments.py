import tracemalloc

import numpy as np

from stance.classifiers.segments import Context, find_mention, find_target_words, to_segments
from stance.records import Examples

EXAMPLES = Examples(
    texts=["one", "two", "one"],
    titles=["head", "head", ""],
    previous=["", "one", "two"],
    targets=["the sale of arms", "the sale of chips", "peace"],
    articles=["a", "a", "b"],
)


def test_words_that_tell_targets_apart_are_grouped_by_where_they_occur():
    targets = ["the sale of arms", "the sale of chips", "the sale of arms"]
    assert find_target_words(targets, max_words=9) == [["arms"], ["chips"]]
    assert find_target_words(["peace", *targets], max_words=9) == [
        ["of", "sale", "the"],
        ["arms"],
        ["peace"],
        ["chips"],
    ]


def test_the_most_frequent_target_words_are_kept():
    assert find_target_words(["rare", "often", "often"], max_words=1) == [["often"]]


def test_topics_ask_about_no_target():
    assert find_target_words(["", "", ""], max_words=9) == []


def test_each_distinct_text_is_read_once():
    segments = to_segments(EXAMPLES, Context(title=True, previous=1), [["arms"], ["chips"]])
    assert segments.texts == ["one", "two", "head", ""]
    assert segments.rows.tolist() == [[0, 2, 3, 0, 0], [1, 2, 0, 1, 1], [0, 3, 1, 0, 0]]


def test_a_target_word_switches_its_copy_of_the_sentence_on():
    segments = to_segments(EXAMPLES, Context(), [["arms"], ["chips"]])
    np.testing.assert_array_equal(segments.weights, [[1, 1, 0], [1, 0, 1], [1, 0, 0]])


def test_what_stands_around_a_mention_is_read_apart():
    examples = Examples(
        texts=["All six of us in town told Ann to go home at once, please.", "Ann left."],
        titles=["", ""],
        previous=["", ""],
        targets=["Ann", "Henk"],
        articles=["a", "b"],
    )
    segments = to_segments(examples, Context(), [["henk"]], mark_target=True)
    first, second = ([segments.texts[row] for row in rows] for rows in segments.rows)
    assert [" ".join(text.split()) for text in first] == [
        "All six of us in town told THETARGET to go home at once, please.",
        "All six of us in town told",
        "to go home at once, please.",
        "of us in town told",
        "to go home at once,",
        "Ann",
        "All six of us in town told THETARGET to go home at once, please.",
    ]
    assert second == ["Ann left.", "", "", "", "", "Henk", "Ann left."]
    np.testing.assert_array_equal(segments.weights, [[1, 1, 1, 1, 1, 1, 0], [1, 0, 0, 0, 0, 1, 1]])


def test_one_long_text_does_not_swell_the_short_ones():
    n, nothing = 1000, [""] * 1000
    examples = Examples(["Ann left."] * (n - 1) + ["x" * 50_000], nothing, nothing, ["Ann"] * n, ["a"] * n)
    tracemalloc.start()
    to_segments(examples, Context(), [], mark_target=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5e6  # bytes; 4e8 where each text takes the room of the longest


def test_a_mention_is_a_word_of_its_own():
    assert find_mention("Annual reports bore Ann.", "Ann").start() == 20
    assert find_mention("Annual reports.", "Ann") is None
    assert find_mention("Anything", "") is None


def test_nothing_is_laid_out_as_nothing():
    empty = Examples([], [], [], [], [])
    assert to_segments(empty, Context(), [], mark_target=True).texts == []
