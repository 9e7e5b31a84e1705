"""Does a stance model read its target?"""

from stance.reports.blocks import Block, Cell, Section, Table, Text
from stance.reports.content import Content, Run, find_score, real_runs
from stance.reports.numbers import difference_cell, score_cell, title_of


def show_targets(content: Content) -> Section | None:
    """A row an alteration of the questions, with what it costs, and the verdict in words."""
    runs = [run for run in real_runs(content) if run.get("target_rows")]
    if not runs:
        return None
    metric = runs[0]["target_rows"]["metric"]
    note = (
        f"{title_of(metric)} of the stance when the questions are altered, and what that costs. A model that "
        "scores as well without its target has learned something else. The check fails where removing the "
        "target costs no more than the width of the score's interval."
    )
    rows = [row for run in runs for row in _to_rows(run, metric)]
    columns = ["Run", "Question", title_of(metric), "Costs", "Note"]
    table = Table("Altered questions", columns, rows, n_headers=2, words=frozenset([4]))
    findings: list[Block] = [
        Text(
            f"{run['name']}: {run['target_rows']['finding']['outcome']}. "
            f"{run['target_rows']['finding']['explanation']}",
            "warning" if run["target_rows"]["finding"]["outcome"] == "failed" else "",
        )
        for run in runs
    ]
    return Section("targets", "Does it read the target?", [Text(note, "note"), *findings, table])


def _to_rows(run: Run, metric: str) -> list[list[Cell | str]]:
    rows: list[list[Cell | str]] = [[run["name"], "as asked", score_cell(find_score(run, metric)), "", ""]]
    for row in run["target_rows"]["rows"]:
        cost = {"value": row["cost"], "low": row["cost_low"], "high": row["cost_high"]}
        rows.append([run["name"], row["title"], score_cell(row), difference_cell(cost), row["note"]])
    return rows
