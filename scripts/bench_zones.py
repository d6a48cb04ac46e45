"""Bench of the zones: a synthetic lake, then a yardstick, `trusted` and `refined`.

The lake is harvested from the embedded simulator on loopback, once a size, and kept in the folder
given. The yardstick is DuckDB alone, told the types of all columns: it reads the same record files,
unnests the arrays and writes Parquet, without a proof, a reject, a check or a CSV. Each is timed in
a process of its own, in turn, with CPU seconds (its own and the system's for it), seconds and peak
memory; the ratios are to the yardstick of the same turn. It ends by itself.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HARVESTER = (sys.executable, "-m", "harvester")
YARDSTICK = Path(__file__).with_name("zones_yardstick.py")
POPULAR = """
import sys
from harvester.cli import main
from harvester.simulator import casting
drawn = casting.credits_of
casting.credits_of = lambda *args, popular, **more: drawn(*args, popular=True, **more)
main()
"""
HEADER = (
    "id|tituloPincipal|tituloOriginal|anoLancamento|tempoMinutos|genero|notaMedia|numeroVotos|"
    "generoArtista|personagem|nomeArtista|anoNascimento|anoFalecimento|profissao|"
    "titulosMaisConhecidos"
)
ROWS_A_TITLE = 4


def main() -> None:
    """Build each size's zones as often as asked, and print a line each time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the lakes are made and kept")
    parser.add_argument("--titles", type=int, nargs="+", default=[10_000, 50_000])
    parser.add_argument("--engine", default="duckdb")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--port", type=int, default=8098)
    parser.add_argument("--memory", default="1GB")
    parser.add_argument(
        "--popular", action="store_true", help="credits as large as a popular title's, 40 KB"
    )
    args = parser.parse_args()
    more = ["--engine", args.engine]
    more += ["--memory", args.memory] if args.engine == "duckdb" else []
    for titles in args.titles:
        lake = args.folder / f"lake-{titles}{'-popular' if args.popular else ''}"
        if not (lake / "Raw/TMDB/JSON").exists():
            _harvest(lake, titles, args.port, popular=args.popular)
        records = sum(file.stat().st_size for file in lake.glob("Raw/TMDB/JSON/**/*.json"))
        print(f"{titles:,} titles, {records / 1e6:,.0f} MB of records, {args.engine}")  # noqa: T201
        for _ in range(args.repeat):
            for zone in ("Trusted", "Refined"):
                shutil.rmtree(lake / zone, ignore_errors=True)
            yardstick = _timed([sys.executable, str(YARDSTICK), str(lake), args.memory])
            print(f"  yardstick {yardstick.line}", flush=True)  # noqa: T201
            for command in ("trusted", "refined"):
                took = _timed([*HARVESTER, command, "--lake", str(lake), *more])
                ratios = f"CPU {took.cpu / yardstick.cpu:.2f}, time "
                ratios += f"{took.seconds / yardstick.seconds:.2f} of the yardstick"
                print(f"  {command:9} {took.line}; {ratios}", flush=True)  # noqa: T201


def _harvest(lake: Path, titles: int, port: int, *, popular: bool = False) -> None:
    lake.mkdir(parents=True)
    csv = lake.parent / f"movies-{titles}.csv"
    with csv.open("w", encoding="utf-8") as file:
        file.write(f"{HEADER}\n")
        for number in range(1, titles + 1):
            for artist in range(ROWS_A_TITLE):
                file.write(
                    f"tt{number:07d}|Title {number}|Original {number}|{1900 + number % 120}|"
                    f"{60 + number % 90}|Drama,Comedy|6.{number % 10}|{number}|actor|Role {artist}|"
                    f"Artist {number * artist % 9973}|1950|\\N|actor,writer|tt{number:07d}\n"
                )
    where = ["--lake", str(lake)]
    subprocess.run([*HARVESTER, "upload", str(csv), *where], check=True, stdout=subprocess.DEVNULL)
    served = (sys.executable, "-c", POPULAR) if popular else HARVESTER
    simulate = [*served, "simulate", "--latency", "0", "--port", str(port)]
    simulator = subprocess.Popen(simulate, text=True)
    try:
        time.sleep(2)
        environ = {
            **os.environ,
            "TMDB_BASE_URL": f"http://127.0.0.1:{port}/3",
            "TMDB_TOKEN": "bench",
        }
        command = [*HARVESTER, "run", *where, "--rate", "100000", "--quiet"]
        subprocess.run(command, env=environ, check=True)
    finally:
        simulator.terminate()
        simulator.wait()


@dataclass(frozen=True, slots=True)
class Took:
    """What a process took: CPU seconds, seconds, bytes at its peak."""

    cpu: float
    seconds: float
    peak: int

    @property
    def line(self) -> str:
        """Return it as it is printed."""
        return f"{self.cpu:6.1f} CPU s, {self.seconds:6.1f} s, peak {self.peak / 1e6:5,.0f} MB"


def _timed(command: Sequence[str]) -> Took:
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        sys.exit(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    return Took(usage.ru_utime + usage.ru_stime, seconds, usage.ru_maxrss * 1024)


if __name__ == "__main__":
    main()
