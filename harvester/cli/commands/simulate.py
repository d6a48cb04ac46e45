"""`harvester simulate`: a TMDB of one's own on loopback."""

import asyncio
import signal
from typing import Annotated

import typer


def simulate_command(
    *,
    port: Annotated[int, typer.Option(help="port to listen on; 0 = a free one")] = 8099,
    latency: Annotated[
        float | None,
        typer.Option(metavar="MS", help="fixed time before each answer; none = TMDB's usual mix"),
    ] = None,
    limit: Annotated[
        float | None, typer.Option(metavar="RPS", help="answer 429 above this many requests/s")
    ] = None,
    max_connections: Annotated[
        int, typer.Option(metavar="N", help="refuse more open connections than this")
    ] = 20,
    faults: Annotated[
        str, typer.Option(metavar="SPEC", help="kind=probability,... such as 429=0.03,reset=0.02")
    ] = "",
    seed: Annotated[int, typer.Option(help="another seed is another TMDB")] = 1,
) -> None:
    """Serve a synthetic TMDB until Ctrl-C, then say what was served (as does GET /__stats).

    Examples:
        harvester simulate                                # on port 8099
        harvester simulate --limit 50 --faults 429=0.03   # a strict and moody one
        harvester simulate --port 0 --latency 0 --seed 7  # quick, on a free port
    """
    from harvester.simulator import (  # noqa: PLC0415 - aiohttp is not for --help
        SimulatorOptions,
        describe,
    )
    from harvester.simulator import simulate as serve  # noqa: PLC0415

    options = SimulatorOptions(
        seed=seed,
        latency_ms=latency,
        limit=limit,
        max_connections=max_connections,
        faults=faults,
    )

    async def work() -> None:
        ended = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        async with serve(options, port=port) as simulator:
            typer.echo(
                f"TMDB_BASE_URL={simulator.base_url} (any TMDB_TOKEN); Ctrl-C ends", err=True
            )
            await ended.wait()
            stats = simulator.stats()
        typer.echo(describe(stats))

    asyncio.run(work())
