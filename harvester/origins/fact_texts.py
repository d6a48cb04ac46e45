"""Values of a body as a person reads them: what is missing or of another shape is empty."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_LONGEST: Final = 160


def as_object(value: Any) -> Mapping[str, Any]:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_text(value: Any) -> str:
    """Return a text without white space around it, an empty one for anything else."""
    return value.strip() if isinstance(value, str) else ""


def cut(text: str) -> str:
    """Return a text as one line holds it."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def listed(names: Sequence[str], at_most: int) -> str:
    """Return the first of some names, and whether there are more."""
    return ", ".join(names[:at_most]) + (", …" if len(names) > at_most else "")
