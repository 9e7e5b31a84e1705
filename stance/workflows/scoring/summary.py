"""What a run has come to: totals over the blocks of its ledger, and ``run.json``, which records them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from stance.workflows.scoring.ledger import COUNTED, BlockRecord


@dataclass
class Summary:
    """Totals over blocks.

    ``counts`` has those of ``COUNTED``, ``labels`` those by ``"topic:stance"``, and ``abstained`` those by
    topic of the labels that were held back.
    """

    n_files: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    abstained: Counter[str] = field(default_factory=Counter)

    def add(self, record: BlockRecord) -> None:
        """Count a block in."""
        # A file that was cut is counted where it begins.
        self.n_files += sum(start == 0 for start in record.files["start"])
        for name in COUNTED:
            self.counts[name] += sum(record.files[name])
        for labels in record.files["labels"]:
            self.labels.update(labels)
        for abstained in record.files["abstained"]:
            self.abstained.update(abstained)

    @property
    def n_articles(self) -> int:
        """Articles that were scored."""
        return self.counts["articles"]

    @property
    def n_sentences(self) -> int:
        """Sentences that were scored."""
        return self.counts["sentences"]

    @property
    def n_set_aside(self) -> int:
        """Articles and sentences that were not, with a record each of why."""
        return self.counts["set_aside"] + self.counts["sentences_set_aside"]

    def to_dict(self) -> dict[str, Any]:
        """The ``counts`` of ``run.json``."""
        labels = []
        for name in sorted(self.labels):
            topic, _, stance = name.partition(":")
            labels.append({"topic": topic, "stance": stance, "n": self.labels[name]})
        return {
            "files": self.n_files,
            **{name: self.counts[name] for name in COUNTED},
            "labels": labels,
            "abstained": [{"topic": topic, "n": n} for topic, n in sorted(self.abstained.items())],
        }


def summarise(records: Iterable[BlockRecord]) -> Summary:
    """Totals over some blocks."""
    summary = Summary()
    for record in records:
        summary.add(record)
    return summary
