import json
import os
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from stance.cli.label import label

APP = typer.Typer()
APP.command()(label)
ARTICLE = "Howitzers\n\nThe two ministers signed a contract for forty howitzers. The train left on Sunday.\n"


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def run(*arguments):
    return CliRunner().invoke(APP, [str(argument) for argument in arguments])


def test_labels_are_written_and_counted(article, tmp_path):
    result = run(article, "--out", tmp_path / "labels.jsonl")
    assert result.exit_code == 0
    assert "arms_deal" in result.stderr
    assert not result.stdout
    assert (tmp_path / "labels.jsonl").stat().st_size > 0


def test_quiet_prints_nothing(article, tmp_path):
    result = run(article, "--out", tmp_path / "labels.jsonl", "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_not_one_article_read_is_a_failure(article, tmp_path):
    article.write_text("")
    result = run(article, "--out", tmp_path / "labels.jsonl")
    assert result.exit_code == 1
    assert "1 not read" in " ".join(result.stderr.split())
    article.write_text(ARTICLE, encoding="utf-8")
    assert run(article, "--out", tmp_path / "labels.jsonl").exit_code == 0
    assert "is there already" in str(run(article, "--out", tmp_path / "labels.jsonl").exception)


def test_explain_prints_each_label_with_its_votes(article, tmp_path):
    result = run(article, "--out", tmp_path / "labels.jsonl", "--explain", "--quiet")
    assert "arms_deal favor  The two ministers signed" in result.stdout
    assert "transfer_of_materiel: present" in result.stdout
    assert "The train left" not in result.stdout


def test_the_file_is_written_to_its_end_when_nobody_reads_the_explanation(article, tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "stance", "label", article, "--out", tmp_path / "labels.jsonl"]
    done = subprocess.run(
        [*command, "--explain"], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, "Broken" in done.stderr) == (0, False)
    assert len((tmp_path / "labels.jsonl").read_text().splitlines()) == 3


def test_a_narrow_window_cuts_off_no_number(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    labels = [{"topic": "arms_deal", "stance": "neutral"}]
    gold = {"article": "g", "sentence": 0, "text": "Arms sales rose.", "labels": labels}
    (tmp_path / "gold.jsonl").write_text(json.dumps(gold), encoding="utf-8")
    result = run("--analyse", tmp_path / "gold.jsonl")
    assert "…" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 60
    assert "0.21 – 1.00" in result.stdout


def test_analyse_prints_a_row_a_function(tmp_path):
    gold = {
        "article": "g",
        "sentence": 0,
        "text": "Arms sales rose.",
        "labels": [{"topic": "arms_deal", "stance": "neutral"}],
    }
    (tmp_path / "gold.jsonl").write_text(json.dumps(gold) + "\n", encoding="utf-8")
    result = CliRunner().invoke(APP, ["--analyse", str(tmp_path / "gold.jsonl")], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    assert "arms_trade_named" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name the articles to label"),
        (["a.txt"], "name the label file to write"),
        (["--analyse", "g.jsonl", "--out", "l.jsonl"], "leave out --out"),
        (["a.txt", "--out", "l.jsonl", "--model", "mayority"], "'mayority' is none of"),
    ],
)
def test_wrong_usage_is_explained(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
