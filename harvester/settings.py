"""What a run is told: flag > environment > `harvester.toml` > default.

One table, `KEYS`, names every setting; the command line, the Lambda handler, `harvester config`
and the manual read it.
"""

import datetime as dt
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harvester import endpoints
from harvester.errors import SettingError
from harvester.lake import RUN_ID, Format
from harvester.model import Kind

FILE = "harvester.toml"
LOCAL_LAKE = "./lake"
TMDB_BASE_URL = "https://api.themoviedb.org/3"
SIMULATOR_HOST = "simulator"

_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?", re.ASCII)
_DURATION = re.compile(r"(?P<number>\d+(\.\d+)?)\s*(?P<unit>s|m|h|)", re.ASCII)
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Credential:
    """How we authenticate; its `repr` shows nothing.

    A v4 read token goes into the Authorization header, a v3 key only into the query
    (https://developer.themoviedb.org/docs/authentication-application).
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything one run is told.

    `rate` is in requests a second, `max_duration` in seconds. `base_url` is None for the embedded
    simulator. `kind` of None means each input tells its own. `sample` says that a lake without CSVs
    gets the bundled ones. `retry_of` names a run whose failed titles are asked for again; empty
    for the newest.
    """

    lake: str
    inputs: tuple[str, ...] = ()
    kind: Kind | None = None
    endpoints: tuple[str, ...] = endpoints.DEFAULT
    language: str | None = None
    genres: tuple[str, ...] = ()
    format: Format = "array"
    rate: float = 40.0
    concurrency: int = 20
    limit: int | None = None
    run: str | None = None
    fresh: bool = False
    date: dt.date | None = None
    max_duration: float | None = None
    base_url: str | None = TMDB_BASE_URL
    credential: Credential = field(default_factory=Credential)
    sample: bool = False
    retry_of: str | None = None


def _number(text: object) -> float:
    try:
        value = float(str(text))
    except ValueError:
        value = float("nan")
    if not 0 < value < float("inf"):
        raise ValueError("takes a number above 0")
    return value


def _count(text: object) -> int:
    if isinstance(text, bool) or not re.fullmatch(r"[1-9]\d{0,8}", str(text), re.ASCII):
        raise ValueError("takes a whole number from 1")
    return int(str(text))


def _words(text: object) -> tuple[str, ...]:
    parts = text if isinstance(text, list | tuple) else str(text).split(",")
    words = tuple(dict.fromkeys(str(part).strip() for part in parts if str(part).strip()))
    if not words:
        raise ValueError("takes at least one name")
    return words


def _endpoints(text: object) -> tuple[str, ...]:
    names = _words(text)
    for name in names:
        if name not in endpoints.NAMES:
            raise ValueError(
                f"does not know {name!r}{_nearest(name, endpoints.NAMES)}; "
                f"the endpoints are {', '.join(endpoints.NAMES)}"
            )
    return tuple(name for name in endpoints.NAMES if name in names)  # one order: one run id


def _language(text: object) -> str:
    if not _LANGUAGE.fullmatch(str(text)):
        raise ValueError("takes an ISO 639-1 code, with a region if you like: pt or pt-BR")
    return str(text)


def _format(text: object) -> Format:
    if text == "array" or text == "lines":  # noqa: PLR1714 - this form narrows the type
        return text
    raise ValueError("takes array or lines")


def _seconds(text: object) -> float:
    found = _DURATION.fullmatch(str(text).strip())
    seconds = float(found["number"]) * _SECONDS[found["unit"]] if found else 0.0
    if not 0 < seconds < float("inf"):
        raise ValueError("takes a duration such as 90s, 14m or 2h")
    return seconds


def _kind(text: object) -> Kind:
    match str(text).casefold():
        case "movies" | "movie":
            return "movie"
        case "series" | "tv":
            return "series"
    raise ValueError("takes Movies or Series")


def _date(text: object) -> dt.date:
    try:
        return dt.date.fromisoformat(str(text))
    except ValueError:
        raise ValueError("takes a date such as 2026-11-24") from None


def _run(text: object) -> str:
    if not RUN_ID.fullmatch(str(text)):
        raise ValueError(
            "takes up to 64 letters, digits, '.', '_' and '-', a letter or digit first"
        )
    return str(text)


def _text(text: object) -> str:
    if not str(text).strip():
        raise ValueError("must not be empty")
    return str(text).strip()


def _url(text: object) -> str:
    url = str(text)
    try:
        parts = urlsplit(url)
        good = re.fullmatch(r"https?://[^\s?#@]+", url) and parts.hostname and parts.port != 0
    except ValueError:  # a port out of range, a broken IPv6 address
        good = False
    if not good:
        raise ValueError("takes an http:// or https:// URL without user, query or fragment")
    return url.rstrip("/")


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: its name in `Settings` and harvester.toml, and how a user's text is read.

    `default` is as a user would write it. Only what describes a habit, not one run, may stand in
    the file. A wrong value that may hold a password or token is not `shown`.
    """

    name: str
    read: Callable[[object], Any]
    default: str
    says: str
    in_file: bool = True
    env: str = ""
    shown: bool = True

    @property
    def variable(self) -> str:
        """The environment variable of this setting."""
        return self.env or f"HARVESTER_{self.name.upper()}"


KEYS: tuple[Key, ...] = (
    Key("lake", _text, "", "where everything lies: s3://bucket[/prefix] or a folder"),
    Key("inputs", _words, "", "CSVs: files, folders, s3:// keys or -; none = newest in the lake"),
    Key(
        "kind",
        _kind,
        "",
        "what the inputs list, Movies or Series, when they don't tell",
        env="HARVESTER_AS",
    ),
    Key("endpoints", _endpoints, ",".join(endpoints.DEFAULT), "which TMDB methods to harvest"),
    Key(
        "language", _language, "", "language of TMDB's answers, such as pt-BR; none = TMDB's en-US"
    ),
    Key("genres", _words, "", "take only titles of these genres", env="HARVESTER_GENRE"),
    Key("format", _format, "array", "record files as a JSON array, or JSON Lines: array or lines"),
    Key("rate", _number, "40", "requests a second that may start"),
    Key("concurrency", _count, "20", "requests that may be in flight; TMDB refuses over 20"),
    Key("limit", _count, "", "take only the plan's first N titles", in_file=False),
    Key(
        "run", _run, "", "the run's id; none = made from the date and what is asked", in_file=False
    ),
    Key("date", _date, "", "the date in the lake's paths (UTC); none = today", in_file=False),
    Key("max_duration", _seconds, "", "stop, resumable, after this long, such as 14m"),
    Key(
        "base_url",
        _url,
        TMDB_BASE_URL,
        "TMDB's API, or its mirror",
        env="TMDB_BASE_URL",
        shown=False,
    ),
)
BY_NAME = {key.name: key for key in KEYS}
TOKEN_VARIABLES = ("TMDB_TOKEN", "TMDB_API_KEY")


@dataclass(frozen=True, slots=True)
class Value:
    """A setting's value, the text it was read from, and who set it, such as `HARVESTER_RATE`."""

    value: Any
    text: Any
    origin: str


def gather(
    flags: Mapping[str, Any], environ: Mapping[str, str], file: Mapping[str, Any]
) -> dict[str, Value]:
    """Return every setting that somebody set, by `Settings` name. Pure.

    `flags` are by `Settings` name; those that are None or empty were not given. Raises
    `SettingError` naming the flag, variable or key.
    """
    for variable in environ:
        if variable.startswith("HARVESTER_"):
            known = [key.variable for key in KEYS]
            if variable not in known:
                raise SettingError(
                    f"the environment has {variable}, which is no setting"
                    f"{_nearest(variable, known)}; unset it, or see `harvester config`"
                )
    in_file = [key.name for key in KEYS if key.in_file]
    for name in file:
        if name not in in_file:
            raise SettingError(
                f"{FILE} has {name!r}, which is no key of it{_nearest(name, in_file)}; "
                f"the keys are {', '.join(in_file)}"
            )
    found = {}
    for key in KEYS:
        for text, origin in (
            (flags.get(key.name), flag(key.name)),
            (environ.get(key.variable), key.variable),
            (file.get(key.name), f"{FILE}: {key.name}"),
        ):
            if text is None or text in ((), []):
                continue
            try:
                found[key.name] = Value(_read(key, text), text, origin)
            except ValueError as error:
                what = f", not {_shown(text)}" if key.shown else ""
                raise SettingError(f"{origin} {error}{what}") from None
            break
    return found


def _read(key: Key, text: object) -> Any:
    """Read a value, which in TOML or an event may be of any type, by its key."""
    many = isinstance(text, list | tuple)
    if isinstance(text, bool | dict) or (many and key.read not in (_words, _endpoints)):
        raise ValueError("takes one text or number")
    if many and not all(isinstance(part, str) for part in text):  # type: ignore[attr-defined]
        raise ValueError("takes a list of texts")
    return key.read(text)


def settings(
    flags: Mapping[str, Any],
    *,
    environ: Mapping[str, str] = os.environ,
    folder: Path | None = None,
    local: bool = False,
    fresh: bool = False,
    retry_of: str | None = None,
) -> Settings:
    """Return the settings of one run, from flags, environment and `harvester.toml` in `folder`.

    With `local`, the lake is `./lake`, and without a token TMDB is the embedded simulator. Raises
    `SettingError`.
    """
    if local and flags.get("lake"):
        raise SettingError(f"--local means --lake {LOCAL_LAKE}; give one of the two")
    if local:
        flags = {**flags, "lake": LOCAL_LAKE}
    gathered = gather(flags, environ, read_file(folder))
    given = {name: value.value for name, value in gathered.items()}
    if "lake" not in given:
        raise SettingError("say where the lake is: --lake s3://bucket, --lake FOLDER, or --local")
    token = credential(environ)
    if token is None:
        if not local:
            raise SettingError(
                "TMDB needs a token: set TMDB_TOKEN to your API Read Access Token "
                "(https://www.themoviedb.org/settings/api), or try --local, which needs none"
            )
        if "base_url" in given:
            raise SettingError(
                f"{gathered['base_url'].origin} is set but no token: set TMDB_TOKEN too, "
                "or unset it to use the embedded simulator"
            )
        given["base_url"] = None
    return Settings(
        **given,
        fresh=fresh,
        sample=local,
        retry_of=retry_of,
        credential=token or Credential(),
    )


def lake_of(flags: Mapping[str, Any], *, local: bool) -> str:
    """Return the lake alone, for commands that never ask TMDB. Raises `SettingError`."""
    return settings(flags, environ=without_token(os.environ), local=local).lake


def without_token(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for commands that never ask TMDB, so that none is missed."""
    return {**environ, TOKEN_VARIABLES[0]: "not-asked-for"}


def credential(environ: Mapping[str, str]) -> Credential | None:
    """Return how to authenticate, or None without a token. Raises `SettingError`."""
    for variable in TOKEN_VARIABLES:
        token = environ.get(variable, "").strip()
        if not token:
            continue
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            raise SettingError(f"{variable} has characters no token has; copy it again from TMDB")
        if variable == "TMDB_TOKEN":
            return Credential(headers={"Authorization": f"Bearer {token}"})
        return Credential(params={"api_key": token})
    return None


def read_file(folder: Path | None = None) -> dict[str, Any]:
    """Return what `harvester.toml` in `folder` (default: here) says. Raises `SettingError`."""
    path = (folder or Path()) / FILE
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingError(f"{FILE} can't be read: {error}; mend it or move it away") from None


def flag(name: str) -> str:
    """Return the flag a user writes for a setting."""
    return {"kind": "--as", "genres": "--genre", "inputs": "INPUT"}.get(
        name, "--" + name.replace("_", "-")
    )


def _nearest(word: str, among: tuple[str, ...] | list[str]) -> str:
    close = get_close_matches(word, among, n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _shown(text: object) -> str:
    return repr(text if isinstance(text, str | int | float | list) else str(text))[:80]
