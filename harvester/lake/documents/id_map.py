"""The id map of a run: CSV of the TMDB ids it found."""

HEADER = ("imdb_id", "tmdb_id", "media_type")
