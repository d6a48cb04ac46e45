"""The names of TMDB's daily files of ids, and what they hold."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from harvester.model import Kind, MediaType

_STEM: Final = {
    "movies": "movie_ids",
    "series": "tv_series_ids",
    "adult-movies": "adult_movie_ids",
    "adult-series": "adult_tv_series_ids",
}
_FILE: Final = re.compile(
    r"(?P<stem>(?:adult_)?(?:movie|tv_series)_ids)_\d\d_\d\d_\d{4}\.json(?:\.gz)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Export:
    """One of TMDB's daily files of titles, by the name it has in a question: `movies`."""

    name: str

    @property
    def media_type(self) -> MediaType:
        """What its ids are of."""
        return "tv" if self.name.endswith("series") else "movie"

    @property
    def kind(self) -> Kind:
        """The kind of its titles."""
        return "series" if self.media_type == "tv" else "movie"

    @property
    def is_adult(self) -> bool:
        """Whether its titles are adult ones, which no other file has."""
        return self.name.startswith("adult-")

    def file_name(self, day: date) -> str:
        """Return the name of a day's file."""
        return f"{_STEM[self.name]}_{day:%m_%d_%Y}.json.gz"


def export_of(file_name: str) -> Export | None:
    """Return what a file holds that is named like a daily file of titles, None for any other."""
    found = _FILE.fullmatch(file_name)
    if found is None:
        return None
    return Export(next(name for name, stem in _STEM.items() if stem == found["stem"]))
