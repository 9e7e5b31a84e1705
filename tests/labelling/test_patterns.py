import doctest
import tracemalloc

import numpy as np
import pytest

from stance.labelling import patterns
from stance.labelling.patterns import (
    Lexicon,
    find_near,
    find_term,
    is_found,
    is_found_negated,
    matches_regex,
    split_words,
)


def find(phrases, text):
    lexicon = Lexicon()
    return holds(is_found(find_term(lexicon.add(phrases))), lexicon, text)


def holds(match, lexicon, text):
    return bool(match(lexicon.read([text]), np.array([0]))[0])


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(patterns).failed == 0


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("missile", "The Missile flew"),
        ("missile*", "Two missiles."),
        ("S-300", "an S-300 battery"),
        ("know-how", "their know how"),
        ("US", "the U.S. said"),
        ("US", "US envoys"),
        ("US*", "USAID said"),
        ("US", "the US's envoy"),
        ("air defen*", "new air defences"),
        ("isn't", "it isn’t so"),
        ("Moscow", "Moscow’s answer"),
        ("white house", "THE WHITE HOUSE SAID"),
        ("called on", "He called on them"),
    ],
)
def test_a_phrase_is_found(phrase, text):
    assert find([phrase], text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("arm", "an army"),
        ("US", "give us time"),
        ("US*", "He used his car usually"),
        ("air defence", "air and sea defence"),
        ("called on", "on him called"),
        ("the deal", "deal"),
        ("deal with it", "a deal with"),
        ("missile", "missiles"),
    ],
)
def test_a_phrase_is_not_found_in_other_words(phrase, text):
    assert not find([phrase], text)


def test_equal_groups_are_one_term():
    lexicon = Lexicon()
    assert lexicon.add(["a b", "c"]) == lexicon.add(["c", "a b"]) != lexicon.add(["c"])


def test_a_term_added_later_is_found_in_a_text_already_read():
    lexicon = Lexicon()
    lexicon.add(["red"])
    lexicon.read(["red green"])
    green = lexicon.add(["green"])
    assert holds(is_found(find_term(green)), lexicon, "red green")


@pytest.mark.parametrize(
    ("text", "near", "then"),
    [
        ("sell two old tanks", True, True),
        ("tanks to sell", True, False),
        ("sell one two three tanks", False, False),
        ("tanks", False, False),
    ],
)
def test_near_is_within_so_many_words_and_then_is_in_order(text, near, then):
    lexicon = Lexicon()
    terms = [lexicon.add(["sell"]), lexicon.add(["tanks"])]
    assert holds(is_found(find_near(terms, 2, in_order=False)), lexicon, text) is near
    assert holds(is_found(find_near(terms, 2, in_order=True)), lexicon, text) is then


def test_a_word_is_not_near_itself():
    lexicon = Lexicon()
    terms = [lexicon.add(["supply"]), lexicon.add(["supply", "arms"])]
    assert not holds(is_found(find_near(terms, 3, in_order=False)), lexicon, "the supply")


def test_then_takes_more_than_two_terms():
    lexicon = Lexicon()
    terms = [lexicon.add([word]) for word in ("us", "urged", "halt")]
    find_all = is_found(find_near(terms, 2, in_order=True))
    assert holds(find_all, lexicon, "us today urged a quick halt")
    assert not holds(find_all, lexicon, "urged us to halt")


@pytest.mark.parametrize(
    ("text", "is_negated"),
    [
        ("it will not supply tanks", True),
        ("it will supply tanks, not guns", False),
        ("not one of the six of them came to supply tanks", False),
    ],
)
def test_a_cue_shortly_before_negates(text, is_negated):
    lexicon = Lexicon()
    supply, cues = find_term(lexicon.add(["supply"])), lexicon.add(["not"])
    assert holds(is_found_negated(supply, cues, negated=True), lexicon, text) is is_negated
    assert holds(is_found_negated(supply, cues, negated=False), lexicon, text) is not is_negated


def test_a_regex_is_searched_in_the_raw_text():
    lexicon = Lexicon()
    assert holds(matches_regex(r'^"'), lexicon, '"We will," he said')
    assert not holds(matches_regex("WE"), lexicon, "we")


def test_nothing_is_found_across_two_texts():
    lexicon = Lexicon()
    phrase, cue, near = lexicon.add(["red brick"]), lexicon.add(["not"]), lexicon.add(["brick"])
    passages = lexicon.read(["not red", "brick", "", "not red brick"])
    asked = np.arange(4)
    assert is_found(find_term(phrase))(passages, asked).tolist() == [False, False, False, True]
    negated = is_found_negated(find_term(near), cue, negated=True)
    assert negated(passages, asked).tolist() == [False, False, False, True]
    both = is_found(find_near([cue, near], 9, in_order=True))
    assert both(passages, asked).tolist() == [False, False, False, True]


def test_texts_are_asked_about_by_number_in_any_shape_and_searched_no_further():
    lexicon = Lexicon()
    passages = lexicon.read(["red", "green", "red green"])
    asked = np.array([[2, 1], [1, 1]])
    expected = [[True, False], [False, False]]
    assert matches_regex("red")(passages, asked).tolist() == expected
    red = is_found(find_term(lexicon.add(["red"])))
    assert red(lexicon.read(passages.texts), asked).tolist() == expected


def test_no_words_in_no_text():
    assert split_words("") == split_words("… – !") == []


def test_a_text_twice_as_long_has_twice_the_pairs_and_not_four_times():
    lexicon = Lexicon()
    tram, park = lexicon.add(["tram"]), lexicon.add(["the park"])

    def count_pairs(n):
        passages = lexicon.read(["a tram in the park . " * n, "the park"])
        return len(passages.find(tram).beside(passages.find(park), 3)[0])

    assert count_pairs(200) < 2.1 * count_pairs(100)


def test_a_word_of_any_length_takes_little_memory():
    lexicon = Lexicon()
    holds_it = is_found(find_term(lexicon.add(["missile*"])))
    tracemalloc.start()
    assert not holds(holds_it, lexicon, "m" * 200_000)
    assert tracemalloc.get_traced_memory()[1] < 50e6
    tracemalloc.stop()
