"""What became of each title, from the manifests, and what of its records does not fit."""

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.columns import ASKED, RUN
from harvester.zones.trusted.endpoints.tmdb.envelope import NAMED_ID

OUTCOMES = Table(
    "Outcomes",
    "A row a title asked for, whatever became of it, from the manifests; retries are merged.",
    ("title_id",),
    (
        Column("title_id", "string", "manifest", ASKED, required=True),
        Column("imdb_id", "string", "manifest", NAMED_ID),
        Column("kind", "string", "plan", "`movie` or `series`, as its input says"),
        Column("outcome", "string", "manifest", "`harvested`, `unmatched` or `failed`"),
        Column("media_type", "string", "manifest", "`movie` or `tv`"),
        Column("tmdb_id", "int64", "manifest", "TMDB's id"),
        Column("reason", "string", "manifest", "why it is not harvested"),
        Column("run", "string", "manifest", "the run whose outcome stands"),
        Column("synthetic", "boolean", "plan", "whether that run asked a simulator"),
        Column("finished_at", "timestamp", "manifest", "when its unit was done, UTC"),
        Column(
            "fetched_at",
            "timestamp",
            "manifest",
            "when TMDB answered, UTC; where the manifest does not say, when its unit began",
        ),
    ),
)

REJECTS = Table(
    "Rejects",
    "A row a record, or a part of one, whose type does not fit; nothing is dropped silently.",
    (),
    (
        Column("table", "string", "", "the table it was meant for"),
        Column("title_id", "string", "record", "the id asked for"),
        Column("imdb_id", "string", "record", "the IMDb id of its title, if known"),
        Column("language", "string", "record", "the language asked for"),
        Column("level", "string", "", "`record`, or `item`: one person, video, country … of it"),
        Column("reason", "string", "", "the key and what is wrong with it"),
        Column("value", "string", "body", "what stands there, the first 200 characters"),
        *RUN,
    ),
)
