"""The keys of the lake: every one is made, and parsed, here.

The pattern `<layer>/<origin>/<format>/<specification>/<year>/<month>/<day>/<file>` is the users';
readers of Raw skip names that begin with `_`, so a run's own documents are under `_harvest`.
"""

import re
from datetime import date
from typing import NamedTuple

from harvester.model import Format, Kind, MediaType

CSV_ROOT = "Raw/Local/CSV/"

CSV_FOLDER: dict[Kind, str] = {"movie": "Movies", "series": "Series"}
SUFFIX: dict[Format, str] = {"array": "json", "lines": "jsonl"}

DATES = (date(2000, 1, 1), date(2999, 12, 31))
"""The first and the last date that a run may have."""
RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
# Only what `record_key` and `RunFolder.manifest` write: `0000012` is no unit of ours.
_UNIT = r"(?P<unit>\d{6}|[1-9]\d{6,})"
_PART = re.compile(r"0|[1-9]\d{0,8}", re.ASCII)
_RECORD_FILE = re.compile(
    rf"(?P<run>.+)-{_UNIT}-(?:0|[1-9]\d{{0,8}})-[0-9a-f]{{8}}\.jsonl?", re.ASCII
)
_MANIFEST = re.compile(rf"Raw/[^/]+/_harvest/[^/]+/units/{_UNIT}\.json", re.ASCII)
_ASKED = re.compile(r"(?:\d{3}|[1-9]\d{3,})-(?:\d{3}|[1-9]\d{3,})\.jsonl", re.ASCII)
_INDEX = re.compile(r"index-(?:\d{6}|end)\.json", re.ASCII)
_QUOTA = re.compile(r"(\d{8,12})\.json", re.ASCII)
_UNSENT = re.compile(r"unsent-(\d{1,12})-[0-9a-f]{32}\.json", re.ASCII)
_DAY_FOLDER = re.compile(r"(\d{4})/(\d\d)/(\d\d)/[^/]+", re.ASCII)
_RECORD_KEY = re.compile(
    r"Raw/(?P<origin>[^/]+)/JSON/(?P<folder>.+)/(?P<date>\d{4}/\d\d/\d\d)/(?P<name>[^/]+)", re.ASCII
)
_CSV = re.compile(
    rf"{CSV_ROOT}(?P<folder>Movies|Series)/(?P<date>\d{{4}}/\d\d/\d\d)/(?P<name>[^/._][^/]*)",
    re.ASCII,
)

_GIVEN_CSV = re.compile(rf"{CSV_ROOT}_runs/(?P<sha256>[0-9a-f]{{64}})/[^/]+", re.ASCII)


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
    def owner(self) -> str:
        """The key of what says which execution of an engine owns the run."""
        return f"{self.prefix}owner.json"

    @property
    def owner_seen(self) -> str:
        """The key of what says when a worker of that execution was last at work."""
        return f"{self.prefix}owner-seen.json"

    @property
    def outcomes(self) -> str:
        """The key of the outcome of each of its titles."""
        return f"{self.prefix}outcomes.csv"

    @property
    def expired(self) -> str:
        """The key of what says that its records were deleted because of their age."""
        return f"{self.prefix}expired.json"

    @property
    def summary(self) -> str:
        """The key of the summary."""
        return f"{self.prefix}summary.json"

    @property
    def units(self) -> str:
        """What the keys of its manifests begin with."""
        return f"{self.prefix}units/"

    @property
    def answers(self) -> str:
        """What the keys of the answers to its questions begin with."""
        return f"{self.prefix}asked/"

    def asked(self, question: int, part: int) -> str:
        """Return the key of a part of what was answered to a question, both counted from 0."""
        return f"{self.answers}{question:03d}-{part:03d}.jsonl"

    def index_page(self, page: int) -> str:
        """Return the key of a page, counted from 0, of the index that the origin was asked for."""
        return f"{self.answers}index-{page:06d}.json"

    @property
    def index_end(self) -> str:
        """The key of what says how many pages that index has."""
        return f"{self.answers}index-end.json"

    def is_asked(self, key: str) -> bool:
        """Return whether this is a key of an answer: of `asked`, of an index's page or its end."""
        if not key.startswith(self.answers):
            return False
        start = len(self.answers)
        return any(name.fullmatch(key, start) is not None for name in (_ASKED, _INDEX))

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
    """Return the key of a CSV that a run was given; a run without inputs never sees it."""
    return f"{given_csv_prefix(sha256)}{name}"


def given_csv_prefix(sha256: str) -> str:
    """Return the folder of a CSV that a run was given, by its hash."""
    return f"{CSV_ROOT}_runs/{sha256}/"


def export_key(origin: str, kind: Kind, when: date, name: str) -> str:
    """Return the key of an origin's file of all ids of a kind."""
    return f"{export_prefix(origin, kind)}{day(when)}/{name}"


def export_prefix(origin: str, kind: Kind) -> str:
    """Return what the keys of an origin's files of all ids of a kind begin with."""
    return f"{records_root(origin)}Exports/{CSV_FOLDER[kind]}/"


def parse_export_key(key: str, prefix: str) -> date | None:
    """Return the day of a file of all ids whose key begins with its `export_prefix`, or None."""
    found = _DAY_FOLDER.fullmatch(key, len(prefix)) if key.startswith(prefix) else None
    try:
        return None if found is None else date(*map(int, found.groups()))
    except ValueError:  # no such day
        return None


def changes_key(origin: str, media_type: MediaType, when: date) -> str:
    """Return the key of the list of an origin's titles that changed on a UTC day."""
    return f"{changes_prefix(origin, media_type)}{day(when)}.json"


def changes_prefix(origin: str, media_type: MediaType) -> str:
    """Return what the keys of an origin's lists of changed titles of a media type begin with."""
    return f"{harvest_root(origin)}_changes/{media_type}/"


def quota_prefix(origin: str, when: date) -> str:
    """Return what the keys of what was reserved of an origin's quota of a UTC day begin with."""
    return f"{harvest_root(origin)}_quota/{when.isoformat()}/"


def quota_key(origin: str, when: date, before: int) -> str:
    """Return the key of the reservation that follows `before` reserved requests of a UTC day."""
    return f"{quota_prefix(origin, when)}{before:08d}.json"


def unsent_key(origin: str, when: date, requests: int, name: str) -> str:
    """Return the key that gives back requests that were reserved of a UTC day and not sent."""
    return f"{quota_prefix(origin, when)}unsent-{requests}-{name}.json"


def parse_quota_key(key: str, prefix: str) -> int:
    """Return how many requests were reserved before the reservation of this key, -1 for another."""
    found = _QUOTA.fullmatch(key, len(prefix)) if key.startswith(prefix) else None
    return -1 if found is None else int(found[1])


def parse_unsent_key(key: str, prefix: str) -> int:
    """Return how many requests this key gives back, 0 for another."""
    found = _UNSENT.fullmatch(key, len(prefix)) if key.startswith(prefix) else None
    return 0 if found is None else int(found[1])


def parse_given_csv_key(key: str) -> str | None:
    """Return the hash of a CSV that a run was given, from its key; None for any other key."""
    found = _GIVEN_CSV.fullmatch(key)
    return None if found is None else found["sha256"]


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


def is_record_key(key: str, prefix: str, unit: int, sha256: str, layout: Format) -> bool:
    """Return whether `record_key` would make this key, of whatever part."""
    head, tail = f"{prefix}{unit:06d}-", f"-{sha256[:8]}.{SUFFIX[layout]}"
    part = key.removeprefix(head).removesuffix(tail)
    return key == f"{head}{part}{tail}" and _PART.fullmatch(part) is not None


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


REPORT_PAGES = "report-"
ANALYSIS_PAGE = "analysis.html"
"""What pages are called where no other name is given: a run's report, and the analysis."""


def report_page(run: str) -> str:
    """Return what the page of a run is called."""
    return f"{REPORT_PAGES}{run}.html"
