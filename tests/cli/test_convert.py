from typer.testing import CliRunner

from stance.cli.app import app
from tests.labelling.formats.test_formats import SEMEVAL, write


def test_the_parts_are_shown_with_their_stances(tmp_path):
    folder = write(tmp_path / "data", SEMEVAL)
    result = CliRunner().invoke(app, ["convert", "semeval2016", str(folder), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0
    cells = [line.replace("│", "").split() for line in result.stdout.splitlines()]
    assert ["train.jsonl", "3", "1", "1", "1"] in cells
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "taxonomy.yaml",
        "test.jsonl",
        "test_b.jsonl",
        "train.jsonl",
    ]


def test_a_stance_in_brackets_is_shown_as_it_is(tmp_path):
    lines = '{"text": "Rain.", "label": "[bold]"}\n{"text": "Sun.", "label": "meek"}'
    folder = write(tmp_path / "data", {"train.jsonl": lines})
    result = CliRunner().invoke(app, ["convert", "records", str(folder), "--out", str(tmp_path / "out")])
    assert "[bold]" in result.stdout


def test_an_unknown_format_is_answered_with_those_there_are(tmp_path):
    result = CliRunner().invoke(app, ["convert", "semeval", str(tmp_path), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert "'semeval' is none of" in result.output
