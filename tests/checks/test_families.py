import re

import pytest

from stance.checks.families import read_checks
from stance.errors import ConfigError
from stance.shipped import CHECKS, TAXONOMY
from stance.taxonomy import read_taxonomy
from tests.checks.conftest import FAMILY
from tests.evaluation.examples import TOWN

TEMPLATE = FAMILY["templates"][0]


def test_a_config_names_families_limits_and_seed(write_checks):
    config, families = read_checks(write_checks(FAMILY, limits={"praise": 0.2}, seed=4), TOWN)
    assert (config.limits, config.seed) == ({"praise": 0.2}, 4)
    assert [family.name for family in families] == ["praise"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"templates": []}, "a family needs 'templates' or 'pairs'"),
        ({"ask": "topic"}, "ask: Input should be 'labels' or 'stance', found 'topic'"),
        ({"slot": {}}, "slot: no such parameter of a family of checks; did you mean 'slots'?"),
        ({"slots": {"who": ["Ada"]}}, "templates.0: no values for the slot 'what'; ['who'] have some"),
        (
            {"templates": [{**TEMPLATE, "labels": {"ferries": "pro"}}]},
            "templates.0.labels: unknown topic 'ferries'; town has ['trams', 'parks']",
        ),
        (
            {"templates": [{**TEMPLATE, "changed": {"labels": {"trams": "favor"}}}]},
            "templates.0.labels: unknown stance 'favor' of 'trams'; it has ['pro', 'contra', 'open']",
        ),
        ({"templates": [{**TEMPLATE, "expect": "same"}]}, "same needs 'changed', 'swap' or 'transforms'"),
        ({"templates": [{"text": "x", "expect": "is_not"}]}, "is_not needs the 'labels'"),
        ({"templates": [{"text": "x", "ask": "stance"}]}, "templates.0: ask: stance needs the 'labels'"),
        (
            {"templates": [{**TEMPLATE, "swap": ["who"], "transforms": ["lower_case"]}]},
            "a template is changed in one way, found ['swap', 'transforms']",
        ),
        (
            {"templates": [{**TEMPLATE, "transforms": ["lower_case"], "expect": "changes"}]},
            "transforms expect the same answer, found expect: changes",
        ),
        (
            {"templates": [{**TEMPLATE, "transforms": ["lowercase"]}]},
            "unknown transform 'lowercase'; did you mean 'lower_case'?",
        ),
        (
            {"templates": [{**TEMPLATE, "text": "{who praised"}]},
            "templates.0: expected '}' before end of string",
        ),
        ({"templates": [{**TEMPLATE, "text": "{}"}]}, "templates.0: no values for the slot ''; ['what'"),
        ({"templates": [{**TEMPLATE, "text": "{who:d}"}]}, "no values for the slot 'who:d'; ['what'"),
    ],
)
def test_a_wrong_family_is_named_with_its_problem(write_checks, change, message):
    with pytest.raises(ConfigError, match=re.escape(message)) as caught:
        read_checks(write_checks({**FAMILY, **change}), TOWN)
    assert caught.value.path.endswith("0.yaml")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"limits": {"prase": 0.1}}, "limits.prase: no such family; did you mean 'praise'?"),
        ({"limits": {"praise": 7}}, "a limit is a share from 0 to 1, found {'praise': 7.0}"),
        ({"families": ["nowhere"]}, "'nowhere' was not found"),
        ({"family": []}, "family: no such parameter of a check config; did you mean 'families'?"),
    ],
)
def test_a_wrong_config_is_named_with_its_problem(write_checks, settings, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        read_checks(write_checks(FAMILY, **settings), TOWN)


def test_two_families_of_one_name_are_refused(write_checks):
    with pytest.raises(ConfigError, match="families: two are named 'praise'"):
        read_checks(write_checks(FAMILY, FAMILY), TOWN)


def test_a_folder_without_families_is_refused(write_checks):
    with pytest.raises(ConfigError, match="holds no"):
        read_checks(write_checks(), TOWN)


def test_every_shipped_family_has_a_limit():
    config, families = read_checks(CHECKS, read_taxonomy(TAXONOMY))
    assert {family.name for family in families} == set(config.limits)


def test_families_for_another_taxonomy_are_refused():
    with pytest.raises(ConfigError, match="unknown topic 'arms_deal'; town has"):
        read_checks(CHECKS, TOWN)
