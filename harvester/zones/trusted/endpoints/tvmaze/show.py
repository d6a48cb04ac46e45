"""`/shows/{id}`: what a series is, where it runs and when. https://www.tvmaze.com/api#shows."""

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.tvmaze.envelope import COUNTRY, ENVELOPE, IMAGE, RATING

_CHANNEL = f"struct<id: int64, name: string, country: {COUNTRY}>"

SHOW = Endpoint(
    Table(
        "Shows",
        "A row a series: the newest show of a date.",
        ("title_id",),
        (
            *ENVELOPE,
            Column("name", "string", "name", "the name"),
            Column("type", "string", "type", "Scripted, Reality, Documentary, …"),
            Column("language", "string", "language", "the language's English name"),
            Column("genres", "array<string>", "genres", "TVmaze's genres"),
            Column("status", "string", "status", "Running, Ended, To Be Determined, …"),
            Column("runtime", "int64", "runtime", "minutes of an episode, as planned", low=0),
            Column("average_runtime", "int64", "averageRuntime", "minutes, on average", low=0),
            Column("premiered", "date", "premiered", "the first episode's date"),
            Column("ended", "date", "ended", "the last episode's date; null while it runs"),
            Column("official_site", "string", "officialSite", "the official site"),
            Column(
                "schedule",
                "struct<time: string, days: array<string>>",
                "schedule",
                "when it runs, by the clock of its network: `21:00`, `Monday`",
            ),
            Column("rating", RATING, "rating", "TVmaze's rating, 0 to 10"),
            Column("weight", "int64", "weight", "TVmaze's popularity, 0 to 100"),
            Column("network", _CHANNEL, "network", "the station; null: made for the web"),
            Column(
                "web_channel",
                _CHANNEL,
                "webChannel",
                "where it is streamed; in all countries without one",
            ),
            Column("dvd_country", COUNTRY, "dvdCountry", "where it came out on DVD alone"),
            Column(
                "externals",
                "struct<tvrage: int64, thetvdb: int64, imdb: string>",
                "externals",
                "its ids elsewhere",
            ),
            Column("image", IMAGE, "image", "addresses of the poster"),
            Column("summary", "string", "summary", "the plot, in HTML"),
            Column("url", "string", "url", "its page at TVmaze"),
            Column("updated", "int64", "updated", "when TVmaze changed it, Unix time in seconds"),
        ),
    ),
)
