"""OMDb's text of awards: what it counts, whichever way it puts it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from parsed import parsed

from harvester.zones.engines import Engine
from harvester.zones.trusted.endpoints.omdb.awards import nominations, oscars_won, wins

CASES: dict[str, tuple[int | None, int | None, int | None]] = {
    "Won 4 Oscars. 152 wins & 217 nominations total": (152, 217, 4),
    "Nominated for 7 Oscars. 21 wins & 43 nominations total": (21, 43, 0),
    "Nominated for 1 BAFTA Award7 wins & 46 nominations total": (7, 46, 0),
    "Won 1 BAFTA Film Award22 wins & 1,046 nominations total": (22, 1046, 0),
    "Won 1 Golden Globe. Another 98 wins & 358 nominations.": (99, 358, 0),
    "Won 1 Oscar. Another 9 wins & 19 nominations.": (10, 19, 1),
    "Nominated for 1 Golden Globe. Another 8 wins & 22 nominations.": (8, 23, 0),
    "Won 2 Oscars. 8 nominations.": (2, 8, 2),
    "1 win & 1 nomination": (1, 1, 0),
    "5 wins.": (5, 0, 0),
    "3 nominations.": (0, 3, 0),
    "Won 1 Primetime Emmy. 1 win total": (1, 0, 0),
    "Top rated movie #44": (None, None, None),
    "several": (None, None, None),
}
_ENDS = st.sampled_from([" total", "", "."])


def _counted(engine: Engine, folder: Path, texts: list[str]) -> list[tuple[int | None, ...]]:
    found = [parsed(engine, folder, parser, texts) for parser in (wins, nominations, oscars_won)]
    return list(zip(*found, strict=True))


def test_the_texts_that_omdb_writes(engine: Engine, tmp_path: Path) -> None:
    """Wins, nominations and Oscars; `Another` counts without what stands before it."""
    found = _counted(engine, tmp_path, list(CASES))
    assert dict(zip(CASES, found, strict=True)) == CASES


@pytest.mark.slow
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.integers(1, 20), st.integers(20, 9999), st.integers(1, 9999), _ENDS),
        min_size=1,
        max_size=20,
    )
)
def test_what_is_written_is_counted(
    engine: Engine, tmp_path: Path, awards: list[tuple[int, int, int, str]]
) -> None:
    """Any numbers come back, in singular and plural."""
    texts = [
        f"Won {oscars} Oscar{'s' if oscars > 1 else ''}. {won:,} wins & {nominated:,} "
        f"nomination{'s' if nominated > 1 else ''}{end}"
        for oscars, won, nominated, end in awards
    ]
    wanted = [(won, nominated, oscars) for oscars, won, nominated, _ in awards]
    assert _counted(engine, tmp_path, texts) == wanted
