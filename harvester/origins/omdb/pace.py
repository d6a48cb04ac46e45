"""When a request to OMDb may start: at the run's pace, and counted against the day's quota."""

from harvester.origins.omdb.quota import Ration
from harvester.upstream.pace import Pace


class RationedPace(Pace):
    """A pace whose every turn is a request of the quota."""

    def __init__(self, rate: float, ration: Ration) -> None:
        super().__init__(rate)
        self._ration = ration

    async def turn(self) -> None:
        """Wait for this request's turn. Raises `QuotaUsedUp` when the day has none left."""
        await super().turn()
        await self._ration.spend()
