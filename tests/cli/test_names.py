import pytest
from rich.console import Console
from rich.table import Table

from stance.cli.names import Name


def show(name: str, width: int) -> list[str]:
    table = Table.grid()
    table.add_row(Name(name))
    console = Console(width=width)
    with console.capture() as capture:
        console.print(table)
    return [line.rstrip() for line in capture.get().splitlines()]


def test_a_wide_column_shows_a_name_whole():
    assert show("end_to_end_f1_micro", 40) == ["end_to_end_f1_micro"]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("end_to_end_f1_micro", ["end_to_end_f1_", "micro"]),
        ("baseline – transformer-2", ["baseline –", "transformer-2"]),
        ("models/public/real-news", ["models/public/", "real-news"]),
        ("holder: 日本 日本 日本", ["holder: 日本", "日本 日本"]),
    ],
)
def test_a_narrow_column_breaks_it_between_words(name: str, lines: list[str]):
    assert show(name, 14) == lines


def test_a_word_wider_than_the_column_is_folded_and_not_cut():
    assert "".join(show("incomprehensibilities", 8)) == "incomprehensibilities"


def test_markup_in_a_name_is_shown():
    assert show("[bold]run", 20) == ["[bold]run"]
