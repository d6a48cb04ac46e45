"""What TMDB's further endpoints say of each title, reduced to the newest of all dates.

A lake in which no run asked for an endpoint has no table of it in `Trusted`: what comes of it is
None then, and no query is made for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from harvester.zones.engines import Engine
from harvester.zones.refined import tables as star
from harvester.zones.refined.latest import ORDER, Trusted, newest_sets, of_media
from harvester.zones.refined.title_ids import first_of, resolved
from harvester.zones.schema import Table
from harvester.zones.trusted.endpoints.tmdb.watch_providers import WAYS

ENDPOINTS = ("watch_providers", "release_dates", "content_ratings", "external_ids")
"""Those that are read here."""

_TITLE = ("title_id", "imdb_id")
_OFFER = (*_TITLE, "country_code", "way", "provider_id")
_SITES = {
    "Wikidata": "wikidata_id",
    "Facebook": "facebook_id",
    "Instagram": "instagram_id",
    "X": "twitter_id",
    "TheTVDB": "tvdb_id",
    "TVRage": "tvrage_id",
    "Freebase": "freebase_mid",
}


@dataclass(frozen=True, slots=True)
class Further:
    """Rows by `title_id` and `imdb_id`: a title's offers, its certifications, its ids elsewhere."""

    offers: ir.Table | None
    certifications: ir.Table | None
    external_ids: ir.Table | None

    def countries(self) -> Iterator[ir.Table]:
        """Yield the codes of the countries in which a title is offered or certified."""
        for rows in (self.offers, self.certifications):
            if rows is not None:
                yield rows.select("country_code")

    def tables(self) -> Iterator[tuple[Table, ir.Table]]:
        """Yield the tables of the star that the lake has rows of."""
        if self.offers is not None:
            yield star.DIM_PROVIDER, _providers(self.offers)
            yield star.BRIDGE_PROVIDER, self.offers
        if self.certifications is not None:
            yield star.FACT_CERTIFICATION, self.certifications
        if self.external_ids is not None:
            yield star.FACT_EXTERNAL_ID, self.external_ids


def newest_further(engine: Engine, trusted: Trusted, ids: ir.Table) -> Further:
    """Reduce what the further endpoints gave; `ids` are those of `title_ids`."""
    offers = newest_sets(trusted, ids, "watch_providers", ("country_code", "link", *WAYS))
    certified = _certifications(trusted, ids)
    return Further(
        offers=None if offers is None else engine.keep("offers", _offers(offers)),
        certifications=None if certified is None else engine.keep("certifications", certified),
        external_ids=_external_ids(trusted, ids),
    )


def _offers(rows: ir.Table) -> ir.Table:
    """Return a row a title, country, way and provider; one that TMDB has twice counts once."""
    ways = [ibis.struct({"way": ibis.literal(way), "found": rows[way]}) for way in WAYS]
    by_way = rows.select(*_TITLE, "country_code", "link", one=ibis.array(ways).unnest())
    parted = by_way.select(
        *(*_TITLE, "country_code", "link"),
        way=by_way["one"]["way"],
        item=by_way["one"]["found"].unnest(),
    )
    names = ("provider_id", "provider_name", "logo_path", "display_priority")
    found = parted.mutate(**{name: parted["item"][name] for name in names})
    found = found.filter(found["provider_id"].notnull(), found["country_code"].notnull())
    return found.group_by(list(_OFFER)).aggregate(
        **{name: found[name].min() for name in ("link", *names[1:])}
    )


def _providers(offers: ir.Table) -> ir.Table:
    return offers.group_by("provider_id").aggregate(
        provider=offers["provider_name"].min(), logo_path=offers["logo_path"].min()
    )


def _certifications(trusted: Trusted, ids: ir.Table) -> ir.Table | None:
    """Return a row a title, country and certification; releases without one are left out."""
    parts = []
    released = newest_sets(trusted, ids, "release_dates", ("country_code", "release_dates"))
    if released is not None:
        one = released.select(*_TITLE, "country_code", item=released["release_dates"].unnest())
        parts.append(
            one.select(
                *(*_TITLE, "country_code"),
                certification=one["item"]["certification"],
                released_on=one["item"]["release_date"].date(),
            )
        )
    rated = newest_sets(trusted, ids, "content_ratings", ("country_code", "rating"))
    if rated is not None:
        none = ibis.null("date")
        parts.append(
            rated.select(*_TITLE, "country_code", certification="rating", released_on=none)
        )
    if not parts:
        return None
    rows = ibis.union(*parts) if len(parts) > 1 else parts[0]
    rows = rows.filter(rows["country_code"].notnull(), rows["certification"].notnull())
    return rows.group_by([*_TITLE, "country_code", "certification"]).aggregate(
        released_on=rows["released_on"].min()
    )


def _external_ids(trusted: Trusted, ids: ir.Table) -> ir.Table | None:
    """Return a row a title and site; numbers are texts, since other sites' ids are."""
    parts = [
        rows.select(
            *("dt", "title_id", "imdb_id", "fetched_at", "media_type", "said"),
            **{
                name: rows[name].cast("string") if name in rows.columns else ibis.null("string")
                for name in _SITES.values()
            },
        )
        for rows in of_media(trusted, "external_ids")
    ]
    if not parts:
        return None
    rows = ibis.union(*parts) if len(parts) > 1 else parts[0]
    newest = first_of(resolved(rows, ids), "title_id", ORDER)
    sites = [
        ibis.struct({"site": ibis.literal(site), "external_id": newest[name]})
        for site, name in _SITES.items()
    ]
    parted = newest.select(*_TITLE, one=ibis.array(sites).unnest())
    found = parted.select(*_TITLE, **{key: parted["one"][key] for key in ("site", "external_id")})
    return found.filter(found["external_id"].notnull())
