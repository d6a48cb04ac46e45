"""The shows of an index are found by their IMDb id, and come out as they went in."""

import tempfile
from pathlib import Path
from typing import Any, NoReturn

import pytest

from harvester.errors import StoreDown
from harvester.origins.tvmaze.index.page import KeptPage, slices
from harvester.origins.tvmaze.index.shows import IndexedShow, IndexedShows

FIRST, SECOND = "2026-11-24T07:00:00Z", "2026-11-24T07:03:00Z"


def _add(shows: IndexedShows, page: int, asked_at: str, body: bytes | None) -> None:
    kept = KeptPage(page, asked_at, body)
    shows.add(kept, [] if body is None else slices(body, page))


def test_they_are_found_with_the_time_of_their_page() -> None:
    """However many zeros an IMDb id has, it is the same; what is not there is not found."""
    one = b'{"id":7,"externals":{"imdb":"tt0000009"},"x":1.0}'
    other = b'{"id":300,"externals":{"imdb":"tt12345678"}}'
    with IndexedShows() as shows:
        assert [shows.asked_at] == [None]
        _add(shows, 0, SECOND, b'[{"id":1}, ' + one + b"]")
        _add(shows, 1, FIRST, b"[" + other + b"]")
        _add(shows, 2, SECOND, None)
        assert len(shows) == 2
        assert shows.asked_at == FIRST
        assert shows.find("tt0000009") == shows.find("tt9") == IndexedShow(7, one, SECOND)
        assert shows.find("tt12345678") == IndexedShow(300, other, FIRST)
        assert shows.find("tt0000010") is None


def test_of_two_shows_with_one_imdb_id_the_first_counts() -> None:
    """TVmaze's ids grow with time, and a later show may have taken the id by mistake."""
    with IndexedShows() as shows:
        body = b'[{"id":5,"externals":{"imdb":"tt1"}},{"id":9,"externals":{"imdb":"tt1"}}]'
        _add(shows, 0, FIRST, body)
        found = shows.find("tt0000001")
        assert found is not None
        assert found.show_id == 5
        assert len(shows) == 1


def test_no_room_is_said_with_a_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A full disk ends the run as a store that is full does, in one sentence."""

    def full(*_: Any, **__: Any) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(StoreDown, match=r"TVmaze's index in .* \(No space left on device\): free"):
        IndexedShows()
