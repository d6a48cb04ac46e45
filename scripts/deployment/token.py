"""The token in the parameter store: kept, merged, replaced; never printed, never an argument."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from deployment.account import Account, code
from harvester.errors import SettingError
from harvester.origins.table import ORIGINS
from harvester.settings import token_variables


def given_tokens(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the tokens of the environment by their variables."""
    return {
        name: environ[name].strip() for name in token_variables() if environ.get(name, "").strip()
    }


def ensure_token(account: Account, parameter: str, environ: Mapping[str, str], origin: str) -> str:
    """Store the environment's tokens, if there are any that the parameter does not hold.

    Returns what was done, in words. Raises `SettingError` when there is none for the origin, here
    or there.
    """
    given, held = given_tokens(environ), _held(account, parameter)
    wanted = {one.name.casefold(): one for one in ORIGINS.values()}[origin].token_variables
    if wanted and not any(name in given for name in wanted) and held is None:
        raise SettingError(
            f"{wanted[0]} is not set, and {parameter} holds no token yet: export {wanted[0]}"
        )
    if not given:
        return f"kept as {parameter} has it" if held else "none, as none is needed"
    text = merged(held, given)
    if text == held:
        return f"kept as {parameter} has it"
    _put(account, parameter, text)
    return f"stored in {parameter}"


def replace_token(account: Account, parameter: str, environ: Mapping[str, str]) -> str:
    """Store the environment's tokens over those that the parameter holds. Raises `SettingError`."""
    given = given_tokens(environ)
    if not given:
        raise SettingError("TMDB_TOKEN is not set: export the new token, then repeat this")
    _put(account, parameter, merged(_held(account, parameter), given))
    return (
        f"stored in {parameter}; a function that is at work takes it when the old one is refused, "
        "any other one with its next call after a pause"
    )


def merged(held: str | None, given: Mapping[str, str]) -> str:
    """Return the text to store: TMDB's token alone as it is, else JSON with each by its variable.

    What is held of other origins is kept. Pure.
    """
    before = _by_variable(held)
    for name in given:  # TMDB_TOKEN replaces TMDB_API_KEY: an origin has one
        for other in token_variables()[name].token_variables:
            before.pop(other, None)
    tokens = {**before, **given}
    if list(tokens) == ["TMDB_TOKEN"]:
        return tokens["TMDB_TOKEN"]
    return json.dumps(dict(sorted(tokens.items())))


def _by_variable(held: str | None) -> dict[str, str]:
    if held is None:
        return {}
    try:
        found: Any = json.loads(held)
    except ValueError:
        found = held
    if isinstance(found, dict):
        return {str(name): str(value) for name, value in found.items()}
    return {"TMDB_TOKEN": held}


def forget(account: Account, parameter: str) -> None:
    """Delete the parameter, if it is there."""
    try:
        account.client("ssm").delete_parameter(Name=parameter)
    except ClientError as error:
        if code(error) != "ParameterNotFound":
            raise


def _held(account: Account, parameter: str) -> str | None:
    try:
        answer = account.client("ssm").get_parameter(Name=parameter, WithDecryption=True)
    except ClientError as error:
        if code(error) == "ParameterNotFound":
            return None
        raise
    return str(answer["Parameter"]["Value"])


def _put(account: Account, parameter: str, text: str) -> None:
    account.client("ssm").put_parameter(
        Name=parameter, Value=text, Type="SecureString", Overwrite=True
    )
