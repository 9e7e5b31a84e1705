"""Says in a few sentences what the numbers of a comparison say, and what they cannot."""

from collections.abc import Mapping
from typing import Any

from stance.evaluation.intervals import FEW_GROUPS


def summarise(content: Mapping[str, Any]) -> list[str]:
    """Sentences for the top of a report, from the plain containers of ``report.json``."""
    return [
        _name_best(content),
        *_tell_apart(content),
        *_warn_of_few_groups(content["conditions"]),
        *_note_stance_not_asked(content),
    ]


def find_score(run: Mapping[str, Any], metric: str, of: str | None = None) -> Mapping[str, Any]:
    """The score of ``metric`` for a topic or stance, or over all."""
    scores: list[Mapping[str, Any]] = run["scores"]
    return next(score for score in scores if (score["metric"], score["of"]) == (metric, of))


def format_number(value: float | None) -> str:
    """Three decimals, or a dash for what is undefined."""
    return "–" if value is None else f"{value:.3f}"


def format_difference(value: float | None) -> str:
    """Three decimals with a sign, the minus as printers set it."""
    return "–" if value is None else f"{value:+.3f}".replace("-", "−")


def _name_best(content: Mapping[str, Any]) -> str:
    conditions, metric, name = content["conditions"], content["ranked_by"], content["best"]
    by_name = {run["name"]: find_score(run, metric) for run in content["runs"]}
    best = by_name[name]
    sentence = (
        f"On {conditions['n_sentences']:,} sentences of {conditions['n_articles']:,} articles, {name} "
        f"has the highest end-to-end F1: {format_number(best['value'])}"
    )
    if best["low"] is not None:
        sentence += f" (95\u00a0% interval {format_number(best['low'])} to {format_number(best['high'])})"
    if content["majority"] in by_name and name != content["majority"]:
        sentence += f"; guessing the majority gives {format_number(by_name[content['majority']]['value'])}"
    return sentence + "."


def _tell_apart(content: Mapping[str, Any]) -> list[str]:
    """Name the runs whose difference from the best one may be zero."""
    best = content["best"]
    pairs = [
        (difference["is_clear"], ({difference["run"], difference["baseline"]} - {best}).pop())
        for difference in content["differences"]
        if difference["metric"] == content["ranked_by"]
        and best in (difference["run"], difference["baseline"])
    ]
    rivals = [(is_clear, name) for is_clear, name in pairs if name not in content["references"]]
    alike = [name for is_clear, name in rivals if not is_clear]
    if alike:
        return [f"These articles cannot tell {' or '.join(alike)} from {best}: the difference may be zero."]
    if rivals:
        return ["It is clearly better than each other run, all pairs considered."]
    return []


def _warn_of_few_groups(conditions: Mapping[str, Any]) -> list[str]:
    n_groups = conditions["n_groups"]
    if n_groups >= FEW_GROUPS:
        return []
    return [f"With only {n_groups} groups of articles the intervals are too narrow; label more articles."]


def _note_stance_not_asked(content: Mapping[str, Any]) -> list[str]:
    names = [run["name"] for run in content["runs"] if not run["stance_asked"]]
    if not names:
        return []
    return [
        f"The stances of {', '.join(names)} are read off the labels, since a label file cannot be asked "
        "about the gold topics; where a gold topic is lacking, the stance counts as wrong."
    ]
