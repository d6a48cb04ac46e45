"""A page's texts speak of the run's origin."""

import pytest

from harvester.pages import LANGUAGES, Language, load_texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_name_the_origin(language: Language) -> None:
    """TMDB by default; of another what differs is another text, and the rest has its name."""
    tmdb, tiny = load_texts(language), load_texts(language, "Tiny")
    for name in ("reason.not_found", "report.latency.title", "page.terms_link"):
        assert "TMDB" in tmdb(name)
        assert tmdb(name).replace("TMDB", "Tiny") == tiny(name)
    assert tiny("about.unmatched") != tmdb("about.unmatched").replace("TMDB", "Tiny")
    assert tiny("report.pace.limit", limit=2) == tmdb("report.pace.limit", limit=2).replace(
        "TMDB", "Tiny"
    )
    assert "TMDB" not in "".join(
        tiny(name, limit=2, host="h") for name in ("report.pace.says", "report.next.host")
    )


@pytest.mark.parametrize("origin", ["TMDB", "Tiny"])
def test_a_text_that_is_not_there(origin: str) -> None:
    """An unknown name is an error, and a table is no text; of names from outside it is None."""
    t = load_texts("en", origin)
    for name in ("report.nothing", "report.next", "other"):
        with pytest.raises(KeyError):
            t(name)
    assert t.known("reason", "no such reason") is None
    assert t.known("reason", "gone") == f"found, but {origin} no longer has its details"
