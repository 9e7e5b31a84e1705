"""What the gate of a cascade costs: a model beside itself with its gate open, on the same gold labels.

python benchmarks/gate.py MODEL --on LABELS --out REPORT [other options of stance compare]

With the gate open the expert is asked about every sentence; all else is the same, so that no difference comes
from another training.
"""

import argparse
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from stance.classifiers.cascade import Cascade
from stance.classifiers.folder import load_model, save_model
from stance.cli.app import app
from stance.labelling.interchange import read_labels
from stance.records import to_examples


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path, help="model folder whose topics a cascade gives")
    parser.add_argument("--on", type=Path, required=True, help="gold label file")
    parser.add_argument("--split", choices=("all", "unseen"), default="all", help="as for stance compare")
    arguments, options = parser.parse_known_args()
    model = load_model(arguments.model)
    if not isinstance(model.topics, Cascade):
        raise SystemExit(f"the topics of {arguments.model} are {model.topics!r}; expected a cascade")
    known = model.traces.articles if model.traces and arguments.split == "unseen" else ()
    gold = [one for one in read_labels(arguments.on, model.taxonomy) if one.article not in known]
    passed = model.topics.passes(to_examples(gold))
    with TemporaryDirectory() as folder:
        model.topics.threshold_ = 0.0
        save_model(replace(model, name=f"{model.name}, gate open"), f"{folder}/open", card=__doc__ or "")
        options += ["--on", str(arguments.on), "--split", arguments.split]
        app(["compare", str(arguments.model), f"{folder}/open", *options], standalone_mode=False)
    print(f"the gate passes on {passed.mean():.0%} of {len(gold):,} sentences")


if __name__ == "__main__":
    main()
