"""Prediction with an encoder needs the core packages and no more: neither torch nor what comes with it."""

import os
import subprocess
import sys

import numpy as np
import pytest

from stance.classifiers.calibration import no_calibration
from stance.classifiers.encoder import Encoder
from stance.classifiers.folder import load_model, save_model
from stance.classifiers.model import Model
from stance.labelling.interchange import read_labels
from stance.workflows.predict import predict
from stance.workflows.training.training_data import to_training_set
from tests.classifiers.tiny import tiny_encoder
from tests.contracts.test_classifiers import GROUPS, QUESTIONS
from tests.evaluation.examples import TOWN

ABSENT = ("torch", "transformers", "datasets", "accelerate", "onnx", "sklearn")
ARTICLE = "The mayor praised the trams. Old Henk ate soup. A baker condemned the parks.\n"

REFUSE = f"""
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {ABSENT}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Refuse())
for name in {ABSENT}:
    try:
        __import__(name)
    except ModuleNotFoundError:
        pass
    else:
        sys.exit(f"{{name}} was not refused")
"""

PREDICT = """
from stance.workflows.predict import predict
predict([sys.argv[1]], out=sys.argv[2], model=sys.argv[3], format="jsonl", targets=["trams", "the parks"])
"""

TRAIN = """
import numpy as np
import stance.classifiers.encoder
from stance.classifiers.base import TrainingSet
from stance.records import Examples
from stance.taxonomy import read_taxonomy

classifier = stance.classifiers.encoder.Encoder(base_model=sys.argv[1])
examples = Examples(["Trams."], [""], [""], [""], ["a"])
one = np.ones(1)
data = TrainingSet(examples, one[:, None], one, one, read_taxonomy(sys.argv[2]), exclusive=False)
print("imported")
classifier.fit(data, np.random.default_rng(0))
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """The folder of an encoder that has hardly learned."""
    block = {
        "base_model": tiny_encoder(),
        "forms": ["fp32", "int8"],
        "training": {"num_train_epochs": 0.1, "precision": "fp32"},
    }
    from stance.schema import call

    topics, stances = (call(Encoder, block) for _ in range(2))
    data = [to_training_set(QUESTIONS[task], GROUPS) for task in ("topics", "stance")]
    Encoder.fit_jointly([topics, stances], data, np.random.default_rng(0))
    config = {"name": "town-core", "shared": True, "topics": {"kind": "encoder"}}
    calibrations = [
        no_calibration(len(TOWN.topics), exclusive=False),
        no_calibration(len(TOWN.stances), exclusive=True),
    ]
    folder = tmp_path_factory.mktemp("models") / "town-core"
    save_model(Model("town-core", TOWN, topics, stances, *calibrations, config), folder, card="")
    return folder


@pytest.fixture
def article(tmp_path):
    (tmp_path / "one.txt").write_text(ARTICLE)
    return tmp_path / "one.txt"


def run(code, *arguments):
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def read_part(folder):
    (part,) = (folder / "labels").iterdir()
    return part.read_text()


def test_a_model_predicts_without_the_packages_that_train_it(model, article, tmp_path):
    done = run(REFUSE + PREDICT, article, tmp_path / "out", model)
    assert done.returncode == 0, done.stderr
    predict([article], out=tmp_path / "here", model=model, format="jsonl", targets=["trams", "the parks"])
    there, here = (read_part(tmp_path / name) for name in ("out", "here"))
    assert there.count('"the_parks"') == 3
    assert there == here


def test_training_without_them_is_answered_with_what_to_install(tmp_path, town_config):
    done = run(REFUSE + TRAIN, tiny_encoder(), town_config.with_name("taxonomy.yaml"))
    assert done.stdout == "imported\n"
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("stance.errors.StanceError: Training an encoder needs the package ")
    assert last.endswith("pip install --editable '.[transformers]'")


@pytest.mark.skipif(
    "STANCE_CORE_PYTHON" not in os.environ,
    reason="STANCE_CORE_PYTHON names no python of an environment with the core install alone",
)
def test_a_core_install_predicts(model, article, tmp_path):
    python = os.environ["STANCE_CORE_PYTHON"]
    options = {"capture_output": True, "text": True, "timeout": 120, "cwd": tmp_path}
    extras = [name for name in ABSENT if name != "sklearn"]  # only training needs it, but the core has it
    code = f"from importlib.util import find_spec; print([name for name in {extras} if find_spec(name)])"
    assert subprocess.run([python, "-c", code], check=True, **options).stdout.strip() == "[]"
    command = [python, "-m", "stance", "predict", article, "--out", "out", "--model", model]
    done = subprocess.run(
        [*map(str, command), "--target", "trams", "--precision", "fp32", "--quiet"], check=False, **options
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    sentences = read_labels(tmp_path / "out" / "labels")
    assert [len(sentence.labels) for sentence in sentences] == [1, 1, 1]
    assert {sentence.annotator for sentence in sentences} == {load_model(model).annotator}
