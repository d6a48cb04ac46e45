"""The token by its name in AWS: fetched once, kept out of the environment; one-sentence errors."""

import json
import os
from collections.abc import Iterator

import boto3
import pytest
from s3_servers import S3Server
from tiny.origin import TinyOrigin

from handlers.credentials import forget_token, with_token
from harvester.errors import SettingError
from harvester.origins.table import ORIGINS
from harvester.settings import read_credential

TOKEN = "eyJ-kept-by-aws"
OF_SERVICE = {"ssm": "TMDB_TOKEN_PARAMETER", "secretsmanager": "TMDB_TOKEN_SECRET"}


@pytest.fixture(autouse=True)
def _aws(moto_s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Point AWS's variables at moto, and start without a cached token."""
    for name in ("SSM", "SECRETS_MANAGER"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{name}", moto_s3.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "moto")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "moto")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    forget_token()
    yield
    forget_token()


def _keep(service: str, name: str, token: str) -> None:
    client = boto3.Session().client(service)  # boto3's default session keeps the first keys it sees
    if service == "ssm":
        client.put_parameter(Name=name, Value=token, Type="SecureString", Overwrite=True)
    else:
        client.create_secret(Name=name, SecretString=token)
    client.close()


@pytest.mark.parametrize("service", OF_SERVICE)
async def test_the_token_comes_by_name(service: str) -> None:
    """The value stored under the name becomes the token, without a pasted newline."""
    name = f"/credentials/{service}"
    _keep(service, name, f"{TOKEN}\n")
    environ = await with_token({OF_SERVICE[service]: name, "HARVESTER_LAKE": "s3://lake"})
    assert environ["TMDB_TOKEN"] == TOKEN
    assert environ["HARVESTER_LAKE"] == "s3://lake"
    assert TOKEN not in os.environ.values()


@pytest.mark.parametrize("service", OF_SERVICE)
@pytest.mark.parametrize(
    ("kept", "variable"),
    [
        ({"TMDB_TOKEN": TOKEN}, "TMDB_TOKEN"),
        ({"token": TOKEN, "user": "me"}, "TMDB_TOKEN"),
        ({"Token": TOKEN, "TMDB_API_KEY": "0" * 32}, "TMDB_TOKEN"),
        ({"anything": TOKEN}, "TMDB_TOKEN"),
        ({"TMDB_API_KEY": TOKEN, "TMDB_TOKEN": ""}, "TMDB_API_KEY"),
        (TOKEN, "TMDB_TOKEN"),
    ],
    ids=str,
)
async def test_a_key_value_secret_gives_its_token(
    service: str, kept: object, variable: str
) -> None:
    """As the console stores it: by its name, or the one text there is."""
    name = f"/credentials/json/{service}/{abs(hash(str(kept)))}"
    _keep(service, name, json.dumps(kept))
    credential = read_credential(await with_token({OF_SERVICE[service]: name}))
    assert credential == read_credential({variable: TOKEN})


@pytest.mark.parametrize("kept", ['{"user":"me","password":"x"}', "{}", '{"n":1}'])
async def test_json_without_a_token_is_said(kept: str) -> None:
    """The secret is named and what to store, and nothing of what it holds."""
    name = f"/credentials/without/{len(kept)}"
    _keep("ssm", name, kept)
    with pytest.raises(SettingError, match=f"{name}, which holds JSON") as caught:
        await with_token({"TMDB_TOKEN_PARAMETER": name})
    assert "TMDB_TOKEN" in str(caught.value)
    assert "password" not in str(caught.value)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be an origin with a key."""
    monkeypatch.setitem(ORIGINS, "Tiny", TinyOrigin(token_variables=("TINY_KEY", "TINY_OLD_KEY")))


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("service", OF_SERVICE)
@pytest.mark.parametrize(
    ("reference", "kept"),
    [
        ("TINY_KEY", TOKEN),
        ("TINY_KEY", json.dumps({"key": TOKEN})),
        ("TINY_KEY", json.dumps({"whatever": TOKEN})),
        ("TMDB_TOKEN", json.dumps({"TMDB_TOKEN": "eyJ-other", "TINY_KEY": TOKEN})),
        ("TMDB_TOKEN", json.dumps({"tiny_key": TOKEN})),
    ],
)
async def test_the_key_of_another_origin(service: str, reference: str, kept: str) -> None:
    """By a name after its own variable, or by its variable in what TMDB's name holds."""
    name = f"/credentials/other/{service}/{abs(hash((reference, kept)))}"
    _keep(service, name, kept)
    variable = OF_SERVICE[service].replace("TMDB_TOKEN", reference)
    environ = await with_token({variable: name}, "Tiny")
    assert environ["TINY_KEY"] == TOKEN
    assert "eyJ-other" not in environ.values()


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("kept", [TOKEN, '{"TMDB_TOKEN": "eyJ-a"}', '{"key": "eyJ-a"}'])
async def test_the_token_of_one_is_never_the_key_of_another(kept: str) -> None:
    """What TMDB's name holds without Tiny's variable is not sent to Tiny."""
    name = f"/credentials/mixed/{abs(hash(kept))}"
    _keep("ssm", name, kept)
    with pytest.raises(SettingError, match="TINY_KEY") as caught:
        await with_token({"TMDB_TOKEN_PARAMETER": name}, "Tiny")
    assert "eyJ" not in str(caught.value)


@pytest.mark.usefixtures("tiny")
async def test_a_key_alone_under_tmdbs_name_is_not_tmdbs() -> None:
    """The one text that there is counts as the token only where it has no other's name."""
    _keep("ssm", "/credentials/alone", json.dumps({"TINY_KEY": TOKEN}))
    with pytest.raises(SettingError, match="without a key TMDB_TOKEN"):
        await with_token({"TMDB_TOKEN_PARAMETER": "/credentials/alone"})


async def test_an_origin_without_a_key_fetches_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that nobody gave a value hinders no run that needs none."""
    monkeypatch.setitem(ORIGINS, "Tiny", TinyOrigin())
    environ = {"TMDB_TOKEN_PARAMETER": "/none"}
    assert await with_token(environ, "Tiny") == environ


async def test_it_is_fetched_once_until_it_is_forgotten() -> None:
    """A warm call fetches nothing; after a refusal the token is fetched again."""
    environ = {"TMDB_TOKEN_PARAMETER": "/credentials/once"}
    _keep("ssm", "/credentials/once", "eyJ-old")
    assert (await with_token(environ))["TMDB_TOKEN"] == "eyJ-old"
    _keep("ssm", "/credentials/once", "eyJ-new")
    assert (await with_token(environ))["TMDB_TOKEN"] == "eyJ-old"
    forget_token()
    assert (await with_token(environ))["TMDB_TOKEN"] == "eyJ-new"


@pytest.mark.parametrize(
    ("service", "code"),
    [("ssm", "ParameterNotFound"), ("secretsmanager", "ResourceNotFoundException")],
)
async def test_a_name_that_is_not_there_is_named(service: str, code: str) -> None:
    """The variable, the name and AWS's error code, in one sentence."""
    with pytest.raises(SettingError, match=f"{OF_SERVICE[service]} names /none, .*{code}"):
        await with_token({OF_SERVICE[service]: "/none"})


async def test_without_a_name_the_environment_stands() -> None:
    """As on a developer's machine: TMDB_TOKEN itself, or an error from the settings."""
    assert await with_token({"TMDB_TOKEN": "eyJ-own"}) == {"TMDB_TOKEN": "eyJ-own"}
