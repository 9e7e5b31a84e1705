import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from stance.cli import app as module

VERBS = ("label", "train", "predict", "verify", "evaluate", "compare", "agree")


@pytest.fixture
def run(monkeypatch, capfd):
    """Run ``stance`` as the command does; returns exit code, standard output and standard error."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["stance", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            module.main()
        return (stopped.value.code or 0, *capfd.readouterr())

    return run


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_help(verb):
    result = CliRunner().invoke(module.app, [verb, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_help_imports_nothing_heavy():
    code = "import sys, stance.cli.app; print(sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("sklearn", "scipy", "numpy", "pyarrow", "torch", "transformers", "jinja2", "trafilatura"):
        assert f"'{heavy}'" not in loaded


def test_predict_imports_neither_scikit_learn_nor_torch(town_model, tmp_path):
    (tmp_path / "a.txt").write_text("The mayor praised the trams.")
    code = (
        "import sys; from stance.workflows.predict import predict;"
        f"predict([{str(tmp_path / 'a.txt')!r}], out={str(tmp_path / 'out')!r}, model={str(town_model)!r});"
        "print([m for m in ('sklearn', 'torch', 'transformers') if m in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"


@pytest.mark.slow
def test_help_is_instant():
    def seconds(*arguments):
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
        return time.perf_counter() - started

    bare = min(seconds("-c", "import typer") for _ in range(3))
    assert min(seconds("-m", "stance", "--help") for _ in range(3)) < 4 * bare


def test_a_wrong_config_is_told_without_a_traceback(run, tmp_path):
    (tmp_path / "bad.yaml").write_text("name: x\n")
    code, _, err = run("train", tmp_path / "bad.yaml")
    assert code == 2
    assert "bad.yaml is not a valid config:\n  taxonomy: missing" in err
    assert "Traceback" not in err


def test_training_prints_the_audit_and_the_scores(run, town_config, tmp_path):
    code, out, _ = run("train", town_config, "--out", tmp_path / "m", "--set", "split.folds=2")
    assert code == 0
    assert "audit of the split" in out
    assert "topics_f1_macro" in out


def test_predicting_prints_a_summary_and_names_what_was_not_read(run, town_model, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("The mayor praised the trams.")
    (tmp_path / "in" / "b.txt").touch()
    arguments = ("predict", tmp_path / "in", "--out", tmp_path / "out", "--model", town_model)
    code, out, _ = run(*arguments)
    assert code == 0
    assert "1 article, 1 sentence" in out
    assert "b.txt: empty" in out
    assert run(*arguments, "--strict")[0] == 3
    assert run(*arguments, "--quiet") == (0, "", "")


def test_nothing_scored_is_a_failure(run, town_model, tmp_path):
    (tmp_path / "b.txt").touch()
    assert run("predict", tmp_path / "b.txt", "--out", tmp_path / "out", "--model", town_model)[0] == 1


def test_a_missing_input_is_bad_usage_and_a_wrong_model_a_failure(run, town_model, tmp_path):
    code, _, err = run("predict", tmp_path / "gone", "--out", tmp_path / "out", "--model", town_model)
    assert (code, "gone: no such file or folder" in err) == (2, True)
    code, _, err = run("predict", tmp_path, "--out", tmp_path / "out", "--model", tmp_path)
    assert (code, "is not a model folder" in err) == (1, True)
