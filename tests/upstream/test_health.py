"""The retry budget, and the probe that distinguishes a dead upstream from a bad title."""

import asyncio
from collections.abc import Iterable

import pytest
from virtual_time import in_virtual_time, now

from harvester.errors import UpstreamDown
from harvester.upstream.health import Health
from harvester.upstream.unreachable import Obstacle

IN_THE_WAY = Obstacle("TMDB does not answer: nothing is there")


class Probe:
    """A probe with scripted results, 0.1 s each; the last one is repeated."""

    def __init__(self, *answers: bool) -> None:
        self.asked = 0
        self._answers = list(answers)

    async def __call__(self) -> Obstacle | None:
        """Return the next scripted result."""
        self.asked += 1
        await asyncio.sleep(0.1)
        is_up = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return None if is_up else IN_THE_WAY


async def spend(health: Health, costs: Iterable[float]) -> None:
    """Spend several times in sequence."""
    for cost in costs:
        await health.spend(cost)


@in_virtual_time
async def test_faults_within_the_budget_ask_no_probe() -> None:
    """Fifty failures in a row are tolerated; the next one probes whether TMDB is up."""
    health = Health(probe := Probe(True))
    await spend(health, [1] * 50)
    assert probe.asked == 0
    await health.spend(1)
    assert probe.asked == 1


@in_virtual_time
async def test_good_answers_pay_for_one_fault_in_five() -> None:
    """A sustained 20 % of faults never exhausts the budget; 30 % does, and TMDB is found up."""
    health = Health(probe := Probe(True))
    for _ in range(3_000):
        for _ in range(4):
            health.good()
        await health.spend(1)
    assert probe.asked == 0
    for _ in range(1_000):
        for _ in range(7):
            health.good()
        await spend(health, [1] * 3)
    assert 0 < probe.asked < 100


@in_virtual_time
async def test_a_budget_saves_no_more_than_its_size() -> None:
    """A million good answers do not allow more than fifty failures."""
    health = Health(probe := Probe(True))
    for _ in range(1_000_000):
        health.good()
    await spend(health, [1] * 51)
    assert probe.asked == 1


@in_virtual_time
async def test_dead_is_said_within_seconds_to_all() -> None:
    """Four probes within 6.4 s; then all callers, also later ones, learn it without a probe."""
    health = Health(probe := Probe(False))
    ends = await asyncio.gather(*(health.was_down() for _ in range(20)), return_exceptions=True)
    assert [type(end) for end in ends] == [UpstreamDown] * 20
    assert now() == pytest.approx(6.4, abs=0.01)
    with pytest.raises(UpstreamDown):
        await health.was_down()
    assert probe.asked == 4


@in_virtual_time
async def test_up_again_differs_from_up_all_along() -> None:
    """True after an outage, False when the first probe is answered."""
    assert await Health(Probe(True)).was_down() is False
    assert await Health(Probe(False, False, True)).was_down() is True


@in_virtual_time
@pytest.mark.parametrize("down", [True, False])
async def test_who_asks_meanwhile_shares_what_is_found(*, down: bool) -> None:
    """Twenty requests at once share one check, and get the same result."""
    health = Health(probe := Probe(not down, True))
    found = await asyncio.gather(*(health.was_down() for _ in range(20)))
    assert found == [down] * 20
    assert probe.asked == 1 + down
    assert await health.was_down() is False
    assert probe.asked == 2 + down


@in_virtual_time
async def test_cancelled_while_it_probes() -> None:
    """If the prober is cancelled, the next request probes."""
    health = Health(probe := Probe(True))
    judge = asyncio.create_task(health.was_down())
    other = asyncio.create_task(health.was_down())
    await asyncio.sleep(0.05)
    judge.cancel()
    assert await other is False
    assert probe.asked == 2
