"""Where a lookup leads: https://www.tvmaze.com/api#show-lookup.

A hit is answered by a redirect to the show, so the id is in the address and nothing is in the body
(https://github.com/frecar/epguides-api/pull/480).
"""

import re
from typing import Final

from yarl import URL

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SHOW: Final = re.compile(r"/shows/([1-9]\d{0,8})", re.ASCII)


def show_at(base: URL, location: str) -> int | None:
    """Return the id of the show that a `Location` names, None unless it is one of this TVmaze's.

    Only its id is used: whatever else the address holds is never requested.
    """
    root = base.path.rstrip("/")
    try:
        there = base.with_path(f"{root}/lookup/shows").join(URL(location))
    except ValueError:
        return None
    if (there.scheme, there.host, there.port) != (base.scheme, base.host, base.port):
        return None
    found = _SHOW.fullmatch(there.path.removeprefix(root))
    return None if found is None or not there.path.startswith(f"{root}/") else int(found[1])
