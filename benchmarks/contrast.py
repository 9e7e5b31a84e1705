"""Minimal pairs: how often a model decides both sides right, by what was changed between them.

python benchmarks/contrast.py [MODEL ...], by default models/default.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from stance.classifiers.folder import load_model
from stance.classifiers.model import Model
from stance.records import LabelledSentence

PAIRS = Path(__file__).parents[1] / "seeds" / "contrast.jsonl"


def read_pairs() -> list[dict]:
    return [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]


def decide(model: Model, pairs: list[dict]) -> list[tuple[bool, bool]]:
    """Whether each side of each pair gets exactly its topics and stances."""
    sides = [(pair, side) for pair in pairs for side in pair["pair"]]
    sentences = [
        LabelledSentence(
            pair["id"],
            number % 2,
            side["text"],
            (),
            "",
            side.get("title", pair.get("title", "")),
            side.get("previous", pair.get("previous", "")),
        )
        for number, (pair, side) in enumerate(sides)
    ]
    right = [
        {(label.topic, label.stance) for label in answer.labels}
        == {(label["topic"], label["stance"]) for label in side["labels"]}
        for answer, (_, side) in zip(model.predict_labels(sentences), sides, strict=True)
    ]
    return list(zip(right[::2], right[1::2], strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="*", default=["models/default"])
    pairs = read_pairs()
    kinds = list(dict.fromkeys(pair["change"] for pair in pairs))
    table = Table(
        title="pairs decided right on both sides, percent (one side at least)", title_justify="left"
    )
    for heading in ("model", *kinds, "all"):
        table.add_column(heading, justify="left" if heading == "model" else "right")
    for path in parser.parse_args().models:
        by_kind = defaultdict(list)
        for pair, sides in zip(pairs, decide(load_model(path), pairs), strict=True):
            by_kind[pair["change"]].append(sides)
            by_kind["all"].append(sides)
        cells = [
            f"{100 * sum(map(all, own)) / len(own):.0f} ({100 * sum(map(any, own)) / len(own):.0f})"
            for own in (by_kind[kind] for kind in (*kinds, "all"))
        ]
        table.add_row(str(path), *cells)
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
