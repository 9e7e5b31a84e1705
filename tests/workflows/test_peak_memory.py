"""Peak memory in small; benchmarks/memory.py measures it at size."""

import json
import os
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from stance.workflows.train import train

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the peak is asked of the kernel"),
]

TEXT = "The mayor on Monday praised the trams of {}. Old Henk ate soup. A baker condemned the parks.\n\n"
LONG = "The mayor on Monday praised the trams of {} " + "for a long time " * 13 + "and left.\n\n"
PREDICT = (
    "import sys; from stance.workflows.predict import predict; "
    "predict([sys.argv[1]], out=sys.argv[2], model=sys.argv[3])"
)


@pytest.fixture(scope="module")
def model(town_config, tmp_path_factory):
    """A model that costs nothing, so that memory is that of reading, cutting and writing."""
    config = yaml.safe_load(town_config.read_text()) | {
        "topics": {"kind": "dummy"},
        "stance": {"kind": "dummy"},
    }
    path = tmp_path_factory.mktemp("dummy") / "config.yaml"
    path.write_text(yaml.safe_dump(config))
    return train(path, out=path.parent / "model").folder


def measure(inputs, model, out):
    """Bytes of memory at the peak of a run in a process of its own, and the counts of the run."""
    process = subprocess.Popen([sys.executable, "-c", PREDICT, *map(str, (inputs, out, model))])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss * 1024, json.loads((out / "run.json").read_text())["counts"]


def test_memory_does_not_grow_with_the_number_of_articles(model, tmp_path):
    peaks = []
    for n_articles in (500, 5000):
        folder = tmp_path / str(n_articles)
        folder.mkdir()
        for number in range(n_articles):
            (folder / f"{number}.txt").write_text(TEXT.format(number) * 4)
        peak, counts = measure(folder, model, tmp_path / f"out-{n_articles}")
        assert counts["articles"] == n_articles
        peaks.append(peak)
    assert peaks[1] < 1.3 * peaks[0]


@pytest.mark.parametrize("kind", ["txt", "jsonl", "parquet"])
def test_memory_does_not_grow_with_one_large_file(model, tmp_path, kind):
    peaks = []
    for megabytes in (17, 34):
        path = tmp_path / f"{megabytes}.{kind}"
        texts = [LONG.format(number) * 4 for number in range(megabytes * 1000)]  # a kilobyte each
        if kind == "txt":
            path.write_text("".join(texts))
        elif kind == "jsonl":
            path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
        else:
            pq.write_table(pa.table({"text": texts}), path, row_group_size=10**6, compression="none")
        peak, counts = measure(path, model, tmp_path / f"out-{megabytes}")
        assert counts["articles"] == (1 if kind == "txt" else len(texts))
        assert counts["sentences"] == 4 * len(texts)
        peaks.append(peak)
    assert peaks[1] < 1.3 * peaks[0]
