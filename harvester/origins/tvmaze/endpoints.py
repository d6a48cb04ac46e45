"""The TVmaze methods the harvester knows: a table, one line an endpoint.

https://www.tvmaze.com/api. Only unpaged methods stand here: one response is one record.
"""

from dataclasses import dataclass, field
from typing import Final

TVMAZE_BASE_URL: Final = "https://api.tvmaze.com"
ORIGIN: Final = "TVmaze"
"""Its name in the lake's paths."""

SPAN_SECONDS: Final = 10
"""TVmaze takes 20 requests in 10 seconds from an address: https://www.tvmaze.com/api#rate-limiting."""

SHOW: Final = "show"
"""The one endpoint whose answers the index has, too."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One TVmaze method: its folder below the records, and what is asked.

    `is_array` says whether its answer is an array of objects, else it is the show itself.
    """

    name: str
    folder: str
    path: str
    params: dict[str, str] = field(default_factory=dict)
    is_array: bool = True

    def path_of(self, show_id: int) -> str:
        """Return the path below TVmaze's base URL."""
        return self.path.format(id=show_id)


ENDPOINTS: Final[dict[str, Endpoint]] = {
    endpoint.name: endpoint
    for endpoint in (
        Endpoint(SHOW, "Shows", "shows/{id}", is_array=False),
        Endpoint("episodes", "Episodes", "shows/{id}/episodes", {"specials": "1"}),
        Endpoint("cast", "Cast", "shows/{id}/cast"),
    )
}

NAMES: Final[tuple[str, ...]] = tuple(ENDPOINTS)
DEFAULT: Final[tuple[str, ...]] = (SHOW,)
