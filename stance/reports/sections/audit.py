"""What the runs already knew of the sentences that they are scored on."""

from collections.abc import Iterator

from stance.phrases import count_of
from stance.reports.blocks import Block, Cell, Fold, Section, Table, Text
from stance.reports.content import Content, Run, find_score, real_runs
from stance.reports.numbers import score_cell, title_of


def show_audit(content: Content) -> Section | None:
    """The findings of every run; where articles leaked, the scores on all and on the clean part."""
    runs = [run for run in real_runs(content) if (run.get("audit") or {}).get("findings")]
    if not runs:
        return None
    note = (
        "Each run was checked for articles and sentences that it has learned from, or near-copies of them. "
        "A leak flatters the score; what is noted limits what the score means."
    )
    rows = [
        [
            run["name"],
            finding["title"],
            Cell(finding["outcome"], is_strong=finding["outcome"] == "leak"),
            finding["explanation"],
        ]
        for run in runs
        for finding in run["audit"]["findings"]
    ]
    columns = ["Run", "Check", "Outcome", "Found"]
    blocks: list[Block] = [
        Text(note, "note"),
        *_compare_clean(content, runs),
        Table("Audit", columns, rows, n_headers=2, words=frozenset([2, 3])),
        *(
            Fold(f"Examples of {run['name']}", [examples])
            for run in runs
            if (examples := _list_examples(run))
        ),
    ]
    return Section("audit", "Was the test known?", blocks)


def _compare_clean(content: Content, runs: list[Run]) -> Iterator[Block]:
    """All articles and the clean part side by side, a pair of rows a run."""
    cleaned = [run for run in runs if run["audit"].get("clean")]
    if not cleaned:
        return
    metrics = list(content["metrics"])
    rows = []
    for run in cleaned:
        clean = run["audit"]["clean"]
        for part, scores, conditions in (
            ("all articles", run, content["conditions"]),
            ("clean part", clean, clean["conditions"]),
        ):
            n_sentences = count_of(conditions["n_sentences"], "sentence")
            size = f"{n_sentences}, {count_of(conditions['n_articles'], 'article')}"
            rows.append(
                [run["name"], Cell(part, size), *(score_cell(find_score(scores, m)) for m in metrics)]
            )
    yield Table(
        "Scores on all articles and on the clean part",
        ["Run", "Scored on", *map(title_of, metrics)],
        rows,
        n_headers=2,
        caption="The clean part is the articles of which neither the run nor one that was scored with it has "
        "seen anything.",
    )


def _list_examples(run: Run) -> Table | None:
    rows = [
        [finding["title"], example] for finding in run["audit"]["findings"] for example in finding["examples"]
    ]
    if not rows:
        return None
    return Table(f"Examples of {run['name']}", ["Check", "Example"], rows, words=frozenset([1]))
