"""A taxonomy that has nothing to do with the shipped one, and short ways to write labelled sentences."""

from stance.records import Label, LabelledSentence
from stance.taxonomy import Taxonomy, to_taxonomy

SIDES = {"pro": "for it", "contra": "against it", "open": "neither"}

TOWN: Taxonomy = to_taxonomy(
    {
        "name": "town",
        "version": "2",
        "neutral_stance": "open",
        "topics": [
            {"id": "trams", "title": "trams", "definition": "On rails.", "target": "trams", "stances": SIDES},
            {"id": "parks", "title": "parks", "definition": "Green.", "target": "parks", "stances": SIDES},
        ],
    },
    "town.yaml",
)


def labelled(
    article: str, index: int, *, annotator: str = "gold", text: str | None = None, **stances: str
) -> LabelledSentence:
    """``labelled("a", 0, trams="pro")`` is a sentence of article a with one label."""
    return LabelledSentence(
        article=article,
        sentence=index,
        text=f"Sentence {index} of article {article}." if text is None else text,
        labels=tuple(Label(topic, stance) for topic, stance in stances.items()),
        annotator=annotator,
    )
