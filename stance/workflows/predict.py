"""Scores articles: files in, parts of labels and articles out, with an account of every file."""

import json
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Literal

import numpy as np

from stance import __version__
from stance.classifiers.base import Runtime
from stance.classifiers.folder import load_model, read_manifest_digest
from stance.classifiers.model import Model, Scores
from stance.classifiers.open_targets import ask_targets
from stance.engines.base import Engine
from stance.errors import DataError, ReadError
from stance.registry import build
from stance.resources import find_resource
from stance.text.readers import Fields, InputFile, list_inputs
from stance.text.readers.inputs import STANDARD_INPUT
from stance.workflows.parts import Format, PartWriter
from stance.workflows.passages import Block, Passage, Unit, read_passages, to_blocks
from stance.workflows.score_tables import to_article_table, to_label_table

logger = logging.getLogger(__name__)

DEFAULT_MODEL = "models/default"
DEFAULT_FIELDS = Fields()
DEFAULT_RUNTIME = Runtime()


@dataclass(frozen=True)
class Options:
    """How to score; the same for every block of a run."""

    model: Path
    model_digest: str
    out: Path
    format: Format
    unit: Unit
    fields: Fields
    targets: tuple[str, ...]
    runtime: Runtime


@dataclass
class BlockSummary:
    """What became of one block, or of several; ``n_labels`` counts (topic, stance) pairs."""

    n_files: int = 0
    n_articles: int = 0
    n_sentences: int = 0
    n_labelled: int = 0
    n_dropped: int = 0
    n_windowed: int = 0
    n_labels: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: list[ReadError] = field(default_factory=list)

    def add(self, other: "BlockSummary") -> None:
        """Count another summary in."""
        self.n_files += other.n_files
        self.n_articles += other.n_articles
        self.n_sentences += other.n_sentences
        self.n_labelled += other.n_labelled
        self.n_dropped += other.n_dropped
        self.n_windowed += other.n_windowed
        self.n_labels += other.n_labels
        self.errors += other.errors


@dataclass(frozen=True)
class Prediction:
    """Where the scores are, and the totals over all blocks."""

    out: Path
    model: Model
    summary: BlockSummary
    seconds: float


def predict(
    inputs: Sequence[str | Path],
    *,
    out: str | Path,
    model: str | Path = DEFAULT_MODEL,
    format: Literal["parquet", "jsonl", "csv"] = "parquet",
    unit: Literal["article", "sentence"] = "article",
    fields: Fields = DEFAULT_FIELDS,
    targets: Sequence[str] = (),
    runtime: Runtime = DEFAULT_RUNTIME,
    workers: int = 1,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Prediction:
    """Score files of articles, or of sentences, into the folder ``out``.

    Writes ``labels/part-*`` (a label file: a sentence a row), ``articles/part-*`` (an article a row),
    ``errors.jsonl`` (what could not be read, with file, line and reason) and ``run.json``. The content does
    not depend on ``workers``.

    Parameters
    ----------
    inputs
        Files, folders, globs, or ``"-"`` for standard input.
    unit
        ``"sentence"`` for records that are sentences already (``article``, ``sentence``, ``text``, optionally
        ``title``): they are scored as they are, and keep their ids.
    fields
        Names of the fields of JSON, CSV and Parquet records.
    targets
        Ask for the stance of every sentence toward these instead of the taxonomy's topics; any noun phrase.
    runtime
        How networks are run. Unless it says how many threads, the workers share the processors evenly.
    workers
        Number of processes. With more than one, a script must call this below
        ``if __name__ == "__main__"``.
    on_progress
        Called with the number of files done and their total.

    Raises
    ------
    StanceError
        If the model cannot be loaded, an input does not exist, the inputs hold no file, or ``out`` holds
        something else.
    """
    started = time.perf_counter()
    folder, out = find_resource(model), Path(out)
    digest = read_manifest_digest(folder)
    files = _list_inputs(inputs, out)
    blocks = to_blocks(files)
    # Another process has no standard input, and one block needs no second process.
    alone = any(file.path == STANDARD_INPUT for file in files) or len(blocks) == 1
    # Processes would each fill the GPU with a network of their own.
    n_workers = 1 if alone or runtime.device == "cuda" else min(workers, len(blocks))
    if runtime.threads is None:
        runtime = replace(runtime, threads=max(1, (os.cpu_count() or 1) // n_workers))
    loaded = _load(folder, digest, tuple(targets), runtime)
    _prepare(out)
    options = Options(folder, digest, out, format, unit, fields, tuple(targets), runtime)
    engine: Engine = build("engines", {"kind": "local", "workers": n_workers})
    total = BlockSummary()
    with (out / "errors.jsonl").open("w", encoding="utf-8", errors="replace") as errors:
        for summary in engine.map(partial(score_block, options), blocks):
            total.add(summary)
            for error in summary.errors:
                errors.write(json.dumps(error.to_dict(), ensure_ascii=False) + "\n")
            on_progress(total.n_files, len(files))
    prediction = Prediction(out, loaded, total, time.perf_counter() - started)
    (out / "run.json").write_text(
        json.dumps(_describe(prediction, options), indent=2) + "\n", encoding="utf-8"
    )
    return prediction


def score_block(options: Options, block: Block) -> BlockSummary:
    """Score one block of files into its parts; returns what became of it."""
    model = _load(options.model, options.model_digest, options.targets, options.runtime)
    summary = BlockSummary(n_files=len(block.files))
    with (
        PartWriter(options.out / "labels", block.number, options.format, model.taxonomy) as labels,
        PartWriter(options.out / "articles", block.number, options.format) as articles,
    ):
        for item in read_passages(block, unit=options.unit, fields=options.fields):
            if isinstance(item, ReadError):
                summary.errors.append(item)
                continue
            scores = model.score(item.to_examples())
            labels.write(to_label_table(item, scores, model.taxonomy, model.annotator))
            articles.write(to_article_table(item, scores, model.taxonomy))
            summary.add(_summarise(item, scores, model))
    return summary


@lru_cache(maxsize=1)
def _load(folder: Path, digest: str, targets: tuple[str, ...], runtime: Runtime) -> Model:
    """The model, loaded once a process; ``digest`` tells a model from its successor in the same folder."""
    model = load_model(folder, runtime=runtime)
    return ask_targets(model, targets) if targets else model


def _list_inputs(inputs: Sequence[str | Path], out: Path) -> list[InputFile]:
    """The files to score, without those that an earlier run wrote to ``out``."""
    files = list_inputs([str(name) for name in inputs])
    if _is_run(out):
        own = {out.resolve() / name for name in ("labels", "articles", "errors.jsonl", "run.json")}
        files = [file for file in files if own.isdisjoint({Path(file.path).resolve(), *_parents(file)})]
    if not files:
        raise ReadError(", ".join(map(str, inputs)), "no file to read; expected articles or folders of them")
    return files


def _parents(file: InputFile) -> Sequence[Path]:
    return Path(file.path).resolve().parents


def _prepare(out: Path) -> None:
    """Make the folder, and clear an earlier run's parts from it, but nothing else."""
    if out.is_file() or (out.exists() and any(out.iterdir()) and not _is_run(out)):
        raise DataError(f"{out} holds files that are not of an earlier run; choose another folder for --out")
    for name in ("labels", "articles"):
        (out / name).mkdir(parents=True, exist_ok=True)
        for part in (out / name).glob("part-*"):
            part.unlink()
    (out / "run.json").write_text('{"finished": false}\n', encoding="utf-8")


def _is_run(folder: Path) -> bool:
    """Whether ``predict`` wrote this folder."""
    try:
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(run, dict) and "finished" in run


def _summarise(passage: Passage, scores: Scores, model: Model) -> BlockSummary:
    stances = scores.stances.argmax(axis=1)
    pairs = zip(scores.pair_topics.tolist(), stances.tolist(), strict=True)
    return BlockSummary(
        n_articles=len(passage.articles),
        n_sentences=len(passage.texts),
        n_labelled=len(np.unique(scores.rows)),
        n_dropped=int(passage.n_dropped.sum()),
        n_windowed=scores.n_windowed,
        n_labels=Counter((model.taxonomy.topic_ids[t], model.taxonomy.stances[s]) for t, s in pairs),
    )


def _describe(prediction: Prediction, options: Options) -> dict[str, Any]:
    """What ``run.json`` records: under which conditions the scores were made, and what they count."""
    model, summary = prediction.model, prediction.summary
    return {
        "finished": True,
        "stance_version": __version__,
        "model": {
            "name": model.name,
            "path": str(options.model),
            "manifest_sha256": model.manifest_digest,
            "taxonomy": model.taxonomy.stamp,
        },
        "runtime": asdict(options.runtime),
        "targets": list(options.targets),
        "format": options.format,
        "unit": options.unit,
        "fields": {name: getattr(options.fields, name) for name in Fields.__dataclass_fields__},
        "counts": {
            "files": summary.n_files,
            "articles": summary.n_articles,
            "sentences": summary.n_sentences,
            "sentences_with_topic": summary.n_labelled,
            "dropped_spans": summary.n_dropped,
            "windowed_sentences": summary.n_windowed,
            "errors": len(summary.errors),
            "labels": [
                {"topic": topic, "stance": stance, "n": n}
                for (topic, stance), n in sorted(summary.n_labels.items())
            ],
        },
        "seconds": round(prediction.seconds, 3),
    }
