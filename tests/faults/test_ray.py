import threading
import time

import pytest

from stance.workflows.predict import predict
from stance.workflows.scoring import blocks
from stance.workflows.verify import verify
from tests.faults.conftest import read_run

ray = pytest.importorskip("ray", reason="the ray engine is an extra: pip install --editable '.[ray]'")

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning:ray")]


def test_a_cluster_that_loses_a_node_writes_what_one_process_writes(
    inbox, undisturbed, town_model, tmp_path, monkeypatch
):
    from ray.cluster_utils import Cluster

    monkeypatch.setattr(blocks, "MAX_BLOCK_FILES", 5)
    monkeypatch.setattr(blocks, "MAX_BLOCK_BYTES", 1500)
    out = tmp_path / "out"
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2})
    try:
        doomed = cluster.add_node(num_cpus=2)
        ray.init(cluster.address, log_to_driver=False)

        def kill_once_a_part_is_written():
            while not list(out.glob("labels/part-*")):
                time.sleep(0.01)
            cluster.remove_node(doomed, allow_graceful=False)

        killer = threading.Thread(target=kill_once_a_part_is_written)
        killer.start()
        predict([inbox], out=out, model=town_model, engine={"kind": "ray"}, workers=3)
        killer.join()
    finally:
        ray.shutdown()
        cluster.shutdown()
    assert read_run(out) == undisturbed
    assert not verify(out).problems
