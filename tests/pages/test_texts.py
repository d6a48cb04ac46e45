"""A page's texts speak of the run's origin."""

import string
from importlib.resources import files

import pytest

from harvester.origins.table import ORIGINS
from harvester.pages import LANGUAGES, Language, load_texts
from harvester.pages.numbers import number


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


@pytest.mark.parametrize(
    ("language", "name", "one", "many"),
    [
        ("en", "analysis.known_of", "1 title", "1,000 titles"),
        ("en", "report.tiles.sittings", "in one session", "in 1,000 sessions"),
        ("pt-BR", "report.next.resume_other", "Falta 1 título", "Faltam 1.000 títulos"),
        ("pt-BR", "analysis.franchises.once", "1 título é", "1.000 títulos são"),
    ],
)
def test_a_count_decides_what_is_counted(
    language: Language, name: str, one: str, many: str
) -> None:
    """One title, two titles, no titles; in both languages."""
    t = load_texts(language)
    (field,) = {field for _, field, _, _ in string.Formatter().parse(t(name)) if field}

    def said(count: int) -> str:
        return t(name, **{field: number(count, language)})

    assert one in said(1)
    assert many in said(1_000)
    assert many.replace(number(1_000, language), "0") in said(0)


@pytest.mark.parametrize("origin", ["TMDB", "Tiny"])
def test_a_text_that_is_not_there(origin: str) -> None:
    """An unknown name is an error, and a table is no text; of names from outside it is None."""
    t = load_texts("en", origin)
    for name in ("report.nothing", "report.next", "other"):
        with pytest.raises(KeyError):
            t(name)
    assert t.known("reason", "no such reason") is None
    assert t.known("reason", "gone") == f"found, but {origin} no longer has its details"


@pytest.mark.parametrize("template", ["report.html", "analysis.html", "lake_index.html"])
def test_every_page_ends_with_tmdbs_notice(template: str) -> None:
    """As its terms word it, in Portuguese in ours; all pages share the foot that shows it."""
    assert load_texts("en")("page.attribution") == ORIGINS["TMDB"].attribution
    words = ("Este produto usa o TMDB", "não é endossado", "certificado", "pelo TMDB.")
    assert all(part in load_texts("pt-BR")("page.attribution") for part in words)
    folder = files("harvester.pages") / "templates"
    assert (folder / template).read_text().startswith('{% extends "layout.html" %}')
    assert "{{ source.attribution }}" in (folder / "layout.html").read_text()
