"""As a program: harvests a list of series from a TVmaze, with a clock that runs fast.

Arguments: the list, the lake, the base URL, how fast. It prints {"report": {…}, "starts": when each
request started by that clock, "peak": its peak of memory in bytes, without the interpreter's}.
"""

import json
import sys
from pathlib import Path


def _memory(name: str) -> int:
    status = Path("/proc/self/status").read_text()
    return next(
        int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(name)
    )


INTERPRETER = _memory("VmRSS")  # before anything else is imported


def main() -> None:
    """Run the harvest."""
    import asyncio  # noqa: PLC0415 - see above
    from datetime import date  # noqa: PLC0415

    from fast_time import FastLoop  # noqa: PLC0415

    from harvester.run.harvest import harvest  # noqa: PLC0415
    from harvester.run.stop import Stop  # noqa: PLC0415
    from harvester.settings import Settings  # noqa: PLC0415
    from harvester.upstream.pace import Pace  # noqa: PLC0415

    ids, lake, base_url, factor = sys.argv[1:]
    starts: list[float] = []
    turn = Pace.turn

    async def noted(self: Pace) -> None:
        await turn(self)
        starts.append(asyncio.get_running_loop().time())

    Pace.turn = noted  # type: ignore[method-assign]
    settings = Settings(
        lake=lake,
        inputs=(ids,),
        kind="series",
        endpoints=("show",),
        origin="TVmaze",
        rate=40.0,  # more than TVmaze takes
        base_url=base_url,
        date=date(2026, 11, 24),
    )

    async def work() -> dict[str, object]:
        return (await harvest(settings, stop=Stop())).to_dict()

    with asyncio.Runner(loop_factory=lambda: FastLoop(float(factor))) as runner:
        report = runner.run(work())
    peak = _memory("VmHWM") - INTERPRETER
    sys.stdout.write(json.dumps({"report": report, "starts": starts, "peak": peak}))


if __name__ == "__main__":
    main()
