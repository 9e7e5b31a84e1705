import copy
from dataclasses import replace

import pytest

from stance.errors import ConfigError
from stance.labelling import rule_file
from stance.labelling.functions import Context
from stance.labelling.rule_file import load_functions, read_functions, to_functions
from tests.labelling.garden import RULES, TAXONOMY


@pytest.fixture
def rules():
    return copy.deepcopy(RULES)


def votes_of(rules, sentence, **context):
    compiled = to_functions(rules, TAXONOMY, "rules.yaml").functions
    return {f.name: f.vote for f in compiled if f.applies(Context(sentence, **context))}


def problems_of(rules):
    with pytest.raises(ConfigError) as caught:
        to_functions(rules, TAXONOMY, "rules.yaml")
    return "\n".join(caught.value.problems)


def test_words_and_lists_vote(rules):
    assert votes_of(rules, "Weed killer is sold here.") == {"poison_named": "present"}


def test_a_list_may_hold_another(rules):
    assert votes_of(rules, "They sprayed arsenic.") == {"poison_sprayed": "present"}


def test_a_list_that_holds_itself_ends(rules):
    rules["lists"]["poison"].append("$toxic")
    assert "poison_named" in votes_of(rules, "Arsenic.")


def test_negation_turns_a_vote_round(rules):
    assert votes_of(rules, "It is good.") == {"praise": "pro"}
    assert votes_of(rules, "It is not very good.") == {"blame": "contra"}


def test_a_vote_against_a_stance_is_named_so(rules):
    assert votes_of(rules, "Perhaps.") == {"doubt": "not pro"}


def test_scope_names_where_to_look(rules):
    assert votes_of(rules, "DDT again.", title="A film") == {"poison_named": "present", "fiction": "absent"}
    assert "fiction" not in votes_of(rules, "DDT again.", previous="A film")


def test_all_and_none_must_hold_too(rules):
    rules["functions"] = [
        {
            "name": "f",
            "topic": "compost",
            "vote": "present",
            "any": ["heap"],
            "all": ["old", "garden"],
            "none": ["scrap"],
        }
    ]
    assert votes_of(rules, "An old garden heap.")
    assert not votes_of(rules, "An old heap.")
    assert not votes_of(rules, "An old garden heap of scrap.")


def test_a_pattern_may_look_elsewhere_than_its_function(rules):
    rules["functions"] = [
        {
            "name": "f",
            "topic": "compost",
            "vote": "present",
            "any": ["it"],
            "all": [{"words": "heap", "scope": "previous"}],
        }
    ]
    assert votes_of(rules, "It smells.", previous="A heap.")
    assert not votes_of(rules, "It is a heap.")


def test_version_and_default_stance_are_kept(rules):
    functions = to_functions(rules, TAXONOMY, "rules.yaml")
    assert (functions.name, functions.version, functions.default_stance) == ("garden", "0.3", "open")
    assert [f.name for f in functions.on_topic("compost")] == ["heap"]
    assert [f.name for f in functions.on_stance("pesticide")] == ["praise", "blame", "doubt"]


def test_all_problems_are_reported_at_once(rules):
    rules["functions"][0]["topic"] = "pesticid"
    rules["functions"][1]["any"] = [{"near": ["$poisons", "spray"]}]
    rules["functions"][2]["votes"] = "absent"
    rules["functions"][3]["stance"] = "prro"
    rules["default_stance"] = "contra"
    problems = problems_of(rules)
    assert "functions.0.topic: no topic of garden; did you mean 'pesticide'?" in problems
    assert "there is no list 'poisons'; did you mean 'poison'?" in problems
    assert "functions.2.votes" in problems
    assert "unknown stance 'prro'; pesticide has ['pro', 'contra', 'open']" in problems
    assert "default_stance: not a stance of ['compost']" in problems


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"stance": "pro"}, "expected either vote (present, absent) or stance"),
        ({"vote": None}, "expected either vote (present, absent) or stance"),
        ({"not": True}, "not goes with stance"),
        ({"any": []}, "expected a pattern under any or all"),
        (
            {"any": [{"words": "a", "regex": "b"}]},
            "exactly one of words, near, then, regex; found ['words', 'regex']",
        ),
        ({"any": [{"near": ["a"]}]}, "near needs two terms"),
        ({"any": [{"regex": "("}]}, "not a regular expression"),
        ({"any": [{"regex": "a", "negated": True}]}, "negated does not go with regex"),
        ({"any": [{"regex": "a", "within": 3}]}, "within goes with near or then, not with regex"),
        ({"any": ["the $poison"]}, "a $ opens the name of a list that stands alone"),
        ({"any": [{"nearr": ["a", "b"]}]}, "did you mean 'near'?"),
        ({"any": ["pest*cide"]}, "a * is understood at the end of a word only"),
        ({"any": ["…"]}, "a phrase needs at least one letter or digit"),
        ({"scope": "body"}, "'sentence', 'previous' or 'title'"),
        ({"name": "heap"}, "function names must be unique, found twice: ['heap']"),
    ],
)
def test_a_wrong_function_is_explained(rules, change, problem):
    rules["functions"][0] |= change
    assert problem in problems_of(rules)


def test_negation_without_a_list_of_cues_is_refused(rules):
    del rules["lists"]["negations"]
    assert "functions.3.any.0: negated needs a list named 'negations'" in problems_of(rules)


def test_a_yaml_no_is_not_taken_for_a_word(rules):
    rules["lists"]["negations"] = ["not", False]
    assert "lists.negations.1: Input should be a valid string, found False" in problems_of(rules)


def test_the_example_of_the_module_is_valid(tmp_path):
    example = rule_file.__doc__.split("::\n\n")[1].split("\n\nA function votes")[0]
    floods = TAXONOMY.model_copy(
        update={
            "topics": (
                TAXONOMY.topics[0].model_copy(
                    update={"id": "floods", "stances": {"favor": "", "neutral": ""}}
                ),
            )
        }
    )
    path = tmp_path / "floods.yaml"
    path.write_text(example, encoding="utf-8")
    functions = read_functions(path, floods).functions
    assert [f.applies(Context("The rivers rose.")) for f in functions] == [True, False]
    assert [f.applies(Context("He promised help after the flood.")) for f in functions] == [False, True]


def test_a_file_that_is_missing_or_not_yaml_is_named(tmp_path):
    with pytest.raises(ConfigError, match="was not found"):
        read_functions(tmp_path / "none.yaml", TAXONOMY)
    path = tmp_path / "broken.yaml"
    path.write_text("lists: [", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"broken.yaml is not valid:\n  not YAML"):
        read_functions(path, TAXONOMY)


def test_a_declared_set_is_loaded_by_its_name(monkeypatch):
    monkeypatch.setattr(rule_file, "kinds", lambda group: ["garden"])
    declared = to_functions(RULES, TAXONOMY, "rules.yaml")
    monkeypatch.setattr(rule_file, "find_kind", lambda group, name: lambda taxonomy: declared)
    assert load_functions("garden", TAXONOMY) is declared


def test_a_declared_set_is_checked_against_the_taxonomy(monkeypatch):
    declared = to_functions(RULES, TAXONOMY, "rules.yaml")
    wrong = [replace(declared.functions[0], topic="pesticid"), *declared.functions[1:]]
    monkeypatch.setattr(rule_file, "kinds", lambda group: ["garden"])
    monkeypatch.setattr(
        rule_file,
        "find_kind",
        lambda group, name: lambda taxonomy: replace(declared, functions=wrong, default_stance="opne"),
    )
    with pytest.raises(ConfigError) as caught:
        load_functions("garden", TAXONOMY)
    assert [problem.split(";")[0] for problem in caught.value.problems] == [
        "poison_named: unknown topic 'pesticid'",
        "default_stance: unknown stance 'opne' of 'pesticide'",
        "default_stance: unknown stance 'opne' of 'compost'",
    ]
