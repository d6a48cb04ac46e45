"""Every setting, in one table.

It is used by the command line, the Lambda handler, `harvester config` and the manual.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harvester.origins.tmdb import endpoints
from harvester.origins.tmdb.endpoints import TMDB_BASE_URL
from harvester.settings import values


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: its name in `Settings` and harvester.toml, and the parser of its text.

    `default` is as a user would write it. Only settings that apply to more than one run may be in
    the file. An invalid value that may contain a password or token is not `shown`.
    """

    name: str
    read: Callable[[object], Any]
    default: str
    help: str
    in_file: bool = True
    env: str = ""
    shown: bool = True

    @property
    def variable(self) -> str:
        """The environment variable of this setting."""
        return self.env or f"HARVESTER_{self.name.upper()}"


KEYS: tuple[Key, ...] = (
    Key("lake", values.nonblank, "", "where everything lies: s3://bucket[/prefix] or a folder"),
    Key(
        "inputs",
        values.words,
        "",
        "CSVs: files, folders, s3:// keys or -; none = newest in the lake",
    ),
    Key(
        "kind",
        values.kind,
        "",
        "what the inputs list, Movies or Series, when they don't tell",
        env="HARVESTER_AS",
    ),
    Key(
        "endpoints",
        values.endpoint_names,
        ",".join(endpoints.DEFAULT),
        "which TMDB methods to harvest",
    ),
    Key(
        "language",
        values.language,
        "",
        "language of TMDB's answers, such as pt-BR; none = TMDB's en-US",
    ),
    Key("genres", values.words, "", "take only titles of these genres", env="HARVESTER_GENRE"),
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
        "CSV of known TMDB ids, a file or s3:// key; saves find's request when find is not asked",
    ),
    Key(
        "rate",
        values.request_rate,
        "40",
        "requests a second that may start; auto = as TMDB takes them",
    ),
    Key("max_rate", values.positive_number, "50", "the most that `rate` auto climbs to"),
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
        TMDB_BASE_URL,
        "TMDB's API, or its mirror",
        env="TMDB_BASE_URL",
        shown=False,
    ),
)
BY_NAME = {key.name: key for key in KEYS}


def flag(name: str) -> str:
    """Return the flag a user writes for a setting."""
    return {"kind": "--as", "genres": "--genre", "inputs": "INPUT"}.get(
        name, "--" + name.replace("_", "-")
    )
