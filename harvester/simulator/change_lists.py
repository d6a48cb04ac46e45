"""A page of changed titles, with all that TMDB's lists have had.

Items with a null id (jellyfin/TMDbLib#296, 2018) and a null `adult` (3 % of them in 2022 and 2023),
ids that come twice, and a whole day in one page that says there is one item (recorded on
2022-11-26). Keys and their order are those of the recorded lists.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from harvester.model import MediaType
from harvester.simulator.chance import scattered
from harvester.simulator.identity import REAL_IDS
from harvester.simulator.shelf import FIRST_ADULT, shelved

Json = dict[str, Any]

PAGE: Final = 100
ADULT_IS_NULL_ONE_IN: Final = 33
TWICE_IS_ONE_IN: Final = 120
TWICE_AFTER: Final = 70  # items: mostly on the next page
NULL_IS_ONE_IN: Final = 200


def changed_items(media_type: MediaType, numbers: Iterable[int]) -> list[Json]:
    """Return the items of the titles that changed, in order."""
    real = {number: tmdb_id for (kind, tmdb_id), number in REAL_IDS.items() if kind == media_type}
    items: list[Json] = []
    again: list[tuple[int, Json]] = []
    for number in numbers:
        chance = scattered(3, number)
        place = shelved(number)
        adult = place is not None and place[1] >= FIRST_ADULT
        item = {"id": number, "adult": None if chance % ADULT_IS_NULL_ONE_IN == 0 else adult}
        items.append(item)
        if number in real:
            items.append({**item, "id": real[number]})
        if chance % TWICE_IS_ONE_IN == 1:
            again.append((len(items) + TWICE_AFTER, item))
        if chance % NULL_IS_ONE_IN == 2:  # noqa: PLR2004 - any remainder but those above
            items.append({"id": None, "adult": None})
    for place_of, item in again:
        items.insert(place_of, item)
    return items


def changes_page(
    items: Sequence[Json], parameters: Mapping[str, str], *, one_page: bool = False
) -> Json:
    """Return the page that is asked for."""
    page = int(parameters.get("page", "1"))
    if one_page:
        found = list(items) if page == 1 else []
        return {"results": found, "page": page, "total_pages": 1, "total_results": 1}
    return {
        "results": list(items[PAGE * (page - 1) : PAGE * page]),
        "page": page,
        "total_pages": max(1, -(-len(items) // PAGE)),
        "total_results": len(items),
    }
