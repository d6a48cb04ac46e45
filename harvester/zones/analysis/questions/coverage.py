"""What is known of old and of new titles? The share of each year's titles that has a fact."""

from collections import Counter
from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.pages.numbers import percent
from harvester.zones.analysis.charts import chosen, heat, tips
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.statistics import shares_differ
from harvester.zones.analysis.wording import ENOUGH, say, too_few

_FIELDS = ("imdb_rating", "tmdb_rating", "runtime", "budget", "revenue")


def _coverage_chart(rows: list[Row], t: Texts) -> Any:
    names = {field: t(f"analysis.known.{field}") for field in _FIELDS}
    ended = [
        {**row, "year_end": row["year"] + 1, "field_name": names[row["field"]]} for row in rows
    ]
    near = alt.Scale(zero=False, nice=False)
    years = alt.Axis(format="d", tickMinStep=1)
    return (
        chosen(ended)
        .mark_rect()
        .encode(
            x=alt.X("year:Q", title=t("analysis.axis.year"), axis=years, scale=near),
            x2="year_end:Q",
            y=alt.Y("field_name:N", title=None, sort=list(names.values())),
            color=heat("share:Q", t("analysis.axis.share"), "%"),
            tooltip=[
                alt.Tooltip("field_name:N", title=t("analysis.axis.field")),
                *tips(t, "year:O", "known:Q", "titles:Q", "share:Q"),
            ],
        )
    )


def _coverage_finding(rows: list[Row], t: Texts) -> str:
    """Speak of the fact that is known of fewest titles: of the older half, of the newer one."""
    known: Counter[str] = Counter()
    for row in rows:
        known[row["field"]] += row["known"]
    field = min(_FIELDS, key=lambda one: known[one])
    years = sorted((row for row in rows if row["field"] == field), key=lambda row: row["year"])
    titles = sum(row["titles"] for row in years)
    older: list[Row] = []
    for row in years:
        if sum(one["titles"] for one in older) + row["titles"] > titles / 2 and older:
            break
        older.append(row)
    newer = years[len(older) :]
    old, new = (sum(row["titles"] for row in part) for part in (older, newer))
    if min(old, new) < ENOUGH:
        return too_few(t, titles)
    of_old, of_new = (sum(row["known"] for row in part) for part in (older, newer))
    return say(
        t,
        "coverage.finding" if shares_differ(of_old, old, of_new, new) else "coverage.even",
        field=t(f"analysis.known.{field}"),
        share=percent(known[field], titles, t.language),
        titles=titles,
        last=older[-1]["year"],
        old_share=percent(of_old, old, t.language),
        old=old,
        new_share=percent(of_new, new, t.language),
        new=new,
    )


COVERAGE = Question(
    name="coverage",
    columns=("year", "field", "titles", "known", "share"),
    chart=_coverage_chart,
    finding=_coverage_finding,
)
