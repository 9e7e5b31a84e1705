"""The scores as a tidy table: a row a run, metric and what it is of."""

import csv
import io

from stance.reports.content import Content

COLUMNS = ("run", "metric", "of", "value", "low", "high", "support")


def to_csv(content: Content) -> str:
    """Every score of every run; ``of`` is empty over all, and what is undefined is empty."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    for run in content["runs"]:
        for score in run["scores"]:
            writer.writerow([run["name"], *(score[column] for column in COLUMNS[1:])])
    return table.getvalue()
