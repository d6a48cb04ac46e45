"""The id map that runs wrote before `outcomes.csv`: CSV of the TMDB ids they found."""

from typing import Final

HEADER: Final = ("imdb_id", "tmdb_id", "media_type")
