"""How much memory a build by DuckDB may take: `--memory`. Spark has settings of its own."""

import re

from harvester.errors import SettingError

_LEAST = 600_000_000
_BESIDE = 350_000_000
"""What Python, Arrow and the files that are being read take beside DuckDB."""
_SIZE = re.compile(r"([0-9]{1,9})(MB|GB)", re.ASCII | re.IGNORECASE)
_UNITS = {"MB": 10**6, "GB": 10**9}
OF_DUCKDB = 10**9 - _BESIDE
"""What DuckDB may hold before it spills, of the gigabyte that a build takes by default."""


def memory_of_duckdb(text: str | None, engine: str) -> int:
    """Return the bytes that DuckDB may hold before it spills, of those that a build may take.

    Raises `SettingError` for a text that is no size, for too little, and for another engine.
    """
    if text is None:
        return OF_DUCKDB
    if engine == "spark":
        raise SettingError(
            "--memory is for --engine duckdb: Spark takes what spark.driver.memory says"
        )
    found = _SIZE.fullmatch(text.strip())
    size = int(found[1]) * _UNITS[found[2].upper()] if found else 0
    if size < _LEAST:
        raise SettingError(
            f"--memory is a size from {_LEAST // 10**6}MB on, such as 800MB or 2GB, not {text!r}"
        )
    return size - _BESIDE
