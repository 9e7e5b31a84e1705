"""Would more labels help?"""

from stance.phrases import count_of
from stance.reports.blocks import Plot, Plots, Section, Table, Text
from stance.reports.content import Content, Run, line_styles, real_runs, to_legend
from stance.reports.numbers import format_number, score_cell, title_of
from stance.reports.plots.curves import Axis, Line, draw_curves


def show_learning(content: Content) -> Section:
    """Scores of models that learned from growing shares of the training articles."""
    runs = [run for run in real_runs(content) if run.get("learning_curve")]
    if not runs:
        advice = (
            "Not measured: train with learning_curve: [0.25, 0.5] in the config. The model is then trained "
            "on these shares of its articles, too."
        )
        return Section("learning", "Would more labels help?", [Text(advice)])
    note = (
        "Each model was trained again on parts of its training articles, the larger parts holding the "
        "smaller, and scored on its own test part; without one, each on folds of what it learned from."
    )
    metrics = [metric for metric in content["metrics"] if metric in runs[0]["learning_curve"][0]["scores"]]
    rows = [
        [
            run["name"],
            f"{point['n_articles']:,}",
            f"{point['n_sentences']:,}",
            *(score_cell(point["scores"][metric]) for metric in metrics),
        ]
        for run in runs
        for point in run["learning_curve"]
    ]
    columns = ["Run", "Articles", "Sentences", *map(title_of, metrics)]
    table = Table("Learning curves", columns, rows, n_headers=2)
    plots = Plots([_draw(content, runs)], in_table=True, legend=to_legend(content, runs))
    return Section("learning", "Would more labels help?", [Text(note, "note"), table, plots])


def _draw(content: Content, runs: list[Run]) -> Plot:
    metric, styles = content["ranked_by"], line_styles(content)
    most = max(run["learning_curve"][-1]["n_articles"] for run in runs)
    lines = [
        Line(
            run["name"],
            [
                (point["n_articles"], point["scores"][metric]["value"] or 0.0)
                for point in run["learning_curve"]
            ],
            styles[run["name"]],
            has_dots=True,
            whiskers=[
                (point["scores"][metric]["low"], point["scores"][metric]["high"])
                for point in run["learning_curve"]
            ],
        )
        for run in reversed(runs)
    ]
    spoken = "; ".join(f"{run['name']}: {_speak(run, metric)}" for run in runs)
    x = Axis("articles learned from", 0, most, form=",.0f")
    return draw_curves(lines, x, Axis(title_of(metric)), title=title_of(metric), spoken=spoken)


def _speak(run: Run, metric: str) -> str:
    return ", ".join(
        f"{format_number(point['scores'][metric]['value'])} from {count_of(point['n_articles'], 'article')}"
        for point in run["learning_curve"]
    )
