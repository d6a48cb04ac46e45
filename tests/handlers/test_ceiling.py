"""An event asks for at most the rate that the environment sets."""

from typing import Any

import pytest
from template import load

from handlers.ceiling import within_ceiling
from harvester.errors import SettingError
from harvester.settings import load_settings

HERE = {"HARVESTER_RATE": "20"}


@pytest.mark.parametrize("rate", [20, "20", 0.5, "7.5"])
def test_up_to_the_ceiling(rate: object) -> None:
    """What is not above it is taken as it is."""
    assert within_ceiling({"rate": rate}, HERE) == {"rate": rate}


@pytest.mark.parametrize("rate", [20.1, "21", 1000, 10**15])
def test_not_above_it(rate: object) -> None:
    """One sentence names both."""
    with pytest.raises(SettingError, match=r"the event's rate .* is above HARVESTER_RATE 20"):
        within_ceiling({"rate": rate}, HERE)


@pytest.mark.parametrize(
    ("environ", "most"), [(HERE, 20), ({**HERE, "HARVESTER_MAX_RATE": "15"}, 15)]
)
def test_a_rate_that_is_found_climbs_no_higher(environ: dict[str, str], most: float) -> None:
    """`auto` keeps the lower of both limits."""
    assert within_ceiling({"rate": "auto"}, environ) == {"rate": "auto", "max_rate": most}


@pytest.mark.parametrize("flags", [{"limit": 5}, {"rate": None}])
def test_without_a_rate_there_is_nothing_to_hold(flags: dict[str, Any]) -> None:
    """The environment's own rate counts."""
    assert within_ceiling(flags, HERE) == flags


def test_the_stack_has_a_ceiling_whether_or_not_it_sets_a_rate() -> None:
    """`HARVESTER_MAX_RATE` refuses what an event, or a user, asks for above it."""
    variables = load()["Globals"]["Function"]["Environment"]["Variables"]
    environ = {"HARVESTER_MAX_RATE": str(variables["HARVESTER_MAX_RATE"]), "TMDB_TOKEN": "x"}
    flags = within_ceiling({"lake": "l", "rate": 800}, environ)
    with pytest.raises(SettingError, match="--rate 800 is above HARVESTER_MAX_RATE 50"):
        load_settings(flags, environ=environ)
