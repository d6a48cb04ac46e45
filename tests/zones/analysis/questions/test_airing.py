"""Days of one series tell less than several series; an hour is named where it is clearly ahead."""

from typing import Any

from harvester.pages import load_texts
from harvester.zones.analysis.questions.airing import AIRING

EN = load_texts("en")
WEEK = (26, 26, 26, 26, 26, 10, 10)


def _rows(counts: tuple[int, ...], series: int, together: float) -> list[dict[str, Any]]:
    return [
        {"day": day, "hour": None, "titles": titles, "series": series, "together": together}
        for day, titles in enumerate(counts, 1)
    ]


def test_series_of_several_days_count_for_less() -> None:
    """150 series of a day each avoid weekends; 50 series of three days each may do so by chance."""
    said = AIRING.headline(_rows(WEEK, 150, 1), EN)
    assert said.startswith("Monday, Tuesday, Wednesday, Thursday and Friday have the most series, ")
    assert said.endswith("days differ: χ² = 17.1, over 12.6")
    said = AIRING.headline(_rows(WEEK, 50, 3), EN)
    assert said == "No day stands out among 50 series: χ² = 5.7, which chance explains up to 12.6"


def test_an_hour_is_named_only_when_it_is_ahead() -> None:
    """40 against 20 is ahead, 22 against 20 is not, and nothing is said of it."""
    for most, is_named in ((40, True), (22, False)):
        rows = _rows((10,) * 7, 70, 1)
        rows[0] |= {"hour": 21, "titles": most}
        rows[1] |= {"hour": 20, "titles": 20}
        said = AIRING.headline(rows, EN)
        assert ("21:00 is clearly the most common hour" in said) is is_named
        assert "20:00" not in said
