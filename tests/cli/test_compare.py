import typer
from typer.testing import CliRunner

from stance.cli.compare import compare
from stance.labelling.interchange import write_labels
from tests.evaluation.examples import labelled


def test_scores_on_what_no_run_has_learned_from_are_printed_too(town_training, town_config, tmp_path):
    gold, out = str(town_config.parent / "gold.jsonl"), str(tmp_path / "out")
    arguments = [str(town_training.folder), "--on", gold, "--out", out, "--n-resamples", "50"]
    clean = town_training.on_test["topics_f1_macro"].value
    first, again = run(arguments), run([out, "--out", out])
    for shown in (first, again):
        _, title, after = shown.partition("on the articles that no run has learned from")
        assert title
        assert f"{clean:.3f}".lstrip("0") in after


def test_the_runs_are_printed_and_the_report_is_named(tmp_path):
    for annotator in ("gold", "rules"):
        labels = [labelled(article, 0, annotator=annotator, arms_deal="favor") for article in "abc"]
        write_labels(tmp_path / f"{annotator}.jsonl", labels)
    gold, rules, out = (str(tmp_path / name) for name in ("gold.jsonl", "rules.jsonl", "out"))
    arguments = [rules, gold, "--on", gold, "--out", out, "--n-resamples", "50"]
    printed = run(arguments)
    shown = ("gold", "rules", "majority", "prior", "topics_f1_macro", "gold – rules", "0 : 0", "report.html")
    for words in shown:
        assert words in printed
    assert (tmp_path / "out" / "report.html").is_file()


def run(arguments):
    app = typer.Typer()
    app.command()(compare)
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout
