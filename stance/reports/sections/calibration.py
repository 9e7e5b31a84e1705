"""What probabilities are worth: reliability before and after calibration, risk and coverage."""

from collections.abc import Mapping, Sequence
from typing import Any

from stance.reports.blocks import Block, Cell, Plot, Plots, Section, Table, Text
from stance.reports.content import Content, Run, line_styles, real_runs, to_legend
from stance.reports.numbers import format_interval, format_number, format_share
from stance.reports.plots.curves import Axis, Line, draw_curves

QUESTIONS = ("topics", "stance")

Reliability = Mapping[str, Any]


def show_reliability(content: Content) -> Section | None:
    """Brier score, calibration error and the curve behind it, of topics and of the stance."""
    runs = [run for run in real_runs(content) if run.get("calibration")]
    if not any(run["calibration"][question] for run in runs for question in QUESTIONS):
        return None
    note = (
        "Of the answers that were given a probability of 70\u00a0%, 70\u00a0% should be right. The Brier "
        "score is the mean squared distance to what is true, the calibration error (ECE) the mean distance "
        "of the promise to what came true, over bins of like size. Lower is better; noise alone makes either "
        "greater than zero. Points below the diagonal are promises that were not kept."
    )
    rows = [_to_row(run, question) for question in QUESTIONS for run in runs if run["calibration"][question]]
    columns = ["Question", "Run", "Brier", "before calibration", "ECE", "before calibration"]
    blocks: list[Block] = [
        Text(note, "note"),
        Table("Reliability", columns, rows, n_headers=2),
    ]
    for question in QUESTIONS:
        plots = [_draw(run, question) for run in runs if run["calibration"][question]]
        if plots:
            legend = [("line-0", f"{question}, calibrated"), ("line-other", "before calibration")]
            blocks.append(Plots(plots, is_narrow=True, legend=legend))
    return Section("reliability", "Do probabilities keep their word?", blocks)


def show_risk(content: Content) -> Section | None:
    """The share of wrong labels among the surest, from few to all."""
    runs = [run for run in real_runs(content) if (run.get("calibration") or {}).get("risk_coverage")]
    if not runs:
        return None
    note = (
        "If a run may hold back the labels that it is least sure of, how many of the others are wrong? The "
        "area is the mean of that share over all coverages: lower is better. The best area would be reached "
        "if every right label had more confidence than every wrong one."
    )
    styles = line_styles(content)
    lines = [
        Line(run["name"], [(point["coverage"], point["risk"]) for point in _points(run)], styles[run["name"]])
        for run in reversed(runs)
    ]
    spoken = "; ".join(f"{run['name']}: {_speak_risk(_points(run))}" for run in runs)
    x, y = Axis("share of labels kept"), Axis("share of them wrong")
    plot = draw_curves(lines, x, y, title="Risk by coverage", spoken=spoken)
    columns = ["Run", "Labels", "Wrong", "Area", "95\u00a0% interval", "Best area"]
    columns += ["Held back", "of these wrong"]
    table = Table("Risk and coverage", columns, [_to_risk_row(run) for run in runs])
    blocks: list[Block] = [Text(note, "note"), table, Plots([plot], legend=to_legend(content, runs))]
    return Section("risk", "What holding back would buy", blocks)


def _to_row(run: Run, question: str) -> list[Cell | str]:
    after, before = (run["calibration"][question][key] for key in ("after", "before"))
    cells = [
        _score_cell(reliability, score) if reliability else Cell("–")
        for score in ("brier", "ece")
        for reliability in (after, before)
    ]
    return [question, run["name"], *cells]


def _score_cell(reliability: Reliability, score: str) -> Cell:
    # Reports that were written before have no intervals.
    low, high = (reliability.get(f"{score}_{end}") for end in ("low", "high"))
    return Cell(format_number(reliability[score]), format_interval(low, high))


def _draw(run: Run, question: str) -> Plot:
    after, before = (run["calibration"][question][key] for key in ("after", "before"))
    lines = [_to_line(after, "line-0", has_whiskers=True)]
    if before:
        lines.insert(0, _to_line(before, "line-other", has_whiskers=False))
    spoken = "; ".join(
        f"promised {one['probability']:.2f}, came true {one['share']:.2f} of {one['n']}"
        for one in after["bins"]
    )
    return draw_curves(
        lines,
        Axis("probability given"),
        Axis("share that came true"),
        title=f"{run['name']}: {question}",
        spoken=spoken,
        has_diagonal=True,
    )


def _to_line(reliability: Reliability, kind: str, *, has_whiskers: bool) -> Line:
    bins = reliability["bins"]
    return Line(
        kind,
        [(one["probability"], one["share"]) for one in bins],
        kind,
        has_dots=has_whiskers,
        whiskers=[(one["share_low"], one["share_high"]) for one in bins] if has_whiskers else (),
    )


def _points(run: Run) -> Sequence[Mapping[str, Any]]:
    points: Sequence[Mapping[str, Any]] = run["calibration"]["risk_coverage"]["points"]
    return points


def _speak_risk(points: Sequence[Mapping[str, Any]]) -> str:
    """The risk where about a quarter, a half, three quarters and all of the labels are kept."""
    chosen = [
        min(points, key=lambda point: abs(point["coverage"] - wanted)) for wanted in (0.25, 0.5, 0.75, 1.0)
    ]
    return ", ".join(
        f"{format_share(one['risk'])} wrong of {format_share(one['coverage'])} kept" for one in chosen
    )


def _to_risk_row(run: Run) -> list[str]:
    risk, held = run["calibration"]["risk_coverage"], run["calibration"]["abstentions"]
    return [
        run["name"],
        f"{risk['n']:,}",
        format_share(risk["risk"]),
        format_number(risk["area"]),
        format_interval(risk["low"], risk["high"]) or "–",
        format_number(risk["best_area"]),
        f"{held['n_abstained']:,}",
        f"{held['n_abstained_wrong']:,}",
    ]
