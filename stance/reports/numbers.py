"""How numbers and names are set in a report."""

from collections.abc import Mapping
from typing import Any

from stance.reports.blocks import Cell


def format_number(value: float | None) -> str:
    """Three decimals, or a dash for what is undefined."""
    return "–" if value is None else f"{value:.3f}"


def format_difference(value: float | None) -> str:
    """Three decimals with a sign, the minus as printers set it; nothing is ``+0.000`` from either side."""
    return "–" if value is None else f"{round(value, 3) + 0.0:+.3f}".replace("-", "−")


def format_p(value: float | None) -> str:
    """A p-value with three decimals; what is smaller is said to be."""
    return "<0.001" if value is not None and value < 0.001 else format_number(value)


def format_share(value: float | None) -> str:
    """A per cent without decimals; what is above none or below all never reads as none or all."""
    if value is None:
        return "–"
    if 0 < value < 0.01:
        return "<1\u00a0%"
    if 0.99 < value < 1:
        return ">99\u00a0%"
    return f"{value:.0%}".replace("%", "\u00a0%")


def format_size(n_bytes: float) -> str:
    """Bytes in the unit that leaves two or three digits."""
    for unit in ("B", "kB", "MB"):
        if n_bytes < 1000:
            return f"{n_bytes:.3g}\u00a0{unit}"
        n_bytes /= 1000
    return f"{n_bytes:.3g}\u00a0GB"


def format_seconds(seconds: float) -> str:
    """Seconds below two minutes, else minutes, else hours."""
    if seconds < 120:
        return f"{seconds:.2g}\u00a0s" if seconds < 10 else f"{seconds:.0f}\u00a0s"
    return f"{seconds / 60:.0f}\u00a0min" if seconds < 7200 else f"{seconds / 3600:.1f}\u00a0h"


def format_interval(low: float | None, high: float | None) -> str:
    """``"0.480–0.551"``, or nothing where there is no interval."""
    return "" if low is None or high is None else f"{low:.3f}–{high:.3f}"


def score_cell(score: Mapping[str, Any], *, is_strong: bool = False) -> Cell:
    """A score with its interval beneath."""
    return Cell(
        format_number(score["value"]), format_interval(score["low"], score["high"]), is_strong=is_strong
    )


def difference_cell(difference: Mapping[str, Any], *, is_strong: bool = False, shade: float = 0.0) -> Cell:
    """A difference with its interval beneath, signs shown."""
    low, high = difference["low"], difference["high"]
    interval = "" if low is None else f"{format_difference(low)} to {format_difference(high)}"
    return Cell(format_difference(difference["value"]), interval, is_strong=is_strong, shade=shade)


def title_of(metric: str) -> str:
    """``"end_to_end_f1_micro"`` becomes ``"End-to-end F1 micro"``."""
    words = metric.replace("_f1", "_F1").replace("_f_", "_F_").replace("_to_", "-to-").replace("_", " ")
    return words[:1].upper() + words[1:]
