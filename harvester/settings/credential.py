"""The token, and nowhere to leak from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from harvester.errors import SettingError

TOKEN_VARIABLES = ("TMDB_TOKEN", "TMDB_API_KEY")


@dataclass(frozen=True, slots=True)
class Credential:
    """How we authenticate; its `repr` shows nothing.

    A v4 read token goes into the Authorization header, a v3 key only into the query
    (https://developer.themoviedb.org/docs/authentication-application).
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)


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
