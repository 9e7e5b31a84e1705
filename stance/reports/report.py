"""Writes a comparison as a page to read, as Markdown, as JSON and as a table; all say the same."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from stance.phrases import count_of
from stance.reports.blocks import Page, Section, Terms
from stance.reports.content import Content
from stance.reports.html import to_html
from stance.reports.markdown import to_markdown
from stance.reports.sections.audit import show_audit
from stance.reports.sections.behaviour import show_behaviour
from stance.reports.sections.calibration import show_reliability, show_risk
from stance.reports.sections.confusion import show_confusion
from stance.reports.sections.cost import show_cost
from stance.reports.sections.differences import show_differences
from stance.reports.sections.holders import show_holders
from stance.reports.sections.learning import show_learning
from stance.reports.sections.mistakes import show_mistakes
from stance.reports.sections.precision_recall import show_precision_recall
from stance.reports.sections.reading import show_reading
from stance.reports.sections.scores import show_scores
from stance.reports.sections.slices import show_slices
from stance.reports.sections.targets import show_targets
from stance.reports.sections.topics import show_stances, show_topics
from stance.reports.summary import summarise, warn
from stance.reports.tidy import to_csv
from stance.storage import open_output

SECTIONS: tuple[Callable[[Content], Section | None], ...] = (
    show_scores,
    show_differences,
    show_audit,
    show_topics,
    show_stances,
    show_slices,
    show_confusion,
    show_targets,
    show_holders,
    show_behaviour,
    show_precision_recall,
    show_reliability,
    show_risk,
    show_learning,
    show_cost,
    show_mistakes,
    show_reading,
)
"""In the order of the page. A section that has nothing to say is ``None``."""


def write_report(content: Content, folder: str | Path) -> list[Path]:
    """Write ``report.html``, ``.md``, ``.json`` and ``.csv`` into ``folder``, which is made if need be.

    All four are written aside before any takes the place of an earlier one.

    Parameters
    ----------
    content
        The plain containers of ``Comparison.to_dict()``: the pages show nothing that the JSON lacks.

    Returns
    -------
    list
        The files, the page first.

    Raises
    ------
    DataError
        If they cannot be written, as on a full disk.
    """
    page = to_page(content)
    files = {
        "report.html": to_html(page),
        "report.md": to_markdown(page),
        "report.json": json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n",
        "report.csv": to_csv(content),
    }
    with ExitStack() as whole:  # report.json, by which a report is known, takes its place first
        for name, text in sorted(files.items(), key=lambda file: file[0] == "report.json"):
            whole.enter_context(open_output(folder).write(name)).write(text.encode())
    return [Path(folder, name) for name in files]


def to_page(content: Content) -> Page:
    """The report as sections, before it is HTML or Markdown."""
    return Page(
        title="Comparison of runs",
        summary=summarise(content),
        cautions=warn(content),
        conditions=_list_conditions(content),
        sections=[section for show in SECTIONS if (section := show(content))],
    )


def _list_conditions(content: Content) -> Terms:
    conditions = content["conditions"]
    pairs = {
        "Gold labels": conditions["source"],
        "Content, SHA-256": f"{conditions['data'][:16]}…",
        "Split": conditions["split"],
        "Size": (
            f"{count_of(conditions['n_sentences'], 'sentence')}, "
            f"{count_of(conditions['n_articles'], 'article')} in {count_of(conditions['n_groups'], 'group')}"
        ),
        "Taxonomy": conditions["taxonomy"],
        "Intervals": (
            f"95\u00a0%, bootstrap by {conditions['drawn']}, {conditions['n_resamples']:,} resamples, "
            f"seed {conditions['seed']}"
        ),
        "Package": f"stance {conditions['version']}",
    }
    return Terms([(term, value) for term, value in pairs.items() if value])
