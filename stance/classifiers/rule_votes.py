"""The votes of a rule file as features, and the copy of that file which a model takes along."""

from pathlib import Path
from typing import Self

import numpy as np
import yaml
from numpy.typing import NDArray

from stance.labelling.functions import FunctionSet, apply
from stance.labelling.rule_file import to_functions
from stance.records import Examples
from stance.resources import find_resource
from stance.taxonomy import Taxonomy, to_taxonomy
from stance.types import ABSTAIN

_FILE = "functions.yaml"


class RuleVotes:
    """Labelling functions that a classifier reads by.

    Parameters
    ----------
    source
        The rule file's content. Functions written in Python cannot be taken along: a model holds no code.
    """

    def __init__(self, source: str, taxonomy: Taxonomy) -> None:
        self.source = source
        self.taxonomy = taxonomy
        self.functions: FunctionSet = to_functions(yaml.safe_load(source), taxonomy, _FILE)

    @classmethod
    def read(cls, path: str | Path, taxonomy: Taxonomy) -> Self:
        """From a rule file, as shipped or as the user's own."""
        return cls(find_resource(path).read_text(encoding="utf-8"), taxonomy)

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
        (folder / _FILE).write_text(self.source, encoding="utf-8")
        text = yaml.safe_dump(self.taxonomy.to_dict(), sort_keys=False, allow_unicode=True)
        (folder / "taxonomy.yaml").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote."""
        taxonomy = yaml.safe_load((folder / "taxonomy.yaml").read_text(encoding="utf-8"))
        source = (folder / _FILE).read_text(encoding="utf-8")
        return cls(source, to_taxonomy(taxonomy, folder / "taxonomy.yaml"))
