import pytest

from stance.engines.local import Local
from stance.registry import kinds


def square(number):
    return number * number


@pytest.mark.parametrize("workers", [1, 2])
def test_every_block_has_its_result_once(workers):
    assert sorted(Local(workers).map(square, range(20))) == [square(number) for number in range(20)]


def test_one_worker_reads_blocks_as_they_are_asked_for():
    blocks = iter([1, 2, 3])
    results = Local().map(square, blocks)
    assert next(results) == 1
    assert next(blocks) == 2


def test_no_worker_is_refused():
    with pytest.raises(ValueError, match="workers must be 1 or more, found 0"):
        Local(0)


def test_the_local_engine_is_declared():
    assert "local" in kinds("engines")
