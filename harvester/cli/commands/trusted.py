"""`harvester trusted`: the Trusted zone, typed Parquet from CSVs and records."""

from harvester import settings
from harvester.cli import options, zones
from harvester.extras import require_zones


def trusted_command(
    *,
    lake: options.Lake = None,
    local: options.Local = False,
    engine: zones.Engine = "duckdb",
    memory: zones.Memory = None,
    rebuild: zones.Rebuild = False,
    as_json: options.Json = False,
    verbose: zones.Verbose = False,
    quiet: zones.Quiet = False,
) -> None:
    """Build the Trusted zone: typed Parquet from CSVs and records; exit 3 on a failed check.

    Examples:
        harvester trusted --local                           # what is new since the last time
        harvester trusted --lake s3://my-lake --rebuild     # everything
        harvester trusted --local -v                        # every check with what it found
    """
    require_zones("this command")
    from harvester.zones.memory import memory_of_duckdb  # noqa: PLC0415 - as below
    from harvester.zones.trusted.build import build_trusted  # noqa: PLC0415 - needs the extra

    most = memory_of_duckdb(memory, engine)
    where = settings.lake_of({"lake": lake}, local=local)
    done = zones.with_store(
        where,
        lambda store, step: build_trusted(store, engine, rebuild=rebuild, memory=most, step=step),
        quiet=quiet,
    )
    zones.conclude(done, as_json=as_json, verbose=verbose, quiet=quiet)
