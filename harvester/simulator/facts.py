"""What a title of the simulated TMDB is before its bodies are made."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """What the lists say of a title, where this is not drawn from its number.

    `date` is YYYY-MM-DD, or empty; `votes` is `vote_count`.
    """

    date: str
    popularity: float
    votes: int
    adult: bool = False
    video: bool = False


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """What the simulated TMDB knows about a title before anything else is drawn."""

    title: str
    original_title: str
    language: str
    year: int | None
    minutes: int | None
    genres: tuple[str, ...]
    told: Told | None = None
