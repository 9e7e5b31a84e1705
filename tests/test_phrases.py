import pytest

from stance.phrases import count_of, list_of


@pytest.mark.parametrize(
    ("n", "words"), [(0, "0 articles"), (1, "1 article"), (2, "2 articles"), (1234, "1,234 articles")]
)
def test_one_thing_is_not_several(n, words):
    assert count_of(n, "article") == words


def test_an_irregular_plural_is_named():
    assert count_of(2, "reply", "replies") == "2 replies"


@pytest.mark.parametrize(("names", "words"), [("a", "a"), ("ab", "a or b"), ("abc", "a, b or c")])
def test_a_list_ends_in_its_conjunction(names, words):
    assert list_of([*names], "or") == words
