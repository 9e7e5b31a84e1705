"""Brings a public data set, as it is distributed, into label files and a taxonomy."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from stance.errors import ReadError
from stance.labelling.formats.base import Format, JudgedText
from stance.labelling.interchange import open_label_file, to_record
from stance.records import Label, LabelledSentence
from stance.registry import find_kind
from stance.taxonomy import Taxonomy, Topic, to_topic_id

TAXONOMY = "taxonomy.yaml"
ANY_TARGET = "any"
"""The one topic where each label has a target of its own."""


@dataclass(frozen=True)
class Conversion:
    """What was written: by the name of a part its label file and its number of texts a stance."""

    taxonomy: Path
    files: Mapping[str, Path]
    stances: Mapping[str, Mapping[str, int]]


def convert(format: str, folder: str | Path, *, out: str | Path) -> Conversion:
    """Write ``taxonomy.yaml`` and a label file a part of the data set.

    Parameters
    ----------
    format
        The name of a declared format.
    folder
        The data set, as it was downloaded.
    out
        A folder that does not exist or is empty.

    Raises
    ------
    ReadError
        Naming file and line where the data are not in that format, or ``out`` if it holds files.
    """
    out = Path(out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ReadError(out, "expected a folder that is empty or does not exist yet; name another with --out")
    texts, taxonomy = read_public_set(format, folder)
    out.mkdir(parents=True, exist_ok=True)
    content = yaml.safe_dump(taxonomy.to_dict(), sort_keys=False, allow_unicode=True)
    (out / TAXONOMY).write_text(content, encoding="utf-8")
    files = {split: out / f"{split}.jsonl" for split in texts}
    for split, sentences in texts.items():
        with open_label_file(files[split]) as write:
            for sentence in sentences:
                write(to_record(sentence) | {"previous": ""})  # the text before it is another's
    return Conversion(
        out / TAXONOMY,
        files,
        {
            split: Counter(label.stance for sentence in sentences for label in sentence.labels)
            for split, sentences in texts.items()
        },
    )


def read_public_set(
    format: str, folder: str | Path
) -> tuple[dict[str, Sequence[LabelledSentence]], Taxonomy]:
    """Labelled sentences by the name of their part, and the taxonomy of their labels."""
    declared: Format = find_kind("formats", format)
    texts = list(declared.read(Path(folder)))
    if len(stances := sorted({text.stance for text in texts})) < 2:
        raise ReadError(folder, f"expected texts of two stances or more, found {len(texts)} of {stances}")
    taxonomy = _to_taxonomy(declared, texts, name=declared.title or Path(folder).resolve().name)
    parts: dict[str, list[LabelledSentence]] = defaultdict(list)
    numbers: Counter[str] = Counter()  # an article may stand in several parts
    for text in texts:
        if not re.fullmatch(r"\w[\w-]*", text.split):
            raise ReadError(folder, f"a part's name becomes that of a file, found {text.split!r:.80}")
        label = (
            Label(ANY_TARGET, text.stance, target=text.target or None)
            if declared.open_targets
            else Label(to_topic_id(text.target), text.stance)
        )
        parts[text.split].append(
            LabelledSentence(text.group, numbers[text.group], text.text, (label,), annotator="gold")
        )
        numbers[text.group] += 1
    return dict(parts), taxonomy


def _to_taxonomy(declared: Format, texts: Sequence[JudgedText], *, name: str) -> Taxonomy:
    stances = {stance: f"published as {stance!r}" for stance in sorted({text.stance for text in texts})}
    named = [] if declared.open_targets else sorted({text.target for text in texts})
    ids = {to_topic_id(target): target for target in named} or {ANY_TARGET: "any target"}
    return Taxonomy(
        name=name,
        version="1",
        neutral_stance=declared.neutral if declared.neutral in stances else None,
        topics=tuple(
            Topic(
                id=id, title=target, definition=f"Every text about {target}.", target=target, stances=stances
            )
            for id, target in ids.items()
        ),
    )
