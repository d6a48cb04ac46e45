"""Every setting, in one table.

It is used by the command line, the Lambda handler, `harvester config` and the manual.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harvester.model import DEFAULT_ORIGIN
from harvester.origins.origin import Origin
from harvester.origins.table import ORIGINS
from harvester.settings import values


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: its name in `Settings` and harvester.toml, and the parser of its text.

    `default` is as a user would write it; where the origin decides, that of the default one. Only
    settings that apply to more than one run may be in the file. An invalid value is not `shown`
    where it may contain a password or token, or where its parser says which part of it is wrong.
    In the file, one that `is_path` is relative to that.
    """

    name: str
    read: Callable[[object], Any]
    default: str
    help: str
    in_file: bool = True
    env: str = ""
    shown: bool = True
    is_path: bool = False

    @property
    def variable(self) -> str:
        """The environment variable of this setting; of the base URL, that of the default origin."""
        return self.env or f"HARVESTER_{self.name.upper()}"

    def variable_for(self, origin: Origin) -> str:
        """Return the environment variable when this origin is harvested."""
        return origin.base_url_variable if self.name == "base_url" else self.variable

    def default_for(self, origin: Origin) -> str:
        """Return the default when this origin is harvested."""
        match self.name:
            case "endpoints":
                return ",".join(origin.default_endpoints)
            case "rate":
                return f"{origin.default_rate:g}"
            case "base_url":
                return origin.base_url
        return self.default


_DEFAULT = ORIGINS[DEFAULT_ORIGIN]

KEYS: tuple[Key, ...] = (
    Key(
        "lake",
        values.nonblank,
        "",
        "where everything lies: s3://bucket[/prefix] or a folder",
        is_path=True,
    ),
    Key(
        "inputs",
        values.words,
        "",
        "CSVs (files, folders, s3:// keys or -) and tmdb: questions; none = newest in the lake",
        is_path=True,
    ),
    Key(
        "kind",
        values.kind,
        "",
        "what the inputs list, Movies or Series, when they don't tell",
        env="HARVESTER_AS",
    ),
    Key(
        "origin",
        values.origin,
        DEFAULT_ORIGIN.casefold(),
        f"the API to harvest: {', '.join(name.casefold() for name in ORIGINS)}",
    ),
    Key(
        "endpoints",
        values.endpoint_names,
        ",".join(_DEFAULT.default_endpoints),
        "which of the origin's methods to harvest",
        shown=False,
    ),
    Key(
        "language",
        values.language,
        "",
        "language of TMDB's answers, such as pt-BR; none = TMDB's en-US",
    ),
    Key("genres", values.words, "", "take only titles of these genres", env="HARVESTER_GENRE"),
    Key(
        "where",
        values.conditions,
        "",
        "take only titles of which a row has FIELD=VALUE: title, year (also 1999..2003), genre, "
        "person or character",
        shown=False,
    ),
    Key(
        "only",
        values.only,
        "",
        "take only titles that are due: new, changed at TMDB, failed, or too old",
    ),
    Key("max_age", values.age, "150d", "the age at which `only` due asks for a title again"),
    Key(
        "format",
        values.layout,
        "array",
        "record files as a JSON array, or JSON Lines: array or lines",
    ),
    Key(
        "requests",
        values.request_mode,
        "fanout",
        "ask each endpoint by itself, or all but find in one request: fanout or append",
    ),
    Key(
        "id_map",
        values.nonblank,
        "",
        "outcomes.csv or other CSV of known TMDB ids, a file or s3:// key; they need no find",
        is_path=True,
    ),
    Key(
        "rate",
        values.request_rate,
        f"{_DEFAULT.default_rate:g}",
        f"requests a second that may start, from {values.LEAST_RATE:g}; auto = as TMDB takes them",
    ),
    Key("max_rate", values.rate, "50", "the most that `rate` auto climbs to"),
    Key("quota", values.count, "1000", "requests a UTC day, of an origin that has such a quota"),
    Key("concurrency", values.count, "20", "requests that may be in flight; TMDB refuses over 20"),
    Key("limit", values.count, "", "take only the plan's first N titles", in_file=False),
    Key(
        "run",
        values.run_id,
        "",
        "the run's id; none = made from the date and what is asked",
        in_file=False,
    ),
    Key("date", values.date, "", "the date in the lake's paths (UTC); none = today", in_file=False),
    Key("max_duration", values.seconds, "", "stop, resumable, after this long, such as 14m"),
    Key(
        "base_url",
        values.url,
        _DEFAULT.base_url,
        "the origin's API, or its mirror; with a token only by its variable",
        env=_DEFAULT.base_url_variable,
        shown=False,
    ),
    Key(
        "export_url",
        values.url,
        "",
        "TMDB's daily files of ids, or their mirror; none = those of the base URL's TMDB",
        in_file=False,
        env="TMDB_EXPORT_URL",
        shown=False,
    ),
)
BY_NAME = {key.name: key for key in KEYS}


def flag(name: str) -> str:
    """Return the flag a user writes for a setting."""
    return {"kind": "--as", "genres": "--genre", "inputs": "INPUT"}.get(
        name, "--" + name.replace("_", "-")
    )
