from stance import shipped
from stance.resources import find_resource


def test_what_ships_is_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (shipped.MODEL, shipped.TAXONOMY, shipped.RULES, shipped.SLICE_WORDS, shipped.CHECKS):
        assert find_resource(name).exists()
