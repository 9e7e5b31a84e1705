import threading
import time
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import pytest

from stance.engines.ray import Ray
from stance.errors import StanceError
from stance.registry import kinds

ray = pytest.importorskip("ray", reason="the ray engine is an extra: pip install --editable '.[ray]'")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:ray")


@pytest.fixture
def stop_ray():
    yield
    ray.shutdown()


def square(number):
    return number * number


def square_and_tell(folder, number):
    """Square, and leave a file that says on which node it was done."""
    time.sleep(0.1)
    node = ray.get_runtime_context().get_node_id()
    (Path(folder) / f"{node}-{number}-{time.time_ns()}").touch()
    return number * number


def test_the_ray_engine_is_declared():
    assert "ray" in kinds("engines")


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(StanceError, match=r"pip install --editable '\.\[ray\]'"):
        list(Ray().map(square, [1]))


def test_no_block_starts_no_cluster():
    assert list(Ray().map(square, [])) == []
    assert not ray.is_initialized()


def test_an_address_that_is_none_is_named():
    with pytest.raises(StanceError, match=r"no Ray cluster answers at 'nowhere': .* Expected 'auto'"):
        list(Ray(address="nowhere").map(square, [1]))


@pytest.mark.parametrize(("workers", "most"), [(640, 640), (None, 2)])
def test_a_cluster_can_be_asked_for_processors_that_it_has_yet_to_start(monkeypatch, workers, most):
    def ask(*, min_size, max_size):
        raise StanceError(f"asked for {max_size}")

    monkeypatch.setattr("ray.is_initialized", lambda: True)
    monkeypatch.setattr("ray.cluster_resources", lambda: {"CPU": 2.0})
    monkeypatch.setattr("ray.data.from_items", Mock())
    monkeypatch.setattr("ray.data.ActorPoolStrategy", ask)
    with pytest.raises(StanceError, match=f"asked for {most}$"):
        list(Ray(workers=workers).map(square, range(2000)))


@pytest.mark.slow
def test_every_block_has_its_result_and_errors_come_as_they_are():
    assert sorted(Ray(workers=100).map(square, range(20))) == [number * number for number in range(20)]
    assert not ray.is_initialized()  # what it started is stopped
    with pytest.raises(TypeError, match="can't multiply sequence"):
        list(Ray(workers=1).map(square, ["four"]))


def find_working_folder(number):
    return Path.cwd()


@pytest.mark.slow
def test_relative_names_mean_on_a_cluster_what_they_mean_here(tmp_path, stop_ray, monkeypatch):
    ray.init(num_cpus=2, log_to_driver=False)  # before the process goes elsewhere
    monkeypatch.chdir(tmp_path)
    assert list(Ray(workers=1).map(find_working_folder, [1])) == [tmp_path]


@pytest.mark.slow
def test_a_node_that_dies_loses_nothing(tmp_path, stop_ray):
    from ray.cluster_utils import Cluster

    # With one processor a node, the actor that survives would leave none for Ray's own reading.
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2})
    try:
        doomed = cluster.add_node(num_cpus=2)
        ray.init(cluster.address, log_to_driver=False)

        def kill_once_it_works():
            while not list(tmp_path.glob(f"{doomed.node_id}-*")):
                time.sleep(0.05)
            cluster.remove_node(doomed, allow_graceful=False)

        killer = threading.Thread(target=kill_once_it_works)
        killer.start()
        results = list(Ray(workers=3).map(partial(square_and_tell, str(tmp_path)), range(60)))
        killer.join()
    finally:
        ray.shutdown()
        cluster.shutdown()
    assert sorted(results) == [number * number for number in range(60)]
    done_on_doomed = {path.name.split("-")[1] for path in tmp_path.glob(f"{doomed.node_id}-*")}
    assert done_on_doomed  # it had part in the work
