import os

import pytest
import yaml

from stance.labelling.interchange import write_labels
from stance.workflows.train import train
from tests.evaluation.examples import TOWN
from tests.town import town_news

# Tests run side by side already; threads of two that wait for each other take ten times as long.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def town_config(tmp_path_factory):
    """A config that trains in a second on made-up news; its label file and taxonomy lie beside it."""
    folder = tmp_path_factory.mktemp("town")
    write_labels(folder / "gold.jsonl", town_news(30, distinct=True))
    (folder / "taxonomy.yaml").write_text(yaml.safe_dump(TOWN.to_dict()))
    config = {
        "name": "town-linear",
        "taxonomy": str(folder / "taxonomy.yaml"),
        "seed": 3,
        "data": {"gold": [str(folder / "gold.jsonl")]},
        "split": {"test": 0.2, "folds": 3},
        "topics": {"kind": "linear", "C": [1.0], "context": {"title": True, "previous": 1}},
        "stance": {"kind": "linear", "C": [1.0]},
        "holder": {"kind": "linear"},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    return folder / "config.yaml"


@pytest.fixture(scope="session")
def town_training(town_config, tmp_path_factory):
    return train(town_config, out=tmp_path_factory.mktemp("models") / "town-linear")


@pytest.fixture(scope="session")
def town_model(town_training):
    """The folder of a small model; a test must not write to it."""
    return town_training.folder


@pytest.fixture
def write_checks(tmp_path):
    """Writes a check config with families, and returns its path."""

    def write(*families, **settings):
        folder = tmp_path / "families"
        folder.mkdir(exist_ok=True)
        for number, family in enumerate(families):
            (folder / f"{number}.yaml").write_text(yaml.safe_dump(family))
        config = tmp_path / "checks.yaml"
        config.write_text(yaml.safe_dump({"families": [str(folder)], **settings}))
        return config

    return write
