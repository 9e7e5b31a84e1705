import json

import pytest
import typer
from typer.testing import CliRunner

from stance.cli.agree import agree
from stance.labelling.interchange import write_labels
from tests.evaluation.examples import labelled


@pytest.fixture
def invoke(tmp_path):
    first = [labelled("a", 0, annotator="Ann", arms_deal="favor"), labelled("b", 0, annotator="Ann")]
    second = [
        labelled("a", 0, annotator="Bob", arms_deal="favor"),
        labelled("b", 0, annotator="Bob", arms_deal="neutral"),
        labelled("c", 0, annotator="Bob"),
    ]
    write_labels(tmp_path / "first.jsonl", first)
    write_labels(tmp_path / "second.jsonl", second)
    app = typer.Typer()
    app.command()(agree)
    files = [str(tmp_path / name) for name in ("first.jsonl", "second.jsonl")]

    def run(*more, files=files):
        return CliRunner().invoke(app, [*files, "--n-resamples", "50", *more], catch_exceptions=False)

    return run


def test_the_table_holds_every_measure_and_its_conditions(invoke):
    result = invoke()
    assert result.exit_code == 0
    for words in ("Ann, Bob", "topics_alpha", "stance_kappa", "arms_deal", "0.667", "2 sentences"):
        assert words in result.stdout


def test_sentences_that_one_alone_judged_are_counted(invoke):
    assert "Left out: 1 judged by Bob alone" in invoke().stdout
    assert "by Ann alone" not in invoke().stdout


def test_json_is_all_that_standard_output_holds(invoke):
    content = json.loads(invoke("--json", "--seed", "3").stdout)
    assert content["annotators"] == ["Ann", "Bob"]
    assert content["conditions"]["seed"] == 3


def test_one_file_is_too_few(invoke, tmp_path):
    result = invoke(files=[str(tmp_path / "first.jsonl")])
    assert result.exit_code == 2
    assert "two or more label files" in " ".join(result.output.split())
