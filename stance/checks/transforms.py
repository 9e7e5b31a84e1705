"""Changes of a text that leave its meaning alone, by the names that check files use."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

Transform = Callable[[str, np.random.Generator], str]

# A word whose inner letters can be mistyped. Names begin with a capital and are spared: another name is
# another party.
_PLAIN_WORD = re.compile(r"(?<![\w’'-])[a-z]{5,}(?![\w’'-])")
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")


def _mistype(change: Callable[[str, int], str]) -> Transform:
    """Change one word at one place; its first and last letter stay (Belinkov and Bisk 2018)."""

    def transform(text: str, generator: np.random.Generator) -> str:
        words = list(_PLAIN_WORD.finditer(text))
        if not words:
            return text
        word = words[generator.integers(len(words))]
        place = int(generator.integers(1, len(word[0]) - 2))
        return text[: word.start()] + change(word[0], place) + text[word.end() :]

    return transform


def _plainly(change: Callable[[str], str]) -> Transform:
    """A transform that leaves nothing to chance."""
    return lambda text, generator: change(text)


def _double_a_blank(text: str, generator: np.random.Generator) -> str:
    blanks = [match.start() for match in re.finditer(" ", text)]
    if not blanks:
        return text
    place = blanks[generator.integers(len(blanks))]
    return text[:place] + " " + text[place:]


def _curl(text: str) -> str:
    opened = re.sub(r'(^|[\s(\[—–-])"', r"\1“", text)
    return opened.replace('"', "”").replace("'", "’")


TRANSFORMS: Mapping[str, Transform] = MappingProxyType(
    {
        "lower_case": _plainly(str.lower),
        "upper_case": _plainly(str.upper),
        "title_case": _plainly(lambda text: re.sub(r"(?<![\w’'])\w", lambda m: m[0].upper(), text)),
        "swap_letters": _mistype(lambda word, i: word[:i] + word[i + 1] + word[i] + word[i + 2 :]),
        "drop_letter": _mistype(lambda word, i: word[:i] + word[i + 1 :]),
        "double_letter": _mistype(lambda word, i: word[: i + 1] + word[i:]),
        "double_blank": _double_a_blank,
        "no_final_mark": _plainly(lambda text: re.sub(r"\.(?=[\"”’')]*$)", "", text)),
        "no_commas": _plainly(lambda text: re.sub(r",(?=\s)", "", text)),
        "blank_before_marks": _plainly(lambda text: re.sub(r"(?<=\w)([,;:.])(?=\s|$)", r" \1", text)),
        "straight_quotes": _plainly(lambda text: text.translate(_STRAIGHT)),
        "curly_quotes": _plainly(_curl),
    }
)
"""By name. What a transform finds nothing to change in stays as it is, and makes no case."""
