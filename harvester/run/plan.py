"""Ids → units: what one run has to do, fixed before its first request."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import islice, repeat
from typing import Any, Final

import orjson

from harvester.lake.documents.plan import Titles
from harvester.lake.title_ids import media_type_of, unpack
from harvester.model import Asked, InputFacts, Kind


@dataclass(frozen=True, slots=True)
class Group:
    """Titles that are planned one after the other, as packed ids; `why` is a reason to tell.

    All are of one kind, unless `series` says of each whether it is one.
    """

    kind: Kind
    numbers: Sequence[int]
    why: str | None = None
    series: bytes | None = None

    def titles(self) -> Iterator[tuple[Kind, int]]:
        """Return each title's kind and packed id."""
        kinds = repeat(self.kind) if self.series is None else map(_KINDS.__getitem__, self.series)
        return zip(kinds, self.numbers, strict=False)


_KINDS: Final[tuple[Kind, Kind]] = ("movie", "series")
_KIND: Final[dict[str | None, Kind]] = {"movie": "movie", "tv": "series"}
_ALWAYS_HASHED: Final = ("endpoints", "language", "genres", "limit", "format", "host")


def lay_out(groups: Iterable[Group], limit: int | None) -> Titles:
    """Return the titles of each group in order, the first `limit` of them.

    A title asked for by TMDB's id is of the kind that its id names.
    """
    data = bytearray()  # a list of the lines would take three times as much
    each = ((kind, number, group.why) for group in groups for kind, number in group.titles())
    for kind, number, reason in islice(each, limit):
        own = _KIND.get(media_type_of(number), kind)
        why = b"" if reason is None else b',"why":"%b"' % reason.encode()
        data += b'{"id":"%b","kind":"%b"%b}\n' % (unpack(number).encode(), own.encode(), why)
    return Titles(bytes(data))


def counted_by_why(groups: Iterable[Group], limit: int | None) -> dict[str, int]:
    """Return how many of the first `limit` titles have which reason, in order."""
    counts: dict[str, int] = {}
    left = limit
    for group in groups:
        size = len(group.numbers) if left is None else min(len(group.numbers), left)
        left = None if left is None else left - size
        if group.why is not None and size:
            counts[group.why] = counts.get(group.why, 0) + size
    return counts


def digest(inputs: Iterable[InputFacts], asked: Asked) -> str:
    """Return the 8 hex digits by which the same command finds its run again.

    What 0.1.0 asked is hashed as it was then; a later field only when it is not at its default, so
    an unfinished run of an earlier version is found by its old command.
    """
    hashed: dict[str, Any] = {name: getattr(asked, name) for name in _ALWAYS_HASHED}
    for field in fields(Asked):
        if field.name not in hashed and getattr(asked, field.name) != field.default:
            hashed[field.name] = getattr(asked, field.name)
    what: list[Any] = [[(facts.sha256, facts.kind) for facts in inputs], hashed]
    return hashlib.sha256(orjson.dumps(what)).hexdigest()[:8]
