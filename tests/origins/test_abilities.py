"""What an origin says that it can is what it has."""

from tiny.origin import TinyOrigin

from harvester.origins.abilities import Describing, LookingUp, without_lookup
from harvester.origins.origin import Answering
from harvester.origins.table import ORIGINS
from harvester.origins.tmdb.connection import TmdbConnection
from harvester.origins.tmdb.origin import TmdbOrigin


def test_only_tmdb_looks_ids_up() -> None:
    """What its `find` answers is no record of a title; of others each endpoint is."""
    tmdb, tiny = TmdbOrigin(), TinyOrigin()
    assert isinstance(tmdb, LookingUp)
    assert not isinstance(tiny, LookingUp)
    assert without_lookup(tmdb, ["find", "details"]) == ["details"]
    assert without_lookup(tiny, tiny.endpoints) == list(tiny.endpoints)
    assert isinstance(tmdb, Describing)


def test_every_origin_names_what_settings_and_pages_ask_of_it() -> None:
    """Defaults are among what there is; no two take each other's variables for their own."""
    variables = [
        name for one in ORIGINS.values() for name in (one.base_url_variable, *one.token_variables)
    ]
    assert len(variables) == len(set(variables))
    for name, one in ORIGINS.items():
        assert name == one.name
        assert set(one.default_endpoints) <= set(one.endpoints)
        assert "fanout" in one.request_modes
        assert bool(one.token_variables) == bool(one.token_name) == bool(one.token_url)
        assert one.attribution.endswith(".")
        assert one.terms_url.startswith("https://")
        for variable in one.token_variables:
            assert one.credential(variable, "x")


def test_tmdb_answers_questions() -> None:
    """As it says."""
    assert TmdbOrigin().answers_questions
    assert issubclass(TmdbConnection, Answering)
