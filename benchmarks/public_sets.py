"""The rungs on public data sets, on their official splits, beside the published figures.

python benchmarks/public_sets.py DATA runs every configs/benchmarks/SET.yaml whose folder SET is in DATA, and
the label models of wrench.py, and writes benchmarks/RESULTS.md. A row that was measured before under the same
conditions is taken from benchmarks/results.json, so that a run that was cut off goes on. Encoders take hours
without a GPU, and run only with --encoders. Nothing is chosen by a test file.
"""

import argparse
import ast
import hashlib
import importlib.util
import json
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from results_page import Section, write_page
from rich.console import Console
from wrench import measure_all

import stance
from stance.classifiers.base import Classifier, Runtime
from stance.classifiers.blocks import fit_block, save_block
from stance.config import override
from stance.evaluation.audit import audit
from stance.evaluation.conditions import digest_labels
from stance.evaluation.counts import Counts, count
from stance.evaluation.groups import find_groups
from stance.evaluation.intervals import percentile_interval, resample
from stance.evaluation.metrics import stance_f1_macro
from stance.evaluation.splits import Split
from stance.processors import count_processors
from stance.records import LabelledSentence
from stance.registry import find_kind
from stance.resources import read_yaml
from stance.taxonomy import Taxonomy
from stance.types import FloatArray
from stance.workflows.convert import read_public_set
from stance.workflows.evaluating.ties import tie_sentences
from stance.workflows.training.training_data import TrainingData, ask_stances, to_training_set

ROOT = Path(__file__).parents[1]
CONFIGS = ROOT / "configs" / "benchmarks"
RESULTS = ROOT / "benchmarks" / "results.json"
PAGE = ROOT / "benchmarks" / "RESULTS.md"
CLASSIFIERS = "stance.classifiers."
RUN = uuid.uuid4().hex[:8]
"""Speeds are compared only inside one run."""


def accuracy(counts: Counts) -> FloatArray:
    """Share of right stances."""
    confusion = counts.stances.sum(-3)
    right: FloatArray = np.trace(confusion[..., :-1], axis1=-2, axis2=-1) / confusion.sum((-2, -1))
    return right


METRICS: Mapping[str, Callable[[Counts], FloatArray]] = {"macro F1": stance_f1_macro, "accuracy": accuracy}


@dataclass(frozen=True)
class Benchmark:
    """A config with its data: the training part, and by name the parts to score on.

    ``leaks`` says of each part what of it is learned from.
    """

    name: str
    config: Mapping[str, Any]
    taxonomy: Taxonomy
    train: Sequence[LabelledSentence]
    tests: Mapping[str, Sequence[LabelledSentence]]
    leaks: Sequence[str]

    @property
    def rows(self) -> dict[str, dict[str, Any]]:
        """The classifiers' blocks by the name of their row."""
        encoders = {
            f"{name}, seed {seed}": block | {"seed": seed}
            for name, block in self.config.get("encoders", {}).items()
            for seed in self.config.get("seeds", [1])
        }
        return {name: block | {"seed": 1} for name, block in self.config["rows"].items()} | encoders


def read_benchmark(path: Path, data: Path, changes: Sequence[str]) -> Benchmark:
    """Read a config and its data; a test part that leaks is there once whole and once without its leaks."""
    config: Any = read_yaml(path)
    if problems := [problem for change in changes if (problem := override(config, change))]:
        raise SystemExit("\n".join(problems))
    parts, taxonomy = read_public_set(config["format"], data / path.stem)
    train, tests, leaks = parts["train"], {}, []
    for name in config["tests"]:
        both = [*train, *parts[name]]
        split = Split.by(np.arange(len(both)) >= len(train))
        found = audit([split], both, tie_sentences(both))
        tests[name] = parts[name]
        clean = [sentence for sentence in parts[name] if sentence.article not in found.leaked]
        if found.leaks and clean:
            tests[f"{name}, clean"] = clean
        leaks += [f"{name}: {leak.title.lower()}: {leak.explanation}" for leak in found.leaks]
    return Benchmark(path.stem, config, taxonomy, train, tests, leaks)


def to_key(benchmark: Benchmark, block: Mapping[str, Any]) -> str:
    """What a row depends on but the code: the classifier's block with its seed, and the data."""
    data = [digest_labels(part) for part in (benchmark.train, *benchmark.tests.values())]
    content = json.dumps([benchmark.name, block, data], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def digest_code(block: Mapping[str, Any]) -> str:
    """Of the code that learns and predicts: the modules of kinds, and what they import of ``classifiers``."""
    pending, found = {fit_block.__module__, *find_modules(block)}, {}
    while pending:
        module = pending.pop()
        path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
        if module not in found and path.exists():
            found[module] = path.read_bytes()
            pending |= {
                node.module
                for node in ast.walk(ast.parse(found[module]))
                if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(CLASSIFIERS)
            }
    return hashlib.sha256(b"".join(found[module] for module in sorted(found))).hexdigest()[:8]


def find_modules(block: Any) -> Iterator[str]:
    """Modules of the kinds that a block names, inside of it, too."""
    if isinstance(block, Mapping):
        if "kind" in block:
            yield find_kind("classifiers", block["kind"]).__module__
        block = list(block.values())
    for inner in block if isinstance(block, list) else []:
        yield from find_modules(inner)


def measure(benchmark: Benchmark, block: Mapping[str, Any]) -> dict[str, Any]:
    """Train on the training part, score on each test part."""
    seed, block = block["seed"], {key: value for key, value in block.items() if key != "seed"}
    groups = find_groups(tie_sentences(benchmark.train))
    data = to_training_set(_ask(benchmark, benchmark.train), groups)
    start = time.perf_counter()
    (classifier,) = fit_block(block, [data], np.random.default_rng(seed))
    trained = time.perf_counter() - start
    return {
        "scores": {name: score(benchmark, classifier, part) for name, part in benchmark.tests.items()},
        "chosen": dict(classifier.chosen),
        "train_seconds": round(trained, 1),
        "texts_per_second": float(f"{speed(benchmark, classifier):.2g}"),
        "bytes": size(classifier),
        "n_train": len(benchmark.train),
    }


def find_gpu() -> str | None:
    """Name of the GPU that encoders are trained on, if there is one."""
    if importlib.util.find_spec("torch") is None:
        return None
    import torch  # noqa: PLC0415 (heavy, and only for encoders)

    return torch.cuda.get_device_name() if torch.cuda.is_available() else None


def speed(benchmark: Benchmark, classifier: Classifier) -> float:
    """Texts a second, the better of two passes over the test parts."""
    examples = [_ask(benchmark, part).examples for part in benchmark.tests.values()]
    seconds = []
    for _ in range(2):
        classifier.run_on(Runtime())  # which forgets the last answers, and closes networks
        classifier.predict_proba(examples[0].take([0]))
        start = time.perf_counter()
        for part in examples:
            classifier.predict_proba(part)
        seconds.append(time.perf_counter() - start)
    return sum(map(len, examples)) / min(seconds)


def size(classifier: Classifier) -> int:
    """Bytes of what is saved."""
    with tempfile.TemporaryDirectory() as folder:
        save_block([classifier], Path(folder) / "model")
        return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())


def score(benchmark: Benchmark, classifier: Classifier, part: Sequence[LabelledSentence]) -> dict[str, Any]:
    """Each metric with its 95 % interval, by articles and what is tied to them."""
    questions = _ask(benchmark, part)
    gold = questions.labels.argmax(axis=1)[:, None]
    predicted = classifier.predict_proba(questions.examples).argmax(axis=1)[:, None]
    groups = find_groups(tie_sentences(part))
    counts = count(gold, predicted, predicted, groups, benchmark.taxonomy)
    drawn = counts.unflatten(resample(counts.flatten(), n_resamples=2000, generator=np.random.default_rng(0)))
    n_groups = len(counts.topics)
    result: dict[str, Any] = {"n_texts": len(part), "n_groups": n_groups}
    for metric in benchmark.config["metrics"]:
        low, high = percentile_interval(METRICS[metric](drawn), n_groups=n_groups)
        result[metric] = [round(float(v), 4) for v in (METRICS[metric](counts.total()), low, high)]
    return result


def _ask(benchmark: Benchmark, part: Sequence[LabelledSentence]) -> Any:
    return ask_stances(TrainingData.of(part), benchmark.taxonomy)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="folder that holds newsmtsc, un_quadclass, wrench_youtube, …")
    parser.add_argument("--only", action="append", metavar="SET", help="measure on these sets alone")
    parser.add_argument("--row", action="append", metavar="ROW", help="measure these rows alone")
    parser.add_argument(
        "--encoders", action="store_true", help="also fine-tune the encoders: hours, or a GPU"
    )
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="try a change")
    arguments = parser.parse_args()
    console = Console(stderr=True)
    kept: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    benchmarks = [
        read_benchmark(path, arguments.data, arguments.set)
        for path in sorted(CONFIGS.glob("*.yaml"))
        if (arguments.data / path.stem).is_dir()
        and not (arguments.set and arguments.only and path.stem not in arguments.only)
    ]
    sections = []
    for benchmark in benchmarks:
        rows = {}
        for name, block in benchmark.rows.items():
            key, code = to_key(benchmark, block), digest_code(block)
            known = kept.get(key)
            is_asked = (
                benchmark.name in (arguments.only or [benchmark.name])
                and name in (arguments.row or [name])
                and (arguments.encoders or name in benchmark.config["rows"])
            )
            if is_asked and not (known and known["code"] == code):
                console.print(f"{benchmark.name}: {name}", highlight=False)
                known = measure(benchmark, block) | {
                    "row": f"{benchmark.name}: {name}",
                    "code": code,
                    "run": RUN,
                    "version": stance.__version__,
                    "processors": count_processors(),
                    "gpu": find_gpu() if name not in benchmark.config["rows"] else None,
                }
                kept[key] = known
                if not arguments.set:
                    RESULTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
            if known:
                rows[name] = known | {"is_current": known["code"] == code}
        sections.append(Section(benchmark.name, benchmark.config, rows, benchmark.leaks))
    page = write_page(sections, measure_all(arguments.data))
    if arguments.set:
        Console().print(page, markup=False, highlight=False, soft_wrap=True)
    else:
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
