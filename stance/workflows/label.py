"""Labels articles by rules, and measures the rules against gold labels."""

import itertools
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance.errors import ConfigError, DataError, ReadError
from stance.labelling.analysis import FunctionSummary, analyse_functions
from stance.labelling.functions import FunctionSet
from stance.labelling.interchange import holds_records, open_label_file, read_labels, to_record
from stance.labelling.labeller import Judgement, Labeller
from stance.labelling.rule_file import load_functions
from stance.records import LabelledSentence
from stance.shipped import RULES, TAXONOMY
from stance.storage import ASIDE
from stance.taxonomy import Taxonomy, read_taxonomy
from stance.text.readers import Fields, list_inputs
from stance.workflows.scoring.passages import SplitArticle, read_split

logger = logging.getLogger(__name__)

BLOCK = 64
"""Articles labelled at a time: enough to share the work of a call, few enough to stream."""


@dataclass(frozen=True, slots=True)
class LabelSummary:
    """What a labelling run did: counts, those of the labels by (topic, stance), and the file of errors."""

    out: Path
    annotator: str
    n_articles: int
    n_sentences: int
    labels: Mapping[tuple[str, str], int]
    n_errors: int
    errors: Path | None


def label(
    inputs: str | Sequence[str],
    *,
    out: str | Path,
    functions: str | Path = RULES,
    taxonomy: str | Path = TAXONOMY,
    label_model: str = "majority",
    fields: Fields = Fields(),  # noqa: B008  frozen
    explain: Callable[[Judgement], None] | None = None,
    overwrite: bool = False,
) -> LabelSummary:
    """Label every sentence of the articles by rules and write a label file.

    Each label carries the probability of its topic, that of each stance, and the votes behind it. A sentence
    on which the rules find no topic is written with no labels. What cannot be read is set aside in
    ``NAME.errors.jsonl`` beside ``NAME.jsonl``, with file, line and reason.

    Parameters
    ----------
    inputs
        Folders, globs, files, or ``"-"`` for standard input.
    out
        The label file, ``.jsonl`` or ``.jsonl.gz``.
    functions
        A rule file, or the name under which an installed package declares its functions.
    label_model
        A declared kind. Majority voting streams; a model that learns from the votes needs all articles
        in memory.
    explain
        Called with each judgement as it is written.
    overwrite
        Put the labels in place of what ``out`` holds.

    Raises
    ------
    StanceError
        If an input names nothing, no input holds a file, rules or taxonomy are not valid, or ``out`` is there
        already or cannot be written.
    ValueError
        If ``label_model`` or the suffix of ``out`` is unknown.
    """
    out, names = Path(out), [inputs] if isinstance(inputs, str) else list(inputs)
    if not out.name.endswith((".jsonl", ".jsonl.gz")):
        raise ValueError(
            f"cannot write labels to {str(out)!r}; expected a name ending in .jsonl or .jsonl.gz"
        )
    topics = read_taxonomy(taxonomy)
    labeller = Labeller(_load(functions, topics), topics, label_model=label_model)
    own = {path.resolve() for path in (out, out.with_name(out.name + ASIDE), _errors_path(out))}
    if named := [name for name in names if Path(name).is_file() and Path(name).resolve() in own]:
        raise DataError(
            f"{named[0]} is an input, and would be written over; name another file for the labels"
        )
    if out.is_file() and not overwrite and holds_records(out):
        raise DataError(f"{out} is there already; name another file, or have it overwritten (--overwrite)")
    files = [file for file in list_inputs(names) if Path(os.path.realpath(file.path)) not in own]
    if not files:
        raise ReadError(", ".join(names), "no file to read; expected articles or folders of them")
    errors: list[ReadError] = []
    blocks: Iterable[list[LabelledSentence]] = _read_blocks(read_split(files, fields), errors)
    if labeller.learns:
        blocks = list(blocks)
        labeller.fit(list(itertools.chain.from_iterable(blocks)))
    else:
        labeller.fit([])
    counts: Counter[tuple[str, str]] = Counter()
    articles: Counter[str] = Counter()
    with open_label_file(out) as write:
        for judgement in itertools.chain.from_iterable(map(labeller.label, blocks)):
            write(to_judgement_record(judgement))
            counts.update((given.topic, given.stance) for given in judgement.sentence.labels)
            articles[judgement.sentence.article] += 1
            if explain is not None:
                explain(judgement)
    return LabelSummary(
        out=out,
        annotator=labeller.annotator,
        n_articles=len(articles),
        n_sentences=articles.total(),
        labels=dict(counts),
        n_errors=len(errors),
        errors=_write_errors(out, errors),
    )


def analyse(
    gold: str | Path, *, functions: str | Path = RULES, taxonomy: str | Path = TAXONOMY
) -> list[FunctionSummary]:
    """Measure every labelling function against the gold labels of a file.

    Raises
    ------
    StanceError
        If the gold labels, rules or taxonomy cannot be read.
    """
    topics = read_taxonomy(taxonomy)
    return analyse_functions(_load(functions, topics), read_labels(gold, topics), topics)


def _load(functions: str | Path, taxonomy: Taxonomy) -> FunctionSet:
    try:
        return load_functions(functions, taxonomy)
    except ConfigError as error:
        if str(functions) == str(RULES):
            raise DataError(
                f"the shipped labelling functions are not for the taxonomy {taxonomy.name!r}; name others "
                "with --functions"
            ) from error
        raise


def to_judgement_record(judgement: Judgement) -> dict[str, Any]:
    """The JSON object of one line: a label record whose labels also hold the votes behind them."""
    record = to_record(judgement.sentence)
    for given in record["labels"]:
        given["votes"] = judgement.votes[given["topic"]]
    return record


def _read_blocks(
    items: Iterator[SplitArticle | ReadError], errors: list[ReadError]
) -> Iterator[list[LabelledSentence]]:
    """Sentences of ``BLOCK`` articles at a time; errors are collected on the way."""
    while block := list(itertools.islice(items, BLOCK)):
        sentences: list[LabelledSentence] = []
        for item in block:
            if isinstance(item, ReadError):
                logger.info("%s", item)
                errors.append(item)
            else:
                sentences += _cut(item)
        yield sentences


def _cut(part: SplitArticle) -> Iterator[LabelledSentence]:
    """The sentences of an article with their context, not labelled yet."""
    article = part.article
    for number, text, previous in zip(part.numbers, part.texts, part.previous, strict=True):
        yield LabelledSentence(
            article=article.id,
            sentence=number,
            text=text,
            labels=(),
            annotator="",
            title=article.title or "",
            previous=previous,
            outlet=article.outlet or "",
            date=article.date or "",
        )


def _write_errors(out: Path, errors: Sequence[ReadError]) -> Path | None:
    """Write the errors beside the labels; without any, an old file of them is removed."""
    path = _errors_path(out)
    if not errors:
        path.unlink(missing_ok=True)
        return None
    with open_label_file(path) as write:
        for error in errors:
            write(error.to_dict())
    return path


def _errors_path(out: Path) -> Path:
    return out.with_name(out.name.removesuffix(".gz").removesuffix(".jsonl") + ".errors.jsonl")
