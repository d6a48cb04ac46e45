"""Who plays in a title, and who made it."""

from harvester.zones.refined.tables.columns import OF_TITLE
from harvester.zones.schema import Column, Table

FACT_CAST = Table(
    "fact_cast",
    "A row a title, person and role: cast and crew of TMDB.",
    ("title_id", "person_id", "role", "job", "character"),
    (
        *OF_TITLE,
        Column(
            "person_id", "int64", "credits", "TMDB's id", required=True, references="dim_person"
        ),
        Column("role", "string", "credits", "`cast` or `crew`"),
        Column("department", "string", "credits", "`Acting` for the cast"),
        Column("job", "string", "credits", "`Actor` for the cast, whatever the gender"),
        Column("character", "string", "credits", "whom a cast member plays"),
        Column("billing", "int64", "credits", "place in the cast, from 0; null for crew"),
        Column("credit_id", "string", "credits", "TMDB's id of this credit; old ones have none"),
    ),
)

DIM_PERSON = Table(
    "dim_person",
    "A row a person in any credits, as the newest of them has it.",
    ("person_id",),
    (
        Column("person_id", "int64", "credits", "TMDB's id", required=True),
        Column("name", "string", "credits", "the name"),
        Column("gender", "string", "credits", "`female`, `male`, `non-binary`; null: unknown"),
        Column("known_for_department", "string", "credits", "what they mostly do"),
        Column("popularity", "float64", "credits", "TMDB's score of the day", low=0),
        Column("profile_path", "string", "credits", "path of the portrait"),
    ),
)
