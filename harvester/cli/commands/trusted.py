"""`harvester trusted`: the Trusted zone, typed Parquet from CSVs and records."""

from harvester import settings
from harvester.cli import options, zones


def trusted_command(
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    engine: zones.Engine = "duckdb",
    rebuild: zones.Rebuild = False,
    as_json: options.Json = False,
) -> None:
    """Build the Trusted zone: typed Parquet from CSVs and records; exit 3 on a failed check.

    Examples:
        harvester trusted --local                           # what is new since the last time
        harvester trusted --lake s3://my-lake --rebuild     # all anew
        harvester trusted --lake s3://my-lake --engine spark --json
    """
    zones.require_zones()
    from harvester.zones.trusted.build import build_trusted  # noqa: PLC0415 - needs the extra

    where = settings.lake_of({"lake": lake}, local=local)
    zones.conclude(
        zones.with_store(where, lambda store: build_trusted(store, engine, rebuild=rebuild)),
        as_json=as_json,
    )
