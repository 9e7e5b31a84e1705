"""Scores by topic and by stance."""

from stance.reports.blocks import Plots, Section, Table, Text
from stance.reports.content import Content, all_rows, find_score, topic_titles
from stance.reports.numbers import score_cell, title_of
from stance.reports.sections.scores import draw_scores

_SAME_AS_MACRO = ("topics_f1_micro", "stance_f1_macro_by_target", "stance_f_avg_by_target")
"""Of a single topic these are the same numbers as others of the table."""


def show_topics(content: Content) -> Section:
    """A row a topic and run."""
    metrics = [metric for metric in content["metrics"] if metric not in _SAME_AS_MACRO]
    rows = [
        [
            title,
            run["name"],
            *(score_cell(find_score(run, metric, topic)) for metric in metrics),
            f"{find_score(run, metrics[0], topic)['support']:,}",
        ]
        for topic, title in topic_titles(content).items()
        for run in all_rows(content)
    ]
    table = Table(
        "Scores by topic",
        ["Topic", "Run", *map(title_of, metrics), "Support"],
        rows,
        n_headers=2,
        caption="Support is the number of gold labels. Of a single topic, the macro F1 of topics is its F1.",
    )
    bars = [
        draw_scores(content, "topics_f1_macro", topic, title=f"{title}: topic F1")
        for topic, title in topic_titles(content).items()
    ]
    return Section("topics", "By topic", [table, Plots(bars, in_table=True)])


def show_stances(content: Content) -> Section:
    """A row a stance, a column a run."""
    runs = all_rows(content)
    rows = [
        [
            stance,
            *(score_cell(find_score(run, "stance_f1", stance)) for run in runs),
            f"{find_score(runs[0], 'stance_f1', stance)['support']:,}",
        ]
        for stance in content["stances"]
    ]
    table = Table("Scores by stance", ["Stance", *(run["name"] for run in runs), "Support"], rows)
    bars = [draw_scores(content, "stance_f1", stance, title=f"{stance}: F1") for stance in content["stances"]]
    note = Text("F1 of the stance toward the gold topics, all topics together.", "note")
    return Section("stances", "By stance", [note, table, Plots(bars, in_table=True)])
