"""Writes benchmarks/RESULTS.md: our rows beside the published ones, with the conditions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from wrench import REFERENCE, Figure


@dataclass(frozen=True)
class Section:
    """A data set: its config, what was measured by row, and what of its test parts is learned from."""

    name: str
    config: Mapping[str, Any]
    rows: Mapping[str, Mapping[str, Any]]
    leaks: Sequence[str]


HEAD = """# Results on public data sets

Written by `make benchmarks DATA=folder`; nothing here is typed by hand but the published figures, which
stand in `configs/benchmarks/` with their source. Every classifier learns from the official training file
alone. What was chosen was chosen by folds of that file, or by the official development files, never by a test
file.

Intervals are 95 % bootstrap intervals over articles (2,000 resamples); published figures come without.
"Clean" is the part of a test file of whose articles the training file has nothing: no article, no copy, no
near-copy of a sentence. Sizes are those of the saved classifier. Speed is that of prediction on {processors}
processors that had other work to do: it is compared only inside one run, and "× linear" is left out across
runs.
"""


def write_page(sections: Sequence[Section], wrench: Mapping[tuple[str, str], list[Figure]]) -> str:
    """The page as Markdown."""
    measured = [row for section in sections for row in section.rows.values()]
    processors = sorted({row["processors"] for row in measured})
    parts = [HEAD.format(processors=" or ".join(map(str, processors)) or "no")]
    parts += [_write_section(section) for section in sections]
    if wrench:
        parts.append(_write_wrench(wrench))
    return "\n".join(parts)


def _write_section(section: Section) -> str:
    config, rows = section.config, section.rows
    if not rows:
        return f"## {section.name}\n\nNot measured yet.\n"
    first = next(iter(rows.values()))
    columns = [(part, metric) for part in first["scores"] for metric in config["metrics"]]
    header = [
        "",
        *(f"{part}, {metric}" for part, metric in columns),
        "trained in",
        "texts/s",
        "× linear",
        "MB",
    ]
    lines = [header, ["---", *["--:"] * (len(header) - 1)]]
    for row, measured in rows.items():
        cells = [_interval(measured["scores"][part][metric]) for part, metric in columns]
        mark = "" if measured["is_current"] else " *"
        lines.append([row + mark, *cells, *_cost(measured, rows.get("linear"))])
    for name, seeds in _group_seeds(rows).items():
        means = [f"{mean(one['scores'][part][metric][0] for one in seeds):.3f}" for part, metric in columns]
        lines.append([f"{name}, mean of {len(seeds)} seeds", *means, "", "", "", ""])
    for published in config.get("published", []):
        cells = [_published(published.get(part, {}).get(metric)) for part, metric in columns]
        lines.append([f"{published['name']} ({published['source']})", *cells, "", "", "", ""])
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    sizes = ", ".join(
        f"{part} {score['n_texts']:,} texts in {score['n_groups']:,} groups"
        for part, score in first["scores"].items()
    )
    notes = [
        config["about"].strip(),
        f"Trained on {first['n_train']:,} texts; {sizes}. Package {first['version']}.",
    ]
    if section.leaks:
        notes.append("The audit: " + " ".join(section.leaks))
    if not all(measured["is_current"] for measured in rows.values()):
        notes.append("\\* Measured with an earlier state of the classifiers' code.")
    return f"## {section.name}\n\n" + "\n\n".join([*notes, table]) + "\n"


def _group_seeds(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """What was measured with several seeds, by the name that they share."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row, measured in rows.items():
        name, separator, _ = row.partition(", seed ")
        if separator:
            groups.setdefault(name, []).append(measured)
    return {name: seeds for name, seeds in groups.items() if len(seeds) > 1}


def _interval(score: Sequence[float]) -> str:
    value, low, high = score
    return f"{value:.3f} ({low:.3f}–{high:.3f})"


def _published(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _cost(measured: Mapping[str, Any], linear: Mapping[str, Any] | None) -> list[str]:
    ratio = ""
    if linear and linear["run"] == measured["run"]:
        times = measured["texts_per_second"] / linear["texts_per_second"]
        ratio = f"{times:.2f}" if times < 10 else f"{times:,.0f}"
    megabytes = f"{measured['bytes'] / 1e6:.2f}"
    trained = f"{measured['train_seconds']:,.0f} s" + (f", {measured['gpu']}" if measured.get("gpu") else "")
    return [trained, f"{measured['texts_per_second']:,.0f}", ratio, megabytes]


def _write_wrench(wrench: Mapping[tuple[str, str], list[Figure]]) -> str:
    lines = [
        "## WRENCH: label models",
        "",
        "Votes of labelling functions and gold from Zhang et al. 2021; percent on the test votes, with the",
        "interval over examples, and the published figure after it. The last column is Dawid–Skene as this",
        "package runs it: smoothed, and only labels that somebody voted for.",
        "",
        "| data | metric | majority | weighted majority | Dawid–Skene | Dawid–Skene, ours |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for (name, metric), (*figures, ours) in wrench.items():
        cells = [
            f"{_percent(figure)}, {known:.2f}"
            for figure, known in zip(figures, REFERENCE[name, metric], strict=True)
        ]
        lines.append(f"| {name} | {metric} | {' | '.join(cells)} | {_percent(ours)} |")
    return "\n".join(lines) + "\n"


def _percent(figure: Figure) -> str:
    return f"{figure.value:.2f} ({figure.low:.1f}–{figure.high:.1f})"
