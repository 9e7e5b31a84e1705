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


def test_the_record_of_an_error_has_a_line_only_where_there_is_one():
    assert ReadError("a.txt", "empty").to_dict() == {"file": "a.txt", "reason": "empty"}
    assert ReadError("a.csv", "empty", line=3).to_dict() == {"file": "a.csv", "line": 3, "reason": "empty"}
