"""What a run was given is kept, and synthetic data never joins real data."""

import dataclasses
import hashlib
import os
from datetime import date
from pathlib import Path

import pytest
from csvs import movies
from scripted_tmdb import scripted_tmdb

from harvester.errors import InputError, LakeError
from harvester.inputs.locate import newest_csvs
from harvester.lake.documents.summary import Report
from harvester.run.harvest import harvest
from harvester.run.stop import Stop
from harvester.run.verify import Breach, Checked, verify
from harvester.settings import Settings
from harvester.simulator import SimulatorOptions, simulate
from harvester.stores import open_store
from harvester.upstream.credential import Credential

TOKEN = Credential(headers={"Authorization": "Bearer x"})


def _settings(base_url: str, *inputs: str, lake: str = "l") -> Settings:
    return Settings(
        lake=lake,
        inputs=inputs,
        endpoints=("find",),
        rate=2000.0,
        base_url=base_url,
        credential=TOKEN,
        date=date(2026, 11, 24),
    )


async def _real(*inputs: str) -> Report:
    """Harvest from a TMDB that does not call itself a simulator."""
    async with scripted_tmdb() as tmdb:
        return await harvest(_settings(tmdb.base_url, *inputs), stop=Stop())


async def test_a_local_csv_is_kept_byte_for_byte_and_no_bare_run_sees_it() -> None:
    """It is under its hash; the lake's newest CSVs are those that were uploaded."""
    movies(Path("m.csv"), range(1, 4))
    data = Path("m.csv").read_bytes()
    await _real("m.csv")
    sha256 = hashlib.sha256(data).hexdigest()
    kept = Path("l/Raw/Local/CSV/_runs") / sha256 / "m.csv"
    assert kept.read_bytes() == data
    async with open_store("l") as store:
        assert await newest_csvs(store) == []


@pytest.mark.parametrize("name", [".m.csv", "_m.csv", "fílmes.csv", "a\nb.csv"])
async def test_a_file_of_any_name_is_kept(name: str) -> None:
    """A name that readers skip, or that is no key, is not the kept file's."""
    movies(Path(name), range(1, 3))
    await _real(name)
    (kept,) = Path("l/Raw/Local/CSV/_runs").rglob("*.csv")
    assert kept.name == "input.csv"
    assert kept.read_bytes() == Path(name).read_bytes()


async def test_a_kept_file_that_was_damaged_is_a_breach_and_is_kept_anew() -> None:
    """What lies under a hash has it: `verify` says where not, and a fresh run of the file heals."""
    movies(Path("m.csv"), range(1, 4))
    first = await _real("m.csv")
    (kept,) = Path("l/Raw/Local/CSV/_runs").rglob("*.csv")
    os.truncate(kept, 80)
    async with open_store("l") as store:
        _, breaches = await verify(store, first.run, Checked())
        key = kept.relative_to("l").as_posix()
        assert breaches == [Breach(key, "is not the file that the run was given")]
        async with scripted_tmdb() as tmdb:
            settings = dataclasses.replace(_settings(tmdb.base_url, "m.csv"), fresh=True)
            await harvest(settings, stop=Stop())
        assert kept.read_bytes() == Path("m.csv").read_bytes()
        assert (await verify(store, None, Checked()))[1] == []


async def test_a_file_of_the_lake_is_not_kept_twice() -> None:
    """An input that the lake holds already stays where it is."""
    folder = Path("l/Raw/Local/CSV/Movies/2026/11/24")
    folder.mkdir(parents=True)
    movies(folder / "m.csv", range(1, 3))
    await _real(str(folder / "m.csv"))
    assert not Path("l/Raw/Local/CSV/_runs").exists()


async def test_nothing_is_kept_when_the_token_is_refused(tmp_path: Path) -> None:
    """Nothing at all is written before TMDB took the token."""
    movies(Path("m.csv"), range(1, 3))
    async with simulate(SimulatorOptions(token="other")) as tmdb:
        settings = _settings(tmdb.base_url, "m.csv")
        with pytest.raises(Exception, match="token"):
            await harvest(settings, stop=Stop())
    assert not (tmp_path / "l").exists() or not list((tmp_path / "l").rglob("*"))


async def test_synthetic_data_is_refused_beside_real_data() -> None:
    """The sentence names the run and the way out; the lake is unchanged; real joins synthetic."""
    movies(Path("m.csv"), range(1, 4))
    movies(Path("other.csv"), range(5, 7))
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        synthetic = _settings(tmdb.base_url, "other.csv")
        assert (await harvest(synthetic, stop=Stop())).synthetic
        real = await _real("m.csv")
        assert not real.synthetic
        before = sorted(Path("l").rglob("*"))
        again = dataclasses.replace(synthetic, limit=1)
        with pytest.raises(LakeError, match=rf"{real.run}.*name another lake"):
            await harvest(again, stop=Stop())
    assert sorted(Path("l").rglob("*")) == before


async def test_the_sample_is_never_added_to_a_lake_that_has_real_runs() -> None:
    """A bare run says what to do instead, and names the sample only where it was asked for."""
    movies(Path("m.csv"), range(1, 3))
    await _real("m.csv")
    async with scripted_tmdb() as tmdb:
        bare = dataclasses.replace(_settings(tmdb.base_url), sample=True)
        with pytest.raises(InputError, match=r"name your inputs.*sample in another folder"):
            await harvest(bare, stop=Stop())
        with pytest.raises(InputError, match="name your inputs") as caught:
            await harvest(_settings(tmdb.base_url), stop=Stop())
    assert "sample" not in str(caught.value)
    assert not list(Path("l/Raw/Local/CSV").rglob("series.csv"))
