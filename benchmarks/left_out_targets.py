"""How does a model judge a target that it has learned no example of? For models that training did not ask.

python benchmarks/left_out_targets.py models/default

For each target, the stance classifier of the model's config is trained without its examples, on the folds
that the model was measured on, and asked about it in what the fold holds out. Beside it stands what the
model's metrics say, where all targets were learned.
"""

import argparse
import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from stance.classifiers.folder import load_model
from stance.classifiers.model import Model
from stance.config import to_config
from stance.evaluation.counts import NO_LABEL, Counts, count, to_codes
from stance.evaluation.intervals import percentile_interval
from stance.evaluation.metrics import stance_f1_macro
from stance.workflows.evaluating.ties import tie_sentences
from stance.workflows.training.left_out_targets import ask_left_out_targets
from stance.workflows.training.splitting import plan_split
from stance.workflows.training.training_data import read_training_data


def count_unseen(model: Model) -> Counts:
    """Stances by group of articles, each target asked of classifiers that have not learned it."""
    config = to_config(model.config, "the config of the model")
    data = read_training_data(config.data, model.taxonomy)
    ties = tie_sentences(data.sentences)
    plan = plan_split(config.split, data, ties, model.taxonomy, seed=config.split_seed)
    block = {**config.stance, **model.stance.chosen}
    codes = ask_left_out_targets(block, model, data, plan.groups, splits=plan.measured, seed=config.seed)
    asked = np.concatenate([split.test for split in plan.measured])
    asked = asked[data.is_gold[asked]]
    gold = to_codes([data.sentences[row] for row in asked], model.taxonomy)
    if (codes[asked][gold != NO_LABEL] == NO_LABEL).any():
        raise SystemExit("without one of its targets it would have fewer than two groups to learn from")
    groups = np.unique(plan.articles[asked], return_inverse=True)[1]
    return count(gold, codes[asked], codes[asked], groups, model.taxonomy)


def read_seen(model: Model) -> Counts:
    """The same of the model itself, as its metrics have them."""
    measured = model.metrics["test"] or model.metrics["cross-validation"]
    stances = [measured["confusions"][topic] for topic in model.taxonomy.topic_ids]
    nothing = np.zeros((len(stances), 3), dtype=np.int64)
    return Counts(model.taxonomy, nothing, np.array(stances), nothing)


def to_rows(unseen: Counts, seen: Counts) -> Iterator[tuple[str, ...]]:
    """A row for all targets together, then one a target."""
    topics = unseen.taxonomy.topics
    parts = [("all", unseen, seen)]
    parts += [(one.target, unseen.of_topic(n), seen.of_topic(n)) for n, one in enumerate(topics)]
    for name, own, other in parts:
        drawn = stance_f1_macro(own.resample(n_resamples=2000, seed=0))
        low, high = percentile_interval(drawn, n_groups=int(own.stances.any((1, 2, 3)).sum()))
        n_labels = int(own.total().stances.sum())
        value, learned = float(stance_f1_macro(own.total())), float(stance_f1_macro(other))
        yield name, f"{n_labels:,}", f"{value:.3f} ({low:.3f}–{high:.3f})", f"{learned:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path, help="a model folder; its config and labels are read from here")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    model = load_model(arguments.model)
    table = Table(title="Stance given the topic, macro F1", title_justify="left", box=MARKDOWN)
    table.add_column("target")
    for heading in ("labels", "not learned", "all learned"):
        table.add_column(heading, justify="right")
    for row in to_rows(count_unseen(model), read_seen(model)):
        table.add_row(*row)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
