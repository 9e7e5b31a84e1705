"""Writes a comparison as a page to read, as Markdown and as JSON; all three say the same."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from stance.reports.plots import Bar, draw_bars, draw_confusion
from stance.reports.summary import find_score, format_difference, format_number, summarise


def write_report(content: Mapping[str, Any], folder: str | Path) -> list[Path]:
    """Write ``report.html``, ``report.md`` and ``report.json`` into ``folder``, which is made if need be.

    Parameters
    ----------
    content
        The plain containers of ``Comparison.to_dict()``: the pages show nothing that the JSON lacks.

    Returns
    -------
    list
        The files, the page first.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    pages = {
        "report.html": _environment(autoescape=True)
        .get_template("report.html")
        .render(content, content=content),
        "report.md": _environment(autoescape=False)
        .get_template("report.md")
        .render(content, content=content),
        "report.json": json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n",
    }
    for name, page in pages.items():
        (folder / name).write_text(page, encoding="utf-8")
    return [folder / name for name in pages]


def _environment(*, autoescape: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("stance.reports"),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        summarise=summarise, find_score=find_score, plot_scores=_plot_scores, plot_confusion=_plot_confusion
    )
    environment.filters.update(
        number=format_number, difference=format_difference, title_of=_title_of, cell=_to_markdown_cell
    )
    return environment


def _plot_scores(content: Mapping[str, Any], metric: str, of: str | None, title: str) -> Markup:
    """One bar a run; the best run and the majority row are told apart by their colour."""
    bars = []
    for run in content["runs"]:
        score = find_score(run, metric, of)
        kind = {content["best"]: "best", content["majority"]: "majority"}.get(run["name"], "run")
        bars.append(Bar(run["name"], score["value"], score["low"], score["high"], kind))
    return draw_bars(bars, title=title)


def _plot_confusion(
    content: Mapping[str, Any], run: Mapping[str, Any], topic: str | None, title: str
) -> Markup:
    """Confusion of one topic, or of all topics together."""
    confusions = run["confusions"]
    counts = confusions[topic] if topic else np.sum(list(confusions.values()), axis=0).tolist()
    return draw_confusion(counts, content["stances"], title=title)


def _title_of(metric: str) -> str:
    """``"topics_f1_macro"`` becomes ``"Topics F1 macro"``."""
    words = metric.replace("_f1", "_F1").replace("_", " ")
    return words[:1].upper() + words[1:]


def _to_markdown_cell(text: object) -> str:
    """Text that cannot break out of a Markdown table's cell or start HTML."""
    escaped = str(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "\\`")
    return " ".join(escaped.split())
