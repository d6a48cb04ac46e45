"""The OMDb method that the harvester knows: https://www.omdbapi.com/#parameters."""

from typing import Final

ORIGIN: Final = "OMDb"
"""Its name in the lake's paths."""

OMDB_BASE_URL: Final = "https://www.omdbapi.com"

TITLE: Final = "title"
"""`/?i=tt0111161&plot=full`: all that OMDb has of a title; one response is one record."""

FOLDER: Final = "Titles"
"""Where the records are, below `Raw/OMDb/JSON/`."""

KEY_VARIABLE: Final = "OMDB_API_KEY"
KEY_URL: Final = "https://www.omdbapi.com/apikey.aspx"


def title_params(imdb_id: str) -> dict[str, str]:
    """Return the query that asks for a title."""
    return {"i": imdb_id, "plot": "full"}
