"""Which keywords mark which genre? The share of a genre's titles that each keyword has."""

from operator import itemgetter
from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.pages.numbers import number, percent
from harvester.zones.analysis.charts import FREQUENT_FIRST, chosen, heat, tips
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.statistics import LEVEL, chi_squared_critical, share_interval
from harvester.zones.analysis.wording import ENOUGH, between_shares, say, too_few

_MIN_TITLES = 10
"""Titles of a genre with a keyword, below which no share of theirs is called typical."""


def _keywords_chart(rows: list[Row], t: Texts) -> Any:
    slanted = alt.Axis(labelAngle=-40)
    return (
        chosen(rows)
        .mark_rect()
        .encode(
            x=alt.X("genre:N", title=None, sort=FREQUENT_FIRST, axis=slanted),
            y=alt.Y("keyword:N", title=None, sort=FREQUENT_FIRST),
            color=heat("share:Q", t("analysis.axis.share"), "%"),
            tooltip=tips(t, "genre:N", "keyword:N", "titles:Q", "share:Q", "times:Q"),
        )
    )


def _keywords_finding(rows: list[Row], t: Texts) -> str:
    titles = rows[0]["all_titles"]
    if titles < ENOUGH:
        return too_few(t, titles)
    level = LEVEL / len(rows)  # as many keywords and genres are looked at
    typical = [
        row
        for row in rows
        if row["titles"] >= _MIN_TITLES
        and row["times"] > 1
        and _test(row) > chi_squared_critical(1, level)
    ]
    if not typical:
        return say(t, "keywords.even", titles=titles, needed=_MIN_TITLES)
    row = max(typical, key=itemgetter("times"))
    return say(
        t,
        "keywords.finding",
        keyword=row["keyword"],
        genre=row["genre"],
        times=number(row["times"], t.language, 1),
        count=row["titles"],
        of=row["in_genre"],
        share=percent(row["titles"], row["in_genre"], t.language),
        interval=between_shares(t, share_interval(row["titles"], row["in_genre"])),
    )


def _test(row: Row) -> float:
    """Return χ² of a keyword within its genre and outside, with Yates's correction."""
    inside, in_genre, in_all, titles = (
        int(row[name]) for name in ("titles", "in_genre", "in_all", "all_titles")
    )
    outside = titles - in_genre
    if not outside or in_all == titles:
        return 0.0
    expected = in_genre * in_all / titles
    off = max(0.0, abs(inside - expected) - 0.5)
    return off * off * titles**3 / (in_genre * outside * in_all * (titles - in_all))


KEYWORDS = Question(
    name="keywords",
    columns=("genre", "keyword", "titles", "share", "times"),
    chart=_keywords_chart,
    finding=_keywords_finding,
)
