"""Who holds the stances?"""

from stance.evaluation.holders import METRICS
from stance.reports.blocks import Cell, Section, Table, Text
from stance.reports.content import Content, Run, real_runs
from stance.reports.numbers import score_cell, title_of

_GUESS = "first capitalised words"


def show_holders(content: Content) -> Section | None:
    """A row a run and kind of gold's holder, and what a guess scores; ``None`` where no run names any."""
    runs = [run for run in real_runs(content) if run.get("holders")]
    if not runs:
        return None
    note = (
        "Of gold labels that have a holder. Exact is the share that the run names as gold does, but for "
        "case, marks and articles; token F1 gives credit for some of the words. A model is asked for the "
        "holder at gold's topic and stance; the holders of a label file, with a star, are read off its "
        f"labels, and a topic that it lacks counts as wrong. The {_GUESS} of a sentence are a guess to hold "
        "against."
    )
    rows = []
    for run in runs:
        rows += _to_rows(run["name"], run["holders"], "scores")
        if clean := (run["audit"]["clean"] or {}).get("holders"):
            rows += _to_rows(f"{run['name']}, clean part", clean, "scores")
    rows += _to_rows(_GUESS, runs[0]["holders"], "guess")
    columns = ["Run", "Gold's holder", *map(title_of, METRICS), "Labels"]
    return Section(
        "holders",
        "Who holds the stances?",
        [Text(note, "note"), Table("Holders", columns, rows, n_headers=2)],
    )


def _to_rows(name: str, holders: Run, key: str) -> list[list[Cell | str]]:
    by_kind: dict[str, dict[str, Run]] = {}
    for score in holders[key]:
        by_kind.setdefault(score["of"] or "all", {})[score["metric"]] = score
    star = "" if holders["is_asked"] or key == "guess" else " *"
    return [
        [
            name + star,
            kind,
            *(score_cell(scores[metric]) for metric in METRICS),
            f"{scores[METRICS[0]]['support']:,}",
        ]
        for kind, scores in by_kind.items()
    ]
