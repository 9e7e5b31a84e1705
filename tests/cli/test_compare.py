import typer
from typer.testing import CliRunner

from stance.cli.compare import compare
from stance.labelling.interchange import write_labels
from tests.evaluation.examples import labelled


def test_the_runs_are_printed_and_the_report_is_named(tmp_path):
    for annotator in ("gold", "rules"):
        labels = [labelled(article, 0, annotator=annotator, arms_deal="favor") for article in "abc"]
        write_labels(tmp_path / f"{annotator}.jsonl", labels)
    app = typer.Typer()
    app.command()(compare)
    gold, rules, out = (str(tmp_path / name) for name in ("gold.jsonl", "rules.jsonl", "out"))
    arguments = [rules, gold, "--on", gold, "--out", out, "--n-resamples", "50"]
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    shown = ("gold", "rules", "majority", "prior", "topics_f1_macro", "gold – rules", "0 : 0", "report.html")
    for words in shown:
        assert words in result.stdout
    assert (tmp_path / "out" / "report.html").is_file()
