"""`/shows/{id}/episodes?specials=1`. https://www.tvmaze.com/api#show-episode-list."""

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.endpoint import BODY, Endpoint
from harvester.zones.trusted.endpoints.tvmaze.envelope import ENVELOPE, IMAGE, RATING

EPISODES = Endpoint(
    Table(
        "Episodes",
        "A row an episode, of a series' newest list of a date; specials, too.",
        ("title_id", "position"),
        (
            *ENVELOPE,
            Column("position", "int64", BODY, "the place in the body's array, from 0"),
            Column("episode_id", "int64", "id", "TVmaze's id of the episode", required=True),
            Column("name", "string", "name", "its name"),
            Column("season", "int64", "season", "the season, or the year where that counts"),
            Column("number", "int64", "number", "its place in the season; null for a special"),
            Column("type", "string", "type", "regular, significant_special, …"),
            Column("airdate", "date", "airdate", "the day it airs, at the network's place"),
            Column("airtime", "string", "airtime", "when it airs, by the network's clock: `21:00`"),
            Column("airstamp", "timestamp", "airstamp", "when it airs, UTC"),
            Column("runtime", "int64", "runtime", "minutes", low=0),
            Column("rating", RATING, "rating", "TVmaze's rating, 0 to 10"),
            Column("image", IMAGE, "image", "addresses of a picture"),
            Column("summary", "string", "summary", "the plot, in HTML"),
            Column("url", "string", "url", "its page at TVmaze"),
        ),
    ),
    arrays=(BODY,),
)
