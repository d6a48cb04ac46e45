"""What the questions on two ratings of the same titles share: their squares, and how they agree."""

import math
from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.zones.analysis.charts import chosen, equal_line, heat, tips
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.statistics import Interval, mean_interval
from harvester.zones.analysis.wording import ENOUGH, between, correlation, say, signed, too_few


def squares(
    rows: list[Row],
    t: Texts,
    *,
    x: str,
    y: str,
    step: float,
    axis: alt.Axis,
    told: tuple[str, ...],
) -> Any:
    """Return a square a step of both, the darker the more titles, and the line where both agree."""
    ended = [{**row, f"{x}_end": row[x] + step, f"{y}_end": row[y] + step} for row in rows]
    near = alt.Scale(zero=False, nice=False)
    drawn = (
        chosen(ended)
        .mark_rect()
        .encode(
            x=alt.X(f"{x}:Q", title=t(f"analysis.axis.{x}"), scale=near, axis=axis),
            x2=f"{x}_end:Q",
            y=alt.Y(f"{y}:Q", title=t(f"analysis.axis.{y}"), scale=near, axis=axis),
            y2=f"{y}_end:Q",
            color=heat("titles:Q", t("analysis.axis.titles"), ",d"),
            tooltip=tips(t, *told),
        )
    )
    return alt.layer(drawn, *equal_line(rows, x, y, step=step))


def agreement(
    rows: list[Row],
    t: Texts,
    question: str,
    *,
    gap: str,
    sides: tuple[str, str],
    digits: int,
    **words: str,
) -> str:
    """Say how two ratings correlate, how far they are apart, and which side is higher, if one is.

    `gap` is what the query calls the difference, `sides` which word is said where it is above 0 and
    below; it has so many `digits`. `words` are further ones of the question's sentence.
    """
    first = rows[0]
    titles, mean_gap = first["all_titles"], first[f"mean_{gap}"]
    if titles < ENOUGH:
        return too_few(t, titles)
    r, interval, word = correlation(first["r"], titles)
    mean = mean_interval(mean_gap, first[f"{gap}_sd"] / math.sqrt(titles), titles - 1)
    side = "even" if mean.holds(0) else sides[0] if mean_gap > 0 else sides[1]
    by = signed(t, abs(mean_gap), digits)
    ends = Interval(*sorted(map(abs, mean)))
    return say(
        t,
        f"{question}.{word}",
        r=signed(t, r, 2),
        interval=between(t, interval, 2),
        titles=titles,
        apart=signed(t, first["apart"], digits - 1),
        side=say(t, f"{question}.{side}", by=by, interval=between(t, ends, digits)),
        **words,
    )
