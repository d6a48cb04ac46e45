"""Bench of the zones: a synthetic lake, then `trusted` and `refined`, with seconds and peak memory.

The lake is harvested from the embedded simulator on loopback, once a size, and kept in the folder
given; what is timed are the two commands, each in a process of its own. It ends by itself.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HARVESTER = (sys.executable, "-m", "harvester")
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
    args = parser.parse_args()
    for titles in args.titles:
        lake = args.folder / f"lake-{titles}"
        if not (lake / "Raw/TMDB/JSON").exists():
            _harvest(lake, titles, args.port)
        records = sum(file.stat().st_size for file in lake.glob("Raw/TMDB/JSON/**/*.json"))
        print(f"{titles:,} titles, {records / 1e6:,.0f} MB of records, {args.engine}")  # noqa: T201
        for _ in range(args.repeat):
            for zone in ("Trusted", "Refined"):
                shutil.rmtree(lake / zone, ignore_errors=True)
            for command in ("trusted", "refined"):
                print("  " + _timed(command, lake, args.engine), flush=True)  # noqa: T201


def _harvest(lake: Path, titles: int, port: int) -> None:
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
    simulate = [*HARVESTER, "simulate", "--latency", "0", "--port", str(port)]
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


def _timed(command: str, lake: Path, engine: str) -> str:
    started = time.perf_counter()
    process = subprocess.Popen(
        [*HARVESTER, command, "--lake", str(lake), "--engine", engine], stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        sys.exit(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    return f"{command:8} {seconds:6.1f} s, peak {usage.ru_maxrss / 1e3:,.0f} MB"


if __name__ == "__main__":
    main()
