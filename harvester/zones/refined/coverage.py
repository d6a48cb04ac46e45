"""How much the harvest covers, and what it adds to the CSVs. Adding nothing is a breach."""

from typing import Any

import ibis
import ibis.expr.types as ir

from harvester.zones.engines import Engine
from harvester.zones.quality import Check

_TITLE = "dim_title"


def coverage_checks(
    engine: Engine, built: dict[str, ir.Table], asked: dict[str, int]
) -> list[Check]:
    """Return what part of the titles has what; `asked` counts the records of each endpoint.

    The gain is that of the harvested titles a CSV has, or of all harvested ones without a CSV.
    """
    titles: Any = built[_TITLE]
    facts: Any = built["fact_title"]
    wide = titles.left_join(facts.drop("release_date", "imdb_id"), "title_id")
    for table in ("fact_cast", "bridge_title_keyword", "bridge_title_country"):
        having = built[table].select("title_id").distinct().mutate(**{table: ibis.literal(True)})  # noqa: FBT003
        wide = wide.drop("title_id_right") if "title_id_right" in wide.columns else wide
        wide = wide.left_join(having, "title_id")
    harvested = (wide["outcome"] == "harvested").fill_null(False)  # noqa: FBT003
    gains = {
        "find": wide["tmdb_id"].notnull(),
        "details": _any(
            *(wide[name].notnull() for name in ("overview", "release_date", "original_language")),
            *(wide[name].notnull() for name in ("popularity", "tmdb_votes", "budget", "status")),
            wide["bridge_title_country"].notnull(),
        ),
        "credits": wide["fact_cast"].notnull(),
        "keywords": wide["bridge_title_keyword"].notnull(),
    }
    counted = {
        "titles": wide.count(),
        "asked": _sum(wide["outcome"].notnull()),
        "in_csv": _sum(wide["in_csv"]),
        "harvested": _sum(harvested),
        "other_id": _sum(wide["names_other_imdb_id"]),
        "harvested_in_csv": _sum(harvested & wide["in_csv"]),
        "budget": _sum(harvested & wide["budget"].notnull()),
        "revenue": _sum(harvested & wide["revenue"].notnull()),
    }
    for name, gain in gains.items():
        counted[f"all_{name}"] = _sum(harvested & gain)
        counted[f"csv_{name}"] = _sum(harvested & wide["in_csv"] & gain)
    n = {key: int(value) for key, value in engine.rows(wide.aggregate(**counted))[0].items()}  # type: ignore[call-overload]
    checks = [
        Check(_TITLE, "titles asked", n["asked"]),
        Check(_TITLE, "titles in a CSV", n["in_csv"]),
        Check(_TITLE, "matched, of those asked", _share(n["harvested"], n["asked"])),
        Check(_TITLE, "named by TMDB with another IMDb id", n["other_id"]),
        Check(_TITLE, "with a budget, of those matched", _share(n["budget"], n["harvested"])),
        Check(_TITLE, "with a revenue, of those matched", _share(n["revenue"], n["harvested"])),
    ]
    side = "csv" if n["harvested_in_csv"] else "all"
    whole = n["harvested_in_csv"] or n["harvested"]
    for endpoint in gains:
        if asked[endpoint] and whole:
            share = _share(n[f"{side}_{endpoint}"], whole)
            name = f"gained by {endpoint}, of those matched"
            checks.append(Check(_TITLE, name, share, "more than 0 %", not n[f"{side}_{endpoint}"]))
    return checks


def _any(*conditions: ir.Value) -> ir.Value:
    found: Any = ibis.or_(*conditions)
    return found


def _sum(condition: ir.Value) -> ir.Value:
    hit: Any = condition.fill_null(False)  # noqa: FBT003
    return hit.ifelse(1, 0).sum().fill_null(0)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%} ({part:,})" if whole else "none"
