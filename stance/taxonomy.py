"""The taxonomy: which topics there are, the target of each, and the stances one can take toward it."""

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from stance.errors import DataError
from stance.resources import read_yaml
from stance.schema import Schema, check_content


class Topic(Schema):
    """One topic: when a sentence has it, and what its stance is about.

    ``target`` is a noun phrase that a classifier reads beside the sentence; ``stances`` maps each
    allowed stance to the rule for giving it.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1)
    definition: str = Field(min_length=1)
    rules: tuple[str, ...] = ()
    target: str = Field(min_length=1)
    stances: Mapping[str, str] = Field(min_length=2)


class Taxonomy(Schema):
    """Topics in a fixed order, under one version that is stamped on labels, models and scores.

    ``neutral_stance`` names the stance that takes no side, if there is one.
    """

    name: str = Field(min_length=1)
    version: str = Field(min_length=1)
    codebook: str = Field(default="", description="the codebook's version that the labels follow")
    neutral_stance: str | None = None
    topics: tuple[Topic, ...] = Field(min_length=1)

    @field_validator("topics")
    @classmethod
    def _ids_are_unique(cls, topics: tuple[Topic, ...]) -> tuple[Topic, ...]:
        ids = [topic.id for topic in topics]
        if twice := sorted({topic for topic in ids if ids.count(topic) > 1}):
            raise ValueError(f"topic ids must be unique, found twice: {twice}")
        return topics

    @field_validator("topics")
    @classmethod
    def _columns_differ(cls, topics: tuple[Topic, ...]) -> tuple[Topic, ...]:
        if clashes := find_clashes(topics):
            raise ValueError(
                f"topics must have columns of their own where articles are counted, found twice: {clashes}; "
                "give one of them another id"
            )
        return topics

    @model_validator(mode="after")
    def _neutral_is_a_stance(self) -> Self:
        if self.neutral_stance is not None and self.neutral_stance not in self.stances:
            raise ValueError(f"neutral_stance {self.neutral_stance!r} is none of {list(self.stances)}")
        return self

    @property
    def topic_ids(self) -> tuple[str, ...]:
        """Ids in the taxonomy's order, which is the order of every topic array."""
        return tuple(topic.id for topic in self.topics)

    @property
    def stances(self) -> tuple[str, ...]:
        """Every stance of any topic, in order of first mention; the order of every stance array."""
        return tuple(dict.fromkeys(stance for topic in self.topics for stance in topic.stances))

    @property
    def stamp(self) -> str:
        """Name, version and a digest of the content: equal stamps mean equal taxonomies."""
        content = json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False)
        return f"{self.name} {self.version} ({hashlib.sha256(content.encode()).hexdigest()[:8]})"

    def __getitem__(self, topic_id: str) -> Topic:
        for topic in self.topics:
            if topic.id == topic_id:
                return topic
        raise KeyError(f"unknown topic {topic_id!r}; {self.name} has {list(self.topic_ids)}")

    def find_problem(self, topic: str, stance: str) -> str | None:
        """Why a label is not of this taxonomy, in words; ``None`` if it is."""
        if topic not in self.topic_ids:
            return f"unknown topic {topic!r}; {self.name} has {list(self.topic_ids)}"
        if stance not in self[topic].stances:
            return f"unknown stance {stance!r} of {topic!r}; it has {list(self[topic].stances)}"
        return None

    def to_dict(self) -> dict[str, Any]:
        """Plain containers, as they stand in the YAML file."""
        return self.model_dump(mode="json")


def to_topic_id(target: str) -> str:
    """A target as the id of a topic: lower case, underscores between the words."""
    plain = unicodedata.normalize("NFKD", target.lower())
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    if not words:
        raise DataError(f"a target needs a letter of the Latin alphabet or a digit; found {target!r}")
    id = "_".join(words)
    return id if id[0].isalpha() else f"target_{id}"


def name_counts(topic: Topic) -> list[str]:
    """Columns of a topic in a table of articles: its labels, those held back, and those of each stance."""
    of_stances = (f"n_{topic.id}_{stance}" for stance in topic.stances)
    return [f"n_{topic.id}", f"n_abstained_{topic.id}", *of_stances]


def find_clashes(topics: Sequence[Topic]) -> list[str]:
    """Columns of a table of articles that two topics would have, or a topic and every article."""
    names = ["n_sentences", "n_dropped", *chain.from_iterable(map(name_counts, topics))]
    return sorted(name for name, n in Counter(names).items() if n > 1)


def read_taxonomy(path: str | Path) -> Taxonomy:
    """Read a taxonomy from YAML, as given or as shipped.

    Raises
    ------
    ConfigError
        With every problem of the file at once.
    """
    return to_taxonomy(read_yaml(path), path)


def to_taxonomy(content: object, path: str | Path) -> Taxonomy:
    """Check plain containers against the taxonomy's schema; ``path`` names them in the error."""
    return check_content(content, Taxonomy, path, owner="a taxonomy")
