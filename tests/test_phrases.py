import pytest

from stance.phrases import count_of


@pytest.mark.parametrize(
    ("n", "words"), [(0, "0 articles"), (1, "1 article"), (2, "2 articles"), (1234, "1,234 articles")]
)
def test_one_thing_is_not_several(n, words):
    assert count_of(n, "article") == words


def test_an_irregular_plural_is_named():
    assert count_of(2, "reply", "replies") == "2 replies"
