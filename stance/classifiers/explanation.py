"""What each word of a sentence adds to a classifier's decision."""

from dataclasses import dataclass

from stance.types import FloatArray, IntArray


@dataclass(frozen=True)
class Explanation:
    """A classifier's logits of one example, taken apart: ``words.sum(axis=0) + rest`` are the logits.

    Attributes
    ----------
    spans : shape (n_words, 2)
        Start and end of each word in the example's sentence, in code points.
    words : shape (n_words, n_classes)
        What each word adds to each class, alone and with its neighbours.
    rest : shape (n_classes,)
        What all else adds: headline, sentence before, labelling functions, the classifier's own leaning.
        With ``mark_target`` also what words add once more as those before, after, near or of the mention.
    """

    spans: IntArray
    words: FloatArray
    rest: FloatArray
