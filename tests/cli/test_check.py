import json

import pytest
import typer
from typer.testing import CliRunner

from stance.cli.check import check
from tests.workflows.test_check import ASKED, WRONG


@pytest.fixture
def invoke(write_checks, town_model):
    app = typer.Typer()
    app.command()(check)

    def invoke(*more, limit=1.0):
        config = write_checks(ASKED, WRONG, limits={"wrong": limit})
        arguments = [str(town_model), "--config", str(config), *more]
        return CliRunner().invoke(app, arguments, catch_exceptions=False)

    return invoke


def test_the_table_holds_every_family_and_failures_have_examples(invoke):
    result = invoke()
    assert result.exit_code == 0
    assert "asked" in result.stdout
    assert "- text: " in result.stdout
    assert "expected: trams: contra" in result.stdout


def test_the_exit_code_says_that_a_family_passes_its_limit(invoke):
    result = invoke(limit=0.1)
    assert result.exit_code == 1
    assert "Asked: failed." in result.stdout
    assert "the limit is 0.100." in " ".join(result.stdout.split())


def test_json_is_all_that_standard_output_holds(invoke):
    result = invoke("--json", limit=0.1)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["failed"] == ["wrong"]
