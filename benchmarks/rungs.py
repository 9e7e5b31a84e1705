"""The rungs of the ladder on one split of the seed corpus, from dummy to encoders.

python benchmarks/rungs.py [FOLDER] trains into FOLDER/models and writes FOLDER/report. Every model is scored
on articles that none has learned from; the weak labels are the rules' own, on the training articles alone.
"""

import argparse
from pathlib import Path

from stance.workflows.compare import compare
from stance.workflows.label import label
from stance.workflows.train import train

ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("rungs"))
    parser.add_argument("--encoders", action="store_true", help="also those that need hours without a GPU")
    arguments = parser.parse_args()
    folder = arguments.folder
    more = ("embedding", "transformer", "default", "cascade") if arguments.encoders else ()
    folder.mkdir(parents=True, exist_ok=True)
    held_out = "split.test=0.2"
    runs = [
        train(f"configs/{name}.yaml", overrides=[held_out], out=folder / "models" / name)
        for name in ("baseline", "fast", "static", "rules", "dummy", *more)
    ]
    articles = runs[0].model.traces.articles
    weak = folder / "weak.jsonl"
    label([str(ROOT / "seeds" / "articles" / f"{article}.txt") for article in articles], out=weak)
    runs.append(train("configs/weak.yaml", overrides=[f"data.weak=[{weak}]"], out=folder / "models" / "weak"))
    compare([run.folder for run in runs], on="seeds/labels.jsonl", out=folder / "report", split="unseen")


if __name__ == "__main__":
    main()
