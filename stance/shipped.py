"""The files that ship with the package and are used where no other is named; ``find_resource`` finds them."""

from pathlib import Path

MODEL = Path("models/default")
TAXONOMY = Path("configs/taxonomies/arms-diplomacy.yaml")
RULES = Path("configs/labelling/arms-diplomacy.yaml")
SLICE_WORDS = Path("configs/slices/english.yaml")
CHECKS = Path("configs/checks.yaml")
