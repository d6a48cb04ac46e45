"""One title named by TMDB's own id as an input: `tmdb:movie/278`, `tmdb:tv/1399`."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from harvester.errors import InputError
from harvester.inputs.input import InputTitles
from harvester.lake.title_ids import pack_tmdb
from harvester.model import InputFacts, Kind, MediaType

SCHEME: Final = "tmdb:"
_TITLE: Final = re.compile(r"tmdb:(movie|tv)/([1-9]\d{0,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class IdInput:
    """A title by its id at TMDB; nobody need be asked for it."""

    media_type: MediaType
    tmdb_id: int

    async def read(self, genres: frozenset[str], seen: set[int]) -> InputTitles:
        """Return the title. Raises `InputError` when genres are asked for: an id has none."""
        name = f"{SCHEME}{self.media_type}/{self.tmdb_id}"
        if genres:
            raise InputError(f"{name} has no genre to choose by: leave --genre out, or the input")
        number = pack_tmdb(self.media_type, self.tmdb_id)
        kind: Kind = "series" if self.media_type == "tv" else "movie"
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        facts = InputFacts(name, kind, len(name), sha256, rows=1, distinct=1, rejected=0)
        new = [] if number in seen else [number]
        seen.update(new)
        return InputTitles(facts, new)


def id_input(name: str) -> IdInput:
    """Return the title that `tmdb:movie/278` names. Raises `InputError`."""
    found = _TITLE.fullmatch(name)
    if found is None:
        raise InputError(
            f"{name} is not an input: name a title of TMDB as tmdb:movie/278 or tmdb:tv/1399"
        )
    return IdInput("movie" if found[1] == "movie" else "tv", int(found[2]))
