import numpy as np
import pytest

from stance.checks.transforms import TRANSFORMS

TEXT = "“The mayor’s tram,” said Ada, “will reach Harbour Street on Monday.”"


def transform(name, text, seed=0):
    return TRANSFORMS[name](text, np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lower_case", "“the mayor’s tram,” said ada, “will reach harbour street on monday.”"),
        ("upper_case", "“THE MAYOR’S TRAM,” SAID ADA, “WILL REACH HARBOUR STREET ON MONDAY.”"),
        ("title_case", "“The Mayor’s Tram,” Said Ada, “Will Reach Harbour Street On Monday.”"),
        ("no_final_mark", "“The mayor’s tram,” said Ada, “will reach Harbour Street on Monday”"),
        ("no_commas", "“The mayor’s tram,” said Ada “will reach Harbour Street on Monday.”"),
        ("straight_quotes", '"The mayor\'s tram," said Ada, "will reach Harbour Street on Monday."'),
    ],
)
def test_a_transform_changes_what_its_name_says(name, expected):
    assert transform(name, TEXT) == expected


def test_quotes_come_back_as_they_were():
    assert transform("curly_quotes", transform("straight_quotes", TEXT)) == TEXT


def test_a_blank_stands_before_marks_but_not_in_numbers():
    assert transform("blank_before_marks", "He paid 3.50, no more.") == "He paid 3.50 , no more ."


def test_one_blank_is_doubled():
    assert len(transform("double_blank", TEXT)) == len(TEXT) + 1


@pytest.mark.parametrize(("name", "longer"), [("swap_letters", 0), ("drop_letter", -1), ("double_letter", 1)])
def test_a_typing_error_is_inside_one_plain_word(name, longer):
    for seed in range(20):
        changed = transform(name, TEXT, seed)
        assert len(changed) == len(TEXT) + longer
        before, after = TEXT.split(), changed.split()
        different = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
        assert [one for one, _ in different] in (
            ["reach"],
            [],
        )  # "reach" is the one plain word of five letters
        for one, other in different:
            assert (one[0], one[-1]) == (other[0], other[-1])


@pytest.mark.parametrize("name", TRANSFORMS)
def test_any_text_can_be_transformed_and_the_seed_decides(name):
    for text in ("", "x", "A.", "Ada", '"', TEXT):
        assert transform(name, text, 3) == transform(name, text, 3)
