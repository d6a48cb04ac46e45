"""What `harvester config` shows, and what it hides."""

import json
from pathlib import Path

import pytest
from command_line import harvester


@pytest.mark.parametrize(
    ("lake", "shown"),
    [
        ("s3://KEY:SEC/RET+x@my-lake/prefix", "s3://***@my-lake/prefix"),
        ("gs://my-lake?access_key=SECRET", "gs://my-lake?***"),
        ("s3://my-lake/prefix", "s3://my-lake/prefix"),
        ("./SEC@lake?", "./SEC@lake?"),
    ],
)
async def test_no_credential_in_a_lakes_uri_is_shown(
    lake: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """User, password and query of a URI are hidden, as text and as JSON; a folder has none."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARVESTER_LAKE", lake)
    monkeypatch.setenv("HARVESTER_INPUTS", f"{lake}/m.csv")
    as_text = await harvester("config")
    as_json = await harvester("config", "--json")
    values = {row["name"]: row["value"] for row in json.loads(as_json.out)}
    assert values["lake"] == shown
    assert shown in as_text.out
    if lake.endswith("prefix") and "SEC" in lake:
        assert "RET" not in as_text.out + as_json.out
    assert "SECRET" not in as_text.out + as_json.out


async def test_the_origin_that_is_meant_has_its_own_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its endpoints, rate, address and variable; the tokens of all are named, none is shown."""
    monkeypatch.setenv("HARVESTER_ORIGIN", "tiny")
    monkeypatch.setenv("TINY_KEY", "a-key-of-tiny")
    ended = await harvester("config", "--json", tiny={"token_variables": ["TINY_KEY"]})
    rows = {row["name"]: row for row in json.loads(ended.out)}
    values = [rows[name]["value"] for name in ("origin", "endpoints", "rate", "base_url")]
    assert values == ["tiny", "info,cast", "1000", "http://tiny.invalid"]
    assert rows["base_url"]["variable"] == "TINY_BASE_URL"
    assert (rows["TINY_KEY"]["value"], rows["TMDB_TOKEN"]["value"]) == ("set", "not set")
    assert "a-key-of-tiny" not in ended.out


async def test_a_list_is_a_list_in_json_and_as_typed_in_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No form of Python's: each value of the table can be given to the harvester again."""
    monkeypatch.chdir(tmp_path)
    Path("harvester.toml").write_text(
        'inputs = ["tmdb:collection/The Matrix", "s3://KEY:SECRET@b/m.csv"]\nrate = 20\n'
        'genres = ["Drama", "Sci-Fi"]\nendpoints = ["find", "credits"]\n'
        'where = ["year=1999..2003", "person=Tom Hanks"]\n'
    )
    values = {
        row["name"]: row["value"] for row in json.loads((await harvester("config", "--json")).out)
    }
    assert values["inputs"] == ["tmdb:collection/The Matrix", "s3://***@b/m.csv"]
    assert values["genres"] == ["Drama", "Sci-Fi"]
    assert values["where"] == ["year=1999..2003", "person=Tom Hanks"]
    assert values["rate"] == "20"
    lines = (await harvester("config")).out.splitlines()
    shown = {line.split()[0]: line[14:] for line in lines}
    assert shown["inputs"].startswith("'tmdb:collection/The Matrix' 's3://***@b/m.csv' ")
    assert shown["genres"].startswith("Drama,Sci-Fi ")
    assert shown["endpoints"].startswith("find,credits ")
    assert shown["where"].startswith("year=1999..2003 'person=Tom Hanks' ")
    assert "SECRET" not in "".join(lines)
