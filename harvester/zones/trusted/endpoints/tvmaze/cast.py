"""`/shows/{id}/cast`. https://www.tvmaze.com/api#show-cast."""

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.endpoint import BODY, Endpoint
from harvester.zones.trusted.endpoints.tvmaze.envelope import COUNTRY, ENVELOPE

_PERSON = (
    f"struct<name: string, gender: string, birthday: date, deathday: date, country: {COUNTRY}>"
)

CAST = Endpoint(
    Table(
        "Cast",
        "A row a series, person and role, of its newest cast of a date.",
        ("title_id", "position"),
        (
            *ENVELOPE,
            Column("position", "int64", BODY, "the place in the body's array, from 0"),
            Column("person_id", "int64", "person.id", "TVmaze's id of the person", required=True),
            Column("person", _PERSON, "person", "who plays"),
            Column("character", "struct<id: int64, name: string>", "character", "whom they play"),
            Column("as_self", "boolean", "self", "whether they play themselves"),
            Column("voice", "boolean", "voice", "whether only the voice is theirs"),
        ),
    ),
    arrays=(BODY,),
)
