import json
import subprocess
import sys
import time
from importlib.metadata import EntryPoint

import pytest
from typer.testing import CliRunner

from stance import registry
from stance.cli import app as module
from stance.workflows.scoring import plan

VERBS = [verb.__name__ for verb in module.VERBS]


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


@pytest.mark.parametrize("verb", ["predict", "verify"])
def test_an_output_folder_that_is_a_file_is_told_without_a_traceback(run, town_model, tmp_path, verb):
    (tmp_path / "a.txt").write_text("The mayor praised the trams.")
    inputs = [tmp_path / "a.txt", "--model", town_model, "--out"] if verb == "predict" else []
    code, _, err = run(verb, *inputs, tmp_path / "a.txt")
    assert code == 1
    assert err.startswith("stance: ")
    assert "Traceback" not in err


def test_a_wrong_config_is_told_without_a_traceback(run, tmp_path):
    (tmp_path / "bad.yaml").write_text("name: x\n")
    code, _, err = run("train", tmp_path / "bad.yaml")
    assert code == 2
    assert "bad.yaml is not valid:\n  taxonomy: missing" in err
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


def test_predicting_with_care_says_how_many_labels_were_held_back(run, town_model, tmp_path):
    (tmp_path / "a.txt").write_text("The mayor praised the trams. Old Henk on Monday praised the parks.")
    arguments = ("predict", tmp_path / "a.txt", "--out", tmp_path / "out", "--model", town_model)
    code, out, _ = run(*arguments, "--min-confidence", "0.99")
    assert code == 0
    assert "held back" in out.partition("\n")[2].partition("\n")[2]
    assert "2 labels held back: confidence below 0.99" in out
    code, out, _ = run(*arguments, "--max-risk", "0.5", "--overwrite")
    assert code == 0
    assert "Of 24 held-out articles' labels that threshold keeps" in out
    code, _, err = run(*arguments, "--max-risk", "0.01")
    assert (code, "--max-risk 0.01 cannot be promised" in err) == (1, True)
    code, _, err = run(*arguments, "--max-risk", "0.1", "--min-confidence", "0.5")
    assert code == 2
    assert "give --min-confidence" in err


def test_nothing_scored_is_a_failure(run, town_model, tmp_path):
    (tmp_path / "b.txt").touch()
    code, _, err = run("predict", tmp_path / "b.txt", "--out", tmp_path / "out", "--model", town_model, "-q")
    assert (code, "no article could be read; see errors.jsonl" in err) == (1, True)


def test_a_missing_input_is_bad_usage_and_a_wrong_model_a_failure(run, town_model, tmp_path):
    code, _, err = run("predict", tmp_path / "gone", "--out", tmp_path / "out", "--model", town_model)
    assert (code, "gone: no such file or folder" in err) == (2, True)
    code, _, err = run("predict", tmp_path, "--out", tmp_path / "out", "--model", tmp_path)
    assert (code, "is not a model folder" in err) == (1, True)


def test_a_plan_says_what_would_be_done_and_does_nothing(run, town_model, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a.txt", "b.txt", "c.docx"):
        (tmp_path / "in" / name).write_text("The mayor praised the trams.")
    arguments = ("predict", tmp_path / "in", "--out", tmp_path / "out", "--model", town_model)
    code, out, _ = run(*arguments, "--plan")
    assert code == 0
    assert not (tmp_path / "out").exists()
    first, *_, size, sample = out.splitlines()
    assert first == "to read: 3 files or stretches, 84 B"
    assert "1 file without a reader for the suffix, which would be set aside" in out
    assert size.startswith("about 2 articles, 2 sentences; ")
    assert sample == "  by a sample of 3 files, 84 B"
    run(*arguments)
    (tmp_path / "in" / "b.txt").unlink()
    code, out, _ = run(*arguments, "--plan")
    assert out.splitlines()[1:] == [
        "  new 0, changed 0; scored already 2",
        "  1 file no longer among the inputs, whose rows would be taken out",
        "nothing to score",
    ]


def test_a_plan_for_sentences_scores_a_file_of_its_sample_whole(run, town_model, tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "SAMPLE_BYTES", 1000)
    records = ({"article": "a", "sentence": n, "text": "The mayor praised the trams."} for n in range(100))
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, records)))
    (tmp_path / "b.txt").write_text("The mayor praised the trams.")
    arguments = ("predict", tmp_path, "--out", tmp_path / "out", "--model", town_model, "--plan")
    code, out, _ = run(*arguments, "--unit", "sentence")
    assert code == 0
    assert "1 file without a reader for the suffix" in out
    assert ", 100 sentences; " in out


def test_progress_for_programs_is_json_on_standard_error(run, town_model, tmp_path):
    (tmp_path / "a.txt").write_text("The mayor praised the trams.")
    arguments = ("predict", tmp_path / "a.txt", "--out", tmp_path / "out", "--model", town_model)
    _, _, err = run(*arguments, "--json-progress")
    first, last = map(json.loads, err.splitlines())
    assert (first["articles"], first["bytes"], first["of_bytes"], first["seconds_left"]) == (0, 0, 28, None)
    assert (last["articles"], last["sentences"], last["bytes"], last["seconds_left"]) == (1, 1, 28, 0.0)
    assert run(*arguments)[2] == ""  # nobody watches a terminal


def test_an_engine_of_an_installed_package_can_be_named(run, town_model, tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("The mayor praised the trams.")
    arguments = ("predict", tmp_path / "a.txt", "--out", tmp_path / "out", "--model", town_model)
    code, _, err = run(*arguments, "--engine", "mine")
    assert (code, "'mine' is none of ['local', 'ray']" in err) == (2, True)
    mine, find = EntryPoint("mine", "stance.engines.local:Local", "stance.engines"), registry.entry_points

    def find_mine(group, name="mine"):
        return [mine] if (group, name) == ("stance.engines", "mine") else find(group=group, name=name)

    monkeypatch.setattr(registry, "entry_points", find_mine)
    assert run(*arguments, "--engine", "mine", "--workers", "1")[0] == 0


def test_verifying_prints_what_is_wrong_and_what_to_do(run, town_model, tmp_path):
    (tmp_path / "a.txt").write_text("The mayor praised the trams.")
    out = tmp_path / "out"
    run("predict", tmp_path / "a.txt", "--out", out, "--model", town_model)
    code, told, _ = run("verify", out)
    assert (
        code,
        told.startswith(f"{out} is whole: 1 file in 1 block; 1 article read, 1 scored, 0 set aside"),
    ) == (
        0,
        True,
    )
    (part,) = (out / "labels").iterdir()
    part.unlink()
    code, told, _ = run("verify", out)
    assert code == 1
    again = "run the same stance predict again: it does what is missing"
    assert told == f"{out}: labels/{part.name} is not there; {again}\n"
