"""The shipped models, held to floors below what they were measured at; a change that costs more shows."""

import json
import os
from pathlib import Path

import pytest

from stance.classifiers.folder import load_model
from stance.evaluation.conditions import digest_labels
from stance.labelling.interchange import read_labels
from stance.resources import read_yaml
from stance.workflows.check import check
from stance.workflows.evaluate import evaluate

ROOT = Path(__file__).parents[2]
DEFAULT, FAST = ROOT / "models" / "default", ROOT / "models" / "fast"
DATA = os.environ.get("STANCE_DATA")


@pytest.mark.parametrize("model", [DEFAULT, FAST])
def test_it_was_made_from_the_seeds_as_they_are(model, tmp_path):
    conditions = load_model(model).metrics["cross-validation"]["conditions"]
    assert conditions["data"] == digest_labels(read_labels(as_trained_on(tmp_path / "labels.jsonl")))


def as_trained_on(path):
    """Write the seeds as the models learned them: a sentence with "Japan-U.S." was two."""
    records = []
    with (ROOT / "seeds" / "labels.jsonl").open(encoding="utf-8") as file:
        for record in map(json.loads, file):
            if record["article"] == "0116" and record["sentence"] == 7:
                begun, cut, rest = record["text"].partition("Japan-U.")
                records += [
                    record | {"text": begun + cut, "labels": []},
                    record | {"text": rest, "sentence": 8},
                ]
            elif record["article"] == "0116" and record["sentence"] > 7:
                records.append(record | {"sentence": record["sentence"] + 1})
            else:
                records.append(record)
    path.write_text("\n".join(map(json.dumps, records)))
    return path


@pytest.mark.parametrize("model", [DEFAULT, FAST])
def test_it_reads_the_rules_as_they_are(model):
    rules = read_yaml(ROOT / "configs" / "labelling" / "arms-diplomacy.yaml")
    own = [read_yaml(path) for path in model.rglob("functions.yaml")]
    assert own == [rules] * 2  # topics and stance


@pytest.mark.parametrize(("model", "limit"), [(DEFAULT, 30e6), (FAST, 8.5e6)])
def test_it_is_small(model, limit):
    assert sum(path.stat().st_size for path in model.rglob("*") if path.is_file()) < limit


def test_it_behaves_no_worse_than_when_the_limits_were_set():
    behaviour = check(DEFAULT)
    assert {
        family.name: family.verdict.explanation
        for family in behaviour.families
        if family.name in behaviour.failed
    } == {}


# Floors are the measured values less about half the width of their intervals.
@pytest.mark.parametrize(("model", "topics", "end_to_end"), [(DEFAULT, 0.62, 0.45), (FAST, 0.63, 0.41)])
@pytest.mark.skipif(DATA is None, reason="STANCE_DATA does not name the public data")
def test_it_holds_on_real_news(model, topics, end_to_end):
    labels = Path(str(DATA)) / "real_news_dev" / "sentences.jsonl.gz"
    evaluation = evaluate(model, on=labels, n_resamples=100)
    assert evaluation.conditions.data.startswith("0039aea79582")
    assert evaluation["topics_f1_macro"].value > topics
    assert evaluation["end_to_end_f1_micro"].value > end_to_end
    exact = evaluation.holders.scores[0]
    assert (exact.metric, exact.of) == ("holder_exact", None)
    assert exact.value > 0.52
