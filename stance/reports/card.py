"""The model card: what a model was made from, how it does, and what it cannot do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jinja2
import yaml

from stance.evaluation.audit import Finding
from stance.evaluation.evaluation import Evaluation
from stance.phrases import count_of
from stance.taxonomy import Taxonomy


@dataclass(frozen=True)
class CardFacts:
    """What a card states: the resolved config, the size of the data, the audit, int8, and the evaluations."""

    name: str
    config: Mapping[str, Any]
    taxonomy: Taxonomy
    n_sentences: int
    n_articles: int
    findings: Sequence[Finding]
    fidelity: Mapping[str, Mapping[str, float]]
    evaluations: Sequence[Evaluation]


def write_card(facts: CardFacts) -> str:
    """The card as Markdown, opened by the YAML header that model hubs read."""
    settings = yaml.safe_dump(dict(facts.config), sort_keys=False, allow_unicode=True).rstrip()
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("stance.reports"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # this is Markdown
    )
    template = environment.get_template("card.md", globals={"count_of": count_of})
    return template.render(facts=facts, settings=settings) + "\n"
