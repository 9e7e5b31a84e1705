"""How commands print scores."""

import json
import math
from typing import Any


def print_json(content: dict[str, Any]) -> None:
    """All that a command with ``--json`` writes to standard output."""
    print(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))


def show_number(value: float) -> str:
    """Three decimals, or a dash for what is undefined."""
    return "–" if math.isnan(value) else f"{value:.3f}"


def show_interval(low: float, high: float) -> str:
    """Both ends, or a dash where there is no interval."""
    return "–" if math.isnan(low) else f"{low:.3f} – {high:.3f}"


def show_bytes(n: float) -> str:
    """An amount of data: ``12 kB``, ``3.4 MB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if n < 1000:
            return f"{n:.3g} {unit}"
        n /= 1000
    return f"{n:,.3g} TB"


def show_seconds(seconds: float) -> str:
    """A length of time as one says it: ``40 s``, ``5 min``, ``3.2 h``."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:,.1f} h"


def show_p(value: float) -> str:
    """Three decimals of a p-value, or what it is less than."""
    return "< 0.001" if value < 0.001 else show_number(value)
