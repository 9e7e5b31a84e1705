"""Finds things in the plain containers of ``Comparison.to_dict()``, which a report is made from."""

from collections.abc import Mapping, Sequence
from typing import Any

Content = Mapping[str, Any]
Run = Mapping[str, Any]

N_LINE_STYLES = 5
"""Lines of a plot that have a colour and dashes of their own; more could not be told apart."""


def find_score(run: Run, metric: str, of: str | None = None) -> Mapping[str, Any]:
    """The score of ``metric`` for a topic or stance, or over all."""
    return next(score for score in run["scores"] if (score["metric"], score["of"]) == (metric, of))


def all_rows(content: Content) -> list[Run]:
    """Everything that has scores: the runs, those that only guess, and people where several annotated."""
    human = content["human"]
    return [*content["runs"], *([{**human, "stance_asked": True}] if human else [])]


def topic_titles(content: Content) -> dict[str, str]:
    """Each topic's title by its id."""
    return {topic["id"]: topic["title"] for topic in content["taxonomy"]["topics"]}


def real_runs(content: Content) -> list[Run]:
    """The runs that read text, the best first; not the rows that stand there to be held against."""
    runs = [run for run in content["runs"] if run["name"] not in content["references"]]
    return sorted(runs, key=lambda run: (run["name"] != content["best"], -_ranked_value(content, run)))


def bar_style(content: Content, run: Run) -> str:
    """The CSS class of a run's bar."""
    if run["name"] == content["best"]:
        return "best"
    return "run" if any(run["name"] == real["name"] for real in real_runs(content)) else "reference"


def line_styles(content: Content) -> dict[str, str]:
    """The CSS class of each run's line: the best, then as many as can be told apart, then the others."""
    names = [run["name"] for run in real_runs(content)]
    return {
        name: f"line-{number}" if number < N_LINE_STYLES else "line-other"
        for number, name in enumerate(names)
    }


def to_legend(content: Content, runs: Sequence[Run]) -> list[tuple[str, str]]:
    """The CSS class of each run's line with its name."""
    styles = line_styles(content)
    return [(styles[run["name"]], run["name"]) for run in runs]


def _ranked_value(content: Content, run: Run) -> float:
    value = find_score(run, content["ranked_by"])["value"]
    return 1.0 if value is None else float(value)  # nothing found where there is nothing
