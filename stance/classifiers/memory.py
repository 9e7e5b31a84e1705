"""Asks a model about each distinct sentence once: wire copy and boilerplate recur all over an archive."""

import numpy as np

from stance.classifiers.model import Model, Scores
from stance.records import Examples

MAX_SENTENCES = 50_000
"""Distinct sentences that are remembered; some 20 MB."""


class Memory:
    """A model's answers so far, by what it reads of a sentence: its text, and the context that has a say.

    When it is full, all is forgotten: what recurs is soon back.
    """

    def __init__(self, model: Model, max_sentences: int = MAX_SENTENCES) -> None:
        self.model = model
        self.max_sentences = max_sentences
        self._columns = sorted(model.topics.reads | model.stance.reads)
        self._is_rowwise = model.topics.is_rowwise and model.stance.is_rowwise
        self._numbers: dict[tuple[str, ...], int] = {}
        self._scores: Scores | None = None

    def start_block(self) -> None:
        """Forget, if the answers to come would depend on what was asked in another block."""
        if not self._is_rowwise:
            self._forget()

    def score(self, examples: Examples) -> Scores:
        """What ``Model.score`` says, of which each distinct sentence is asked only once."""
        keys = zip(examples.texts, *(getattr(examples, name) for name in self._columns), strict=True)
        numbers, n_known = self._numbers, len(self._numbers)
        rows = np.fromiter((numbers.setdefault(key, len(numbers)) for key in keys), np.int64, len(examples))
        firsts = np.unique(rows, return_index=True)[1]
        new = firsts[rows[firsts] >= n_known]
        try:
            fresh = self.model.score(examples.take(new.tolist()))
        except BaseException:
            self._forget()  # the sentences are numbered, but have no answers
            raise
        self._scores = fresh if self._scores is None else self._scores.append(fresh)
        scores = self._scores.take(rows)
        if len(numbers) > self.max_sentences:
            self._forget()
        return scores

    def _forget(self) -> None:
        self._numbers, self._scores = {}, None
