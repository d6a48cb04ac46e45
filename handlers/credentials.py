"""A token, stored by AWS under a name: never an environment value, never logged."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import aioboto3
import orjson
from botocore.exceptions import BotoCoreError, ClientError

from harvester.errors import SettingError
from harvester.model import DEFAULT_ORIGIN
from harvester.origins.table import ORIGINS
from harvester.settings import token_variables

_tokens: dict[str, str] = {}
"""Fetched once per cold start, by name."""


async def with_token(environ: Mapping[str, str], origin: str = DEFAULT_ORIGIN) -> dict[str, str]:
    """Return the environment with the token of an origin to which it refers, if it refers to one.

    `TMDB_TOKEN_PARAMETER` names a SecureString in SSM Parameter Store, `TMDB_TOKEN_SECRET` a text
    or key/value secret in Secrets Manager; those of another origin are called after its own
    variable. Without one of its own, an origin's token is sought by its name in the others'.
    `os.environ` is not changed. Raises `SettingError`.
    """
    wanted = ORIGINS[origin].token_variables
    if not wanted:
        return dict(environ)
    for owner in sorted(ORIGINS.values(), key=lambda one: one.name != origin):
        for first in owner.token_variables[:1]:
            for variable, fetch in (
                (f"{first}_PARAMETER", _parameter),
                (f"{first}_SECRET", _secret),
            ):
                if name := environ.get(variable, ""):
                    text = await _fetched(variable, name, fetch)
                    what = f"{variable} names {name}, which"
                    return {**environ, **_in_text(text, wanted, what, own=owner.name == origin)}
    return dict(environ)


async def _fetched(variable: str, name: str, fetch: Callable[[str], Awaitable[str]]) -> str:
    if name not in _tokens:
        try:
            _tokens[name] = await fetch(name)
        except (ClientError, BotoCoreError, OSError) as error:
            why = error.response["Error"]["Code"] if isinstance(error, ClientError) else None
            raise SettingError(
                f"{variable} names {name}, which can't be fetched "
                f"({why or type(error).__name__}): check its name and the function's role"
            ) from None
    return _tokens[name]


def _in_text(text: str, wanted: Sequence[str], what: str, *, own: bool) -> dict[str, str]:
    """Return the variables that a stored text sets: it is a token, or JSON that holds one by name.

    Secrets Manager's console stores key/value pairs unless it is told otherwise. What is not the
    origin's `own` must name its variable.
    """
    try:
        held = orjson.loads(text)
    except orjson.JSONDecodeError:
        held = text
    first = wanted[0]
    if not isinstance(held, dict):  # a text in quotes, and a key of digits alone, are JSON, too
        if own:
            return {first: held if isinstance(held, str) else text}
        raise SettingError(f"{what} holds no {first}: store JSON with a key for each token")
    texts = {name.casefold(): value for name, value in held.items() if isinstance(value, str)}
    for variable in wanted:
        names = (variable.casefold(), variable.partition("_")[2].casefold())
        for name in names if own else names[:1]:
            if texts.get(name):
                return {first: "", variable: texts[name]}
    foreign = {name.casefold() for name in token_variables()}
    if own and len(held) == len(texts) == 1 and foreign.isdisjoint(texts):
        return {first: next(iter(texts.values()))}
    raise SettingError(f"{what} holds JSON without a key {first}: store the token under it")


def forget_token() -> None:
    """Discard the tokens, so that the next call fetches them: one was rejected, and may be new."""
    _tokens.clear()


async def _parameter(name: str) -> str:
    async with aioboto3.Session().client("ssm") as client:
        answer = await client.get_parameter(Name=name, WithDecryption=True)
    return str(answer["Parameter"]["Value"]).strip()


async def _secret(name: str) -> str:
    async with aioboto3.Session().client("secretsmanager") as client:
        answer = await client.get_secret_value(SecretId=name)
    return str(answer.get("SecretString", "")).strip()
