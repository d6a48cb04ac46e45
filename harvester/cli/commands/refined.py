"""`harvester refined`: the Refined zone, a star schema."""

from harvester import settings
from harvester.cli import options, zones


def refined_command(
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    engine: zones.Engine = "duckdb",
    rebuild: zones.Rebuild = False,
    as_json: options.Json = False,
) -> None:
    """Build the Refined zone, a star schema, from Trusted; exit 3 on a failed check.

    Examples:
        harvester refined --local                           # after `harvester trusted --local`
        harvester refined --lake s3://my-lake --rebuild     # all anew
        harvester refined --local --json > checks.json      # the checks, for a machine
    """
    zones.require_zones()
    from harvester.zones.refined.build import build_refined  # noqa: PLC0415 - needs the extra

    where = settings.lake_of({"lake": lake}, local=local)
    zones.conclude(
        zones.with_store(where, lambda store: build_refined(store, engine, rebuild=rebuild)),
        as_json=as_json,
    )
