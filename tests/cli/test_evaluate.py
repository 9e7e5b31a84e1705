import json
from dataclasses import replace

import pytest
import typer
from typer.testing import CliRunner

from stance.cli.evaluate import evaluate
from stance.labelling.interchange import write_labels
from stance.records import Abstained, Label
from tests.evaluation.examples import labelled


@pytest.fixture
def invoke(tmp_path):
    gold = [labelled("a", 0, arms_deal="favor"), labelled("a", 1), labelled("b", 0, us_warning="against")]
    rules = [labelled("a", 0, arms_deal="favor"), labelled("a", 1), labelled("b", 0, us_warning="neutral")]
    write_labels(tmp_path / "gold.jsonl", gold)
    write_labels(tmp_path / "rules.jsonl", rules)
    app = typer.Typer()
    app.command()(evaluate)
    arguments = [str(tmp_path / "rules.jsonl"), "--on", str(tmp_path / "gold.jsonl"), "--n-resamples", "50"]
    return lambda *more: CliRunner().invoke(app, [*arguments, *more], catch_exceptions=False)


def test_the_table_holds_every_score_and_the_conditions(invoke):
    result = invoke()
    assert result.exit_code == 0
    for words in ("end_to_end_f1_micro", "stance_f1", "us_warning", "neutral", "0.500", "3 sentences"):
        assert words in result.stdout


def test_a_narrow_window_cuts_off_no_number(invoke, monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    result = invoke("--slices")
    assert "…" not in result.stdout
    assert "0.500" in result.stdout


def test_what_is_undefined_is_a_dash(invoke):
    result = invoke()
    assert "nan" not in result.stdout
    assert "–" in result.stdout


def test_a_label_file_is_said_not_to_be_asked_for_stances(invoke):
    assert "Stances are read off the labels" in invoke().stdout


def test_what_guessing_scores_stands_beside_the_run(invoke):
    assert "majority" in invoke().stdout
    assert "prior" in invoke().stdout


def test_slices_are_printed_where_they_are_asked_for(invoke):
    assert "rare words" not in invoke().stdout
    result = invoke("--slices")
    for words in ("1–10 words *", "not quoted *", "negated", "fewer than 20 groups of articles"):
        assert words in result.stdout


def test_what_probabilities_are_worth_is_shown_where_there_are_any(invoke, tmp_path):
    assert "Brier" not in invoke().stdout
    label = Label("arms_deal", "favor", None, 0.9, {"favor": 0.7, "neutral": 0.3})
    doubt = Abstained(Label("us_warning", "neutral", None, 0.6, {"against": 0.4, "neutral": 0.6}), "doubt")
    answers = [
        replace(labelled("a", 0), labels=(label,)),
        labelled("a", 1),
        replace(labelled("b", 0), abstained=(doubt,)),
    ]
    write_labels(tmp_path / "rules.jsonl", answers)
    shown = invoke().stdout
    assert "probabilities of stance: Brier score 0.450 (0.180 – 0.720), calibration error 0.450" in shown
    assert "labels: 0.500 of 2 wrong, 0.250 on average over all coverages" in shown
    assert "labels given: 1, 0 wrong; held back: 1, 1 would be wrong" in shown


def test_a_label_file_is_said_not_to_be_asked_without_its_target(invoke):
    assert "Reads its target: not applicable." in invoke().stdout


def test_a_model_has_its_target_rows_and_the_verdict_in_words(town_model, town_config, capsys):
    evaluate(town_model, on=town_config.parent / "gold.jsonl", n_resamples=50)
    printed = " ".join(capsys.readouterr().out.split())
    assert "as asked" in printed
    assert "target removed" in printed
    assert ". Removing the target costs" in printed
    assert "target left out of training: measured in training, on other labels (test)." in printed


def test_json_is_all_that_standard_output_holds(invoke):
    content = json.loads(invoke("--json", "--split", "all").stdout)
    assert content["name"] == "gold"
    assert content["conditions"]["split"] == "all"
    assert content["references"].keys() == {"majority", "prior"}
    assert {"topic", "stance", "length"} <= {one["by"] for one in content["slices"]}
