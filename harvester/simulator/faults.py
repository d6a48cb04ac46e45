"""The faults TMDB has actually had, and when to inject them.

Sources: HTML 502 (github.com/Radarr/Radarr/issues/1145), undeclared gzip (seerr-team/seerr#3050),
falsely declared gzip (Kometa-Team/TMDbAPIs#4), dropped appends (seerr-team/seerr#3204), 429 without
Retry-After (grantholle/moviedb-promise#74), resets (seerr-team/seerr#586).
"""

import math
import random
from dataclasses import dataclass
from typing import Final

from harvester.errors import SettingError

KINDS: Final[dict[str, str]] = {
    "429": "too many requests, without Retry-After",
    "retry-after": "too many requests, with Retry-After: 1",
    "500": "internal error",
    "502": "bad gateway, an HTML body",
    "503": "service offline",
    "504": "backend timed out",
    "401": "suspended key",
    "reset": "the connection is reset",
    "stall": "headers, then nothing for a minute",
    "slow": "the right answer, four seconds late",
    "truncated": "half a body, then the connection closes",
    "gzip": "gzip bytes without Content-Encoding",
    "notgzip": "Content-Encoding: gzip over plain bytes",
    "etag": "an ETag that does not belong to the body",
    "html": "HTML with status 200",
    "list": "a JSON array with status 200",
    "otherid": "the body of another title",
    "dropped": "an appended object is missing",
}
"""Every kind of fault and what a client sees of it."""

NEEDS_A_BODY: Final = frozenset(
    {"truncated", "gzip", "notgzip", "etag", "html", "list", "otherid", "dropped"}
)
"""The faults that corrupt a successful response and so need one: a 404 is never corrupted."""

NOT_OF_A_FILE: Final = frozenset({"gzip", "notgzip", "etag", "list", "otherid", "dropped"})
"""The faults of a JSON body, which an export is not."""


@dataclass(frozen=True, slots=True)
class FaultSpec:
    """The probability of each kind, as its threshold between 0 and 1."""

    thresholds: tuple[tuple[float, str], ...] = ()

    def draw(self, chance: random.Random) -> str | None:
        """Return the fault of one request, or None; a request has at most one."""
        if not self.thresholds:
            return None
        share = chance.random()
        for threshold, kind in self.thresholds:
            if share < threshold:
                return kind
        return None


def parse_faults(spec: str) -> FaultSpec:
    """Parse `kind=probability,…`; an empty spec means no faults.

    Raises SettingError for anything else: an unknown kind, a probability outside 0 to 1, or
    probabilities with a sum above 1.
    """
    thresholds: list[tuple[float, str]] = []
    total = 0.0
    for part in filter(None, (piece.strip() for piece in spec.split(","))):
        kind, equals, text = (side.strip() for side in part.partition("="))
        try:
            probability = float(text)
        except ValueError:
            probability = math.nan
        twice = any(kind == known for _, known in thresholds)
        if not equals or kind not in KINDS or twice or not 0 <= probability <= 1:
            raise SettingError(_complaint(part))
        total += probability
        thresholds.append((total, kind))
    if total > 1 + 1e-9:
        raise SettingError(f"The faults' probabilities add up to {total:g}; they may reach 1.")
    return FaultSpec(tuple(thresholds))


def _complaint(part: str) -> str:
    return (
        f"{part!r} is not a fault: write kind=probability (0 to 1), each kind once, kinds being "
        f"{', '.join(KINDS)}."
    )
