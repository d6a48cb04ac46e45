"""The keys of the lake: every one is made, and parsed, here.

The pattern `<layer>/<origin>/<format>/<specification>/<year>/<month>/<day>/<file>` is the users';
readers of Raw skip names that begin with `_`, so a run's own documents are under `_harvest`.
"""

import re
from datetime import date
from typing import NamedTuple

from harvester.model import Format, Kind

CSV_ROOT = "Raw/Local/CSV/"

CSV_FOLDER: dict[Kind, str] = {"movie": "Movies", "series": "Series"}
SUFFIX: dict[Format, str] = {"array": "json", "lines": "jsonl"}

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
# Only what `record_key` and `RunFolder.manifest` write: `0000012` is no unit of ours.
_UNIT = r"(?P<unit>\d{6}|[1-9]\d{6,})"
_RECORD_FILE = re.compile(rf"(?P<run>.+)-{_UNIT}-(?:0|[1-9]\d*)-[0-9a-f]{{8}}\.jsonl?", re.ASCII)
_MANIFEST = re.compile(rf"Raw/[^/]+/_harvest/[^/]+/units/{_UNIT}\.json", re.ASCII)
_RECORD_KEY = re.compile(
    r"Raw/(?P<origin>[^/]+)/JSON/(?P<folder>.+)/(?P<date>\d{4}/\d\d/\d\d)/(?P<name>[^/]+)", re.ASCII
)
_CSV = re.compile(
    rf"{CSV_ROOT}(?P<folder>Movies|Series)/(?P<date>\d{{4}}/\d\d/\d\d)/(?P<name>[^/._][^/]*)",
    re.ASCII,
)


class RecordFileName(NamedTuple):
    """What a record file's name says."""

    run: str
    unit: int


class CsvKey(NamedTuple):
    """What the key of an uploaded CSV says."""

    kind: Kind
    date: str
    name: str


class RunFolder(NamedTuple):
    """The folder of one run's documents: `Raw/<origin>/_harvest/<run>/`."""

    origin: str
    run: str

    @property
    def prefix(self) -> str:
        """What all its keys begin with."""
        return f"{harvest_root(self.origin)}{self.run}/"

    @property
    def plan(self) -> str:
        """The key of the plan."""
        return f"{self.prefix}plan.json"

    @property
    def titles(self) -> str:
        """The key of the plan's titles."""
        return f"{self.prefix}plan-titles.jsonl"

    @property
    def ranges(self) -> str:
        """The key of the ranges of units for the workers of an engine."""
        return f"{self.prefix}ranges.json"

    @property
    def lease(self) -> str:
        """The key of the lease on the run."""
        return f"{self.prefix}lease.json"

    @property
    def id_map(self) -> str:
        """The key of the map of the ids that the run found."""
        return f"{self.prefix}id-map.csv"

    @property
    def summary(self) -> str:
        """The key of the summary."""
        return f"{self.prefix}summary.json"

    @property
    def units(self) -> str:
        """What the keys of its manifests begin with."""
        return f"{self.prefix}units/"

    def manifest(self, unit: int) -> str:
        """Return the key of one unit's manifest."""
        return f"{self.units}{unit:06d}.json"


def harvest_root(origin: str) -> str:
    """Return the folder of the documents of all runs of an origin."""
    return f"Raw/{origin}/_harvest/"


def records_root(origin: str) -> str:
    """Return the folder of an origin's records."""
    return f"Raw/{origin}/JSON/"


def day(when: date) -> str:
    """Return `2026/11/24`, as keys have it."""
    return when.isoformat().replace("-", "/")


def csv_key(kind: Kind, when: date, name: str) -> str:
    """Return the key an input CSV is uploaded to."""
    return f"{CSV_ROOT}{CSV_FOLDER[kind]}/{day(when)}/{name}"


def given_csv_key(sha256: str, name: str) -> str:
    """Return the key under which a CSV that a run was given is kept; no later run sees it."""
    return f"{given_csv_prefix(sha256)}{name}"


def given_csv_prefix(sha256: str) -> str:
    """Return the folder of a CSV that a run was given, by its hash."""
    return f"{CSV_ROOT}_runs/{sha256}/"


def parse_csv_key(key: str) -> CsvKey | None:
    """Return what an uploaded CSV's key says; None for any other, hidden (`_`, `.`) ones too."""
    found = _CSV.fullmatch(key)
    if found is None:
        return None
    kind: Kind = "movie" if found["folder"] == "Movies" else "series"
    return CsvKey(kind, found["date"], found["name"])


def records_prefix(origin: str, folder: str, when: date, run: str) -> str:
    """Return what the keys of a run's record files of one folder begin with."""
    return f"{records_root(origin)}{folder}/{day(when)}/{run}-"


def record_key(prefix: str, unit: int, part: int, sha256: str, layout: Format) -> str:
    """Return a record file's key: part of its hash is in it, so no two contents share a key."""
    return f"{prefix}{unit:06d}-{part}-{sha256[:8]}.{SUFFIX[layout]}"


def parse_record_key(key: str) -> RecordFileName | None:
    """Return what a record file's name says; None when it is not named like one."""
    found = _RECORD_FILE.fullmatch(key.rpartition("/")[2])
    return None if found is None else RecordFileName(found["run"], int(found["unit"]))


def records_folder(key: str) -> str:
    """Return the folder of a record file below its origin's records, without its date."""
    found = _RECORD_KEY.fullmatch(key)
    return "" if found is None else found["folder"]


def parse_manifest_key(key: str) -> int | None:
    """Return the unit whose manifest this key is, or None."""
    found = _MANIFEST.fullmatch(key)
    return None if found is None else int(found["unit"])
