"""The token, which is only read from the environment, without quotes or words around it."""

import re
from collections.abc import Mapping

from harvester.errors import SettingError
from harvester.upstream.credential import Credential

TOKEN_VARIABLES = ("TMDB_TOKEN", "TMDB_API_KEY")


_QUOTES = "\"'`\u201c\u201d\u2018\u2019"
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060\xa0"  # copied from a web page or a PDF
_AROUND = re.compile(
    r"(?:export\s+)?(?:TMDB_TOKEN|TMDB_API_KEY|api_key)\s*[=:]|Authorization\s*:|Bearer(?=\s)",
    re.IGNORECASE,
)


def read_credential(environ: Mapping[str, str]) -> Credential | None:
    """Return the credential, or None without a token. Raises `SettingError`."""
    for variable in TOKEN_VARIABLES:
        token = bare_token(environ.get(variable, ""))
        if not token:
            continue
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            raise SettingError(f"{variable} has characters no token has; copy it again from TMDB")
        if variable == "TMDB_TOKEN":
            return Credential(headers={"Authorization": f"Bearer {token}"})
        return Credential(params={"api_key": token})
    return None


def bare_token(text: str) -> str:
    """Return a token without quotes, invisible characters, variable name or `Bearer` around it.

    `docker run --env-file` keeps quotes, and TMDB's page shows `Authorization: Bearer eyJ…`.
    """
    before = None
    while text != before:
        before = text
        text = text.strip().strip(_QUOTES + _UNSEEN).strip()
        if found := _AROUND.match(text):
            text = text[found.end() :]
    return text


def without_tokens(text: str, environ: Mapping[str, str]) -> str:
    """Return the text with the environment's tokens replaced by `***`."""
    for variable in TOKEN_VARIABLES:
        given = environ.get(variable, "").strip()
        for token in (given, bare_token(given)):
            if token:
                text = text.replace(token, "***")
    return text
