"""Soak: 50,000 titles at full speed through faults, then `verify`, with an eye on memory.

Everything is on loopback, bounded, and ends by itself. Exit 0 when the run and `verify` are clean
and the last quarter's memory is within 5 % of the second's; else 1.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FAULTS = "500=0.01,reset=0.008,truncated=0.008,gzip=0.004"
HARVESTER = (sys.executable, "-m", "harvester")
FLAT = 1.05


def main() -> int:
    """Run the soak and print what it saw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--titles", type=int, default=50_000)
    parser.add_argument("--port", type=int, default=8097)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="harvester-soak-") as folder:
        ids = Path(folder) / "movies.csv"
        ids.write_text("".join(f"tt{n:07d}\n" for n in range(1, args.titles + 1)), encoding="ascii")
        simulate = [*HARVESTER, "simulate", "--latency", "0", "--faults", FAULTS]
        simulator = subprocess.Popen([*simulate, "--port", str(args.port)], text=True)
        try:
            time.sleep(2)
            code, samples = _run(folder, args.port)
        finally:
            simulator.terminate()
            simulator.wait()
        verified = subprocess.run([*HARVESTER, "verify", "--lake", f"{folder}/lake"], check=False)
    second, last = _quarter(samples, 1), _quarter(samples, 3)
    print(f"exit {code}, verify {verified.returncode}, {args.titles:,} titles")  # noqa: T201
    print(f"memory: second quarter {second:.1f} MB, last quarter {last:.1f} MB")  # noqa: T201
    return int(code != 0 or verified.returncode != 0 or last > FLAT * second)


def _run(folder: str, port: int) -> tuple[int, list[float]]:
    """Harvest, and sample the resident memory in MB each half second."""
    environ = {
        **os.environ,
        "TMDB_BASE_URL": f"http://127.0.0.1:{port}/3",
        "TMDB_TOKEN": "soak",
    }
    command = [*HARVESTER, "run", f"{folder}/movies.csv", "--lake", f"{folder}/lake"]
    process = subprocess.Popen([*command, "--rate", "100000"], env=environ)
    samples = []
    page = os.sysconf("SC_PAGE_SIZE")
    while process.poll() is None:
        resident = Path(f"/proc/{process.pid}/statm").read_text(encoding="ascii").split()
        if len(resident) > 1 and int(resident[1]):
            samples.append(int(resident[1]) * page / 1e6)
        time.sleep(0.5)
    return process.returncode, samples


def _quarter(samples: list[float], number: int) -> float:
    """Return the median of one quarter of the samples."""
    size = len(samples) // 4
    return statistics.median(samples[number * size : (number + 1) * size])


if __name__ == "__main__":
    sys.exit(main())
