import os

import pytest

from stance import processors
from stance.processors import count_processors


@pytest.fixture
def quota(tmp_path, monkeypatch):
    path = tmp_path / "cpu.max"
    monkeypatch.setattr(processors, "QUOTA", path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5, 7, 9}, raising=False)
    return path


def test_processors_that_the_process_is_pinned_to_are_counted(quota):
    assert count_processors() == 4


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("max 100000\n", 4),
        ("200000 100000\n", 2),
        ("150000 100000\n", 2),
        ("1000 100000\n", 1),
        ("900000 100000\n", 4),
    ],
)
def test_a_container_has_its_share(quota, content, expected):
    quota.write_text(content)
    assert count_processors() == expected


def test_without_pinning_all_are_counted(quota, monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    assert count_processors() == 7
