"""The conditions a score was measured under; scores are compared only where these agree."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Self

from stance import __version__
from stance.errors import DataError
from stance.phrases import count_of
from stance.records import LabelledSentence
from stance.taxonomy import Taxonomy


@dataclass(frozen=True)
class Conditions:
    """The signature of an evaluation (the idea is sacrebleu's, Post 2018).

    ``data`` is a SHA-256 of the gold labels' content; ``n_groups`` counts what the bootstrap draws, and
    ``drawn`` names it. ``source`` is where the labels were read from: it does not count when conditions are
    compared, since a copied file is the same data.
    """

    data: str
    split: str
    taxonomy: str
    version: str
    n_sentences: int
    n_articles: int
    n_groups: int
    n_resamples: int
    seed: int
    source: str = field(default="", compare=False)
    drawn: str = "article"

    @classmethod
    def of(
        cls,
        sentences: Sequence[LabelledSentence],
        taxonomy: Taxonomy,
        *,
        split: str,
        n_groups: int,
        n_resamples: int,
        seed: int,
        source: str,
        drawn: str,
    ) -> Self:
        """Those of scores on ``sentences``, of which several annotators may have judged each."""
        return cls(
            data=digest_labels(sentences),
            split=split,
            taxonomy=taxonomy.stamp,
            version=__version__,
            n_sentences=len({sentence.key for sentence in sentences}),
            n_articles=len({sentence.article for sentence in sentences}),
            n_groups=n_groups,
            n_resamples=n_resamples,
            seed=seed,
            source=source,
            drawn=drawn,
        )

    @property
    def signature(self) -> str:
        """Twelve digits that differ where any condition does: what a single score carries."""
        compared = [getattr(self, one.name) for one in fields(self) if one.compare]
        return hashlib.sha256(json.dumps(compared).encode()).hexdigest()[:12]

    def __str__(self) -> str:
        return (
            f"data {self.data[:12]} | split {self.split} | {count_of(self.n_sentences, 'sentence')}, "
            f"{count_of(self.n_articles, 'article')} in {count_of(self.n_groups, 'group')} | "
            f"taxonomy {self.taxonomy} | bootstrap {self.n_resamples:,} by {self.drawn}, seed {self.seed} | "
            f"stance {self.version} | signature {self.signature}"
        )


def check_comparable(first: Conditions, second: Conditions, *, names: tuple[str, str]) -> None:
    """Refuse to compare scores of two runs that were measured under different conditions.

    Raises
    ------
    DataError
        Naming every condition that differs.
    """
    if first == second:
        return
    mine, theirs = asdict(first), asdict(second)
    different = [
        f"{one.name} {mine[one.name]!r:.40} and {theirs[one.name]!r:.40}"
        for one in fields(Conditions)
        if one.compare and mine[one.name] != theirs[one.name]
    ]
    raise DataError(
        f"{names[0]!r} and {names[1]!r} were measured under different conditions and cannot be compared: "
        f"{'; '.join(different)}. Evaluate both on the same labels, with the same taxonomy, seed and "
        "version"
    )


def digest_labels(sentences: Sequence[LabelledSentence]) -> str:
    """SHA-256 of what is evaluated: keys, texts with their context, and labels with their targets.

    Their order does not count. What has no context is written as before there was any.
    """
    content = sorted(
        [
            *sentence.key,
            sentence.text,
            sorted([label.topic, label.stance, *filter(None, [label.target])] for label in sentence.labels),
            *([[sentence.title, sentence.previous]] if sentence.title or sentence.previous else []),
        ]
        for sentence in sentences
    )
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
