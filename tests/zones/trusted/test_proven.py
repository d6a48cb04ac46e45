"""Trusted reads only record files that are what their manifest says, and none outside the lake."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from command_line import Ended, harvester
from made_lake import Made, csv, make, table

TMDB = "Trusted/TMDB/Parquet"
RUN = "20261124-00000000"
MANIFEST = Path(f"l/Raw/TMDB/_harvest/{RUN}/units/000000.json")


async def _make() -> Path:
    """Write a run of two movies, and return their file of details."""
    bodies = ({"details": {"id": 1, "title": title, "budget": 0}} for title in "AB")
    titles = [Made(f"tt000000{n}", bodies=body) for n, body in enumerate(bodies, 1)]
    await make(Path("l"), titles, run=RUN)
    (file,) = Path("l/Raw/TMDB/JSON/Movies/details/2026/11/24").iterdir()
    return file


async def _trusted() -> Ended:
    ended = await harvester("trusted", "--lake", "l")
    assert "Traceback" not in ended.err
    return ended


async def test_a_record_that_was_changed_is_not_read() -> None:
    """As many records and bytes as before: only the hash tells; exit 3, and the file is named."""
    file = await _make()
    data = file.read_bytes()
    file.write_bytes(data.replace(b'"title":"A"', b'"title":"Z"'))
    ended = await _trusted()
    assert ended.code == 3
    assert f"{file.relative_to('l')} is not what its manifest says" in ended.err
    assert table(Path("l"), f"{TMDB}/Movies/details") == []
    file.write_bytes(data)
    assert (await harvester("trusted", "--lake", "l", "--rebuild")).code == 0
    assert [row["title"] for row in table(Path("l"), f"{TMDB}/Movies/details")] == ["A", "B"]


async def test_a_record_file_that_is_no_text() -> None:
    """0.1.0 stored such bodies where their ETag matched: exit 3, no engine's traceback."""
    file = await _make()
    data = file.read_bytes()
    odd = data.replace(b'"title":"A"', b'"title":"\xff"')
    before, after = (hashlib.sha256(one).hexdigest() for one in (data, odd))
    file.unlink()
    file = file.with_name(file.name.replace(before[:8], after[:8]))
    file.write_bytes(odd)
    manifest = MANIFEST.read_text().replace(before, after).replace(before[:8], after[:8])
    MANIFEST.write_text(manifest)
    ended = await _trusted()
    assert ended.code == 3
    assert f"{file.relative_to('l')} is not what its manifest says, or no UTF-8" in ended.err
    assert table(Path("l"), f"{TMDB}/Movies/details") == []


@pytest.mark.parametrize("what", ["link", "pipe", "device"])
async def test_a_record_file_that_is_none(what: str) -> None:
    """A link, a pipe and a device are not opened: exit 3, the file is named, nobody waits."""
    file = await _make()
    outside = Path("outside.json")
    outside.write_bytes(file.read_bytes())
    file.unlink()
    if what == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to(outside.absolute() if what == "link" else "/dev/zero")
    ended = await _trusted()
    assert ended.code == 3
    assert f"{file.relative_to('l')} is not what its manifest says" in ended.err
    assert table(Path("l"), f"{TMDB}/Movies/details") == []


@pytest.mark.parametrize("up", ["../outside/", "/", "Raw/../../outside/"])
async def test_a_key_out_of_the_lake(up: str) -> None:
    """Whatever a manifest names: one sentence, and none of it is in a table."""
    file = await _make()
    content = json.loads(MANIFEST.read_bytes())
    key = content["files"][0]["key"]
    outside = Path("outside") / key
    outside.parent.mkdir(parents=True)
    outside.write_bytes(file.read_bytes())
    prefix = f"{outside.parents[len(Path(key).parts) - 1].absolute()}/" if up == "/" else up
    content["files"][0]["key"] = f"{prefix}{key}"
    MANIFEST.write_bytes(json.dumps(content).encode())
    ended = await _trusted()
    assert ended.code == 3
    assert "units/000000.json names what is no record file of its unit" in ended.err
    assert not Path("l", TMDB, "Movies").exists() or not table(Path("l"), f"{TMDB}/Movies/details")


@pytest.mark.parametrize("at", ["Trusted", "Trusted/Local", "Trusted/Local/Parquet/Movies"])
async def test_tables_are_written_in_the_lake_alone(at: str) -> None:
    """A link in the place of the zone or a table of it: exit 2, and what it leads to stays."""
    csv(Path("l"), "Movies/m.csv", "id|tituloPincipal\ntt1|A\n")
    kept = Path("outside/Local/Parquet/Movies/kept")
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"x")
    link = Path("l") / at
    link.parent.mkdir(parents=True, exist_ok=True)
    target = Path("outside").joinpath(*Path(at).parts[1:])
    link.symlink_to(target.absolute(), target_is_directory=True)
    before = sorted(Path("outside").rglob("*"))
    ended = await _trusted()
    assert ended.code == 2
    assert f"l/{at} is a link" in ended.err
    assert ended.err.count("\n") == 1
    assert sorted(Path("outside").rglob("*")) == before
    assert kept.read_bytes() == b"x"


async def test_a_csv_that_is_a_link() -> None:
    """What lies outside does not become a table of the lake."""
    csv(Path("l"), "Movies/m.csv", "id|tituloPincipal\ntt1|A\n")
    Path("secret.csv").write_text("id|tituloPincipal\ntt2|secret\n")
    (Path("l") / "Raw/Local/CSV/Movies/2026/11/24/n.csv").symlink_to(Path("secret.csv").absolute())
    ended = await _trusted()
    assert ended.code == 2
    assert "n.csv is a link" in ended.err


async def test_an_odd_file_is_copied() -> None:
    """One with half a surrogate pair is read from a copy, and stays as it is."""
    body = b'{"id":1,"title":"x \\ud83d","budget":0}'
    await make(Path("l"), [Made("tt0000001", bodies={"details": body, "keywords": {"id": 1}})])
    (file,) = Path("l/Raw/TMDB/JSON/Movies/details/2026/11/24").iterdir()
    before = file.read_bytes()
    ended = await _trusted()
    assert ended.code == 0
    (reject,) = table(Path("l"), f"{TMDB}/Rejects")
    assert reject["reason"] == "title: not text"
    assert file.read_bytes() == before
