"""The benchmark on public data sets, run on a small set of our own."""

import importlib
import json
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"

CONFIG = """
about: Letters to the editor about trams.
format: records
tests: [test]
metrics: [macro F1, accuracy]
rows:
  majority: {kind: dummy, strategy: majority}
  linear: {kind: linear, C: [10], min_df: 1}
encoders:
  encoder: {kind: encoder}
published:
  - {name: Old Henk, source: town paper, test: {accuracy: .5}}
"""


def to_lines(names, *, split):
    records = [
        {"text": f"{name} says the trams are {word}.", "target": "trams", "label": label, "group": name}
        for name in names
        for word, label in (("lovely", "pro"), ("ugly", "contra"), ("lovely indeed", "pro"))
    ]
    return "\n".join(json.dumps(record | {"id": split}) for record in records)


@pytest.fixture
def public_sets(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.delitem(sys.modules, "public_sets", raising=False)
    module = importlib.import_module("public_sets")
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "letters.yaml").write_text(CONFIG)
    data = tmp_path / "data" / "letters"
    data.mkdir(parents=True)
    (data / "train.jsonl").write_text(to_lines(["Ann", "Piet", "Lies"], split="train"))
    (data / "test.jsonl").write_text(to_lines(["Ann", "Jan", "Sofie"], split="test"))
    monkeypatch.setattr(module, "CONFIGS", tmp_path / "configs")
    monkeypatch.setattr(module, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(module, "PAGE", tmp_path / "RESULTS.md")

    def run(*options):
        monkeypatch.setattr(sys, "argv", ["public_sets.py", str(tmp_path / "data"), *options])
        module.main()
        return (tmp_path / "RESULTS.md").read_text()

    return module, run


def cells(page, row):
    (line,) = [line for line in page.splitlines() if line.startswith(f"| {row}")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_rows_stand_beside_the_published_ones_and_without_what_was_learned_from(public_sets):
    _, run = public_sets
    page = run()
    heads = cells(page, " |")
    assert heads[1:5] == [
        "test, macro F1",
        "test, accuracy",
        "test, clean, macro F1",
        "test, clean, accuracy",
    ]
    assert cells(page, "linear")[1:5] == ["1.000 (1.000–1.000)"] * 4
    assert cells(page, "majority")[2].startswith("0.667")
    assert cells(page, "Old Henk")[:3] == ["Old Henk (town paper)", "", "0.500"]
    assert "9 texts in 3 groups, test, clean 6 texts in 2 groups" in page
    assert "encoder" not in page


def test_a_finished_row_is_not_measured_again_unless_something_changed(public_sets, monkeypatch):
    module, run = public_sets
    first = run()
    measured = []
    measure = module.measure
    monkeypatch.setattr(
        module, "measure", lambda b, block: measured.append(block["kind"]) or measure(b, block)
    )
    assert run() == first
    assert measured == []
    config = module.CONFIGS / "letters.yaml"
    config.write_text(config.read_text().replace("C: [10]", "C: [5]"))
    run()
    assert measured == ["linear"]


def test_an_encoder_measured_with_other_code_is_shown_and_marked(public_sets):
    module, run = public_sets
    run()
    kept = json.loads(module.RESULTS.read_text())
    benchmark = module.read_benchmark(module.CONFIGS / "letters.yaml", module.CONFIGS.parent / "data", [])
    linear = next(row for row in kept.values() if row["row"] == "letters: linear")
    key = module.to_key(benchmark, benchmark.rows["encoder, seed 1"])
    module.RESULTS.write_text(json.dumps(kept | {key: linear | {"code": "before", "run": "other"}}))
    page = run()
    assert cells(page, "encoder, seed 1")[0] == "encoder, seed 1 *"
    assert cells(page, "encoder, seed 1")[-2] == ""
    assert "earlier state of the classifiers' code" in page
