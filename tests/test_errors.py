import pickle

import pytest

from stance.errors import ConfigError, ReadError


@pytest.mark.parametrize(
    "error", [ReadError("a.txt", "empty", line=3), ConfigError("c.yaml", ["x: missing"])]
)
def test_errors_cross_to_another_process(error):
    copy = pickle.loads(pickle.dumps(error))
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
