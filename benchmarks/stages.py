"""Where the processor's time goes while a folder is scored, and what no scoring can do without.

python stages.py (stages|floor) MODEL FOLDER prints seconds by stage as JSON.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sentencex import segment

from stance.classifiers.folder import load_model
from stance.classifiers.linear import Linear
from stance.classifiers.model import Model
from stance.workflows.predict import predict
from stance.workflows.scoring import passages
from stance.workflows.scoring import score_block as scoring
from stance.workflows.scoring.parts import PartWriter


def measure_stages(model: Path, articles: Path) -> dict[str, float]:
    """Seconds of one worker by stage."""
    seconds: dict[str, float] = {}
    started = time.process_time()
    with (
        timed(passages, "find_sentences", "clean and split", seconds),
        timed(Model, "topic_probabilities", "topics", seconds),
        timed(Model, "stance_of", "stance", seconds),
        timed(Model, "holders_of", "holders", seconds),
        timed(scoring, "to_label_table", "tables", seconds),
        timed(PartWriter, "write", "write", seconds),
        tempfile.TemporaryDirectory() as out,
    ):
        predict([articles], out=Path(out) / "scores", model=model)
    seconds["start, list, read, the rest"] = time.process_time() - started - sum(seconds.values())
    return seconds


@contextmanager
def timed(owner: Any, name: str, stage: str, seconds: dict[str, float]) -> Iterator[None]:
    """Count the processor time of a function for a stage."""
    function = getattr(owner, name)
    seconds[stage] = 0.0

    def wrapper(*arguments: Any, **options: Any) -> Any:
        started = time.process_time()
        result = function(*arguments, **options)
        seconds[stage] += time.process_time() - started
        return result

    setattr(owner, name, wrapper)
    try:
        yield
    finally:
        setattr(owner, name, function)


def measure_floor(model: Path, articles: Path) -> dict[str, float]:
    """Seconds of what cannot be left out: bytes read, the splitter, the product of sparse features."""
    classifier = load_model(model).topics
    if not isinstance(classifier, Linear):
        raise SystemExit(f"the topics of {model} are {classifier!r}; expected a linear classifier")
    paths = sorted(articles.glob("*.txt"))
    texts, reading = clock(lambda: [path.read_bytes() for path in paths])
    lines = [line for text in texts for line in text.decode().splitlines()]
    sentences, splitting = clock(lambda: [piece for line in lines for piece in segment("en", line)])
    features = classifier.vectorizer_.transform(sentences)
    weights = classifier.coefficients_[: features.shape[1]]
    _, multiplying = clock(lambda: features @ weights)
    return {"bytes read": reading, "splitter alone": splitting, "sparse product alone": multiplying}


def clock(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.process_time()
    return work(), time.process_time() - started


if __name__ == "__main__":
    measure = {"stages": measure_stages, "floor": measure_floor}[sys.argv[1]]
    print(json.dumps(measure(*map(Path, sys.argv[2:]))))
