"""Template → one self-contained page."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import jinja2
import orjson
from markupsafe import Markup

from harvester.model import DEFAULT_ORIGIN
from harvester.origins.table import ORIGINS
from harvester.pages.chart_tables import Lines
from harvester.pages.numbers import filters
from harvester.pages.texts import Language, load_texts
from harvester.version import __version__


def render(
    template: str,
    language: Language,
    *,
    library: str = "",
    tables: Mapping[str, Lines] | None = None,
    files: str = "",
    origins: Sequence[str] = (DEFAULT_ORIGIN,),
    **context: Any,
) -> str:
    """Return a page. Every value is escaped, and no script runs but the page's own and `library`.

    The texts speak of the first of `origins`; each is named with its licence at the foot. A library
    may compile code of its own, as Vega does of its expressions. `tables` are the figures of charts
    by their names, which buttons save as CSVs; `files` is how those are called, with `{name}`.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("harvester.pages", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {**filters(language), "data": data}
    script = f"{_asset('csv.js')}\n{_asset('page.js')}"
    return environment.get_template(template).render(
        **context,
        t=load_texts(language, origins[0]),
        sources=[_source(origin, language) for origin in origins],
        language=language,
        saved={"files": files, "tables": tables or {}},
        harvester_version=__version__,
        style=Markup(_asset("style.css")),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        library=Markup(library),  # noqa: S704 - a package of ours, with nothing of the lake in it
        script_hashes=[script_hash(text) for text in (script, library) if text],
    )


def _source(origin: str, language: Language) -> dict[str, str]:
    """Return what a page says of an origin's data; the default one's in the page's language."""
    api, t = ORIGINS[origin], load_texts(language, origin)
    return {
        "attribution": t("page.attribution") if origin == DEFAULT_ORIGIN else api.attribution,
        "terms": "" if api.keep_days is None else t("page.terms"),
        "url": api.terms_url,
        "link": t("page.terms_link"),
    }


def data(value: Any) -> Markup:
    """Return JSON to stand in a script element: nothing in it can end the element."""
    text = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - `<` is what could end it


def script_hash(script: str) -> str:
    """Return what the page's policy names a script by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _asset(name: str) -> str:
    return (files("harvester.pages") / "assets" / name).read_text(encoding="utf-8").strip()
