"""The votes of a rule file as features, and the copy of that file which a model takes along."""

from pathlib import Path
from typing import Self

import numpy as np
import yaml
from numpy.typing import NDArray

from stance.labelling.functions import FunctionSet, apply
from stance.labelling.rule_file import to_functions
from stance.records import Examples
from stance.resources import read_yaml
from stance.taxonomy import Taxonomy, read_taxonomy
from stance.types import ABSTAIN

_RULES, _TAXONOMY = "functions.yaml", "taxonomy.yaml"


class RuleVotes:
    """Labelling functions that a classifier reads by.

    Parameters
    ----------
    rules
        The rule file's content. Functions written in Python cannot be taken along: a model holds no code.
    path
        Names the file in errors.
    """

    def __init__(self, rules: object, taxonomy: Taxonomy, path: str | Path) -> None:
        self.rules = rules
        self.taxonomy = taxonomy
        self.functions: FunctionSet = to_functions(rules, taxonomy, path)

    @classmethod
    def read(cls, path: str | Path, taxonomy: Taxonomy) -> Self:
        """From a rule file, as shipped or as the user's own."""
        return cls(read_yaml(path), taxonomy, path)

    def to_features(self, examples: Examples, *, with_stance: bool) -> NDArray[np.float32]:
        """One where a function votes, zero where it abstains, shape (n_examples, n_functions).

        Without those that vote on the stance, which say little of the topic, it takes half the time.
        """
        functions = [function for function in self.functions.functions if with_stance or not function.stance]
        votes = apply(functions, examples, self.taxonomy)
        features: NDArray[np.float32] = (votes != ABSTAIN).astype(np.float32)
        return features

    def save(self, folder: Path) -> None:
        """Write the rules and the taxonomy that they follow."""
        for name, content in ((_RULES, self.rules), (_TAXONOMY, self.taxonomy.to_dict())):
            text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
            (folder / name).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote."""
        return cls.read(folder / _RULES, read_taxonomy(folder / _TAXONOMY))
