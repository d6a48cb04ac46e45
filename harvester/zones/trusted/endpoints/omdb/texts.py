"""What OMDb writes as texts: `"858,780"`, `"57%"`, `"$292,587,330"`, `"142 min"`, `"N/A"`.

Each parser takes a text and gives null for one that is not written so. The texts are those of
recorded answers, and of older ones: OMDb documents none of them (https://www.omdbapi.com/).
"""

from collections.abc import Callable
from typing import Any

import ibis
import ibis.expr.types as ir

from harvester.zones.engines import Json
from harvester.zones.schema import Reading
from harvester.zones.trusted.fitting import as_number

Parser = Callable[[Any], Any]

UNKNOWN = "N/A"
NO = ibis.literal(value=False)

# 18 digits fit an int64 whatever they are.
_WHOLE = "^([0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5})$"
_DOLLARS = "^[$][0-9,]+([.][0-9]{2})?$"
_RUNTIME = "^([0-9]{1,3} ?h)? ?([0-9,]{1,7} ?min)?$"
_YEARS = "^[0-9]{4}([\N{EN DASH}-]([0-9]{4})?)?$"
_DATE = "^[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4}$"
_SCORE = "^[0-9]+([.][0-9]+)?(%|/10|/100)$"
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"


def said(json: Json, token: ir.Value) -> ir.StringValue:
    """Return what a text says; null for `N/A`, an empty one, or a token that is no text."""
    value: Any = json.text(token).strip().nullif("").nullif(UNKNOWN)
    return value


def reading(fits: str, parser: Parser) -> Reading:
    """Return the reading of a column whose texts a parser reads."""

    def misfit(json: Json, token: ir.Value, read: ir.Value) -> ir.Value:
        wrong: Any = ~token.startswith('"') | (said(json, token).notnull() & read.isnull())
        return token.notnull() & wrong

    return Reading(fits, lambda json, token: parser(said(json, token)), misfit)


def beside(parser: Parser) -> Reading:
    """Return the reading of a further column of the same texts, of which another tells a misfit."""
    return Reading("", lambda json, token: parser(said(json, token)), None)


def whole(text: Any) -> Any:
    """Return the number of `858,780`."""
    digits = ibis.ifelse(text.re_search(_WHOLE), text.replace(",", ""), ibis.null("string"))
    return digits.try_cast("int64")


def dollars(text: Any) -> Any:
    """Return the whole US dollars of `$292,587,330`, which has been `$292,587,330.00`."""
    amount = ibis.ifelse(text.re_search(_DOLLARS), text.substr(1), ibis.null("string"))
    return whole(amount.re_replace("[.][0-9]{2}$", ""))


def minutes(text: Any) -> Any:
    """Return the minutes of `142 min`, `1 h 30 min` or `2 h`."""
    written = ibis.ifelse(text.re_search(_RUNTIME), text, ibis.null("string"))
    hours = whole(written.re_extract("^([0-9]+) ?h", 1))
    rest = whole(written.re_extract("([0-9,]+) ?min$", 1))
    bad = written.endswith("min") & rest.isnull()
    known = written.notnull() & ~bad
    return ibis.ifelse(known, hours.fill_null(0) * 60 + rest.fill_null(0), ibis.null("int64"))


def year(text: Any) -> Any:
    """Return the year of `1994`, and the first of two that have an en dash between them."""
    first = ibis.ifelse(text.re_search(_YEARS), text.substr(0, 4), ibis.null("string"))
    return first.try_cast("int64")


def end_year(text: Any) -> Any:
    """Return the second of two years; null where there is but one, and while a series runs."""
    is_two = text.re_search(_YEARS) & text.re_search("[0-9]{4}.[0-9]{4}")
    return ibis.ifelse(is_two, text.right(4), ibis.null("string")).try_cast("int64")


def day(text: Any) -> Any:
    """Return the date of `14 Oct 1994`."""
    place = ibis.literal(_MONTHS).find(text.re_extract(" ([A-Z][a-z]{2}) ", 1))
    month = ((place + 3) // 3).cast("string")  # 0 for what is none, which no date has
    first = text.re_extract("^([0-9]{1,2}) ", 1)
    written = text.right(4).concat("-", month, "-", first)
    return ibis.ifelse(text.re_search(_DATE), written, ibis.null("string")).try_cast("date")


def score(text: Any) -> Any:
    """Return how much of the most that can be reached `7.1/10`, `57%` or `55/100` are, 0 to 100."""
    written = ibis.ifelse(text.re_search(_SCORE), text, ibis.null("string"))
    number = as_number(written.re_replace("(%|/10|/100)$", ""))
    return (number * ibis.ifelse(written.endswith("/10"), 10.0, 1.0)).round(6)


def listed(text: Any) -> Any:
    """Return the items of `Action, Drama`."""
    return text.split(",").map(lambda item: item.strip()).filter(lambda item: item != "")


def _ratings(json: Json, token: ir.Value) -> ir.Value:
    def one(item: ir.Value) -> ir.Value:
        found = {"source": said(json, json.get(item, "Source"))}
        return ibis.struct({**found, "value": score(said(json, json.get(item, "Value")))})

    value: ir.Value = json.items(token).map(one)
    return value


def _ratings_misfit(json: Json, token: ir.Value, _read: ir.Value) -> ir.Value:
    def is_odd(token: Any) -> Any:
        return ibis.coalesce(~token.startswith('"'), NO)

    def wrong(item: Any) -> Any:
        source, value = json.get(item, "Source"), json.get(item, "Value")
        no_score = said(json, value).notnull() & score(said(json, value)).isnull()
        return ~item.startswith("{") | is_odd(source) | is_odd(value) | no_score

    items: Any = json.items(token).filter(wrong)
    bad: Any = ~token.startswith("[") | (items.length() > 0)
    return token.notnull() & bad


TEXT = reading("text", lambda text: text)
WHOLE = reading("a whole number", whole)
NUMBER = reading("a number", as_number)
DOLLARS = reading("an amount of US dollars", dollars)
MINUTES = reading("a length in minutes", minutes)
YEAR = reading("a year, or two", year)
END_YEAR = beside(end_year)
DAY = reading("a date", day)
LIST = reading("text", listed)
RATINGS = Reading("a list that fits", _ratings, _ratings_misfit)
