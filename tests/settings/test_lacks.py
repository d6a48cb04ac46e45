"""What an origin has no use for is refused wherever it is set; what it can is taken."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tiny.origin import TinyOrigin

from harvester.errors import SettingError
from harvester.origins.table import ORIGINS
from harvester.settings import FILE, load_settings

GIVEN = {"language": "pt-BR", "requests": "append", "id_map": "ids.csv", "rate": "auto"}


def load(folder: Path, flags: dict[str, Any], environ: dict[str, str]) -> Any:
    """Return the settings of a run of Tiny."""
    flags = {"lake": "l", "origin": "tiny", **flags}
    return load_settings(flags, environ=environ, folder=folder)


@pytest.mark.parametrize("name", GIVEN)
@pytest.mark.parametrize("place", ["flag", "variable", "file"])
def test_a_setting_that_is_of_no_use_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, place: str
) -> None:
    """One sentence with the place where it is set, and the origin; TMDB takes each."""
    monkeypatch.setitem(ORIGINS, "Tiny", TinyOrigin())
    value, variable = GIVEN[name], f"HARVESTER_{name.upper()}"
    flags = {name: value} if place == "flag" else {}
    environ = {variable: value} if place == "variable" else {}
    if place == "file":
        (tmp_path / FILE).write_text(f'{name} = "{value}"\n')
    with pytest.raises(SettingError, match="is nothing for Tiny, which") as caught:
        load(tmp_path, flags, environ)
    begins = {"flag": f"--{name.replace('_', '-')} ", "variable": variable, "file": f"{FILE}: "}
    assert str(caught.value).startswith(begins[place])
    assert len(str(caught.value).splitlines()) == 1
    read = load_settings(
        {"lake": "l", **flags}, environ={"TMDB_TOKEN": "x", **environ}, folder=tmp_path
    )
    assert getattr(read, name) == value


def test_what_it_can_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its own values of the same settings, and those that an origin says it has."""
    monkeypatch.setitem(ORIGINS, "Tiny", TinyOrigin())
    plain = load(tmp_path, {"requests": "fanout", "rate": "7"}, {})
    assert (plain.requests, plain.rate, plain.language) == ("fanout", 7.0, None)
    able = replace(TinyOrigin(), languages=True, auto_rate=True)
    monkeypatch.setitem(ORIGINS, "Tiny", able)
    assert load(tmp_path, {"language": "pt", "rate": "auto"}, {}).rate == "auto"


def test_what_sends_nothing_refuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """`status` and `verify` need not fit the origin that the environment names."""
    monkeypatch.setitem(ORIGINS, "Tiny", TinyOrigin(token_variables=("TINY_KEY",)))
    environ = {"HARVESTER_ORIGIN": "tiny", "HARVESTER_LANGUAGE": "pt"}
    assert load_settings({"lake": "l"}, environ=environ, needs_token=False).lake == "l"
