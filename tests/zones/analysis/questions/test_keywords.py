"""A keyword is typical of a genre by more than chance gives to the best of many."""

from typing import Any

from harvester.pages import load_texts
from harvester.zones.analysis.questions.keywords import KEYWORDS

EN = load_texts("en")


def _row(keyword: str, titles: int, in_all: int) -> dict[str, Any]:
    """Return a keyword in 100 of 400 titles."""
    return {
        "genre": "Drama",
        "keyword": keyword,
        "titles": titles,
        "share": titles / 100,
        "times": titles / 100 / (in_all / 400),
        "in_genre": 100,
        "in_all": in_all,
        "all_titles": 400,
    }


def test_the_best_of_many_needs_more() -> None:
    """18 where 10 were expected (χ² 7.2) is a finding alone; the best of eighty is no finding."""
    row = _row("snow", 18, 40)
    said = "“snow” is typical of Drama: 18 of its 100 titles with keywords, 18.0% (95% CI 11.7"
    assert KEYWORDS.headline([row], EN).startswith(said)
    others = [_row(f"k{n}", 10, 40) for n in range(79)]
    assert KEYWORDS.headline([row, *others], EN).startswith("No keyword is clearly typical")


def test_a_keyword_needs_ten_titles() -> None:
    """Nine of nine are all in the genre, and still too few; ten of ten are not."""
    assert KEYWORDS.headline([_row("rare", 9, 9)], EN).startswith("No keyword")
    assert "10 of its 100 titles" in KEYWORDS.headline([_row("rare", 10, 10)], EN)


def test_one_that_is_rarer_is_not_typical() -> None:
    """However far from chance it is: 10 where 50 were expected."""
    assert KEYWORDS.headline([_row("sun", 10, 200)], EN).startswith("No keyword")
