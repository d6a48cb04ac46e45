"""Flags, environment and `harvester.toml` → the settings of one run."""

import datetime as dt
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from harvester.errors import SettingError
from harvester.hints import nearest
from harvester.model import DEFAULT_ORIGIN, Format, Kind, Only, RequestMode
from harvester.origins.origin import Origin
from harvester.origins.table import ORIGINS
from harvester.settings.credential import read_credential
from harvester.settings.files import FILE, FromFile, read_setting_files
from harvester.settings.keys import BY_NAME, KEYS, Key, flag
from harvester.settings.lacks import refuse_what_it_lacks
from harvester.settings.value import Value
from harvester.settings.values import LISTS, endpoint_names
from harvester.upstream.credential import Credential

LOCAL_LAKE = "./lake"
SIMULATOR_HOST = "simulator"
_LONGEST_SHOWN = 80
_MOST_BITS = 64
_NOT_THERE = FromFile(None, FILE)
_OF_SERVICE = re.compile(
    r"HARVESTER_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?"
    r"|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)"
)
_OF_LINK = re.compile(r"(?:tcp|udp|sctp)://")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one run.

    `origin` is its name in the lake's paths. No `endpoints`, a `rate` of None and an empty
    `base_url` stand for the origin's own, and become those. `rate` is in requests a second; `auto`
    finds it, up to `max_rate`: by default what TMDB's CDN is said to accept
    (https://www.themoviedb.org/talk/62c7c1b258361b005fd2e747). `quota` is in requests a UTC day, of
    an origin that has one. `max_duration` is in seconds. `base_url` is None for the embedded
    simulator. `kind` is None to detect it for each input. With `sample`, a lake without CSVs gets
    the bundled ones, unless it holds real data. `where` are conditions on the rows of CSVs, such as
    `year=1999..2003`. With `only` due, of the inputs' titles those are taken that are; `max_age`
    seconds are old. `retry_of` is the run whose failed titles are retried; empty for the newest.
    `inputs_from` is the key of a file that names the inputs; empty where none does.
    """

    lake: str
    inputs: tuple[str, ...] = ()
    kind: Kind | None = None
    endpoints: tuple[str, ...] = ()
    language: str | None = None
    genres: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    only: Only | None = None
    max_age: int = 150 * 86_400
    format: Format = "array"
    rate: float | Literal["auto"] | None = None
    max_rate: float = 50.0
    quota: int = 1_000
    concurrency: int = 20
    limit: int | None = None
    run: str | None = None
    fresh: bool = False
    date: dt.date | None = None
    max_duration: float | None = None
    requests: RequestMode = "fanout"
    id_map: str | None = None
    base_url: str | None = ""
    export_url: str | None = None
    origin: str = DEFAULT_ORIGIN
    credential: Credential = field(default_factory=Credential)
    sample: bool = False
    retry_of: str | None = None
    inputs_from: str = ""

    def __post_init__(self) -> None:
        """Take from the origin what was left to it."""
        api = ORIGINS[self.origin]
        if not self.endpoints:
            object.__setattr__(self, "endpoints", api.default_endpoints)
        if self.rate is None:
            object.__setattr__(self, "rate", api.default_rate)
        if self.base_url == "":
            object.__setattr__(self, "base_url", api.base_url)

    @property
    def top_rate(self) -> float:
        """The maximum requests a second that may start, whether set or found, or the origin's."""
        rate = self.rate if isinstance(self.rate, int | float) else self.max_rate
        most = ORIGINS[self.origin].most_rate
        return rate if most is None else min(rate, most)


def gather(
    flags: Mapping[str, Any], environ: Mapping[str, str], file: Mapping[str, Any]
) -> dict[str, Value]:
    """Return every setting that was given a value, by `Settings` name. Pure.

    `flags` are by `Settings` name, none other; those that are None or empty were not given. `file`
    is what `read_setting_files` gives, or plain values. Raises `SettingError` naming the flag,
    variable or key.
    """
    told = {
        name: one if isinstance(one, FromFile) else FromFile(one, FILE)
        for name, one in file.items()
    }
    _refuse_unknown(flags, environ, told)
    found: dict[str, Value] = {}
    for key in KEYS:
        api = origin_of(found)
        variable, filed = key.variable_for(api), told.get(key.name, _NOT_THERE)
        for text, origin, is_filed in (
            (flags.get(key.name), flag(key.name), False),
            (environ.get(variable), variable, False),
            (filed.value, f"{filed.source}: {key.name}", True),
        ):
            if text is None or text in ((), []):
                continue
            try:
                found[key.name] = Value(_read(key, text, api), text, origin, in_file=is_filed)
            except ValueError as error:
                what = f", not {_shown(text)}" if key.shown else ""
                raise SettingError(f"{origin} {error}{what}") from None
            break
    return found


def _refuse_unknown(
    flags: Mapping[str, Any], environ: Mapping[str, str], told: Mapping[str, FromFile]
) -> None:
    for variable in environ:
        if variable.startswith("HARVESTER_") and not _is_of_kubernetes(variable, environ[variable]):
            known = [key.variable for key in KEYS]
            if variable not in known:
                raise SettingError(
                    f"the environment has {variable}, which is no setting"
                    f"{nearest(variable, known)}; unset it, or see `harvester config`"
                )
    for name in flags:
        if name not in BY_NAME:
            known = [key.name for key in KEYS]
            raise SettingError(
                f"{_shown(name)} is no setting{nearest(str(name), known)}; "
                f"the settings are {', '.join(known)}"
            )
    in_file = [key.name for key in KEYS if key.in_file]
    for name, one in told.items():
        if name not in in_file:
            said = name[:_LONGEST_SHOWN]
            raise SettingError(
                f"{one.source} has {said!r}, which is no key of it{nearest(said, in_file)}; "
                f"the keys are {', '.join(in_file)}"
            )


def origin_of(gathered: Mapping[str, Value]) -> Origin:
    """Return the origin that gathered settings name, or the default one."""
    named = gathered.get("origin")
    return ORIGINS[DEFAULT_ORIGIN if named is None else named.value]


def _is_of_kubernetes(variable: str, value: str) -> bool:
    """Say whether Kubernetes sets this variable, for a Service whose name begins with `harvester`.

    https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
    """
    return _OF_SERVICE.fullmatch(variable) is not None or (
        variable.endswith("_PORT") and _OF_LINK.match(value) is not None
    )


def _read(key: Key, text: object, api: Origin) -> Any:
    """Parse a value, which in TOML or an event may be of any type, with its key's parser."""
    many = isinstance(text, list | tuple)
    if isinstance(text, int) and text.bit_length() > _MOST_BITS:
        raise ValueError("takes no number as large as that")
    if isinstance(text, bool | dict) or (many and key.read not in LISTS):
        raise ValueError("takes one text or number")
    if many and not all(isinstance(part, str) for part in text):  # type: ignore[attr-defined]
        raise ValueError("takes a list of texts")
    return endpoint_names(text, api.name) if key.name == "endpoints" else key.read(text)


def load_settings(
    flags: Mapping[str, Any],
    *,
    environ: Mapping[str, str] = os.environ,
    folder: Path | None = None,
    local: bool = False,
    fresh: bool = False,
    retry_of: str | None = None,
    needs_token: bool = True,
    dry: bool = False,
) -> Settings:
    """Return the settings of one run, from flags, environment and the `harvester.toml` of `folder`.

    With `local`, the lake is `./lake`, and without a token the embedded simulator is used, as for
    an origin that takes none unless its address is named. What sends no request needs no token, and
    is given none; a `dry` run, which may send one, is given none where there is none. Raises
    `SettingError`.
    """
    if local and flags.get("lake"):
        raise SettingError(f"--local means --lake {LOCAL_LAKE}; give one of the two")
    if local:
        flags = {**flags, "lake": LOCAL_LAKE}
    gathered = gather(flags, environ, read_setting_files(folder, environ))
    given = {name: value.value for name, value in gathered.items()}
    if "lake" not in given:
        raise SettingError("say where the lake is: --lake s3://bucket, --lake FOLDER, or --local")
    if given.get("rate", "auto") != "auto" and given["rate"] > given.get("max_rate", math.inf):
        raise SettingError(
            f"{gathered['rate'].origin} {given['rate']:g} is above {gathered['max_rate'].origin} "
            f"{given['max_rate']:g}: lower one or raise the other"
        )
    if "only" not in given and "max_age" in given and gathered["max_age"].origin == flag("max_age"):
        raise SettingError("--max-age says what is due: give it with --only due")
    credential = Credential()
    if needs_token:
        api, base_url = origin_of(gathered), gathered.get("base_url")
        refuse_what_it_lacks(api, gathered)
        token = _token(api, environ, base_url, local=local, dry=dry)
        if token is None:
            given["base_url"] = None
        credential = token or credential
    return Settings(
        **given,
        fresh=fresh,
        sample=local,
        retry_of=retry_of,
        credential=credential,
        inputs_from=_file_of(gathered.get("inputs")),
    )


def _file_of(inputs: Value | None) -> str:
    return inputs.origin if inputs is not None and inputs.in_file else ""


def _token(
    api: Origin,
    environ: Mapping[str, str],
    base_url: Value | None,
    *,
    local: bool,
    dry: bool,
) -> Credential | None:
    """Return what authenticates requests, maybe nothing; None for the embedded simulator."""
    if not api.token_variables:
        return None if local and base_url is None else Credential()
    variable = api.token_variables[0]
    token = read_credential(environ, api.name)
    if token and base_url is not None and base_url.in_file:
        raise SettingError(
            f"{base_url.origin} would send your token where a folder's file says: remove it, and "
            f"set {api.base_url_variable} in the environment if that is what you want"
        )
    if token is None and not local:
        if dry:
            return Credential()
        raise missing_token(api)
    if token is None and base_url is not None:
        raise SettingError(
            f"{base_url.origin} is set but no token: set {variable} too, "
            "or unset it to use the embedded simulator"
        )
    return token


def missing_token(api: Origin) -> SettingError:
    """Return the error of a request that can't be sent."""
    return SettingError(
        f"{api.name} needs a token: set {api.token_variables[0]} to your {api.token_name} "
        f"({api.token_url}), or try --local, which needs none"
    )


def lake_of(flags: Mapping[str, Any], *, local: bool) -> str:
    """Return only the lake, for commands that send no requests. Raises `SettingError`."""
    return load_settings(flags, local=local, needs_token=False).lake


def _shown(text: object) -> str:
    try:
        shown = repr(text if isinstance(text, str | int | float | list) else str(text))
    except (ValueError, RecursionError):  # a number of thousands of digits, or nested too deep
        return "what it has"
    return shown[:_LONGEST_SHOWN]
