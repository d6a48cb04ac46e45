"""The order of a plan whose origin answers only so much a day: the best known titles first."""

from array import array
from collections.abc import Iterable
from itertools import groupby

from harvester.lake.title_table import TitleTable
from harvester.run.plan import Group


def most_voted_first(groups: Iterable[Group], votes: TitleTable) -> list[Group]:
    """Return titles of both kinds together, those with the most votes first.

    Those with as many, or without any, keep their order. Where titles have a reason to be planned,
    the reasons keep theirs. 17 bytes a title, and twice that while they are sorted.
    """
    return [_sorted(list(some), votes) for _, some in groupby(groups, key=lambda one: one.why)]


def _sorted(groups: list[Group], votes: TitleTable) -> Group:
    numbers, counts, series = array("Q"), array("Q"), bytearray()
    for group in groups:
        for kind, number in group.titles():
            numbers.append(number)
            counts.append(votes.get(number) or 0)
            series.append(kind == "series")
    order = array("I", sorted(range(len(numbers)), key=counts.__getitem__, reverse=True))
    return Group(
        groups[0].kind,
        array("Q", (numbers[place] for place in order)),
        groups[0].why,
        bytes(series[place] for place in order),
    )
