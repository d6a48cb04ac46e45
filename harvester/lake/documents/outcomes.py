"""A run's `outcomes.csv`: one line for each title of its plan, in plan order.

All lines together, with the plans, are what the lake knows of its titles. A line holds no line
break, so that a file is read line by line; a reason or an origin's id with a comma or a quote is
quoted (RFC 4180). The column of the origin's own id is `tmdb_id` of TMDB, `origin_id` of others.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple, cast

from harvester.errors import DocumentError
from harvester.lake.documents.manifest import Manifest
from harvester.lake.documents.plan import Plan
from harvester.lake.title_ids import pack, pack_tmdb
from harvester.model import DEFAULT_ORIGIN, MediaType, Outcome, OutcomeName
from harvester.words import counted

HEADER: Final = ("id", "imdb_id", "media_type", "tmdb_id", "outcome", "reason", "fetched_at")
"""Of TMDB's runs."""

LONGEST_LINE: Final = 2_000
"""Bytes of a line; one with the longest ids and reason has a third of that."""

WAY_OUT: Final = "delete it, and the run's manifests are read instead"

_IMDB: Final = r"tt\d{1,18}"
_TMDB: Final = r"[1-9]\d{0,9}"
_TEXT: Final = r'[^",\x00-\x1f\x7f]*|"(?:[^"\x00-\x1f\x7f]|"")*"'


def _line(own_id: str) -> re.Pattern[str]:
    return re.compile(
        rf"({_IMDB}|(?:movie|tv):{_TMDB}),({_IMDB})?,(movie|tv)?,({own_id}),"
        rf"(harvested|unmatched|failed),({_TEXT}),"
        r"(2\d{3}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ)",
        re.ASCII,
    )


_LINE: Final = _line(f"(?:{_TMDB})?")
_LINE_OF_OTHERS: Final = _line(_TEXT)
# As large as a number of `model.OriginId` may be: 10 to the power of 15.
_NUMBER: Final = re.compile(r"0|[1-9]\d{0,14}|10{15}", re.ASCII)
_EPOCH: Final = date(1970, 1, 1).toordinal()
_DAY: Final = 86_400


class OutcomeRow(NamedTuple):
    """A title's outcome in one run. Ids are packed (`lake.title_ids`).

    `imdb_id` is 0 where none is known. `origin_id` is the origin's own; a text of digits is taken
    for the number. `fetched_at` is in seconds since the epoch.
    """

    number: int
    imdb_id: int
    media_type: MediaType | None
    origin_id: int | str | None
    outcome: OutcomeName
    reason: str | None
    fetched_at: int


def header_line(origin: str) -> bytes:
    """Return the first line of the file of a run of this origin."""
    own = "tmdb_id" if origin == DEFAULT_ORIGIN else "origin_id"
    return (",".join(own if name == "tmdb_id" else name for name in HEADER) + "\n").encode()


def outcome_line(title_id: str, outcome: Outcome, started_at: str) -> str:
    """Return a title's line; `started_at` is the unit's, for an outcome that has no time."""
    imdb_id, reason = _imdb_id(title_id, outcome), _quoted(outcome.reason or "")
    own_id = outcome.tmdb_id or ""
    if outcome.origin_id is not None:
        own_id = _quoted(str(outcome.origin_id))
    return (
        f"{title_id},{imdb_id or ''},{outcome.media_type or ''},{own_id},"
        f"{outcome.outcome},{reason},{outcome.fetched_at or started_at}\n"
    )


def lines_of(manifest: Manifest) -> bytes:
    """Return the lines of a manifest's titles, as the file has them."""
    lines = (outcome_line(*one, manifest.started_at) for one in manifest.outcomes.items())
    return "".join(lines).encode()


def read_line(line: str, origin: str = DEFAULT_ORIGIN) -> OutcomeRow:
    """Return a line of a run of this origin, without its end, as a row.

    Raises `ValueError` where it is none.
    """
    is_default = origin == DEFAULT_ORIGIN
    found = (_LINE if is_default else _LINE_OF_OTHERS).fullmatch(line)
    if found is None:
        raise ValueError("is no line of outcomes")
    title_id, imdb_id, media_type, own_id, outcome, reason, fetched_at = found.groups()
    reason = _bare(reason)
    if (outcome == "harvested") == bool(reason):
        raise ValueError("has a reason exactly where it must have none")
    number = pack(title_id)
    own = number if imdb_id == title_id else 0
    return OutcomeRow(
        number,
        own or (pack(imdb_id) if imdb_id else 0),
        cast("MediaType | None", media_type),
        (int(own_id) if is_default else _own_id(_bare(own_id))) if own_id else None,
        cast("OutcomeName", outcome),
        reason or None,
        _seconds(fetched_at),
    )


def rows_of(manifest: Manifest) -> Iterator[OutcomeRow]:
    """Yield what the lines of a manifest's titles would be read as."""
    for title_id, outcome in manifest.outcomes.items():
        imdb_id = _imdb_id(title_id, outcome)
        yield OutcomeRow(
            pack(title_id),
            pack(imdb_id) if imdb_id else 0,
            outcome.media_type,
            outcome.tmdb_id if outcome.origin_id is None else _own_id(outcome.origin_id),
            outcome.outcome,
            outcome.reason,
            _seconds(outcome.fetched_at or manifest.started_at),
        )


def outcome_of(row: OutcomeRow, origin: str) -> Outcome:
    """Return what a row of a run of this origin says of its title's records."""
    if origin == DEFAULT_ORIGIN:
        tmdb_id = row.origin_id if isinstance(row.origin_id, int) else None
        return Outcome(row.outcome, row.media_type, tmdb_id, row.reason)
    return Outcome(row.outcome, row.media_type, reason=row.reason, origin_id=row.origin_id)


def own_number(row: OutcomeRow, origin: str) -> int | None:
    """Return a title's packed id by what an origin found, if that is one that runs ask for."""
    if row.media_type is None or not isinstance(row.origin_id, int) or origin != DEFAULT_ORIGIN:
        return None
    return pack_tmdb(row.media_type, row.origin_id)


def _own_id(value: int | str) -> int | str:
    return int(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


def _quoted(text: str) -> str:
    if "," in text or '"' in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def _bare(text: str) -> str:
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


def _imdb_id(title_id: str, outcome: Outcome) -> str | None:
    """Return the IMDb id asked for, else the one that the outcome names."""
    return outcome.imdb_id if ":" in title_id else title_id


class OutcomesReader:
    """Reads the bytes of one run's file, in pieces. Each step raises `DocumentError`."""

    def __init__(self, plan: Plan) -> None:
        """Read the file of this plan, which says how many lines there are."""
        self._key = plan.folder.outcomes
        self._titles = plan.titles
        self._origin = plan.asked.origin
        self._header = header_line(self._origin).rstrip()
        self._line = 0
        self._rest = b""

    def feed(self, chunk: bytes) -> Iterator[OutcomeRow]:
        """Yield the rows of the lines that end in the next bytes."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            self._line += 1
            if self._line == 1:
                if line != self._header:
                    raise self._damaged(f"line 1 is not {self._header.decode()}")
                continue
            try:
                row = read_line(line.decode(), self._origin)
            except ValueError:  # of another encoding, too
                raise self._damaged(f"line {self._line} is no line of outcomes") from None
            yield row
        if len(self._rest) > LONGEST_LINE:
            raise self._damaged(f"line {self._line + 1} is too long")

    def close(self) -> None:
        """Check that the file is whole."""
        if self._rest:
            raise self._damaged(f"line {self._line + 1} is cut short")
        if self._line != self._titles + 1:
            raise self._damaged(
                f"it has {counted(max(self._line - 1, 0), 'title')} and its plan {self._titles:,}"
            )

    def _damaged(self, what: str) -> DocumentError:
        return DocumentError(f"{self._key} is damaged, {what}: {WAY_OUT}")


@lru_cache(maxsize=1_024)  # titles of one unit share a few seconds
def _seconds(moment: str) -> int:
    """Return seconds since the epoch. Raises `ValueError` where there is no such date."""
    hours, minutes, seconds = int(moment[11:13]), int(moment[14:16]), int(moment[17:19])
    return _midnight(moment[:10]) + hours * 3_600 + minutes * 60 + seconds


@lru_cache(maxsize=64)
def _midnight(day: str) -> int:
    """Return a date's first second. Raises `ValueError` where there is no such date."""
    return (date.fromisoformat(day).toordinal() - _EPOCH) * _DAY
