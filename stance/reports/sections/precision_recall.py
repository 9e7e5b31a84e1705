"""What the topics' probabilities would find at every threshold."""

from stance.reports.blocks import Plot, Plots, Section, Table, Text
from stance.reports.content import Content, Run, line_styles, real_runs, to_legend, topic_titles
from stance.reports.numbers import format_number, format_share, score_cell
from stance.reports.plots.curves import Axis, Line, draw_curves

TOGETHER = "All topics"


def show_precision_recall(content: Content) -> Section | None:
    """A plot a topic with a line a run, and the average precision."""
    runs = [run for run in real_runs(content) if run.get("precision_recall")]
    if not runs:
        return None
    note = (
        "Topics alone, whatever threshold is set: of the sentences at or above a probability, the share that "
        "has the topic (precision), against the share of the topic's sentences that are among them (recall). "
        "Average precision is the mean precision over all recalls; a guess has the topic's share of all."
    )
    titles: dict[str | None, str] = {None: TOGETHER}
    titles.update(topic_titles(content))
    found = {of: title for of, title in titles.items() if any(_curve(run, of) for run in runs)}
    rows = []
    for of, title in found.items():
        curves = [_curve(run, of) for run in runs]
        guess = next(curve["prevalence"] for curve in curves if curve)
        cells = [
            score_cell({**curve, "value": curve["average_precision"]}) if curve else "–" for curve in curves
        ]
        rows.append([title, *cells, format_number(guess)])
    columns = ["Topic", *(run["name"] for run in runs), "A guess"]
    table = Table("Average precision", columns, rows)
    plots = [_draw(content, runs, of, title) for of, title in found.items()]
    drawn = Plots(plots, is_narrow=True, legend=to_legend(content, runs))
    return Section("precision-recall", "Precision and recall of topics", [Text(note, "note"), table, drawn])


def _curve(run: Run, of: str | None) -> Run | None:
    return next((curve for curve in run["precision_recall"] if curve["of"] == of), None)


def _draw(content: Content, runs: list[Run], of: str | None, title: str) -> Plot:
    styles = line_styles(content)
    curves = [(run["name"], curve) for run in runs if (curve := _curve(run, of))]
    lines = [
        Line(name, [(point["recall"], point["precision"]) for point in curve["points"]], styles[name])
        for name, curve in reversed(curves)
    ]
    spoken = "; ".join(f"{name}: {_speak(curve)}" for name, curve in curves)
    return draw_curves(lines, Axis("recall"), Axis("precision"), title=title, spoken=spoken)


def _speak(curve: Run) -> str:
    """Precision where about a quarter, a half and three quarters of the topic are found."""
    chosen = [
        min(curve["points"], key=lambda point: abs(point["recall"] - wanted)) for wanted in (0.25, 0.5, 0.75)
    ]
    return ", ".join(
        f"precision {format_share(one['precision'])} at recall {format_share(one['recall'])}"
        for one in chosen
    )
