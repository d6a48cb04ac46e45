"""When a series ran: its seasons, the length of each, and whether it has ended.

A series of the shelf has them by arithmetic, for the index has 250 of them on a page; the others
have as many seasons and episodes as the simulated TMDB says.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from harvester.simulator import shelf
from harvester.simulator.chance import scattered
from harvester.simulator.details import details_body
from harvester.simulator.identity import Identity

_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Airing:
    """The first day of a series, None where it is not known, and the episodes of each season."""

    premiered: date | None
    seasons: tuple[int, ...]
    has_ended: bool

    def day_of(self, season: int, episode: int) -> date | None:
        """Return when an episode aired, both counted from 1: weekly, each season a year later."""
        if self.premiered is None:
            return None
        return self.premiered + timedelta(days=364 * (season - 1)) + _WEEK * (episode - 1)

    @property
    def last_day(self) -> date | None:
        """The day of the last episode."""
        return self.day_of(len(self.seasons), self.seasons[-1])


def airing_of(seed: int, identity: Identity, first_air_date: str) -> Airing:
    """Return when a series ran that began on this day, as TMDB has it."""
    premiered = date.fromisoformat(first_air_date) if first_air_date else None
    if shelf.shelved(identity.number) is not None:
        mixed = scattered(seed + 913, identity.number)
        seasons = tuple(6 + (mixed >> 4 * season) % 8 for season in range(1 + mixed % 3))
        return Airing(premiered, seasons, has_ended=mixed % 10 < 7)  # noqa: PLR2004 - as TMDB's share
    details = details_body(seed, identity, "tv")
    counts = tuple(season["episode_count"] for season in details["seasons"])
    return Airing(premiered, counts, has_ended=details["status"] == "Ended")
