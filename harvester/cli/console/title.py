"""What `harvester show` prints of a title: facts, outcomes, records."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from harvester.model import DEFAULT_ORIGIN
from harvester.run.show.newest_records import HeldRecord
from harvester.run.show.title import ShownOutcome, ShownTitle


def title_lines(title: ShownTitle, at: datetime) -> list[str]:
    """Return all that is held of a title, in lines; `at` is the time that ages are counted to.

    Origins are named where there is another one than the default.
    """
    named = {one.origin for one in title.outcomes} != {DEFAULT_ORIGIN}
    ids = [title.imdb_id]
    if title.tmdb_id is not None:
        ids.append(f"{title.media_type}:{title.tmdb_id}")
    return [
        ", ".join(dict.fromkeys([title.id, *(one for one in ids if one)])),
        *(line for one in title.facts.items() for line in _facts(*one)),
        "",
        "outcomes",
        *_columns(_outcome(one, named=named) for one in title.outcomes),
        *(["", "records"] if title.records else []),
        *_columns(_record(one, at, named=named) for one in title.records),
    ]


def _facts(origin: str, facts: Sequence[tuple[str, str]]) -> list[str]:
    """Return what an origin says of the title, under its name where it is not the default one."""
    heading = [] if origin == DEFAULT_ORIGIN or not facts else ["", origin]
    return [*heading, *_columns(facts)]


def _outcome(one: ShownOutcome, *, named: bool) -> Sequence[str]:
    said = one.outcome if one.reason is None else f"{one.outcome}: {one.reason}"
    notes = [name for name in ("expired", "synthetic") if getattr(one, name)]
    origin = one.origin if named else ""
    return one.fetched_at, origin, one.run, one.id, ", ".join([said, *notes])


def _record(one: HeldRecord, at: datetime, *, named: bool) -> Sequence[str]:
    language = one.content.get("language")
    fetched_at = one.content.get("fetched_at")
    return (
        one.origin if named else "",
        one.endpoint,
        _age(fetched_at, at) if isinstance(fetched_at, str) else "",
        language if isinstance(language, str) else "",
        one.key,
    )


def _age(fetched_at: str, at: datetime) -> str:
    """Return how long ago that was: `today` within 24 hours, `1 day ago`, `45 days ago`."""
    try:
        since = datetime.fromisoformat(fetched_at).replace(tzinfo=UTC)
    except ValueError:
        return ""
    days = (at - since).days
    if days < 1:
        return "today"
    return f"{days} day{'s' if days > 1 else ''} ago"


def _columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows as indented lines, each column as wide as its widest cell; none is cut."""
    columns = [column for column in zip(*rows, strict=True) if any(column)]
    widths = [max(map(len, column)) for column in columns]
    return [
        "  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in zip(*columns, strict=True)
    ]
