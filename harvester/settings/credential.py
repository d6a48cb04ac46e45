"""The tokens, which are only read from the environment, without quotes or words around them."""

import re
from collections.abc import Mapping

from harvester.errors import SettingError
from harvester.model import DEFAULT_ORIGIN
from harvester.origins.origin import Origin
from harvester.origins.table import ORIGINS
from harvester.upstream.credential import Credential, without

_QUOTES = "\"'`\u201c\u201d\u2018\u2019"
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060\xa0"  # copied from a web page or a PDF
_AROUND = r"(?:export\s+)?(?:{}|api_?key)\s*[=:]|Authorization\s*:|Bearer(?=\s)"


def token_variables() -> dict[str, Origin]:
    """Return every environment variable that may hold a token, with the origin that takes it."""
    return {name: origin for origin in ORIGINS.values() for name in origin.token_variables}


def read_credential(environ: Mapping[str, str], origin: str = DEFAULT_ORIGIN) -> Credential | None:
    """Return the credential for an origin, or None without a token. Raises `SettingError`."""
    api = ORIGINS[origin]
    for variable in api.token_variables:
        token = bare_token(environ.get(variable, ""))
        if not token:
            continue
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            raise SettingError(
                f"{variable} has characters no token has; copy it again from {api.name}"
            )
        return api.credential(variable, token)
    return None


def bare_token(text: str) -> str:
    """Return a token without quotes, invisible characters, variable name or `Bearer` around it.

    `docker run --env-file` keeps quotes, and TMDB's page shows `Authorization: Bearer eyJ…`.
    """
    around = re.compile(_AROUND.format("|".join(token_variables())), re.IGNORECASE)
    before = None
    while text != before:
        before = text
        text = text.strip().strip(_QUOTES + _UNSEEN).strip()
        if found := around.match(text):
            text = text[found.end() :]
    return text


def without_tokens(text: str, environ: Mapping[str, str]) -> str:
    """Return the text with the environment's tokens replaced by `***`, whosever, encoded or not."""
    for variable in token_variables():
        given = environ.get(variable, "").strip()
        for token in (given, bare_token(given)):
            text = without(text, token)
    return text
