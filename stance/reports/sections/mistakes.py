"""What the runs got wrong, to leaf through."""

from collections.abc import Iterator, Mapping
from typing import Any

from stance.reports.blocks import Block, Browser, Entry, Piece, Section, Text
from stance.reports.content import Content, Run, real_runs, topic_titles
from stance.reports.numbers import format_difference

NOT_THIS_TOPIC = "not this topic"
N_REASONS = 5
"""So many words are named beside the sentence, those that pushed hardest."""

_FULL_PUSH = 0.5
"""A push of so many log-odds has the full colour; of a tenth of it, none."""

Mistake = Mapping[str, Any]


def show_mistakes(content: Content) -> Section:
    """The most confident mistakes of every run that reads text, with the words that led to them."""
    titles, runs = topic_titles(content), real_runs(content)
    entries = [_to_entry(run, mistake, titles) for run in runs for mistake in run["mistakes"]]
    blocks: list[Block] = [Text(note, "note") for note in _notes(runs)]
    blocks.append(Browser(entries) if entries else Text("None."))
    return Section("mistakes", "Mistakes", blocks)


def _notes(runs: list[Run]) -> Iterator[str]:
    yield (
        "Confidence is the probability that the run gave to its answer: to the topic times that of the "
        "stance, or, where a gold topic was not given, to the absence of the topic. The most confident come "
        "first, run by run, labels given before labels missed."
    )
    cut = [run for run in runs if run["n_mistakes"] > len(run["mistakes"])]
    if cut:
        counts = ", ".join(
            f"{len(run['mistakes']):,} of {run['n_mistakes']:,} of {run['name']}" for run in cut
        )
        yield f"Not all are here: {counts}. A higher --max-mistakes of stance compare brings more."
    if any(mistake["words"] for run in runs for mistake in run["mistakes"]):
        yield (
            "Coloured words pushed toward the mistake, underlined words away from it: the exact part of each "
            "word in the log-odds of the answer (against the gold stance, where the stance is wrong), alone "
            "and with its neighbours, before calibration."
        )
    silent = [run["name"] for run in runs if run["mistakes"] and not any(m["words"] for m in run["mistakes"])]
    if silent:
        yield (
            f"The words that decided are not shown for {', '.join(silent)}: a classifier of this kind cannot "
            "tell them exactly, and label files have none."
        )


def _to_entry(run: Run, mistake: Mistake, titles: Mapping[str, str]) -> Entry:
    where = f"{mistake['article']}, sentence {mistake['sentence']}"
    return Entry(
        run=run["name"],
        topic=titles[mistake["topic"]],
        kind=_kind(mistake),
        gold=mistake["gold_stance"] or NOT_THIS_TOPIC,
        predicted=mistake["predicted_stance"] or NOT_THIS_TOPIC,
        confidence=mistake["confidence"],
        pieces=list(_to_pieces(mistake)),
        where=f"{where} – {mistake['title']}" if mistake["title"] else where,
        reason=_to_reason(mistake),
    )


def _kind(mistake: Mistake) -> str:
    if mistake["predicted_stance"] is None:
        return "missed topic"
    return "wrong topic" if mistake["gold_stance"] is None else "wrong stance"


def _to_pieces(mistake: Mistake) -> Iterator[Piece]:
    """The sentence cut at the words that pushed; pushes too weak to see are left uncoloured."""
    text, end = mistake["text"], 0
    for start, stop, push in mistake["words"] or ():
        strength = round(max(-1.0, min(1.0, push / _FULL_PUSH)), 2)
        if abs(strength) >= 0.1:
            yield Piece(text[end:start])
            yield Piece(text[start:stop], strength)
            end = stop
    yield Piece(text[end:])


def _to_reason(mistake: Mistake) -> str:
    """The words that pushed hardest, and what all that is not a word of the sentence pushed."""
    if mistake["words"] is None:
        return ""
    text = mistake["text"]
    strongest = sorted(mistake["words"], key=lambda word: -abs(word[2]))[:N_REASONS]
    words = [f"{text[start:end]} {format_difference(push)}" for start, end, push in strongest if push]
    rest = f"all else (headline, sentence before, rules, bias) {format_difference(mistake['rest'])}"
    return f"{', '.join(words) or 'no word'}; {rest}"
