"""One training by several processes: they learn one network together, and the first writes it."""

import importlib.util
import os
import re
import socket
import subprocess
import sys

import pytest
import yaml

from stance.classifiers.folder import load_model
from stance.labelling.interchange import write_labels
from tests.classifiers.tiny import make_tiny_encoder
from tests.evaluation.examples import TOWN
from tests.town import town_news

SECONDS = 240
ON_CPU = {"ACCELERATE_USE_CPU": "true", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}

TRAIN_AND_TELL = """
import hashlib, sys, torch
from stance.workflows.train import train
model = train(sys.argv[1], out=sys.argv[2]).model
network = hashlib.sha256(model.topics.network_.exported.forms["fp32"]).hexdigest()
rank, n_processes = torch.distributed.get_rank(), torch.distributed.get_world_size()
print(f"rank={rank} of={n_processes} network={network};", flush=True)
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("accelerate") is None,
        reason="accelerate is not installed; it comes with stance[transformers]",
    ),
]


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    folder = tmp_path_factory.mktemp("several")
    write_labels(folder / "gold.jsonl", town_news(12, distinct=True))
    (folder / "taxonomy.yaml").write_text(yaml.safe_dump(TOWN.to_dict(), sort_keys=False))
    block = {
        "kind": "encoder",
        "base_model": str(make_tiny_encoder(folder / "tiny")),
        "max_tokens": 64,
        "max_context_tokens": 8,
        "forms": ["fp32"],
        "training": {"num_train_epochs": 1, "precision": "fp32", "per_device_train_batch_size": 8},
    }
    content = {
        "name": "town-together",
        "taxonomy": str(folder / "taxonomy.yaml"),
        "data": {"gold": [str(folder / "gold.jsonl")]},
        "split": {"test": 0.2, "folds": 2},
        "shared": True,
        "topics": block,
        "stance": block,
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(content))
    return folder / "config.yaml"


def launch(*arguments):
    """Run ``accelerate launch`` with ``arguments``; returns what all processes printed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--num_processes", "2", "--num_machines", "1", "--main_process_port", str(port)]
    options += ["--mixed_precision", "no", "--dynamo_backend", "no"]
    done = subprocess.run(
        [sys.executable, "-m", "accelerate.commands.launch", *options, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env=os.environ | ON_CPU,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_both_processes_end_with_one_network_and_one_folder(config, tmp_path):
    script = tmp_path / "train_and_tell.py"
    script.write_text(TRAIN_AND_TELL)
    # ``--multi_gpu`` starts them, here on the processor; with ``--cpu``, only an MPI would start two.
    printed = launch("--multi_gpu", script, config, tmp_path / "model")
    told = re.findall(r"rank=(\d) of=(\d) network=(\w+);", printed)
    assert sorted((rank, of) for rank, of, _ in told) == [("0", "2"), ("1", "2")]
    assert len({network for _, _, network in told}) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"model", "train_and_tell.py"}
    model = load_model(tmp_path / "model")
    assert model.topics.network_ is model.stance.network_
    assert len(model.predict_labels(town_news(2))) == 16


@pytest.mark.parametrize("kind", ["--multi_gpu", "--cpu"])
def test_the_command_writes_and_speaks_once(config, tmp_path, kind):
    printed = launch(kind, "-m", "stance", "train", config, "--out", tmp_path / "model")
    assert printed.count(f"wrote {tmp_path / 'model'}") == 1
    assert printed.count("audit of the split") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert load_model(tmp_path / "model").name == "town-together"
