"""What was read, and what became of it, in words: the parts of each count add up."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from harvester.model import Asked, InputFacts
from harvester.origins.abilities import lookup_of
from harvester.origins.table import ORIGINS
from harvester.words import counted

_REPEAT, _REJECTED = _ALWAYS = "repeat a title", "rejected"


def rows_read(
    inputs: Sequence[InputFacts], left_out: Mapping[str, int] = MappingProxyType({})
) -> str:
    """Return how many rows and questions were read, and what gives no title of the plan.

    `left_out` are titles by the reason why they are not planned. Of what an earlier version read,
    only rejected rows are counted.
    """
    files = [facts for facts in inputs if facts.answer is None]
    rows, questions = sum(facts.rows for facts in files), len(inputs) - len(files)
    read = " and ".join(
        [
            *([counted(rows, "row")] if files else []),
            *([counted(questions, "question")] if questions else []),
        ]
    )
    rejected = sum(facts.rejected for facts in files)
    parts = {_REJECTED: rejected}
    if all(facts.shared is not None and facts.filtered is not None for facts in inputs):
        filtered = sum(facts.filtered or 0 for facts in files)
        parts = {
            _REPEAT: rows - rejected - filtered - sum(facts.distinct for facts in files),
            "in another input": sum(facts.shared or 0 for facts in inputs),
            "filtered out": filtered,
            **left_out,
            **parts,
        }
    if not any(parts.values()):
        return read
    always = _ALWAYS if files else ()
    told = [f"{count:,} {what}" for what, count in parts.items() if count or what in always]
    return f"{read} ({', '.join(told)})"


def known_id_lines(
    asked: Asked, titles: int, *, known: int, mapped: int, id_map: str | None
) -> list[str]:
    """Return lines on ids that are known: of the id map that was given, and of the lake."""
    lines = []
    lookup = lookup_of(ORIGINS[asked.origin])
    if id_map is not None and lookup in asked.endpoints:
        lines.append(
            f"id map {id_map} not used: {lookup} is among the endpoints and is asked anyway"
        )
    elif id_map is not None:
        lines.append(f"id map {id_map}: knows {mapped:,} of {counted(titles, 'title')}")
    if known:
        more = " more" if mapped else ""
        lines.append(f"earlier runs know {known:,}{more} of {counted(titles, 'title')}")
    return lines
