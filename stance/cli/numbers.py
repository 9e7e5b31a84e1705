"""How commands print scores."""

import math


def show_number(value: float) -> str:
    """Three decimals, or a dash for what is undefined."""
    return "–" if math.isnan(value) else f"{value:.3f}"


def show_interval(low: float, high: float) -> str:
    """Both ends, or a dash where there is no interval."""
    return "–" if math.isnan(low) else f"{low:.3f} – {high:.3f}"
