"""Puts predictions beside the gold sentences they are about, and refuses where that would not be honest."""

from collections import Counter
from collections.abc import Sequence

from stance.errors import DataError
from stance.phrases import count_of
from stance.records import LabelledSentence


def align(gold: Sequence[LabelledSentence], predicted: Sequence[LabelledSentence]) -> list[LabelledSentence]:
    """The prediction for each gold sentence, in gold's order; predictions for other sentences are left out.

    Raises
    ------
    DataError
        If a sentence stands twice on one side, has no prediction, or has another text in the predictions.
        A missing prediction is never read as "none of the topics".
    """
    _check_once(gold, "the gold labels")
    _check_once(predicted, "the predictions")
    by_key = {sentence.key: sentence for sentence in predicted}
    if missing := [sentence.key for sentence in gold if sentence.key not in by_key]:
        raise DataError(
            f"{len(missing)} of {len(gold)} gold sentences have no prediction, such as {_first(missing)} "
            f"(article, sentence), while the predictions are of {_first([one.key for one in predicted])}; "
            "predict every sentence that is evaluated, with an empty 'labels' for none"
        )
    aligned = [by_key[sentence.key] for sentence in gold]
    other = [
        mine.key
        for mine, theirs in zip(gold, aligned, strict=True)
        if mine.text.split() != theirs.text.split()
    ]
    if other:
        raise DataError(
            f"{len(other)} of {len(gold)} gold sentences have another text in the predictions, such as "
            f"{_first(other)} (article, sentence); both must be cut from the same articles in the same way"
        )
    return aligned


def _check_once(sentences: Sequence[LabelledSentence], where: str) -> None:
    if not sentences:
        raise DataError(f"{where} hold no sentence; there is nothing to evaluate")
    times = Counter(sentence.key for sentence in sentences)
    if twice := [key for key, n in times.items() if n > 1]:
        raise DataError(
            f"{where} hold {count_of(len(twice), 'sentence')} more than once, such as {_first(twice)} "
            "(article, sentence); keep one annotator's labels a file"
        )


def _first(keys: Sequence[tuple[str, int]]) -> str:
    return ", ".join(str(key) for key in keys[:3])
