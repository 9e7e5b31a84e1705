"""Every run's scores, each with its interval."""

from stance.reports.blocks import Cell, Plot, Plots, Section, Table
from stance.reports.content import Content, all_rows, bar_style, find_score
from stance.reports.numbers import score_cell, title_of
from stance.reports.plots.bars import Bar, draw_bars


def show_scores(content: Content) -> Section:
    """A row a run, a column a metric."""
    metrics = list(content["metrics"])
    rows = [
        [
            Cell(
                run["name"] + ("" if run["stance_asked"] else " *"),
                is_strong=run["name"] == content["best"],
            ),
            *(
                score_cell(find_score(run, metric), is_strong=run["name"] == content["best"])
                for metric in metrics
            ),
        ]
        for run in all_rows(content)
    ]
    table = Table(
        "Scores",
        ["Run", *map(title_of, metrics)],
        rows,
        caption="F1 with its 95\u00a0% interval. In bold the run with the highest "
        f"{title_of(content['ranked_by'])}.",
    )
    bars = [draw_scores(content, metric, None, title=title_of(metric)) for metric in metrics]
    return Section("scores", "Scores", [table, Plots(bars, in_table=True)])


def draw_scores(content: Content, metric: str, of: str | None, *, title: str) -> Plot:
    """A bar a run; the best run, and what is no run, are told apart by their colour."""
    bars = []
    for run in all_rows(content):
        score = find_score(run, metric, of)
        bars.append(Bar(run["name"], score["value"], score["low"], score["high"], bar_style(content, run)))
    return draw_bars(bars, title=title)
