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


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path, help="model folder whose topics a cascade gives")
    arguments, options = parser.parse_known_args()
    with TemporaryDirectory() as folder:
        opened = Path(folder) / "open"
        open_gate(arguments.model, opened)
        app(["compare", str(arguments.model), str(opened), *options])


def open_gate(model: Path, folder: Path) -> None:
    """Write the model with a gate that passes every sentence on."""
    cascade = load_model(model)
    if not isinstance(cascade.topics, Cascade):
        raise SystemExit(f"the topics of {model} are {cascade.topics!r}; expected a cascade")
    cascade.topics.threshold_ = 0.0
    save_model(replace(cascade, name=f"{cascade.name}, gate open"), folder, card=__doc__ or "")


if __name__ == "__main__":
    main()
