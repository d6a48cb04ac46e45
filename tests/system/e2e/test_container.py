"""What the Dockerfile's entry point runs, with its environment, user's folder and link.

There is no engine here: `scripts/build_image.py` builds the Dockerfile itself, by hand.
"""

import asyncio
import hashlib
import json
import os
import re
import shlex
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from command_line import TOKEN, Ended
from csvs import movies
from loopback import on_loopback
from manual import ROOT
from s3_servers import S3Server

from harvester.simulator import SimulatorOptions, simulate

DOCKERFILE = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text("utf-8"))


class _Image:
    """The image's last stage, below a folder in place of `/`."""

    def __init__(self, root: Path, outside: dict[str, str]) -> None:
        stage = DOCKERFILE.rpartition("FROM ")[2]
        (environ,) = re.findall(r"^ENV (.+)$", stage, re.MULTILINE)
        (made,) = re.findall(r"mkdir -p (\S+) &&", stage)
        (link,) = re.findall(r"ln -s (\S+ \S+)$", stage, re.MULTILINE)
        target, name = link.split()
        (root / made[1:]).mkdir(parents=True)
        (root / name[1:]).symlink_to(root / target[1:])
        words = dict(word.split("=", 1) for word in shlex.split(environ))
        self.environ = {**words, "HOME": str(root / words["HOME"][1:]), **outside}
        self.entry = json.loads(re.findall(r"^ENTRYPOINT (.+)$", stage, re.MULTILINE)[0])
        self.command = json.loads(re.findall(r"^CMD (.+)$", stage, re.MULTILINE)[0])
        self.aws, self.data = root / "aws", root / "data"
        self.data.mkdir()

    async def run(self, *command: str, **variables: str) -> Ended:
        """Run a command as `docker run IMAGE COMMAND` would, its own one if none is given."""
        words = [*self.entry, *(command or self.command)]
        assert words[0] == "/opt/harvester/bin/python"
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *(str(self.data) if word == "/data" else word for word in words[1:]),
            cwd=self.data,
            env={"PYTHONPATH": str(ROOT), **self.environ, **variables},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return Ended(process.returncode or 0, out.decode(), err.decode())


@asynccontextmanager
async def _identity_center(server: S3Server, image: _Image) -> AsyncIterator[list[str]]:
    """Sign in as `aws sso login` does, and serve a role's credentials for the token it leaves.

    https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
    """
    valid = ["a-token-of-the-portal"]

    async def credentials(request: web.BaseRequest) -> web.Response:
        if request.headers["x-amz-sso_bearer_token"] not in valid:
            error = {"message": "Session token not found or invalid"}
            kind = {"x-amzn-ErrorType": "UnauthorizedException"}
            return web.json_response(error, status=401, headers=kind)
        role = {
            "accessKeyId": server.access_key,
            "secretAccessKey": server.secret_key,
            "sessionToken": "",
            "expiration": int((datetime.now(UTC) + timedelta(hours=1)).timestamp() * 1000),
        }
        return web.json_response({"roleCredentials": role})

    async with on_loopback(credentials) as address:
        cache = image.aws / "sso/cache"
        cache.mkdir(parents=True)
        (image.aws / "config").write_text(
            "[sso-session films]\nsso_region = us-east-1\nsso_start_url = https://films.test/start\n"
            "[profile films]\nsso_session = films\nsso_account_id = 123456789012\n"
            "sso_role_name = harvest\nregion = us-east-1\n"
        )
        later = datetime.now(UTC) + timedelta(hours=8)
        signed_in = {"accessToken": valid[0], "expiresAt": f"{later:%Y-%m-%dT%H:%M:%SZ}"}
        name = hashlib.sha1(b"films").hexdigest()  # noqa: S324 - as AWS names it
        (cache / f"{name}.json").write_text(json.dumps(signed_in))
        image.environ["AWS_ENDPOINT_URL_SSO"] = address
        yield valid


@pytest.fixture
def image(moto_s3: S3Server, tmp_path: Path) -> _Image:
    """Return the image with AWS's settings, of which none is a credential."""
    return _Image(
        tmp_path / "root",
        {
            "PATH": os.defpath,
            "AWS_ENDPOINT_URL_S3": moto_s3.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PROFILE": "films",
        },
    )


@pytest.mark.slow
async def test_the_image_harvests_signed_in_by_identity_center(
    image: _Image, moto_s3: S3Server
) -> None:
    """Its own command uploads /data, `run` harvests it to the end, `verify` finds it whole."""
    bucket = f"lake-{uuid.uuid4().hex[:8]}"
    moto_s3.make_bucket(bucket)
    lake = {"HARVESTER_LAKE": f"s3://{bucket}"}
    movies(image.data / "movies.csv", range(1, 21))
    async with (
        _identity_center(moto_s3, image),
        simulate(SimulatorOptions(latency_ms=0, token=TOKEN)) as tmdb,
    ):
        uploaded = await image.run(**lake)
        assert uploaded.code == 0, uploaded.err
        ran = await image.run("run", TMDB_TOKEN=TOKEN, TMDB_BASE_URL=tmdb.base_url, **lake)
        assert ran.code == 0, ran.err
        verified = await image.run("verify", **lake)
    assert (verified.code, "0 breaches in 20 titles" in verified.err) == (0, True), verified.err


async def test_a_sign_on_that_is_over_is_one_sentence(image: _Image, moto_s3: S3Server) -> None:
    """Refused by the portal, expired, or never made: exit code 2, no traceback of botocore's."""
    async with _identity_center(moto_s3, image) as valid:
        valid.clear()
        refused = await image.run("status", "--lake", "s3://lake")
        (token,) = (image.aws / "sso/cache").iterdir()
        over = {"accessToken": "x", "expiresAt": "2026-01-01T00:00:00Z"}
        token.write_text(json.dumps(over))
        expired = await image.run("status", "--lake", "s3://lake")
        token.unlink()
        never = await image.run("status", "--lake", "s3://lake")
    for ended in (refused, expired, never):
        assert ended.code == 2, ended.err
        assert "Traceback" not in ended.err
        assert ended.err.count("\n") == 1, ended.err
