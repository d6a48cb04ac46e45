"""Which run a command refers to, with a real local lake."""

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from harvester.errors import LakeError, SettingError, UserError
from harvester.lake.documents.plan import Plan
from harvester.lake.documents.summary import Report, load_summary
from harvester.lake.keys import RunFolder
from harvester.model import Asked, InputFacts
from harvester.run import journal
from harvester.run.choose import (
    Choice,
    all_plans,
    choose_run,
    newest_run,
    plan_of,
    refuse_beside_real,
)
from harvester.run.plan import Group, lay_out
from harvester.run.retries import Merged
from harvester.run.status import merged_report
from harvester.stores import Store, open_store

TODAY = date(2026, 11, 24)
DIGEST = "1a2b3c4d"
OTHER = "ffffffff"
BASE = f"20261124-{DIGEST}"


@pytest.fixture
async def store(tmp_path: Path) -> Store:
    """Return an empty lake."""
    async with open_store(str(tmp_path / "lake")) as opened:
        return opened


async def planned(
    store: Store, run: str, *, digest: str = DIGEST, at: str = "2026-11-24T07:00:00Z"
) -> Plan:
    """Write a plan: an unfinished run."""
    titles = lay_out([Group("movie", [1])], None)
    plan = Plan(
        run=run,
        digest=digest,
        date=TODAY,
        created_at=at,
        inputs=(InputFacts("m.csv", "movie", 1, "a" * 64, 1, 1, 0, ()),),
        asked=Asked(("find",), None, (), None, "array", "simulator"),
        synthetic=True,
        titles=1,
        titles_sha256=titles.sha256,
    )
    await journal.save_plan(store, plan, titles)
    return plan


async def finished(store: Store, run: str, *, digest: str = DIGEST) -> Plan:
    """Write a plan and a summary: a finished run."""
    plan = await planned(store, run, digest=digest)
    report = merged_report(store, plan, Merged(), finished=True)
    await journal.save_summary(store, plan, report)
    return plan


def chosen(run: str, plan: Plan | None = None, summary: Report | None = None) -> Choice:
    """Return the choice of a run of TMDB's."""
    return Choice(RunFolder("TMDB", run), plan, summary)


async def crashed(store: Store, run: str) -> None:
    """Write what a process leaves behind that dies between writing titles and plan."""
    await store.put(RunFolder("TMDB", run).titles, b"{}\n")


async def test_an_empty_lake_gives_the_default_id(store: Store) -> None:
    """Date and digest, nothing else; `--fresh` adds no number in an empty lake."""
    assert await choose_run(store, "TMDB", DIGEST, TODAY) == chosen(BASE)
    assert await choose_run(store, "TMDB", DIGEST, TODAY, fresh=True) == chosen(BASE)


async def test_an_early_year_is_padded_too(store: Store) -> None:
    """The id begins with eight digits whatever `--date` says; otherwise no run would be found."""
    choice = await choose_run(store, "TMDB", DIGEST, date(987, 6, 5))
    assert choice.folder.run == f"09870605-{DIGEST}"


async def test_an_unfinished_run_is_resumed_whatever_its_date(store: Store) -> None:
    """A run that crosses midnight is resumed the next day, before today's finished one counts."""
    await finished(store, BASE)
    plan = await planned(store, f"20261101-{DIGEST}")
    await planned(store, f"20261031-{DIGEST}")
    assert await choose_run(store, "TMDB", DIGEST, TODAY) == chosen(plan.run, plan)


async def test_the_newest_of_one_day_is_by_number_not_by_text(store: Store) -> None:
    """`-10` is newer than `-9`, and both are newer than the first run without a number."""
    for suffix in ("", "-2", "-9", "-10"):
        last = await planned(store, BASE + suffix)
    assert (await choose_run(store, "TMDB", DIGEST, TODAY)).plan == last


async def test_todays_finished_run_is_the_answer_when_none_is_unfinished(store: Store) -> None:
    """Today's newest finished run is returned with its summary: nothing to do."""
    await finished(store, BASE)
    plan = await finished(store, f"{BASE}-2")
    choice = await choose_run(store, "TMDB", DIGEST, TODAY)
    assert choice == chosen(plan.run, plan, await load_summary(store, plan))


async def test_yesterdays_finished_run_is_not_todays(store: Store) -> None:
    """The next day the same command plans a new run."""
    await finished(store, f"20261123-{DIGEST}")
    assert await choose_run(store, "TMDB", DIGEST, TODAY) == chosen(BASE)


async def test_runs_of_other_commands_are_left_alone(store: Store) -> None:
    """Another digest, a named run, a retry and a similar name do not belong to the command."""
    await planned(store, f"20261124-{OTHER}", digest=OTHER)
    for run in ("mine", f"{BASE}-retry1", f"x{BASE}", f"{BASE}-2x"):
        await planned(store, run)
    assert await choose_run(store, "TMDB", DIGEST, TODAY) == chosen(BASE)


async def test_fresh_takes_the_next_number_of_today(store: Store) -> None:
    """`--fresh` never resumes and never returns a finished run: `-2`, then `-3`."""
    await planned(store, f"20261123-{DIGEST}-7")
    await planned(store, BASE)
    assert await choose_run(store, "TMDB", DIGEST, TODAY, fresh=True) == chosen(f"{BASE}-2")
    await finished(store, f"{BASE}-2")
    assert await choose_run(store, "TMDB", DIGEST, TODAY, fresh=True) == chosen(f"{BASE}-3")
    await planned(store, f"{BASE}-9")
    assert await choose_run(store, "TMDB", DIGEST, TODAY, fresh=True) == chosen(f"{BASE}-10")


async def test_fresh_reads_no_plan(store: Store) -> None:
    """`--fresh` gets past a damaged plan, which stops every other command."""
    await store.put(RunFolder("TMDB", BASE).plan, b"{")
    with pytest.raises(LakeError, match=r"plan\.json is damaged: move the run's folder away"):
        await choose_run(store, "TMDB", DIGEST, TODAY)
    assert await choose_run(store, "TMDB", DIGEST, TODAY, fresh=True) == chosen(f"{BASE}-2")


async def test_a_folder_without_a_plan_is_used_again(store: Store) -> None:
    """A process that died while planning left no run; its id is free."""
    await crashed(store, BASE)
    assert await choose_run(store, "TMDB", DIGEST, TODAY) == chosen(BASE)
    plan = await planned(store, f"20261120-{DIGEST}")
    assert (await choose_run(store, "TMDB", DIGEST, TODAY)).plan == plan
    await crashed(store, "named")
    assert await choose_run(store, "TMDB", DIGEST, TODAY, named="named") == chosen("named")


async def test_a_named_run_is_taken_or_made(store: Store) -> None:
    """`--run` uses that run, unfinished or finished, and no other."""
    await planned(store, BASE)
    assert await choose_run(store, "TMDB", DIGEST, TODAY, named="mine") == chosen("mine")
    plan = await planned(store, "mine")
    assert await choose_run(store, "TMDB", DIGEST, TODAY, named="mine") == chosen("mine", plan)
    done = await finished(store, "done")
    assert (await choose_run(store, "TMDB", DIGEST, TODAY, named="done")).plan == done
    assert (await choose_run(store, "TMDB", DIGEST, TODAY, named="done")).summary is not None


async def test_a_named_run_of_another_digest_is_refused(store: Store) -> None:
    """A changed input under a run's id is refused, finished or not."""
    await planned(store, "mine", digest=OTHER)
    await finished(store, "done", digest=OTHER)
    for run in ("mine", "done"):
        with pytest.raises(SettingError, match=f"run {run} was planned for other inputs"):
            await choose_run(store, "TMDB", DIGEST, TODAY, named=run)


async def test_a_named_run_cannot_be_fresh_twice(store: Store) -> None:
    """`--fresh` never resumes a run, so its name must be new."""
    assert await choose_run(store, "TMDB", DIGEST, TODAY, named="mine", fresh=True) == chosen(
        "mine"
    )
    await planned(store, "mine")
    with pytest.raises(SettingError, match="run mine exists already"):
        await choose_run(store, "TMDB", DIGEST, TODAY, named="mine", fresh=True)


async def test_the_newest_run_is_the_one_planned_last(store: Store) -> None:
    """By the time in the plan, not by name; a folder without a plan is not a run."""
    with pytest.raises(UserError, match="holds no run yet"):
        await newest_run(store)
    await planned(store, "zzz", at="2026-11-24T07:00:00Z")
    await planned(store, "aaa", at="2026-11-24T07:00:01Z")
    await crashed(store, "later")
    assert await newest_run(store) == "aaa"


@pytest.mark.parametrize("run", [f"{BASE}-2", "../20261124", "a/b", ""])
async def test_a_run_that_there_is_not(store: Store, run: str) -> None:
    """One sentence, with the nearest run where there is one, also for what can be no run's name."""
    await planned(store, BASE)
    with pytest.raises(LakeError, match=f"holds no run {run}.*harvester status") as raised:
        await plan_of(store, run)
    assert (BASE in str(raised.value)) == (run == f"{BASE}-2")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"version":2,"run":7}'])
async def test_a_damaged_plan_hides_no_other_run(
    store: Store, caplog: pytest.LogCaptureFixture, data: bytes
) -> None:
    """The newest of the others is found; one sentence names the damaged one."""
    await planned(store, "good")
    await store.put(RunFolder("TMDB", "bad").plan, data)
    assert await newest_run(store) == "good"
    (said,) = caplog.messages
    assert "_harvest/bad/plan.json is damaged" in said
    assert said.endswith("run bad is left out")
    known = await all_plans(store)
    assert [plan.run for plan in known.plans] == ["good"]
    assert [one.run for one in known.damaged] == ["bad"]


async def test_a_lake_of_nothing_but_damaged_plans(store: Store) -> None:
    """It is no lake without runs."""
    await store.put(RunFolder("TMDB", "bad").plan, b"{")
    with pytest.raises(LakeError, match=r"no run of .* can be read"):
        await newest_run(store)


@pytest.mark.parametrize("told", ["real", "synthetic", "nothing"])
async def test_beside_a_damaged_run_synthetic_data_is_refused_if_it_is_real(
    store: Store, caplog: pytest.LogCaptureFixture, told: str
) -> None:
    """Its summary says so; where nothing does, the run is named and refuses nothing."""
    plan = await planned(store, "bad")
    if told != "nothing":
        real = dataclasses.replace(plan, synthetic=told == "synthetic")
        report = merged_report(store, real, Merged(), finished=True)
        await journal.save_summary(store, real, report)
    await store.put(plan.folder.plan, b"{")
    if told == "real":
        with pytest.raises(LakeError, match=r"real data of TMDB \(run bad\).*name another lake"):
            await refuse_beside_real(store, "TMDB")
    else:
        await refuse_beside_real(store, "TMDB")
        assert ["run bad is left out" in said for said in caplog.messages] == [True]
