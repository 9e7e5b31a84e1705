"""The rungs of the ladder on one split of the seed corpus, from dummy to encoders.

python benchmarks/rungs.py [FOLDER] trains into FOLDER/models and writes FOLDER/report. Every model is scored
on articles that none has learned from; the weak labels are the rules' own, on the training articles alone.
What has been trained before is used again, so that a run that was cut off goes on.
"""

import argparse
from pathlib import Path

from stance.classifiers.folder import load_model
from stance.workflows.compare import compare
from stance.workflows.label import label
from stance.workflows.train import train

ROOT = Path(__file__).parents[1]
RUNGS = ("baseline", "fast", "static", "embedding", "rules", "dummy")
ENCODERS = ("transformer", "cascade", "default")
"""Drawn at random in part, so trained with several seeds."""
ON_ONE_SPLIT = ("split.test=0.2", "split.seed=1")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("rungs"))
    parser.add_argument("--encoders", action="store_true", help="also those that need hours without a GPU")
    parser.add_argument("--seeds", type=int, default=3, help="of each encoder (3)")
    arguments = parser.parse_args()
    models = arguments.folder / "models"
    models.mkdir(parents=True, exist_ok=True)
    folders = [train_rung(name, models / name, *ON_ONE_SPLIT) for name in RUNGS]
    weak = arguments.folder / "weak.jsonl"
    if not weak.exists():
        traces = load_model(folders[0]).traces
        articles = traces.articles if traces else ()
        label([str(ROOT / "seeds" / "articles" / f"{article}.txt") for article in articles], out=weak)
    folders.append(train_rung("weak", models / "weak", f"data.weak=[{weak}]"))
    for name in ENCODERS if arguments.encoders else ():
        for seed in range(1, arguments.seeds + 1):
            own = f"{name}-{seed}"
            changes = [*ON_ONE_SPLIT, f"seed={seed}", f"name={own}", "leave_targets_out=false"]
            folders.append(train_rung(name, models / own, *changes))
    compare(folders, on="seeds/labels.jsonl", out=arguments.folder / "report", split="unseen")


def train_rung(name: str, folder: Path, *changes: str) -> Path:
    """Train a config, if its model is not there yet."""
    if not folder.exists():
        train(f"configs/{name}.yaml", overrides=changes, out=folder)
    return folder


if __name__ == "__main__":
    main()
