import json

import pytest

PAIRS = [
    {
        "id": "p1",
        "change": "negation",
        "title": "Rails",
        "pair": [
            {"text": "Ada praised the trams.", "labels": [{"topic": "trams", "stance": "pro"}]},
            {"text": "Ada never praised the trams.", "labels": [{"topic": "trams", "stance": "contra"}]},
        ],
    },
    {
        "id": "p2",
        "change": "negation",
        "pair": [
            {"text": "Bo ate soup, slowly.", "labels": []},
            {"text": "Bo ate no soup, slowly.", "labels": [], "previous": "It was noon."},
        ],
    },
    {
        "id": "p3",
        "change": "holder",
        "pair": [
            {"text": "Bo cursed the parks.", "labels": [{"topic": "parks", "stance": "contra"}]},
            {"text": "Ada cursed the parks.", "labels": [{"topic": "parks", "stance": "contra"}]},
        ],
    },
]

FAMILY = {
    "name": "praise",
    "title": "Praise",
    "explanation": "Praise is for it.",
    "slots": {"who": ["Ada", "Bo", "Cleo", "Dag"], "what": ["trams", "carriages"]},
    "templates": [{"text": "{who} praised the {what}.", "labels": {"trams": "pro"}}],
}


@pytest.fixture
def pairs_file(tmp_path):
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(json.dumps(pair) + "\n" for pair in PAIRS))
    return str(path)
