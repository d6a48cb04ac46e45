"""Which of the titles that were read are not in a plan, and why."""

from collections.abc import Iterable

from harvester.model import Asked, InputFacts


def left_out(
    inputs: Iterable[InputFacts], asked: Asked, titles: int, *, is_retry: bool = False
) -> dict[str, int]:
    """Return how many titles of the inputs a plan of `titles` lacks, by reason.

    Empty where there are none, and where an earlier version read the inputs, which did not count
    those that are in several.
    """
    read = 0
    for facts in inputs:
        if facts.shared is None:
            return {}
        read += facts.distinct - facts.shared
    if read <= titles:
        return {}
    if is_retry:
        return {"not failed": read - titles}
    over = "over the limit" if titles == asked.limit else ""
    return {" or ".join(filter(None, ("not due" if asked.only else "", over))): read - titles}
