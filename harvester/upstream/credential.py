"""How requests are authenticated, in a form that can't leak into logs."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credential:
    """What authenticates a request; its `repr` hides it.

    A v4 read token is sent in the Authorization header, a v3 key only in the query
    (https://developer.themoviedb.org/docs/authentication-application).
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
