import math
from dataclasses import dataclass

from stance.evaluation.score import Score, to_plain


@dataclass(frozen=True)
class Inner:
    value: float


@dataclass(frozen=True)
class Outer:
    name: str
    value: float
    parts: tuple[Inner, ...]


def test_a_record_is_plain_all_through():
    record = Outer("x", math.nan, (Inner(1.0), Inner(math.nan)))
    assert to_plain(record) == {"name": "x", "value": None, "parts": [{"value": 1.0}, {"value": None}]}


def test_a_score_is_read_back_with_what_is_undefined():
    score = Score("stance_f1", "pro", 0.5, math.nan, math.nan, 3, "abc")
    again = Score.from_dict(score.to_dict())
    assert (again.value, again.support) == (0.5, 3)
    assert math.isnan(again.low)
    assert math.isnan(again.high)
