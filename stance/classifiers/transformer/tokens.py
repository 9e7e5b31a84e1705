"""Examples as rows of tokens: the sentence that is judged, then its target and its context.

A row is ``[CLS] sentence [SEP] target [SEP] title [SEP] previous [SEP]``, without the parts that an example
does not have. Any two tokens that a tokenizer puts around a text serve as ``[CLS]`` and ``[SEP]``. A sentence
that is too long for one row is cut into several that overlap: nothing of it is lost.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from stance.classifiers.segments import Context, find_mention
from stance.errors import ModelError
from stance.records import Examples
from stance.types import BoolArray, FloatArray, IntArray

_MARK = "*"


@dataclass(frozen=True)
class TokenRows:
    """Tokens of many rows, one after the other; row *i* is ``ids[offsets[i]:offsets[i + 1]]``.

    ``judged`` tells the tokens of the sentence from those of its target and context. ``owners[i]`` is the
    example that row *i* belongs to, ascending; a long sentence has several rows.
    """

    ids: IntArray
    judged: BoolArray
    offsets: IntArray
    owners: IntArray

    def __len__(self) -> int:
        return len(self.owners)

    def digest(self) -> bytes:
        """The same for rows that a network reads in the same way."""
        digest = hashlib.sha256()
        for array in (self.ids, self.judged, self.offsets):
            digest.update(array.tobytes())
        return digest.digest()

    @property
    def lengths(self) -> IntArray:
        """Number of tokens of each row."""
        return np.diff(self.offsets)


@dataclass(frozen=True)
class Layout:
    """How an example becomes rows.

    ``max_tokens`` is the length limit of a row, ``max_context_tokens`` that of the target, the title and the
    previous sentence each: more of them than that is not read (a title's beginning is kept, a previous
    sentence's end), nor more of each than an even share of half a row. ``mark_target`` sets asterisks
    around the target where it stands in the sentence.
    """

    max_tokens: int
    max_context_tokens: int
    context: Context
    mark_target: bool = False


class ExampleTokenizer:
    """Turns examples into rows of tokens.

    Parameters
    ----------
    definition
        The tokenizer, as the content of a ``tokenizer.json``.
    """

    def __init__(self, definition: str, layout: Layout) -> None:
        self.definition = definition
        self.layout = layout
        self._tokenizer = Tokenizer.from_str(definition)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        frame = self._tokenizer.encode("").ids
        if len(frame) != 2:
            raise ModelError(f"expected a tokenizer that frames a text with two tokens, found {len(frame)}")
        self._opening, self._closing = frame

    def encode(self, examples: Examples) -> TokenRows:
        """Rows of tokens, at least one an example, in the order of ``examples``."""
        ids: list[int] = []
        n_judged, lengths, owners = [], [], []
        for owner, (sentence, rest) in enumerate(self._encode_parts(examples)):
            for window in self._windows(sentence, room=self._room(rest)):
                ids += [self._opening, *window, self._closing, *rest]
                n_judged.append(len(window) + 2)
                lengths.append(len(window) + 2 + len(rest))
                owners.append(owner)
        offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
        places = np.arange(len(ids)) - np.repeat(offsets[:-1], lengths)
        return TokenRows(
            ids=np.array(ids, dtype=np.int64),
            judged=places < np.repeat(n_judged, lengths),
            offsets=offsets,
            owners=np.array(owners, dtype=np.int64),
        )

    def count_windowed(self, examples: Examples) -> int:
        """Number of examples whose sentence does not fit in one row."""
        # Only long sentences need a closer look: a token has a byte or more, and half a row is always theirs.
        shortest = (self.layout.max_tokens - 2) // 2
        long = [row for row, text in enumerate(examples.texts) if len(text.encode()) > shortest]
        parts = self._encode_parts(examples.take(long))
        return sum(len(sentence) > self._room(rest) for sentence, rest in parts)

    def _encode_parts(self, examples: Examples) -> Iterator[tuple[list[int], list[int]]]:
        """Tokens of each sentence, and those of what stands behind it."""
        texts = examples.texts
        if self.layout.mark_target:
            texts = [mark(text, target) for text, target in zip(texts, examples.targets, strict=True)]
        columns = [texts, examples.targets]
        columns += [examples.titles] if self.layout.context.title else []
        columns += [examples.previous] if self.layout.context.previous else []
        distinct = list(dict.fromkeys(text for column in columns for text in column))
        encodings = self._tokenizer.encode_batch_fast(distinct, add_special_tokens=False)
        ids = {text: encoding.ids for text, encoding in zip(distinct, encodings, strict=True)}
        limit = self._limit(len(columns) - 1)
        for row, text in enumerate(texts):
            rest: list[int] = []
            for column in columns[1:]:
                part = ids[column[row]]
                part = part[max(0, len(part) - limit) :] if column is examples.previous else part[:limit]
                rest += [*part, self._closing] if part else []
            yield ids[text], rest

    def _limit(self, n_parts: int) -> int:
        """Tokens of a part behind the sentence; all parts together leave the sentence half of the row."""
        return max(0, min(self.layout.max_context_tokens, (self.layout.max_tokens - 2) // (2 * n_parts) - 1))

    def _room(self, rest: Sequence[int]) -> int:
        return self.layout.max_tokens - 2 - len(rest)

    def _windows(self, sentence: list[int], *, room: int) -> list[list[int]]:
        """The whole sentence where it fits, else windows of ``room`` tokens of which a quarter overlap."""
        if len(sentence) <= room:
            return [sentence]
        step = room - room // 4
        starts = range(0, len(sentence) - room + step, step)
        return [sentence[start : start + room] for start in starts]


def mark(text: str, target: str) -> str:
    """The sentence with asterisks around the first place where the target stands as a word of its own."""
    mention = find_mention(text, target)
    if mention is None:
        return text
    return f"{text[: mention.start()]}{_MARK} {target} {_MARK}{text[mention.end() :]}"


def combine_windows(logits: FloatArray, owners: IntArray, *, exclusive: bool) -> FloatArray:
    """Logits of examples from those of their rows, shape (n_examples, n_classes).

    A sentence has a topic if one of its windows has it; its stance is what the windows say on average.
    """
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    if exclusive:
        counts = np.diff(np.append(starts, len(owners)))[:, None]
        means: FloatArray = np.add.reduceat(logits, starts) / counts
        return means
    highest: FloatArray = np.maximum.reduceat(logits, starts)
    return highest
