"""A page of the index: which shows it holds, where in its bytes each is, and how a run keeps it.

https://www.tvmaze.com/api#show-index: page N has the shows whose ids begin at 250 N, fewer than 250
where some were deleted. Pages are cached for up to 24 hours.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from harvester.lake.documents.loading import damaged
from harvester.lake.title_ids import pack
from harvester.upstream import valid_json

PAGE_SIZE: Final = 250
"""Ids of a page."""

_VERSION: Final = 1
_NOTHING: Final = b"null"
_HEAD: Final = re.compile(
    rb'\{"version":1,"request":"shows\?page=(?P<page>\d{1,6})",'
    rb'"asked_at":"(?P<asked_at>2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ)","response":'
)
_TAIL: Final = b"}\n"
_IMDB_ID: Final = re.compile(r"tt\d{1,18}", re.ASCII)
WAY_OUT: Final = "delete it and run the same command: the page is asked for again"
_MOST_ID: Final = 2**32 - 1


class _Show(msgspec.Struct, gc=False):
    """What the join needs of a show; whatever `externals` is, the show is kept."""

    id: int
    externals: Any = None


_SHOWS: Final = msgspec.json.Decoder(list[_Show])
_RAWS: Final = msgspec.json.Decoder(list[msgspec.Raw])


class Slice(NamedTuple):
    """A show of a page: its id, the packed IMDb id that it names, and where its bytes are."""

    show_id: int
    imdb_id: int | None
    start: int
    end: int


def slices(body: bytes, page: int) -> Iterator[Slice]:
    """Yield the shows of a page, each with the place of its own bytes.

    Raises `ValueError` for what is not this page: shows whose ids it can have.
    """
    try:
        shows = valid_json.decode(body, _SHOWS, lone_surrogates=True)
        plain = valid_json.without_surrogates(body)  # of the same length, and always parsable
        raws = _RAWS.decode(plain)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError("is no list of shows") from error
    end = 0
    for show, raw in zip(shows, raws, strict=True):
        # Whether a page begins with its first id or the next is not documented.
        if not 0 <= show.id - PAGE_SIZE * page <= PAGE_SIZE or show.id > _MOST_ID:
            raise ValueError("is another page")
        element = bytes(raw)
        start = plain.index(element, end)  # only a comma and white space are in between
        end = start + len(element)
        yield Slice(show.id, _imdb_id(show.externals), start, end)


def _imdb_id(externals: Any) -> int | None:
    named = externals.get("imdb") if isinstance(externals, dict) else None
    text = named.strip() if isinstance(named, str) else ""
    return pack(text) if _IMDB_ID.fullmatch(text) else None


def is_page(body: bytes, page: int) -> bool:
    """Say whether a body is this page of the index."""
    try:
        list(slices(body, page))
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as a run keeps it: TVmaze's body, byte for byte, None where it has no such page."""

    page: int
    asked_at: str
    body: bytes | None

    def to_json(self) -> bytes:
        """Return the document as it is stored."""
        head = (
            f'{{"version":{_VERSION},"request":"shows?page={self.page}",'
            f'"asked_at":"{self.asked_at}","response":'
        )
        return head.encode() + (_NOTHING if self.body is None else self.body) + _TAIL


def read_page(key: str, page: int, data: bytes) -> tuple[KeptPage, list[Slice]]:
    """Return a page and its shows from its document. Raises `DocumentError` where it is damaged."""
    head = _HEAD.match(data)
    if head is None or int(head["page"]) != page or not data.endswith(_TAIL):
        raise damaged(key, WAY_OUT)
    asked_at = head["asked_at"].decode()
    body = data[head.end() : -len(_TAIL)]
    try:
        datetime.fromisoformat(asked_at)
        shows = [] if body == _NOTHING else list(slices(body, page))
    except ValueError:
        raise damaged(key, WAY_OUT) from None
    return KeptPage(page, asked_at, None if body == _NOTHING else body), shows
