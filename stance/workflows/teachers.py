"""Models whose scores are learned from: what a teacher knows of the test, its student knows, too."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stance.classifiers.folder import load_model
from stance.classifiers.traces import Traces
from stance.errors import StanceError
from stance.evaluation.audit import NO_AUDIT, Audit, Finding
from stance.phrases import count_of
from stance.records import LabelledSentence
from stance.workflows.seen import audit_seen
from stance.workflows.setting import RUN


@dataclass(frozen=True)
class Teacher:
    """A model by its folder, with the traces of what it has learned; ``None`` where nobody can tell."""

    folder: str
    traces: Traces | None


def find_teachers(weak: Sequence[str]) -> list[Teacher]:
    """The models that have scored what is learned from, of those weak labels that ``predict`` wrote."""
    found = set()
    for path in map(Path, weak):
        run = (path.parent if path.name == "labels" else path) / RUN
        if run.is_file():
            model = json.loads(run.read_text(encoding="utf-8"))["model"]
            found.add((model["path"], model["manifest_sha256"]))
    return [Teacher(folder, _read_traces(folder, digest)) for folder, digest in sorted(found)]


def audit_teachers(asked: Sequence[LabelledSentence], teachers: Sequence[Teacher]) -> Audit:
    """Look for sentences asked about that a teacher has learned, or copies of which it has."""
    if not teachers or not asked:
        return NO_AUDIT
    articles = {sentence.article for sentence in asked}
    leaked = frozenset[str]()
    for teacher in teachers:
        if teacher.traces is not None:
            leaked |= audit_seen(asked, teacher.traces).leaked
    unknown = [teacher.folder for teacher in teachers if teacher.traces is None]
    code = "teachers"
    if leaked:
        explanation = f"{len(leaked):,} of {count_of(len(articles), 'article')} were learned by a teacher."
        finding = Finding(code, "leak", explanation, tuple(sorted(leaked)[:3]))
    elif unknown:
        explanation = f"Nobody can tell what these have learned: {', '.join(unknown)}."
        finding = Finding(code, "noted", explanation)
    else:
        finding = Finding(code, "passed", f"None of {count_of(len(articles), 'article')}.")
    return Audit((finding,), leaked)


def _read_traces(folder: str, digest: str) -> Traces | None:
    """What the model has learned; ``None`` if it is gone, or another has taken its place."""
    try:
        model = load_model(folder)
    except StanceError:
        return None
    return model.traces if model.manifest_digest == digest else None
