"""The TMDB token, stored by AWS under a name: never an environment value, never logged."""

from collections.abc import Mapping

import aioboto3
import orjson
from botocore.exceptions import BotoCoreError, ClientError

from harvester.errors import SettingError

PARAMETER = "TMDB_TOKEN_PARAMETER"
SECRET = "TMDB_TOKEN_SECRET"  # noqa: S105 - a variable's name

_NAMES = {"TMDB_TOKEN": ("tmdb_token", "token"), "TMDB_API_KEY": ("tmdb_api_key", "api_key")}
"""What a key/value secret may call its token, by the variable that takes it."""

_tokens: dict[str, str] = {}
"""Fetched once per cold start, by name."""


async def with_token(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with the token to which it refers, if it refers to one.

    `TMDB_TOKEN_PARAMETER` names a SecureString in SSM Parameter Store, `TMDB_TOKEN_SECRET` a text
    or key/value secret in Secrets Manager. `os.environ` is not changed. Raises `SettingError`.
    """
    for variable, fetch in ((PARAMETER, _parameter), (SECRET, _secret)):
        name = environ.get(variable, "")
        if not name:
            continue
        if name not in _tokens:
            try:
                _tokens[name] = await fetch(name)
            except (ClientError, BotoCoreError, OSError) as error:
                why = error.response["Error"]["Code"] if isinstance(error, ClientError) else None
                raise SettingError(
                    f"{variable} names {name}, which can't be fetched "
                    f"({why or type(error).__name__}): check its name and the function's role"
                ) from None
        return {**environ, **_in_text(_tokens[name], f"{variable} names {name}, which")}
    return dict(environ)


def _in_text(text: str, what: str) -> dict[str, str]:
    """Return the variables that a stored text sets: it is a token, or JSON that holds one by name.

    Secrets Manager's console stores key/value pairs unless it is told otherwise.
    """
    try:
        held = orjson.loads(text)
    except orjson.JSONDecodeError:
        held = text
    if not isinstance(held, dict):  # a text in quotes, and a key of digits alone, are JSON, too
        return {"TMDB_TOKEN": held if isinstance(held, str) else text}
    texts = {name.casefold(): value for name, value in held.items() if isinstance(value, str)}
    for variable, names in _NAMES.items():
        for name in names:
            if texts.get(name):
                return {"TMDB_TOKEN": "", variable: texts[name]}
    if len(held) == len(texts) == 1:
        return {"TMDB_TOKEN": next(iter(texts.values()))}
    raise SettingError(f"{what} holds JSON without a key TMDB_TOKEN: store the token under it")


def forget_token() -> None:
    """Discard the token, so that the next call fetches it: TMDB rejected it; it may be replaced."""
    _tokens.clear()


async def _parameter(name: str) -> str:
    async with aioboto3.Session().client("ssm") as client:
        answer = await client.get_parameter(Name=name, WithDecryption=True)
    return str(answer["Parameter"]["Value"]).strip()


async def _secret(name: str) -> str:
    async with aioboto3.Session().client("secretsmanager") as client:
        answer = await client.get_secret_value(SecretId=name)
    return str(answer.get("SecretString", "")).strip()
