"""What the opponents of benchmarks/folder.py share: label files, seconds by stage, commands."""

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")


def read_gold(labels: Path) -> list[dict[str, Any]]:
    """The records of a label file that are sentences."""
    records = map(json.loads, labels.read_text(encoding="utf-8").splitlines())
    return [record for record in records if not record.get("boilerplate")]


def write_labels(out: Path, sentences: Iterable[dict[str, Any]], labels: Iterable[Any]) -> None:
    """Write sentences with other labels than their own."""
    pairs = zip(sentences, labels, strict=True)
    records = (sentence | {"labels": own, "annotator": "model:script"} for sentence, own in pairs)
    out.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")


def to_question(target: str, sentence: str) -> str:
    """What the stance pipeline reads."""
    return f"{target} [SEP] {sentence}"


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def time(self, stage: str, work: Callable[[], Result]) -> Result:
        """The result of some work, which counts for a stage."""
        started = time.perf_counter()
        result = work()
        self.seconds[stage] += time.perf_counter() - started
        return result

    @contextmanager
    def writing(self, out: Path) -> Iterator[Callable[[Iterable[dict[str, Any]]], None]]:
        """Open ``labels.jsonl`` for records; at the end, counts and seconds go to ``run.json``."""
        counts: Counter[str] = Counter()
        out.mkdir(exist_ok=True)
        with (out / "labels.jsonl").open("w", encoding="utf-8") as file:

            def write(records: Iterable[dict[str, Any]]) -> None:
                for record in records:
                    file.write(json.dumps(record, ensure_ascii=False) + "\n")
                    counts["sentences"] += 1
                    counts["sentences_with_topic"] += bool(record["labels"])

            yield lambda records: self.time("write", lambda: write(records))
        run = {"counts": counts, "seconds": self.seconds}
        (out / "run.json").write_text(json.dumps(run), encoding="utf-8")


def main(about: str, *commands: Callable[..., None]) -> None:
    """Run the command that the arguments name, on the paths that follow."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("command", choices=[command.__name__ for command in commands])
    parser.add_argument("paths", type=Path, nargs=3)
    arguments = parser.parse_args()
    chosen = next(command for command in commands if command.__name__ == arguments.command)
    chosen(*arguments.paths)
