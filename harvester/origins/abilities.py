"""What only some origins can, without a connection."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, runtime_checkable

from harvester.model import Asked


@runtime_checkable
class LookingUp(Protocol):
    """An origin with an endpoint that says which of its titles an IMDb id is.

    A known id spares it that request.
    """

    @property
    def lookup(self) -> str:
        """That endpoint; what it answers is no record of a title."""

    def notices_moved_ids(self, asked: Asked) -> bool:
        """Say whether an answer would tell that a known id has become another title's."""


def lookup_of(origin: object) -> str | None:
    """Return the endpoint that looks ids up, None of an origin without one."""
    return origin.lookup if isinstance(origin, LookingUp) else None


def without_lookup(origin: object, endpoints: Iterable[str]) -> list[str]:
    """Return the endpoints whose answers are records of a title."""
    lookup = lookup_of(origin)
    return [name for name in endpoints if name != lookup]


@runtime_checkable
class Describing(Protocol):
    """An origin that can say in a few lines what a title is."""

    def describe(self, responses: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return names and values out of the responses of one title, by endpoint.

        What is missing or of another shape than the origin documents is left out.
        """
