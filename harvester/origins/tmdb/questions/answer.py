"""What a question found, or the sentence that says why it found nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from harvester.errors import InputError
from harvester.origins.tmdb.questions.lists import Listed
from harvester.origins.tmdb.questions.question import Question

_CANDIDATES: Final = 5


@dataclass(frozen=True, slots=True)
class Answered:
    """What a question was understood as, its titles in order, and how many are out of reach."""

    what: str
    titles: Sequence[Listed]
    out_of_reach: int = 0


def ambiguous(question: Question, candidates: Sequence[tuple[str, str]]) -> InputError:
    """Return the error of a name that several have; candidates are a name and its own input."""
    return InputError(
        f"{question} may mean several, and none is guessed: ask for one of {_named(candidates)}"
    )


def nothing(question: Question, candidates: Sequence[tuple[str, str]], who: str) -> InputError:
    """Return the error of a name that none has; candidates are what was found instead by `who`."""
    instead = f", but {_named(candidates)}: ask for it by its id" if candidates else ""
    check = "" if candidates else ": check its spelling"
    return InputError(f"{question}: {who} knows none of this name{instead}{check}")


def _named(candidates: Sequence[tuple[str, str]]) -> str:
    shown = [f"{question} for {_printable(name)}" for name, question in candidates[:_CANDIDATES]]
    more = ", …" if len(candidates) > _CANDIDATES else ""
    return ", ".join(shown) + more


def _printable(name: str) -> str:
    return "".join(char for char in name[:80] if char.isprintable()) or "one without a name"
