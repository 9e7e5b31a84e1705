"""The label models on public vote matrices, against published figures."""

import importlib.util
import os
from pathlib import Path

import pytest

DATA = os.environ.get("STANCE_DATA")
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "wrench.py"

pytestmark = pytest.mark.skipif(DATA is None, reason="STANCE_DATA does not name the public data")


def load_benchmark():
    spec = importlib.util.spec_from_file_location("wrench", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "metric", "majority", "weighted", "dawid_skene"),
    [
        ("youtube", "accuracy", 84.00, 78.00, 83.20),
        ("trec", "accuracy", 60.80, 57.20, 50.00),
        ("semeval", "accuracy", 77.33, 71.00, 71.00),
        ("sms", "F1", 23.97, 23.97, 4.94),
    ],
)
def test_the_reference_figures_are_met_exactly(name, metric, majority, weighted, dawid_skene):
    wrench = load_benchmark()
    data = wrench.read_wrench(Path(DATA) / f"wrench_{name}")
    figures = wrench.measure(data, wrench.reference_models(), metric)
    assert [figure.value for figure in figures] == [majority, weighted, dawid_skene]
