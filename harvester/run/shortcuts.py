"""How a run saves requests: what earlier runs of the lake know, and its id map."""

from array import array
from collections.abc import Iterable
from dataclasses import replace

from harvester.inputs.id_map import read_id_map
from harvester.lake.documents.plan import Plan
from harvester.lake.title_ids import media_type_of, pack
from harvester.model import Asked, Title
from harvester.origins.abilities import LookingUp
from harvester.origins.known_ids import KnownIds
from harvester.origins.shortcuts import Shortcuts
from harvester.origins.table import ORIGINS
from harvester.run.imdb_ids import read_imdb_ids
from harvester.run.known_ids import read_known_ids
from harvester.settings import Settings
from harvester.stores import Store


async def shortcuts_for(
    settings: Settings,
    asked: Asked,
    wanted: Iterable[int],
    store: Store,
    plan: Plan | None,
) -> Shortcuts:
    """Return how a run saves requests: the ids that earlier runs of the lake found, or its id map.

    `wanted` are the packed ids asked for, `plan` the run's if it has one. Of a title that both
    know, the map counts. A known id saves a request only where the endpoint that looks ids up is
    not asked for its own sake: else nothing is read. Nor are the lake's ids taken where no answer
    would tell that one has moved. Raises `InputError` for a map that can't be read.
    """
    api = ORIGINS[asked.origin]
    shortcuts = Shortcuts(settings.requests, settings.id_map)
    if api.joins_on_imdb_id:
        return replace(shortcuts, imdb_ids=await read_imdb_ids(store, wanted))
    if not isinstance(api, LookingUp) or api.lookup in asked.endpoints:
        return shortcuts
    numbers = array("Q", (number for number in wanted if media_type_of(number) is None))
    known = KnownIds(numbers)
    if api.notices_moved_ids(asked):
        known = await read_known_ids(store, asked, numbers, plan)
    if settings.id_map is None:
        return replace(shortcuts, known=known)
    mapped = await read_id_map(settings.id_map, numbers, store)
    known.update(mapped)
    return replace(shortcuts, known=known, mapped=len(mapped))


def packed(titles: Iterable[Title]) -> Iterable[int]:
    """Return titles as packed ids."""
    return (pack(title.id) for title in titles)
