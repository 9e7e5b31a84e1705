import pytest

from stance.labelling.interchange import write_labels
from stance.workflows.evaluating import runs
from tests.evaluation.examples import TOWN, labelled
from tests.workflows.stubs import StubModel

GOLD = [
    labelled("a", 0, trams="pro"),
    labelled("a", 1, trams="contra", parks="open"),
    labelled("b", 0),
    labelled("b", 1, parks="pro"),
    labelled("c", 0, trams="open"),
]


@pytest.fixture
def gold_file(tmp_path):
    write_labels(tmp_path / "gold.jsonl", GOLD)
    return tmp_path / "gold.jsonl"


@pytest.fixture
def models(tmp_path, monkeypatch):
    """Two model folders, opened as stubs: the folder of ``models["one"]`` is ``tmp_path / "one"``."""
    known = {"one": StubModel(TOWN, name="one"), "two": StubModel(TOWN, name="two", topic="parks")}
    for name in known:
        (tmp_path / name).mkdir()
    monkeypatch.setattr(runs, "load_model", lambda path: known[path.name])
    return known
