"""TVmaze's list of when each show was updated last, asked for as far back as is needed.

https://www.tvmaze.com/api#show-updates: an update of an episode or of the cast marks its show, too.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import msgspec

from harvester.errors import UpstreamDown
from harvester.origins.tvmaze.api import Expected, TvmazeClient
from harvester.upstream.tally import Tally

_SINCE: Final = ((timedelta(days=7), "week"), (timedelta(days=28), "month"))
"""The spans that TVmaze can be asked for; without one it lists all shows. How long its month is, is
not documented."""

_UPDATES: Final = msgspec.json.Decoder(dict[str, int])
_ID: Final = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_LATEST: Final = 2**34  # the seconds of some year 2514


async def ask_updates(
    client: TvmazeClient, first: date, now: datetime, tally: Tally
) -> dict[date, list[int]]:
    """Return the shows by the UTC day of their last update, from the day `first` on.

    Raises `UpstreamDown` when TVmaze does not answer, and what the client raises.
    """
    begin = datetime.combine(first, time(tzinfo=UTC))
    since = next((name for span, name in _SINCE if now - begin <= span), None)
    body = await client.get(
        "updates",
        "updates/shows",
        {} if since is None else {"since": since},
        expected=Expected("updates"),
        tally=tally,
        is_answer=lambda body: parse_updates(body) is not None,
    )
    updates = parse_updates(body) if isinstance(body, bytes) else None
    if updates is None:
        why = "" if isinstance(body, bytes) else f" ({body.reason})"
        raise UpstreamDown(
            f"TVmaze does not say which shows were updated{why}; run the command again later"
        )
    days: dict[date, list[int]] = {}
    for show_id, at in updates.items():
        day = datetime.fromtimestamp(at, UTC).date()
        if day >= first:
            days.setdefault(day, []).append(show_id)
    return days


def parse_updates(body: bytes) -> Mapping[int, int] | None:
    """Return when each show was updated, in seconds since the epoch; None for any other body."""
    if body.strip() == b"[]":  # as PHP writes an object without members
        return {}
    try:
        found = _UPDATES.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if not all(_ID.fullmatch(key) and 0 < at < _LATEST for key, at in found.items()):
        return None
    return {int(key): at for key, at in found.items()}
