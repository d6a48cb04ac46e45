"""OMDb's text of awards → numbers.

    Won 4 Oscars. 152 wins & 217 nominations total
    Nominated for 1 BAFTA Award7 wins & 46 nominations total     (its full stop is missing)
    Won 1 Golden Globe. Another 98 wins & 358 nominations.       (until about 2020)
    1 win.

The numbers of a text with `Another` leave out those it begins with; the others include them.
"""

from typing import Any

import ibis

from harvester.zones.trusted.endpoints.omdb.texts import beside, reading, whole

_NUMBER = "([0-9][0-9,]*)"
_WON = f"^Won {_NUMBER} "
_NOMINATED = f"^Nominated for {_NUMBER} "
_OSCARS = f"^Won {_NUMBER} Oscar"
_WINS = f"{_NUMBER} win"
_NOMINATIONS = f"{_NUMBER} nomination"
_ANOTHER = " Another "


def known(text: Any) -> Any:
    """Return a text that says how many; null for any other."""
    says = text.re_search(f"{_WON}|{_NOMINATED}|{_WINS}|{_NOMINATIONS}")
    return ibis.ifelse(says, text, ibis.null("string"))


def wins(text: Any) -> Any:
    """Return how many awards were won, of all that OMDb counts."""
    return _counted(text, _WON, _WINS)


def nominations(text: Any) -> Any:
    """Return how many nominations there were, of all that OMDb counts."""
    return _counted(text, _NOMINATED, _NOMINATIONS)


def oscars_won(text: Any) -> Any:
    """Return how many Oscars were won."""
    count = _number(text, _OSCARS).fill_null(0)
    return ibis.ifelse(known(text).notnull(), count, ibis.null("int64"))


def _counted(text: Any, named: str, total: str) -> Any:
    first, all_ = _number(text, named).fill_null(0), _number(text, total).fill_null(0)
    most = ibis.greatest(first, all_)
    count = ibis.ifelse(text.contains(_ANOTHER), first + all_, most)
    return ibis.ifelse(known(text).notnull(), count, ibis.null("int64"))


def _number(text: Any, pattern: str) -> Any:
    return whole(text.re_extract(pattern, 1))


TEXT = reading("awards as OMDb writes them", known)
WINS = beside(wins)
NOMINATIONS = beside(nominations)
OSCARS_WON = beside(oscars_won)
