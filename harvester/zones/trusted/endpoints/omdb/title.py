"""`/?i=tt…&plot=full`: what OMDb knows of a title. Its values are texts, whatever they mean."""

from harvester.zones.schema import Column, Reading, Table
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.joined import envelope
from harvester.zones.trusted.endpoints.omdb import awards, texts

_RATINGS = "array<struct<source: string, value: float64>>"


def _text(name: str, source: str, what: str) -> Column:
    return Column(name, "string", source, what, reading=texts.TEXT)


def _list(name: str, source: str, what: str) -> Column:
    return Column(name, "array<string>", source, what, reading=texts.LIST)


def _count(name: str, source: str, what: str, read: Reading = texts.WHOLE) -> Column:
    return Column(name, "int64", source, what, low=0, reading=read)


TITLE = Endpoint(
    Table(
        "Titles",
        "A row a title: the newest answer of a date. `N/A` is null.",
        ("title_id",),
        (
            *envelope("OMDb", "string", "the IMDb id that OMDb answered with"),
            _text("title", "Title", "the title"),
            _text("type", "Type", "movie, series, episode or game"),
            Column(
                "year", "int64", "Year", "the first year", low=1850, high=2150, reading=texts.YEAR
            ),
            Column(
                "end_year",
                "int64",
                "Year",
                "the second of two years; null while a series runs, and for a single year",
                low=1850,
                high=2150,
                reading=texts.END_YEAR,
            ),
            _text("rated", "Rated", "the age certificate: PG-13, TV-MA, …"),
            Column("released", "date", "Released", "the first release", reading=texts.DAY),
            _count("runtime", "Runtime", "minutes", texts.MINUTES),
            _list("genres", "Genre", "IMDb's genres"),
            _list("directors", "Director", "who directs"),
            _list("writers", "Writer", "who wrote it"),
            _list("actors", "Actors", "the first of the cast"),
            _text("plot", "Plot", "the plot"),
            _list("languages", "Language", "the languages' English names"),
            _list("countries", "Country", "the countries' English names"),
            Column("awards", "string", "Awards", "the awards in words", reading=awards.TEXT),
            _count("award_wins", "Awards", "awards won, Oscars included", awards.WINS),
            _count("award_nominations", "Awards", "nominations", awards.NOMINATIONS),
            _count("oscars_won", "Awards", "Oscars won", awards.OSCARS_WON),
            _text("poster", "Poster", "the poster's address"),
            Column(
                "ratings",
                _RATINGS,
                "Ratings",
                "what others rate it, 0 to 100: `57%`, `7.1/10` and `55/100` are 57, 71 and 55",
                reading=texts.RATINGS,
            ),
            Column(
                "metascore",
                "int64",
                "Metascore",
                "Metacritic's score",
                low=0,
                high=100,
                reading=texts.WHOLE,
            ),
            Column(
                "imdb_rating",
                "float64",
                "imdbRating",
                "IMDb's rating",
                low=0,
                high=10,
                reading=texts.NUMBER,
            ),
            _count("imdb_votes", "imdbVotes", "IMDb's votes"),
            _count("seasons", "totalSeasons", "seasons of a series"),
            Column("dvd", "date", "DVD", "the release on DVD", reading=texts.DAY),
            _count("box_office", "BoxOffice", "US dollars, in the US and Canada", texts.DOLLARS),
            _text("production", "Production", "who produced it"),
            _text("website", "Website", "the official site"),
        ),
    ),
)
