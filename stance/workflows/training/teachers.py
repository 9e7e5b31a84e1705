"""Models whose scores are learned from: what a teacher knows of the test, its student knows, too."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from stance.classifiers.traces import Traces
from stance.errors import DataError
from stance.evaluation.audit import NO_AUDIT, Audit, Finding, Outcome, targets_of
from stance.labelling.interchange import read_labels
from stance.phrases import count_of
from stance.records import LabelledSentence
from stance.taxonomy import Taxonomy
from stance.workflows.evaluating.origin import find_origin, find_run
from stance.workflows.evaluating.seen import audit_seen

N_EXAMPLES = 3


@dataclass(frozen=True)
class Teacher:
    """A model by its name as an annotator; without ``traces`` nobody can tell what it has learned."""

    annotator: str
    traces: Traces | None = None


def find_teachers(weak: Sequence[str], taxonomy: Taxonomy) -> list[Teacher]:
    """The models that have given weak labels; those whose scores lie where ``predict`` wrote them are opened.

    Parameters
    ----------
    weak
        Where the labels are read from.

    Raises
    ------
    DataError
        If scores are those of a run that was cut off, or of another taxonomy.
    """
    teachers = []
    for path in weak:
        run = find_run(path)
        if run is not None and not run["finished"]:
            raise DataError(
                f"data.weak: the run of {path} was cut off; finish it with the same `stance predict`"
            )
        origin = find_origin(run)
        if origin is None:
            named = {one.annotator for one in read_labels(path, taxonomy)}
            teachers += [Teacher(name) for name in sorted(named) if name.startswith("model:")]
            continue
        if origin.taxonomy != taxonomy.stamp:
            raise DataError(
                f"data.weak: {origin.folder} has scored by the taxonomy {origin.taxonomy}, and what that "
                f"lacks would be learned as absent; expected {taxonomy.stamp}"
            )
        teachers.append(Teacher(f"model:{origin.name}", origin.model.traces if origin.model else None))
    return teachers


def audit_teachers(asked: Sequence[LabelledSentence], teachers: Sequence[Teacher]) -> Audit:
    """Look for sentences asked about that a teacher has learned, or copies of which it has."""
    if not teachers or not asked:
        return NO_AUDIT
    known = [teacher.traces for teacher in teachers if teacher.traces]
    leaked = frozenset[str]().union(*(audit_seen(asked, traces).leaked for traces in known))
    targets = targets_of(asked)
    learned = targets.intersection(chain.from_iterable(traces.targets for traces in known))
    unknown = _find_unknown(teachers)
    n_articles = count_of(len({sentence.article for sentence in asked}), "article")
    explanation = f"{len(leaked):,} of {n_articles}." if leaked else f"None of {n_articles}."
    if learned:
        explanation += f" They have learned {len(learned)} of {count_of(len(targets), 'target')}."
    if unknown:
        explanation += f" Nobody can tell what {', '.join(unknown)} learned."
    explanation += " Teachers may know the folds: cross-validation flatters."
    outcome: Outcome = "leak" if leaked else "noted" if unknown else "passed"
    return Audit((Finding("teachers", outcome, explanation, tuple(sorted(leaked)[:N_EXAMPLES])),), leaked)


def join_traces(own: Traces, teachers: Sequence[Teacher]) -> Traces:
    """What a model has learned, directly or from its teachers."""
    if not teachers:
        return own
    known = [teacher.traces for teacher in teachers if teacher.traces]
    return replace(own, unknown=_find_unknown(teachers)).join(known)


def _find_unknown(teachers: Sequence[Teacher]) -> tuple[str, ...]:
    """The teachers of which nobody can tell what they have learned, and theirs."""
    names = [one.traces.unknown if one.traces else (one.annotator,) for one in teachers]
    return tuple(sorted(set(chain.from_iterable(names))))
