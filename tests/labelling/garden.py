"""A small taxonomy and rules of another field, for the tests of labelling."""

from stance.taxonomy import Taxonomy

TAXONOMY = Taxonomy.model_validate(
    {
        "name": "garden",
        "version": "1",
        "topics": [
            {
                "id": "pesticide",
                "title": "pesticide",
                "definition": "Poison against pests.",
                "target": "the use of pesticides",
                "stances": {"pro": "wants it", "contra": "does not", "open": "takes no side"},
            },
            {
                "id": "compost",
                "title": "compost",
                "definition": "Rotted plants.",
                "target": "composting at home",
                "stances": {"pro": "wants it", "open": "takes no side"},
            },
        ],
    }
)

RULES = {
    "name": "garden",
    "version": "0.3",
    "default_stance": "open",
    "lists": {
        "negations": ["not", "never", "no"],
        "poison": ["pesticide*", "weed killer", "DDT"],
        "toxic": ["$poison", "arsenic"],
    },
    "functions": [
        {"name": "poison_named", "topic": "pesticide", "vote": "present", "any": ["$poison"]},
        {"name": "poison_sprayed", "topic": "pesticide", "vote": "present",
         "any": [{"near": ["$toxic", ["spray*", "dust*"]], "within": 3}]},
        {"name": "fiction", "topic": "pesticide", "vote": "absent",
         "any": [{"words": ["novel", "film"], "scope": ["title", "sentence"]}]},
        {"name": "praise", "topic": "pesticide", "stance": "pro",
         "any": [{"words": "good", "negated": False}]},
        {"name": "blame", "topic": "pesticide", "stance": "contra",
         "any": ["harm*", {"words": "good", "negated": True}]},
        {"name": "doubt", "topic": "pesticide", "stance": "pro", "not": True, "any": ["perhaps"]},
        {"name": "heap", "topic": "compost", "vote": "present", "any": ["compost*"]},
    ],
}  # fmt: skip
