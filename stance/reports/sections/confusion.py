"""Which stance is taken for which."""

import numpy as np

from stance.reports.blocks import Fold, Plots, Section, Text
from stance.reports.content import Content, Run, real_runs, topic_titles
from stance.reports.plots.confusion import draw_confusion


def show_confusion(content: Content) -> Section:
    """Confusion matrices of every run that reads text, the best run's open."""
    note = Text(
        "Counts at the gold topics, shaded by their share of the row. “None” is a gold topic for which the "
        "run has no stance.",
        "note",
    )
    runs = real_runs(content)
    folds = [Fold(run["name"], [_draw(content, run)], is_open=run["name"] == content["best"]) for run in runs]
    return Section("confusion", "Which stance is taken for which", [note, *folds])


def _draw(content: Content, run: Run) -> Plots:
    stances, confusions = content["stances"], run["confusions"]
    together = np.sum(list(confusions.values()), axis=0).tolist()
    plots = [draw_confusion(together, stances, title="All topics")]
    plots += [
        draw_confusion(confusions[topic], stances, title=title)
        for topic, title in topic_titles(content).items()
    ]
    return Plots(plots, is_narrow=True)
