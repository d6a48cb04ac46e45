"""The layout of the lake: every key is built, and parsed, here.

The pattern `<layer>/<origin>/<format>/<specification>/<year>/<month>/<day>/<file>` is given by the
users; readers of Raw skip names that begin with `_`, so a run's documents are under `_harvest`.
"""

import re
from datetime import date
from typing import NamedTuple

from harvester.model import Format, Kind, MediaType

CSV_ROOT = "Raw/Local/CSV/"
RECORDS_ROOT = "Raw/TMDB/JSON/"
HARVEST_ROOT = "Raw/TMDB/_harvest/"

CSV_FOLDER: dict[Kind, str] = {"movie": "Movies", "series": "Series"}
FIND = "find"
"""`/find/{imdb_id}` returns the media type and the id that other endpoints need."""

STRUCTURE_OF: dict[MediaType, str] = {"movie": "Movies", "tv": "Series"}
SUFFIX: dict[Format, str] = {"array": "json", "lines": "jsonl"}

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
# Only what `record_key` and `manifest_key` produce: `0000012` is not a valid unit.
_UNIT = r"(?P<unit>\d{6}|[1-9]\d{6,})"
_RECORD_FILE = re.compile(rf"(?P<run>.+)-{_UNIT}-(?:0|[1-9]\d*)-[0-9a-f]{{8}}\.jsonl?", re.ASCII)
_MANIFEST = re.compile(rf"{HARVEST_ROOT}[^/]+/units/{_UNIT}\.json", re.ASCII)
_CSV = re.compile(
    rf"{CSV_ROOT}(?P<folder>Movies|Series)/(?P<date>\d{{4}}/\d\d/\d\d)/(?P<name>[^/._][^/]*)",
    re.ASCII,
)


class RecordFileName(NamedTuple):
    """The parts of a record file's name."""

    run: str
    unit: int


class CsvKey(NamedTuple):
    """The parts of the key of an uploaded CSV."""

    kind: Kind
    date: str
    name: str


def day(when: date) -> str:
    """Return a date in the form used in keys: `2026/11/24`."""
    return when.isoformat().replace("-", "/")


def csv_key(kind: Kind, when: date, name: str) -> str:
    """Return the key to which an input CSV is uploaded."""
    return f"{CSV_ROOT}{CSV_FOLDER[kind]}/{day(when)}/{name}"


def parse_csv_key(key: str) -> CsvKey | None:
    """Parse an uploaded CSV's key; None for any other, including hidden ones (`_`, `.`)."""
    found = _CSV.fullmatch(key)
    if found is None:
        return None
    kind: Kind = "movie" if found["folder"] == "Movies" else "series"
    return CsvKey(kind, found["date"], found["name"])


def structure(endpoint: str, media_type: MediaType | None) -> str:
    """Return the folder below `Raw/TMDB/JSON/` whose files contain this endpoint's records."""
    if endpoint == FIND:
        return "Find"
    if media_type is None:
        raise ValueError(f"{endpoint} records need a media type")
    return f"{STRUCTURE_OF[media_type]}/{endpoint}"


def records_prefix(structure: str, when: date, run: str) -> str:
    """Return the common prefix of a run's record files of one structure."""
    return f"{RECORDS_ROOT}{structure}/{day(when)}/{run}-"


def record_key(
    structure: str, when: date, run: str, unit: int, part: int, sha256: str, layout: Format
) -> str:
    """Return a record file's key; it contains part of the hash, so no two contents share a key."""
    prefix = records_prefix(structure, when, run)
    return f"{prefix}{unit:06d}-{part}-{sha256[:8]}.{SUFFIX[layout]}"


def parse_record_key(key: str) -> RecordFileName | None:
    """Parse a record file's name; None if it is not one."""
    found = _RECORD_FILE.fullmatch(key.rpartition("/")[2])
    return None if found is None else RecordFileName(found["run"], int(found["unit"]))


def run_prefix(run: str) -> str:
    """Return the folder of one run's plan, manifests and summary."""
    return f"{HARVEST_ROOT}{run}/"


def id_map_key(run: str) -> str:
    """Return the key of the id map that a run writes."""
    return f"{run_prefix(run)}id-map.csv"


def lease_key(run: str) -> str:
    """Return the key of the lease on a run."""
    return f"{run_prefix(run)}lease.json"


def manifest_key(run: str, unit: int) -> str:
    """Return the key of one unit's manifest."""
    return f"{run_prefix(run)}units/{unit:06d}.json"


def parse_manifest_key(key: str) -> int | None:
    """Return the unit of a manifest's key, or None for any other key."""
    found = _MANIFEST.fullmatch(key)
    return None if found is None else int(found["unit"])
