"""What the models cost."""

from stance.reports.blocks import Section, Table, Text
from stance.reports.content import Content, real_runs
from stance.reports.numbers import format_seconds, format_size


def show_cost(content: Content) -> Section:
    """A row a model: time to train, speed, size."""
    costs = {run["name"]: run["cost"] for run in real_runs(content) if run.get("cost")}
    if not costs:
        return Section(
            "cost", "Cost", [Text("Not measured: label files have no cost. Compare model folders.")]
        )
    note = (
        "Training is the wall time of fitting, folds of calibration included, on the machine that trained. "
        "Sentences per second were counted while this report labelled its sentences, loading left out. Take "
        "the ratios seriously, not the figures: they are of one machine, and of what else it did."
    )
    rows = [
        [
            name,
            "not noted" if cost["training_seconds"] is None else format_seconds(cost["training_seconds"]),
            f"{cost['sentences_per_second']:,.0f}" if cost["sentences_per_second"] else "–",
            format_size(cost["n_bytes"]),
        ]
        for name, cost in costs.items()
    ]
    table = Table("Cost", ["Model", "Training", "Sentences per second", "Size of the folder"], rows)
    return Section("cost", "Cost", [Text(note, "note"), table])
