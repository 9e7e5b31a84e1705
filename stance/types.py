"""Names for the arrays that stages hand to each other, and the codes of a vote."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
ObjectArray = NDArray[np.object_]

ABSTAIN = -1
"""The vote of a labelling function that has nothing to say."""


def vote_against(label: int) -> int:
    """Code the vote "not this label".

    Votes are label indices from 0 up, ``ABSTAIN`` is -1, and "not label k" is ``-2 - k``. The coding is
    its own inverse: ``vote_against(vote_against(k)) == k``.
    """
    return -2 - label
