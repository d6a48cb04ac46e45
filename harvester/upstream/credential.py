"""How requests are authenticated, with nowhere to leak from."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credential:
    """How we authenticate; its `repr` shows nothing.

    A v4 read token goes into the Authorization header, a v3 key only into the query
    (https://developer.themoviedb.org/docs/authentication-application).
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
