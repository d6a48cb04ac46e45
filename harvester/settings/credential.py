"""The token, which is only read from the environment."""

import re
from collections.abc import Mapping

from harvester.errors import SettingError
from harvester.upstream.credential import Credential

TOKEN_VARIABLES = ("TMDB_TOKEN", "TMDB_API_KEY")


def read_credential(environ: Mapping[str, str]) -> Credential | None:
    """Return the credential, or None without a token. Raises `SettingError`."""
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
