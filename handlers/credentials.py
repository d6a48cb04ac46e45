"""The TMDB token, stored by AWS under a name: never an environment value, never logged."""

from collections.abc import Mapping

import aioboto3
from botocore.exceptions import BotoCoreError, ClientError

from harvester.errors import SettingError

PARAMETER = "TMDB_TOKEN_PARAMETER"
SECRET = "TMDB_TOKEN_SECRET"  # noqa: S105 - a variable's name

_tokens: dict[str, str] = {}
"""Fetched once per cold start, by name."""


async def with_token(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with the token to which it refers, if it refers to one.

    `TMDB_TOKEN_PARAMETER` names a SecureString in SSM Parameter Store, `TMDB_TOKEN_SECRET` a
    text secret in Secrets Manager. `os.environ` is not changed. Raises `SettingError`.
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
        return {**environ, "TMDB_TOKEN": _tokens[name]}
    return dict(environ)


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
    return str(answer["SecretString"]).strip()
