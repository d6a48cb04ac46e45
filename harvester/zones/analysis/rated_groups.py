"""What the questions on groups of rated titles share: means with intervals, and who stands out.

Their queries give a row of all rated titles, whose name is null, and a row a group.
"""

from functools import partial
from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.zones.analysis.charts import BY_NAME, chosen, keyed, tips
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.statistics import LEVEL, Interval, mean_interval
from harvester.zones.analysis.wording import ENOUGH, between, say, signed, too_few


def intervals_chart(rows: list[Row], t: Texts) -> Any:
    """Return a point a group with its interval, the best first."""
    named = [{**row, **_ends(row), "which": keyed(row)} for row in rows if row["name"] is not None]
    best_first = alt.EncodingSortField("rating", order="descending")
    names = alt.Y("which:N", title=None, sort=best_first, axis=BY_NAME)
    near = alt.Scale(zero=False)
    told = tips(t, "name:N", "rating:Q", "low:Q", "high:Q", "titles:Q", "votes:Q")
    lines = (
        chosen(named)
        .mark_rule()
        .encode(
            x=alt.X("low:Q", title=t("analysis.axis.weighted"), scale=near),
            x2="high:Q",
            y=names,
            tooltip=told,
        )
    )
    points = (
        chosen(named)
        .mark_circle(size=70, opacity=1)
        .encode(x=alt.X("rating:Q", scale=near), y=names, tooltip=told)
    )
    return alt.layer(lines, points)


def groups_alone(rows: list[Row], t: Texts) -> tuple[list[Row], str]:
    """Return the groups, and no note: none of them is left out."""
    del t
    return [row for row in rows if row["name"] is not None], ""


def outliers(rows: list[Row], t: Texts, question: str) -> str:
    """Say which groups are rated higher or lower than all titles, or that none is.

    All groups are looked at, so each interval is wider by as many: chance makes one of them stand
    out in one of twenty lakes.
    """
    whole = next((row for row in rows if row["name"] is None), None)
    groups = [row for row in rows if row["name"] is not None]
    if whole is None or whole["titles"] < ENOUGH:
        return too_few(t, whole["titles"] if whole else max(row["titles"] for row in groups))
    if not groups:
        return say(t, f"{question}.no_group", titles=whole["titles"])
    mean = whole["rating"]
    of = partial(_interval, level=LEVEL / len(groups))
    beyond = [row for row in groups if not of(row).holds(mean)]
    about = {
        "mean": signed(t, mean, 2),
        "all_titles": whole["titles"],
        "groups": len(groups),
    }
    if not beyond:
        return say(t, f"{question}.even", **about)
    parts = []
    for word, row in (("higher", beyond[0]), ("lower", beyond[-1])):
        if (row["rating"] > mean) is (word == "higher"):
            parts.append(
                say(
                    t,
                    f"{question}.{word}",
                    name=row["name"],
                    rating=signed(t, row["rating"], 2),
                    interval=between(t, _interval(row), 2),
                    titles=row["titles"],
                )
            )
    return say(t, f"{question}.finding", who="; ".join(parts), **about)


def _ends(row: Row) -> dict[str, float]:
    low, high = _interval(row)
    return {"low": low, "high": high}


def _interval(row: Row, *, level: float = LEVEL) -> Interval:
    """Return a mean's interval: titles of many votes count for more, so fewer of them are told."""
    freedom = max(1, int(row["effective"]) - 1)
    return mean_interval(row["rating"], row["error"], freedom, level=level)
