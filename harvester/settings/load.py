"""Flags, environment and `harvester.toml` → the settings of one run."""

import datetime as dt
import math
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from harvester.errors import SettingError
from harvester.hints import nearest
from harvester.model import Format, Kind, RequestMode
from harvester.origins.tmdb import endpoints
from harvester.origins.tmdb.endpoints import TMDB_BASE_URL
from harvester.settings.credential import read_credential
from harvester.settings.keys import KEYS, Key, flag
from harvester.settings.values import LISTS
from harvester.upstream.credential import Credential

FILE = "harvester.toml"
LOCAL_LAKE = "./lake"
SIMULATOR_HOST = "simulator"
_OF_SERVICE = re.compile(
    r"HARVESTER_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?"
    r"|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)"
)
_OF_LINK = re.compile(r"(?:tcp|udp|sctp)://")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one run.

    `rate` is in requests a second; `auto` finds it, up to `max_rate`: by default what TMDB's CDN is
    said to accept (https://www.themoviedb.org/talk/62c7c1b258361b005fd2e747). `max_duration` is in
    seconds. `base_url` is None for the embedded simulator. `kind` is None to detect it for each
    input. With `sample`, a lake without CSVs gets the bundled ones. `retry_of` is the run whose
    failed titles are retried; empty for the newest.
    """

    lake: str
    inputs: tuple[str, ...] = ()
    kind: Kind | None = None
    endpoints: tuple[str, ...] = endpoints.DEFAULT
    language: str | None = None
    genres: tuple[str, ...] = ()
    format: Format = "array"
    rate: float | Literal["auto"] = 40.0
    max_rate: float = 50.0
    concurrency: int = 20
    limit: int | None = None
    run: str | None = None
    fresh: bool = False
    date: dt.date | None = None
    max_duration: float | None = None
    requests: RequestMode = "fanout"
    id_map: str | None = None
    base_url: str | None = TMDB_BASE_URL
    origin: str = "TMDB"
    credential: Credential = field(default_factory=Credential)
    sample: bool = False
    retry_of: str | None = None

    @property
    def top_rate(self) -> float:
        """The maximum requests a second that may start, whether set or found."""
        return self.max_rate if self.rate == "auto" else self.rate


@dataclass(frozen=True, slots=True)
class Value:
    """A setting's value, the text it was read from, and its origin, such as `HARVESTER_RATE`."""

    value: Any
    text: Any
    origin: str


def gather(
    flags: Mapping[str, Any], environ: Mapping[str, str], file: Mapping[str, Any]
) -> dict[str, Value]:
    """Return every setting that was given a value, by `Settings` name. Pure.

    `flags` are by `Settings` name; those that are None or empty were not given. Raises
    `SettingError` naming the flag, variable or key.
    """
    for variable in environ:
        if variable.startswith("HARVESTER_") and not _is_of_kubernetes(variable, environ[variable]):
            known = [key.variable for key in KEYS]
            if variable not in known:
                raise SettingError(
                    f"the environment has {variable}, which is no setting"
                    f"{nearest(variable, known)}; unset it, or see `harvester config`"
                )
    in_file = [key.name for key in KEYS if key.in_file]
    for name in file:
        if name not in in_file:
            raise SettingError(
                f"{FILE} has {name!r}, which is no key of it{nearest(name, in_file)}; "
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


def _is_of_kubernetes(variable: str, value: str) -> bool:
    """Say whether Kubernetes sets this variable, for a Service whose name begins with `harvester`.

    https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
    """
    return _OF_SERVICE.fullmatch(variable) is not None or (
        variable.endswith("_PORT") and _OF_LINK.match(value) is not None
    )


def _read(key: Key, text: object) -> Any:
    """Parse a value, which in TOML or an event may be of any type, with its key's parser."""
    many = isinstance(text, list | tuple)
    if isinstance(text, bool | dict) or (many and key.read not in LISTS):
        raise ValueError("takes one text or number")
    if many and not all(isinstance(part, str) for part in text):  # type: ignore[attr-defined]
        raise ValueError("takes a list of texts")
    return key.read(text)


def load_settings(
    flags: Mapping[str, Any],
    *,
    environ: Mapping[str, str] = os.environ,
    folder: Path | None = None,
    local: bool = False,
    fresh: bool = False,
    retry_of: str | None = None,
    needs_token: bool = True,
) -> Settings:
    """Return the settings of one run, from flags, environment and `harvester.toml` in `folder`.

    With `local`, the lake is `./lake`, and without a token the embedded simulator is used. What
    sends TMDB no request needs no token, and is given none. Raises `SettingError`.
    """
    if local and flags.get("lake"):
        raise SettingError(f"--local means --lake {LOCAL_LAKE}; give one of the two")
    if local:
        flags = {**flags, "lake": LOCAL_LAKE}
    gathered = gather(flags, environ, read_file(folder))
    given = {name: value.value for name, value in gathered.items()}
    if "lake" not in given:
        raise SettingError("say where the lake is: --lake s3://bucket, --lake FOLDER, or --local")
    if given.get("rate", "auto") != "auto" and given["rate"] > given.get("max_rate", math.inf):
        raise SettingError(
            f"{gathered['rate'].origin} {given['rate']:g} is above {gathered['max_rate'].origin} "
            f"{given['max_rate']:g}: lower one or raise the other"
        )
    token = read_credential(environ) if needs_token else Credential()
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
    """Return only the lake, for commands that send TMDB no requests. Raises `SettingError`."""
    return load_settings(flags, local=local, needs_token=False).lake


def read_file(folder: Path | None = None) -> dict[str, Any]:
    """Return the content of `harvester.toml` in `folder` (default: the current one).

    Raises `SettingError`.
    """
    path = (folder or Path()) / FILE
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingError(f"{FILE} can't be read: {error}; mend it or move it away") from None


def _shown(text: object) -> str:
    return repr(text if isinstance(text, str | int | float | list) else str(text))[:80]
