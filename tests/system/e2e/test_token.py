"""The token goes to TMDB's host alone, over whatever network the command runs."""

import asyncio
import base64
import os
import re
import ssl
import sys
from dataclasses import replace
from pathlib import Path

import csvs
import pytest
from command_line import TOKEN, end, harvester
from connect_proxy import connect_proxy, tls_before
from tls_certificate import make_certificate

from harvester.model import Asked
from harvester.run.connection import foreign_host
from harvester.simulator import SimulatorOptions, simulate

HOST = "api.tmdb.test"


def _server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("variable", "named"),
    [
        ("TMDB_TOKEN", "http://"),
        ("TMDB_TOKEN", "https://"),
        ("TMDB_TOKEN", "http://me:pass@"),
        ("TMDB_API_KEY", "http://"),
    ],
)
async def test_a_proxy_never_sees_the_token(variable: str, named: str, tmp_path: Path) -> None:
    """Neither in CONNECT nor in the tunnel, with a proxy that is itself reached over TLS, too."""
    certificate, key = make_certificate(tmp_path, HOST)
    tls = _server_context(certificate, key)
    ids = csvs.movies(tmp_path / "m.csv", range(1, 6))
    async with (
        simulate(SimulatorOptions(latency_ms=0, token=TOKEN)) as tmdb,
        tls_before(int(tmdb.base_url.rpartition(":")[2].partition("/")[0]), tls) as port,
        connect_proxy(port, tls if named == "https://" else None) as proxy,
    ):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "harvester", "run", "m.csv", "--lake", "l", "--rate", "500"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={
                **{name: value for name, value in os.environ.items() if "TMDB" not in name},
                variable: TOKEN,
                "TMDB_BASE_URL": f"https://{HOST}/3",
                "HTTPS_PROXY": f"{named}127.0.0.1:{proxy.port}",
                "SSL_CERT_FILE": str(certificate),
            },
        )
        ended = await end(process)
        served = tmdb.stats()["requests"]
    assert ended.code == 0, ended.err
    assert served > len(ids)
    assert proxy.heads
    assert all(head.startswith(f"CONNECT {HOST}:443 ".encode()) for head in proxy.heads)
    says_who = b"proxy-authorization: basic" if "@" in named else b"proxy-authorization:"
    assert (says_who in proxy.heads[0].lower()) == ("@" in named)
    for secret in (TOKEN.encode(), base64.b64encode(TOKEN.encode())[:-4], b"Bearer"):
        assert secret not in bytes(proxy.seen)


async def test_a_folders_file_can_not_send_the_token_anywhere(tmp_path: Path) -> None:
    """`base_url` of harvester.toml is refused where a token is set; nothing is asked of it."""
    csvs.movies(tmp_path / "m.csv", range(1, 6))
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        Path("harvester.toml").write_text(f"base_url = '{tmdb.base_url}'", encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "harvester", "run", "m.csv", "--lake", "l"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "TMDB_TOKEN": TOKEN},
        )
        ended = await end(process)
        assert tmdb.stats()["requests"] == 0
    assert ended.code == 2
    assert ended.err.startswith("harvester: harvester.toml: base_url would send your token")
    assert ended.err.count("\n") == 1


async def test_no_token_in_clear_over_a_network(tmp_path: Path) -> None:
    """Plain http is refused before anything is sent, save to this machine."""
    csvs.movies(tmp_path / "m.csv", range(1, 6))
    ended = await harvester("run", "m.csv", "--lake", "l", tmdb="http://tmdb.invalid/3")
    assert ended.code == 2
    assert "TMDB_BASE_URL names tmdb.invalid with plain http://" in ended.err
    assert not Path("l").exists() or not any(Path("l").rglob("*.json"))


async def test_the_first_line_names_a_host_that_is_not_tmdbs(tmp_path: Path) -> None:
    """Who runs it reads at once where requests and token go; TMDB's own host needs no word."""
    csvs.movies(tmp_path / "m.csv", range(1, 6))
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        ended = await harvester("run", "m.csv", "--lake", "l", "--rate", "500", tmdb=tmdb)
    host = tmdb.base_url.removeprefix("http://").removesuffix("/3")
    assert re.match(rf"run [\w-]+ asks {host}, not TMDB: 5 titles in ", ended.err)
    asked = Asked(("find",), None, (), None, "array", "api.themoviedb.org")
    assert foreign_host(asked) is None
    assert foreign_host(replace(asked, host="simulator")) is None
    assert foreign_host(replace(asked, host="api.themoviedb.org:8443")) == "api.themoviedb.org:8443"
