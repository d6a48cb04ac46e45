"""A title's outcomes in a run that has no `outcomes.csv`: it is unfinished, or of 0.1.0."""

import re
from collections.abc import Sequence
from contextlib import aclosing

from harvester.lake.documents.manifest import committed_units, manifests
from harvester.lake.documents.outcomes import rows_of
from harvester.lake.documents.plan import UNIT_SIZE, Plan, load_titles
from harvester.lake.outcome_search import OutcomeHit, is_of
from harvester.lake.title_ids import media_type_of, unpack
from harvester.run.past_outcomes import exists
from harvester.stores import Store


async def hits_in_manifests(
    store: Store, plan: Plan, number: int, *, deep: bool
) -> Sequence[OutcomeHit]:
    """Return the outcomes of an id: the plan's titles tell its unit, if they have it.

    A title that was asked for by its id of the other kind is found `deep` only, in whichever of
    the manifests. Raises `DocumentError`.
    """
    titles = (await load_titles(store, plan)).data
    units = {
        titles.count(b"\n", 0, found.start()) // UNIT_SIZE
        for found in re.finditer(_quoted(number), titles)
    }
    if deep and _has_other_kind(titles, number):
        units = set(await committed_units(store, plan))
    else:
        units = {unit for unit in units if await exists(store, plan.folder.manifest(unit))}
    async with aclosing(manifests(store, plan, units)) as found:
        return [
            OutcomeHit(manifest.unit, row)
            async for manifest in found
            for row in rows_of(manifest)
            if is_of(row, plan.asked.origin, {number})
        ]


def _quoted(number: int) -> bytes:
    title_id = unpack(number)
    return b'"tt0*%d"' % number if media_type_of(number) is None else b'"%b"' % title_id.encode()


def _has_other_kind(titles: bytes, number: int) -> bool:
    """Return whether titles are asked for by TMDB's ids where IMDb's is given, or the reverse."""
    if media_type_of(number) is None:
        return b':"movie:' in titles or b':"tv:' in titles
    return b':"tt' in titles
