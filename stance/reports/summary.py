"""Says in three sentences what the numbers of a comparison say, and what to beware of."""

from collections.abc import Mapping
from typing import Any

from stance.evaluation.comparison import count_resamples_needed
from stance.evaluation.intervals import FEW_GROUPS
from stance.phrases import count_of, list_of
from stance.reports.content import Content, Run, find_score, topic_titles
from stance.reports.numbers import format_number, title_of


def summarise(content: Content) -> list[str]:
    """The best run and its score; what it can be told from; where it is weakest."""
    return [_name_best(content), _tell_apart(content), _name_weakest(content)]


def warn(content: Content) -> list[str]:
    """What a reader should know before believing a score; nothing where all is well."""
    return [
        *_warn_of_leaks(content),
        *_warn_of_blindness(content),
        *_warn_of_few_groups(content),
        *_note_stance_not_asked(content),
    ]


def _name_best(content: Content) -> str:
    conditions, metric, name = content["conditions"], content["ranked_by"], content["best"]
    by_name = {run["name"]: find_score(run, metric) for run in content["runs"]}
    best = by_name[name]
    sentence = (
        f"On {count_of(conditions['n_sentences'], 'sentence')} of "
        f"{count_of(conditions['n_articles'], 'article')}, {name} has the highest {_in_sentence(metric)}: "
        f"{format_number(best['value'])}"
    )
    if best["low"] is not None:
        sentence += f" (95\u00a0% interval {format_number(best['low'])} to {format_number(best['high'])})"
    if content["majority"] in by_name and name != content["majority"]:
        sentence += f"; guessing the majority gives {format_number(by_name[content['majority']]['value'])}"
    return sentence + "."


def _tell_apart(content: Content) -> str:
    """Name the runs whose difference from the best one may be zero."""
    best = content["best"]
    ranked = [one for one in content["differences"] if one["metric"] == content["ranked_by"]]
    n_resamples, needed = content["conditions"]["n_resamples"], count_resamples_needed(len(ranked))
    if n_resamples < needed:
        pairs = count_of(len(ranked), "pair")
        return (
            f"With {count_of(n_resamples, 'resample')} no difference among {pairs} of runs can be clear; at "
            f"least {needed:,} are needed."
        )
    rivals = [
        (difference["is_clear"], ({difference["run"], difference["baseline"]} - {best}).pop())
        for difference in ranked
        if best in (difference["run"], difference["baseline"])
    ]
    alike = [name for is_clear, name in rivals if not is_clear]
    if alike:
        return f"These articles cannot tell {list_of(alike, 'or')} from {best}: the difference may be zero."
    if rivals:
        return "It is clearly better than each other row, all pairs considered."
    return "There is no other run to hold it against."


def _name_weakest(content: Content) -> str:
    """The topic and the stance with the lowest F1 of the best run."""
    (run,) = (run for run in content["runs"] if run["name"] == content["best"])
    titles = topic_titles(content)
    topic = _lowest(run, "topics_f1_macro", list(titles))
    stance = _lowest(run, "stance_f1", content["stances"])
    found = [
        f"{name} ({what} F1 {format_number(score['value'])})"
        for name, what, score in (
            (topic and titles[topic["of"]], "topic", topic),
            (stance and f"“{stance['of']}”", "stance", stance),
        )
        if score
    ]
    if not found:
        return "None of its scores by topic or stance is defined."
    return f"It is weakest on {' and on '.join(found)}."


def _lowest(run: Run, metric: str, names: list[str]) -> Mapping[str, Any] | None:
    scores = [score for name in names if (score := find_score(run, metric, name))["value"] is not None]
    return min(scores, key=lambda score: score["value"], default=None)


def _warn_of_leaks(content: Content) -> list[str]:
    audits = {run["name"]: run.get("audit") or {} for run in content["runs"]}
    names = [
        name
        for name, audit in audits.items()
        if any(finding["outcome"] == "leak" for finding in audit.get("findings", ()))
    ]
    if not names:
        return []
    is_cleaned = any(audits[name].get("clean") for name in names)
    without = ", and for the scores without it" if is_cleaned else "; no article is left to score without it"
    return [
        f"The test was not new to {list_of(names, 'and')}, and flatters: see “Was the test known?” for what "
        f"was known{without}."
    ]


def _warn_of_blindness(content: Content) -> list[str]:
    names = [
        run["name"]
        for run in content["runs"]
        if ((run.get("target_rows") or {}).get("finding") or {}).get("outcome") == "failed"
    ]
    if not names:
        return []
    read = "reads" if len(names) == 1 else "read"
    return [f"These labels do not show that {list_of(names, 'and')} {read} the target of a stance."]


def _warn_of_few_groups(content: Content) -> list[str]:
    n_groups = content["n_labelled_groups"]
    if n_groups >= FEW_GROUPS:
        return []
    few = count_of(n_groups, "group")
    return [f"With labels in only {few} of articles the intervals are too narrow; label more articles."]


def _note_stance_not_asked(content: Content) -> list[str]:
    names = [run["name"] for run in content["runs"] if not run["stance_asked"]]
    if not names:
        return []
    return [
        f"The stances of {', '.join(names)} are read off the labels, since a label file cannot be asked "
        "about the gold topics; where a gold topic is lacking, the stance counts as wrong."
    ]


def _in_sentence(metric: str) -> str:
    title = title_of(metric)
    return title[:1].lower() + title[1:]
