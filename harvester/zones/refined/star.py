"""Trusted → Refined: the star schema, as Ibis expressions.

Of a title the newest details, credits and keywords of all dates count. An unknown is null: TMDB
writes 0 for a budget, a revenue or a runtime it does not know, and a rating without votes is none.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from harvester.zones.refined import tables as star
from harvester.zones.refined.collection_order import collection_order
from harvester.zones.refined.credits import Credits
from harvester.zones.refined.elsewhere import value_of, values_of
from harvester.zones.refined.episodes import episode_facts
from harvester.zones.refined.facts import facts
from harvester.zones.refined.further import Further
from harvester.zones.refined.latest import Latest
from harvester.zones.refined.ratings import ratings
from harvester.zones.schema import declared

_TITLE = ("title_id", "imdb_id")
_AIRING = ("network", "network_country", "time_zone", "air_days", "air_time")
_HONOURS = ("award_wins", "award_nominations", "oscars_won", "box_office")


@dataclass(frozen=True, slots=True)
class Star:
    """Builds each table of the star from what is the newest in Trusted."""

    latest: Latest
    credits: Credits
    further: Further

    def tables(self) -> dict[str, ir.Table]:
        """Return every table by its name, with exactly its declared columns and types.

        One that no run of the lake could give a row is not among them.
        """
        genres, countries, companies = self.genres(), self.countries(), self.companies()
        found = {
            star.DIM_DATE: self.dates(),
            star.DIM_LANGUAGE: self.languages(),
            star.DIM_COUNTRY: self.country_names(countries, companies),
            star.DIM_COMPANY: _one_a_key(companies, "company_id", "company", "country_code"),
            star.DIM_KEYWORD: _one_a_key(self.latest.keywords, "keyword_id", "keyword"),
            star.DIM_GENRE: _one_a_key(genres, "genre", "tmdb_genre_id"),
            star.DIM_PERSON: self.credits.people(),
            star.DIM_TITLE: self.titles(),
            star.FACT_TITLE: self.title_facts(),
            star.FACT_CAST: self.credits.cast(),
            star.FACT_RATING: self.ratings(),
            star.BRIDGE_GENRE: _any_of(genres, (*_TITLE, "genre"), ("in_imdb", "in_tmdb")),
            star.BRIDGE_KEYWORD: self.latest.keywords.select(*_TITLE, "keyword_id").distinct(),
            star.BRIDGE_COUNTRY: _any_of(
                countries, (*_TITLE, "country_code"), ("is_origin", "is_production")
            ),
            star.BRIDGE_COMPANY: companies.select(*_TITLE, "company_id").distinct(),
            star.BRIDGE_LANGUAGE: self.spoken().select(*_TITLE, "language_code").distinct(),
        }
        if self.latest.elsewhere.episodes is not None:
            found[star.FACT_EPISODE] = episode_facts(self.latest.elsewhere.episodes)
        found |= self.further.tables()
        return {table.name: declared(table, rows) for table, rows in found.items()}

    def titles(self) -> ir.Table:
        """Return what each title is."""
        t = self.latest.titles
        return t.select(
            *_TITLE,
            "same_as",
            "in_csv",
            "outcome",
            "reason",
            "gone_at",
            "tmdb_id",
            "names_other_imdb_id",
            "release_date",
            "last_air_date",
            "status",
            "in_production",
            "original_language",
            "overview",
            "tagline",
            "homepage",
            "poster_path",
            "fetched_at",
            kind=ibis.cases(
                (t["media_type"] == "movie", "movie"),
                (t["media_type"] == "tv", "series"),
                else_=ibis.coalesce(
                    t["csv_kind"], t["asked_kind"], *values_of(t, "elsewhere_kind")
                ),
            ),
            title=ibis.coalesce(
                *(t[name] for name in ("title", "csv_title", "csv_original_title")),
                *values_of(t, "omdb_title", "tvmaze_title"),
            ),
            original_title=ibis.coalesce(t["original_title"], t["csv_original_title"]),
            year=ibis.coalesce(
                t["release_date"].year().cast("int64"),
                t["start_year"],
                *values_of(t, "omdb_year", "tvmaze_year"),
            ),
            end_year=ibis.coalesce(t["end_year"], *values_of(t, "omdb_end_year")),
            next_air_date=t["next_episode_to_air"]["air_date"],
            series_type=t["type"],
            collection_id=t["belongs_to_collection"]["id"],
            collection=t["belongs_to_collection"]["name"],
            collection_order=collection_order(t),
            **{name: value_of(t, name) for name in _AIRING},
        )

    def title_facts(self) -> ir.Table:
        """Return what can be counted of each title."""
        t = self.latest.titles
        known = facts(t)
        known["runtime_minutes"] = ibis.coalesce(
            known["runtime_minutes"], t["runtime_minutes"].nullif(0)
        )
        return t.select(
            *_TITLE,
            imdb_rating=t["rating"],
            imdb_votes=t["votes"],
            **{name: value_of(t, name) for name in _HONOURS},
            **known,
        )

    def ratings(self) -> ir.Table:
        """Return what each title is rated, a row a source."""
        return ratings(self.latest.titles, facts(self.latest.titles)["tmdb_rating"])

    def genres(self) -> ir.Table:
        """Return title, genre and who says so, a row each."""
        d, local = self.latest.details, self.latest.local
        tmdb = d.select(*_TITLE, item=d["genres"].unnest())
        imdb = local.select(*_TITLE, genre=local["genres"].unnest())
        return ibis.union(
            tmdb.select(
                *_TITLE,
                genre=tmdb["item"]["name"],
                tmdb_genre_id=tmdb["item"]["id"],
                in_imdb=ibis.literal(False),  # noqa: FBT003
                in_tmdb=ibis.literal(True),  # noqa: FBT003
            ),
            imdb.select(
                *_TITLE,
                "genre",
                tmdb_genre_id=ibis.null("int64"),
                in_imdb=ibis.literal(True),  # noqa: FBT003
                in_tmdb=ibis.literal(False),  # noqa: FBT003
            ),
        ).filter(ibis._["genre"].notnull())

    def countries(self) -> ir.Table:
        """Return title, country and what it is to the title, a row each."""
        d = self.latest.details
        origin = d.select(*_TITLE, country_code=d["origin_country"].unnest())
        made = d.select(*_TITLE, item=d["production_countries"].unnest())
        return ibis.union(
            origin.select(
                *_TITLE,
                "country_code",
                country=ibis.null("string"),
                is_origin=ibis.literal(True),  # noqa: FBT003
                is_production=ibis.literal(False),  # noqa: FBT003
            ),
            made.select(
                *_TITLE,
                country_code=made["item"]["iso_3166_1"],
                country=made["item"]["name"],
                is_origin=ibis.literal(False),  # noqa: FBT003
                is_production=ibis.literal(True),  # noqa: FBT003
            ),
        ).filter(ibis._["country_code"].notnull())

    def companies(self) -> ir.Table:
        """Return title and production company, a row each."""
        d = self.latest.details
        rows = d.select(*_TITLE, item=d["production_companies"].unnest())
        return rows.select(
            *_TITLE,
            company_id=rows["item"]["id"],
            company=rows["item"]["name"],
            country_code=rows["item"]["origin_country"],
        ).filter(ibis._["company_id"].notnull())

    def country_names(self, countries: ir.Table, companies: ir.Table) -> ir.Table:
        """Return every country, with a name where a title's details tell it."""
        codes = companies.select("country_code", country=ibis.null("string"))
        found = countries.select("country_code", "country").union(codes)
        networks = self.latest.elsewhere.tvmaze
        if networks is not None:
            of_networks = networks.select(
                country_code="network_country", country="network_country_name"
            )
            found = found.union(of_networks)
        for of_further in self.further.countries():
            found = found.union(of_further.mutate(country=ibis.null("string")))
        return _one_a_key(found, "country_code", "country")

    def spoken(self) -> ir.Table:
        """Return title and spoken language, a row each."""
        d = self.latest.details
        rows = d.select(*_TITLE, item=d["spoken_languages"].unnest())
        return rows.select(
            *_TITLE,
            language_code=rows["item"]["iso_639_1"],
            language=ibis.coalesce(rows["item"]["english_name"], rows["item"]["name"]),
        ).filter(ibis._["language_code"].notnull())

    def languages(self) -> ir.Table:
        """Return every language, original ones too."""
        original = self.latest.details.select(
            language_code="original_language", language=ibis.null("string")
        )
        spoken = self.spoken().select("language_code", "language")
        return _one_a_key(spoken.union(original), "language_code", "language")

    def dates(self) -> ir.Table:
        """Return every date of release, and of an episode."""
        days = self.latest.details.select(date="release_date")
        episodes = self.latest.elsewhere.episodes
        if episodes is not None:
            days = days.union(episodes.select(date="airdate"))
        days = days.distinct()
        days = days.filter(days["date"].notnull())
        date = days["date"]
        year = date.year().cast("int64")
        return days.mutate(
            year=year,
            decade=year - year % 10,
            quarter=date.quarter(),
            month=date.month(),
            day=date.day(),
            weekday=date.day_of_week.index() + 1,
        )


def _one_a_key(rows: ir.Table, key: str, *names: str) -> ir.Table:
    """Return one row for each key, with the least of each other column."""
    known = rows.filter(rows[key].notnull())
    return known.group_by(key).aggregate(**{name: known[name].min() for name in names})


def _any_of(rows: ir.Table, key: tuple[str, ...], flags: tuple[str, ...]) -> ir.Table:
    """Return one row for each key, each flag true when any of its rows says so."""
    return rows.group_by(list(key)).aggregate(**{name: rows[name].any() for name in flags})
