"""Settings: precedence, what is refused with which message, and that no token is ever shown."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny.origin import TinyOrigin

from harvester.errors import SettingError
from harvester.origins.table import ORIGINS
from harvester.origins.tmdb import endpoints
from harvester.settings import (
    FILE,
    KEYS,
    Settings,
    flag,
    gather,
    lake_of,
    load_settings,
)
from harvester.upstream.credential import Credential

TOKEN = "eyJhbGciOiJIUzI1NiJ9.secret-secret.sig_nature"
TOKENED = {"TMDB_TOKEN": TOKEN}

# Two valid values of every setting as a user writes them, and how they are read.
GOOD: dict[str, tuple[tuple[str, Any], tuple[str, Any]]] = {
    "lake": (("./a", "./a"), (" s3://b ", "s3://b")),
    "inputs": (("a.csv", ("a.csv",)), ("a.csv, b.csv,a.csv", ("a.csv", "b.csv"))),
    "kind": (("Movies", "movie"), ("series", "series")),
    "origin": (("tmdb", "TMDB"), ("Tmdb", "TMDB")),
    "endpoints": (("credits,find", ("find", "credits")), ("details", ("details",))),
    "language": (("pt", "pt"), ("pt-BR", "pt-BR")),
    "genres": (("Drama", ("Drama",)), ("Drama,Sci-Fi", ("Drama", "Sci-Fi"))),
    "where": (
        ("person=Tom Hanks", ("person=Tom Hanks",)),
        (" Year = 1999..2003 \n\ntitle=a=b, c", ("year=1999..2003", "title=a=b, c")),
    ),
    "only": (("due", "due"), ("due", "due")),
    "max_age": (("150d", 12_960_000), ("12h", 43_200)),
    "format": (("lines", "lines"), ("array", "array")),
    "requests": (("fanout", "fanout"), ("append", "append")),
    "id_map": (("a.csv.gz", "a.csv.gz"), (" s3://b/ids.csv", "s3://b/ids.csv")),
    "rate": (("0.001", 0.001), ("auto", "auto")),
    "max_rate": (("100", 100.0), ("0.5", 0.5)),
    "quota": (("1", 1), ("100000", 100_000)),
    "concurrency": (("1", 1), ("19", 19)),
    "limit": (("1", 1), ("1000", 1000)),
    "run": (("a", "a"), ("20261124-1a2b3c4d-2", "20261124-1a2b3c4d-2")),
    "date": (
        ("2026-11-24", dt.date(2026, 11, 24)),
        ("2024-02-29", dt.date(2024, 2, 29)),
    ),
    "max_duration": (("14m", 840.0), ("1.5h", 5400.0)),
    "base_url": (("http://[::1]:80/3/", "http://[::1]:80/3"), ("https://t.example", None)),
    "export_url": (("http://[::1]:80/p/", "http://[::1]:80/p"), ("https://t.example/p", None)),
}

# What each setting refuses; values from TOML and events may be other types than text.
BAD: dict[str, list[Any]] = {
    "lake": ["", "  ", True, {"a": 1}, ["a"]],
    "inputs": ["", " , ", {"a": 1}, [["a"]], True],
    "kind": ["", "films", "Movies,Series", 1, ["Movies"]],
    "origin": ["", "imdb", "tmdb ", "tmdb,tmdb", 5, True, ["tmdb"]],
    "endpoints": ["", ",", "detials", "details,nope", ["details", 1], "DETAILS"],
    "language": ["", "PT", "pt-br", "portuguese", "pt-BR\n", 'en"', 5],
    "genres": ["", " ", [5], False],
    "where": ["", " ", "Drama", "genre", "genre=", "actor=Al", "year=199x", "year=2003..1999", [5]],
    "only": ["", "new", "Due", True, ["due"]],
    "max_age": ["", "0", "0d", "150", "-1d", "1.5d", "d", "9999999d", True, ["1d"]],
    "format": ["", "json", "Array", ["array"]],
    "requests": ["", "Append", "both", True, ["append"]],
    "id_map": ["", " ", ["a.csv"], True],
    "rate": ["", "0", "-1", "1e-310", "0.0009", "nan", "inf", "fast", "AUTO", True, [40]],
    "max_rate": ["", "0", "-1", "1e-310", "0.0009", "nan", "inf", "auto", True, [40]],
    "quota": ["", "0", "-1", "none", True],
    "concurrency": ["", "0", "-1", "1.5", 20.0, "1e3", True, "9" * 30],
    "limit": ["", "0", "-5", "ten", "1.0"],
    "run": ["", "-a", ".a", "a/b", "a b", "a" * 65, "ü", "a\n", ".."],
    "date": ["", "1999-12-31", "3000-01-01", "24.11.2026", "2026-02-30", "today", 5],
    "max_duration": ["", "0s", "0.0", "-1m", "1d", "m", "1h30m", "9" * 400, False],
    "base_url": [
        "",
        "api.themoviedb.org",
        "ftp://api.themoviedb.org",
        "https://",
        "https://:443/3",
        "https://host:99999",
        "https://[::1",
        "https://user:hunter2@host/3",
        "https://host/3?api_key=hunter2",
        "https://host/3#hunter2",
        "https://ho st",
    ],
    "export_url": ["", "files.tmdb.org", "ftp://files.tmdb.org", "https://user:hunter2@host/p"],
}


def read(**flags: Any) -> Settings:
    """Return the settings of a command with these flags, a lake and a token."""
    return load_settings({"lake": "./x", **flags}, environ=TOKENED)


def test_every_setting_has_examples() -> None:
    """A new setting can't remain untested: it needs a line in both tables."""
    assert [key.name for key in KEYS] == list(GOOD) == list(BAD)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_value_is_read_alike_from_flag_variable_and_file(name: str, tmp_path: Path) -> None:
    """One reader for three places: environment and file accept what a flag accepts."""
    key = next(key for key in KEYS if key.name == name)
    for text, value in GOOD[name]:
        wanted = text if value is None else value
        for found in (
            gather({name: text}, {}, {}),
            gather({}, {key.variable: text}, {}),
            gather({}, {}, {name: text}) if key.in_file else gather({name: text}, {}, {}),
        ):
            assert found[name].value == wanted


@pytest.mark.parametrize("name", GOOD)
def test_flag_beats_variable_beats_file_beats_default(name: str) -> None:
    """The order of the four, and that each value names its source."""
    key = next(key for key in KEYS if key.name == name)
    (first, _), (second, _) = GOOD[name]
    file = {name: second} if key.in_file else {}
    found = gather({name: first}, {key.variable: second}, file)[name]
    assert (found.text, found.origin) == (first, flag(name))
    found = gather({name: None}, {key.variable: first}, file)[name]
    assert (found.text, found.origin) == (first, key.variable)
    if key.in_file:
        found = gather({}, {}, {name: first})[name]
        assert (found.text, found.origin) == (first, f"{FILE}: {name}")
    assert name not in gather({name: ()}, {}, {name: []} if key.in_file else {})


@pytest.mark.parametrize(("name", "bad"), [(name, bad) for name in BAD for bad in BAD[name]])
def test_a_bad_value_gives_one_sentence_that_names_its_place(name: str, bad: Any) -> None:
    """Wherever it is set, a wrong value is a one-line `SettingError` that begins with the place."""
    key = next(key for key in KEYS if key.name == name)
    places: list[tuple[str, Any, Any, Any]] = [(flag(name), {name: bad}, {}, {})]
    if isinstance(bad, str):
        places.append((key.variable, {}, {key.variable: bad}, {}))
    if key.in_file:
        places.append((f"{FILE}: {name}", {}, {}, {name: bad}))
    for origin, flags, environ, file in places:
        with pytest.raises(SettingError) as caught:
            gather(flags, environ, file)
        message = str(caught.value)
        assert message.startswith(f"{origin} ")
        assert "\n" not in message
        assert len(message) < 400
        assert "hunter2" not in message


@pytest.mark.parametrize(
    ("name", "bad", "said"),
    [
        ("endpoints", "foo", "does not know 'foo'; the endpoints are"),
        (
            "endpoints",
            "find,fnid",
            "does not know 'fnid' (did you mean 'find'?); the endpoints are",
        ),
        ("max_age", "0d", "takes an age from 1h, such as 150d or 12h, not '0d'"),
        ("max_duration", "0s", "takes a duration above 0, such as 90s, 14m or 2h, not '0s'"),
        ("limit", "0", "takes a whole number from 1, not '0'"),
        ("rate", "0", "takes a number from 0.001, or auto, not '0'"),
    ],
)
def test_what_is_wrong_is_said_once_and_with_its_bounds(name: str, bad: str, said: str) -> None:
    """The value is named once; where a number is too small, the least is told."""
    with pytest.raises(SettingError) as refused:
        read(**{name: bad})
    text = str(refused.value)
    assert text.startswith(f"{flag(name)} {said}")
    assert text.count(repr(bad.rpartition(",")[2])) == 1


def test_defaults_are_those_of_the_design() -> None:
    """The settings of a command with only a lake and a token."""
    settings = read()
    assert settings == Settings(
        lake="./x",
        endpoints=("find", "details", "credits", "keywords"),
        rate=40.0,
        concurrency=20,
        format="array",
        base_url="https://api.themoviedb.org/3",
        credential=settings.credential,
    )


def test_the_table_tells_the_defaults_that_hold() -> None:
    """`KEYS` shows defaults as text; read back, they are those of `Settings`."""
    settings = read()
    for key in KEYS:
        if key.default and key.name != "lake":
            assert key.read(key.default) == getattr(settings, key.name), key.name


def test_the_file_has_at_most_20_keys() -> None:
    """Settings stay few enough to read; what describes a single run is not among them."""
    names = {key.name for key in KEYS if key.in_file}
    assert len(names) <= 20
    assert not names & {"run", "limit", "date", "fresh"}


@pytest.mark.parametrize(
    ("variable", "meant"),
    [("HARVESTER_RATES", "HARVESTER_RATE"), ("HARVESTER_GENRES", "HARVESTER_GENRE")],
)
def test_an_unknown_variable_is_refused_with_the_nearest(variable: str, meant: str) -> None:
    """A typing error in the environment does not silently give the default."""
    with pytest.raises(SettingError, match=f"{variable}.*did you mean '{meant}'"):
        gather({}, {variable: "1"}, {})


def test_an_unknown_variable_does_not_show_its_value() -> None:
    """With an invented `HARVESTER_TMDB_TOKEN`, the token does not appear in the log."""
    with pytest.raises(SettingError) as caught:
        gather({}, {"HARVESTER_TMDB_TOKEN": TOKEN}, {})
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("rte = 5", "did you mean 'rate'"),
        ("limit = 5", "no key of it"),
        ("tmdb_token = 'hunter2'", "no key of it"),
        ("[harvester]\nrate = 5", "no key of it"),
        ("rate = ", "can't be read"),
        ("rate = 'hunter2", "can't be read"),
        ("rate = true", "takes"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, content: str, expected: str) -> None:
    """Unknown keys, broken TOML and wrong types: one sentence that names the file, no values."""
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(SettingError, match=FILE) as caught:
        load_settings({"lake": "./x"}, environ=TOKENED, folder=tmp_path)
    assert expected in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_no_text_or_no_file_is_refused(tmp_path: Path) -> None:
    """Latin-1 or a folder by that name gives a sentence, not the original exception."""
    (tmp_path / FILE).write_bytes(b"lake = '\xe9'")
    with pytest.raises(SettingError, match="can't be read"):
        load_settings({}, environ=TOKENED, folder=tmp_path)
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()
    with pytest.raises(SettingError, match="can't be read"):
        load_settings({}, environ=TOKENED, folder=tmp_path)


def test_the_file_here_is_read(tmp_path: Path) -> None:
    """`harvester.toml` in the working directory is read, with TOML's own types."""
    Path(FILE).write_text(
        'lake = "./here"\nrate = 20\nendpoints = ["credits", "find"]\nmax_duration = 90\n',
        encoding="utf-8",
    )
    settings = load_settings({}, environ=TOKENED)
    assert (settings.lake, settings.rate, settings.max_duration) == ("./here", 20.0, 90.0)
    assert settings.endpoints == ("find", "credits")


def test_what_is_left_out_is_the_origins_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Endpoints, rate and address; each origin's address is set by its own variable alone."""
    monkeypatch.setitem(ORIGINS, "Tiny", TinyOrigin())
    tiny = Settings(lake="./x", origin="Tiny")
    assert (tiny.endpoints, tiny.top_rate) == (("info", "cast"), 1000.0)
    assert tiny.base_url == "http://tiny.invalid"
    environ = {"HARVESTER_ORIGIN": "TINY", "TMDB_BASE_URL": "https://mirror.test/3"}
    assert load_settings({"lake": "./x"}, environ=environ) == tiny
    environ["TINY_BASE_URL"] = "http://tiny.test"
    assert load_settings({"lake": "./x"}, environ=environ).base_url == "http://tiny.test"
    assert read(origin="tmdb") == read()


def test_local_simulates_an_origin_that_needs_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless its address is named: nothing else tells that real answers are wanted."""
    monkeypatch.setitem(ORIGINS, "Tiny", TinyOrigin())
    flags = {"origin": "tiny"}
    assert load_settings(flags, environ=TOKENED, local=True).base_url is None
    assert load_settings({"lake": "./lake", **flags}, environ={}).base_url == "http://tiny.invalid"
    named = {"TINY_BASE_URL": "http://127.0.0.1:1"}
    assert load_settings(flags, environ=named, local=True).base_url == "http://127.0.0.1:1"


@given(st.permutations(endpoints.NAMES), st.integers(1, len(endpoints.NAMES)))
def test_endpoints_come_in_one_order(names: list[str], count: int) -> None:
    """The same endpoints in any order, and repeated, are the same run."""
    asked = [*names[:count], names[0]]
    found = gather({"endpoints": ",".join(asked)}, {}, {})["endpoints"].value
    assert found == tuple(name for name in endpoints.NAMES if name in asked)


@given(
    st.integers(1, 10**6),
    st.sampled_from([("", 1), ("s", 1), ("m", 60), ("h", 3600), (" s", 1), (" m", 60)]),
)
def test_durations(number: int, unit: tuple[str, int]) -> None:
    """Seconds, minutes and hours; a bare number is in seconds."""
    assert read(max_duration=f"{number}{unit[0]}").max_duration == number * unit[1]
    assert read(max_duration=f" {number}.5{unit[0]} ").max_duration == (number + 0.5) * unit[1]


@given(st.dictionaries(st.sampled_from([key.name for key in KEYS]), st.text(max_size=8)))
def test_any_text_is_read_or_refused(flags: dict[str, str]) -> None:
    """Any text gives either settings or a one-line `SettingError`."""
    try:
        gather(flags, {}, {})
    except SettingError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - most texts raise, some do not


def test_local_is_a_lake_a_sample_and_a_simulator() -> None:
    """`--local` without a token: ./lake, the bundled sample, and the simulator."""
    settings = load_settings({}, environ={}, local=True)
    assert (settings.lake, settings.sample, settings.base_url) == ("./lake", True, None)
    assert settings.credential == Credential()


def test_local_with_a_token_asks_tmdb() -> None:
    """A token is used when there is one, and the URL too."""
    settings = load_settings({}, environ=TOKENED, local=True)
    assert settings.base_url == "https://api.themoviedb.org/3"
    environ = TOKENED | {"TMDB_BASE_URL": "http://127.0.0.1:1"}
    assert load_settings({}, environ=environ, local=True).base_url == "http://127.0.0.1:1"


def test_local_beats_another_lake_of_the_environment_but_not_of_a_flag() -> None:
    """`--local --lake X` is a contradiction; a lake in the environment is not."""
    settings = load_settings({}, environ={"HARVESTER_LAKE": "s3://b"}, local=True)
    assert settings.lake == "./lake"
    with pytest.raises(SettingError, match="--local means --lake"):
        load_settings({"lake": "s3://b"}, environ={}, local=True)


@pytest.mark.parametrize("in_file", [False, True])
def test_local_with_a_url_and_no_token_is_refused(tmp_path: Path, *, in_file: bool) -> None:
    """Simulator and TMDB are both possible; the error names where the URL is set."""
    url = "http://127.0.0.1:1"
    if in_file:
        (tmp_path / FILE).write_text(f"base_url = '{url}'", encoding="utf-8")
    environ = {} if in_file else {"TMDB_BASE_URL": url}
    who = f"{FILE}: base_url" if in_file else "TMDB_BASE_URL"
    with pytest.raises(SettingError, match=f"^{who} is set but no token"):
        load_settings({}, environ=environ, local=True, folder=tmp_path)


def test_no_lake_and_no_token_are_reported() -> None:
    """Both sentences say what to do."""
    with pytest.raises(SettingError, match="--lake"):
        load_settings({}, environ=TOKENED)
    for empty in ("", "  \n"):
        with pytest.raises(SettingError, match="set TMDB_TOKEN"):
            load_settings({"lake": "./x"}, environ={"TMDB_TOKEN": empty})


def test_a_v4_token_goes_into_a_header_and_a_v3_key_into_the_query() -> None:
    """TMDB accepts each only there; the token takes precedence when both are set."""
    both = {"TMDB_TOKEN": f"\t{TOKEN}\n", "TMDB_API_KEY": "0123456789abcdef"}
    settings = load_settings({"lake": "./x"}, environ=both)
    assert settings.credential.headers == {"Authorization": f"Bearer {TOKEN}"}
    assert settings.credential.params == {}
    settings = load_settings({"lake": "./x"}, environ={"TMDB_API_KEY": " 0123456789abcdef\r\n"})
    assert settings.credential.headers == {}
    assert settings.credential.params == {"api_key": "0123456789abcdef"}


@pytest.mark.parametrize("variable", ORIGINS["TMDB"].token_variables)
def test_no_token_is_ever_shown(variable: str) -> None:
    """Neither `repr` nor `str` of its object shows it, nor the error about a bad one."""
    settings = load_settings({"lake": "./x"}, environ={variable: TOKEN})
    for shown in (
        repr(settings),
        str(settings),
        repr(settings.credential),
        f"{settings.credential}",
    ):
        assert TOKEN not in shown
    with pytest.raises(SettingError, match=variable) as caught:
        load_settings({"lake": "./x"}, environ={variable: f"{TOKEN} {TOKEN}"})
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_commands_that_never_ask_tmdb_need_no_token() -> None:
    """`status` and `verify` work without one, but still need a lake."""
    assert lake_of({"lake": "./x"}, local=False) == "./x"
    assert lake_of({}, local=True) == "./lake"
    with pytest.raises(SettingError, match="--lake"):
        lake_of({}, local=False)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HARVESTER_SERVICE_HOST", "10.0.0.1"),
        ("HARVESTER_SERVICE_PORT", "80"),
        ("HARVESTER_SERVICE_PORT_HTTP", "80"),
        ("HARVESTER_PORT", "tcp://10.0.0.1:80"),
        ("HARVESTER_PORT_80_TCP", "tcp://10.0.0.1:80"),
        ("HARVESTER_PORT_80_TCP_PROTO", "tcp"),
        ("HARVESTER_PORT_53_UDP_ADDR", "10.0.0.1"),
        ("HARVESTER_UI_SERVICE_HOST", "10.0.0.1"),
        ("HARVESTER_UI_PORT", "udp://10.0.0.1:53"),
        ("HARVESTER_LAKE_PORT_9000_TCP_PORT", "9000"),
    ],
)
def test_what_kubernetes_sets_is_passed_over(variable: str, value: str) -> None:
    """A Service named harvester puts variables of its own into each pod; they are no settings."""
    environ = TOKENED | {variable: value, "HARVESTER_LAKE": "l"}
    assert load_settings({}, environ=environ).lake == "l"


@pytest.mark.parametrize(
    ("variable", "value"),
    [("HARVESTER_PORT", "8080"), ("HARVESTER_SERVICE", "x"), ("HARVESTER_PORTS", "tcp://x")],
)
def test_what_only_looks_like_it_is_an_error_still(variable: str, value: str) -> None:
    """A misspelt setting is said as ever."""
    with pytest.raises(SettingError, match=variable):
        load_settings({"lake": "l"}, environ=TOKENED | {variable: value})


@pytest.mark.parametrize("url", ["https://a..b/3", "http://" + "x" * 64 + ".test/3"])
def test_a_base_url_whose_host_is_no_name(url: str) -> None:
    """What no resolver takes is said before anything is asked."""
    with pytest.raises(SettingError, match="TMDB_BASE_URL takes an http"):
        load_settings({"lake": "l"}, environ=TOKENED | {"TMDB_BASE_URL": url})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("lakee", "did you mean 'lake'?"),
        ("endpoint", "did you mean 'endpoints'?"),
        ("genre", "did you mean 'genres'?"),
        ("max-age", "did you mean 'max_age'?"),
        ("qqq", "the settings are lake, inputs,"),
        ("x" * 500, "the settings are lake, inputs,"),
    ],
)
@pytest.mark.parametrize("value", ["./l", None, ()])
def test_a_name_that_is_no_setting_is_refused(name: str, said: str, value: object) -> None:
    """As in the file: what is misspelled would be left out in silence."""
    with pytest.raises(SettingError, match="is no setting") as caught:
        load_settings({"lake": "./l", name: value}, environ=TOKENED)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 500
