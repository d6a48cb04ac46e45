"""The Refined zone's tables: a star schema keyed on `title_id`, with natural keys only."""

from harvester.zones.refined.tables.certifications import FACT_CERTIFICATION
from harvester.zones.refined.tables.episodes import FACT_EPISODE
from harvester.zones.refined.tables.external_ids import FACT_EXTERNAL_ID
from harvester.zones.refined.tables.groups import (
    BRIDGE_COMPANY,
    BRIDGE_COUNTRY,
    BRIDGE_GENRE,
    BRIDGE_KEYWORD,
    BRIDGE_LANGUAGE,
    DIM_COMPANY,
    DIM_COUNTRY,
    DIM_DATE,
    DIM_GENRE,
    DIM_KEYWORD,
    DIM_LANGUAGE,
)
from harvester.zones.refined.tables.offers import BRIDGE_PROVIDER, DIM_PROVIDER
from harvester.zones.refined.tables.people import DIM_PERSON, FACT_CAST
from harvester.zones.refined.tables.ratings import FACT_RATING
from harvester.zones.refined.tables.titles import DIM_TITLE, FACT_TITLE, TITLE_HISTORY

__all__ = [
    "BRIDGE_COMPANY",
    "BRIDGE_COUNTRY",
    "BRIDGE_GENRE",
    "BRIDGE_KEYWORD",
    "BRIDGE_LANGUAGE",
    "BRIDGE_PROVIDER",
    "DIM_COMPANY",
    "DIM_COUNTRY",
    "DIM_DATE",
    "DIM_GENRE",
    "DIM_KEYWORD",
    "DIM_LANGUAGE",
    "DIM_PERSON",
    "DIM_PROVIDER",
    "DIM_TITLE",
    "FACT_CAST",
    "FACT_CERTIFICATION",
    "FACT_EPISODE",
    "FACT_EXTERNAL_ID",
    "FACT_RATING",
    "FACT_TITLE",
    "ROOT",
    "TABLES",
    "TITLE_HISTORY",
]

ROOT = "Refined/Parquet/"

TABLES = (
    DIM_DATE,
    DIM_LANGUAGE,
    DIM_COUNTRY,
    DIM_COMPANY,
    DIM_KEYWORD,
    DIM_GENRE,
    DIM_PERSON,
    DIM_PROVIDER,
    DIM_TITLE,
    FACT_TITLE,
    FACT_CAST,
    FACT_RATING,
    FACT_EPISODE,
    FACT_CERTIFICATION,
    FACT_EXTERNAL_ID,
    TITLE_HISTORY,
    BRIDGE_GENRE,
    BRIDGE_KEYWORD,
    BRIDGE_COUNTRY,
    BRIDGE_COMPANY,
    BRIDGE_PROVIDER,
    BRIDGE_LANGUAGE,
)
"""All of them, each after those it references."""
