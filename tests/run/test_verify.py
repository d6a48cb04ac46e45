"""`verify` finds nothing in a correct run, and reports each single breach correctly.

The run is built here without the harvester's code, as an independent check of the layout.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harvester.errors import LakeError
from harvester.run.verify import Breach, Checked, verify, verify_run
from harvester.stores import open_store

RUN = "20261124-1a2b3c4d"
JSON = "Raw/TMDB/JSON"
HARVEST = f"Raw/TMDB/_harvest/{RUN}"
ENDPOINTS = ["find", "details", "credits"]


def sha256(data: bytes) -> str:
    """Return the hash of bytes."""
    return hashlib.sha256(data).hexdigest()


class Run:
    """A run of 103 titles in two units, in which a test can change everything."""

    def __init__(self, root: Path, layout: str = "array") -> None:
        self.root = root
        self.layout = layout
        self.manifests: list[dict[str, Any]] = []
        titles = [
            {"imdb_id": f"tt{i:07d}", "kind": "series" if i % 3 == 0 else "movie"}
            for i in range(1, 104)
        ]
        lines = "".join(json.dumps(title) + "\n" for title in titles).encode()
        self.write(f"{HARVEST}/plan-titles.jsonl", lines)
        plan = {
            "version": 1,
            "run": RUN,
            "digest": "1a2b3c4d",
            "date": "2026-11-24",
            "created_at": "2026-11-24T07:00:00Z",
            "inputs": [],
            "asked": {
                "endpoints": ENDPOINTS,
                "language": None,
                "genres": [],
                "limit": None,
                "format": layout,
                "host": "simulator",
            },
            "synthetic": True,
            "titles": len(titles),
            "titles_sha256": sha256(lines),
            "units": 2,
        }
        self.write(f"{HARVEST}/plan.json", json.dumps(plan).encode())
        for unit in (0, 1):
            self._unit(unit, [t["imdb_id"] for t in titles[unit * 100 : unit * 100 + 100]])

    def write(self, key: str, data: bytes) -> None:
        """Write an object."""
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def _unit(self, unit: int, ids: list[str]) -> None:
        outcomes = {}
        held: dict[str, list[dict[str, Any]]] = {}
        for imdb_id in ids:
            number = int(imdb_id[2:])
            media_type = "tv" if number % 3 == 0 else "movie"
            outcome = {"outcome": "harvested", "media_type": media_type, "tmdb_id": number}
            outcome["reason"] = None
            if number % 10 == 1:
                outcome |= {"outcome": "unmatched", "media_type": None, "tmdb_id": None}
                outcome["reason"] = "not_found"
            if number % 10 == 2:
                outcome |= {"outcome": "failed", "media_type": None, "tmdb_id": None}
                outcome["reason"] = "gone"
            outcomes[imdb_id] = outcome
            for endpoint in ENDPOINTS:
                if outcome["outcome"] == "failed":
                    continue
                if outcome["outcome"] == "unmatched" and endpoint != "find":
                    continue
                folder = {"movie": "Movies", "tv": "Series"}[media_type]
                structure = "Find" if endpoint == "find" else f"{folder}/{endpoint}"
                held.setdefault(structure, []).append(
                    {
                        "imdb_id": imdb_id,
                        "tmdb_id": outcome["tmdb_id"],
                        "media_type": outcome["media_type"],
                        "endpoint": endpoint,
                        "language": None,
                        "fetched_at": "2026-11-24T07:00:00Z",
                        "response": {"movie_results": []} if endpoint == "find" else {"id": number},
                    }
                )
        self.manifests.append(
            {
                "version": 1,
                "run": RUN,
                "unit": unit,
                "outcomes": outcomes,
                "files": [self.file(unit, folder, rows) for folder, rows in held.items()],
                "requests": {"sent": 1, "retried": 0, "throttled": 0},
                "timeline": [],
                "latency": {},
                "started_at": "2026-11-24T07:00:00Z",
                "finished_at": "2026-11-24T07:00:00Z",
            }
        )
        self.commit(unit)

    def file(self, unit: int, structure: str, rows: list[Any], part: int = 0) -> dict[str, Any]:
        """Write a record file and return its receipt."""
        texts = [json.dumps(row, separators=(",", ":")) for row in rows]
        if self.layout == "array":
            data = ("[" + ",\n".join(texts) + "]").encode()
        else:
            data = "".join(text + "\n" for text in texts).encode()
        suffix = "json" if self.layout == "array" else "jsonl"
        name = f"{RUN}-{unit:06d}-{part}-{sha256(data)[:8]}.{suffix}"
        key = f"{JSON}/{structure}/2026/11/24/{name}"
        self.write(key, data)
        return {"key": key, "records": len(rows), "bytes": len(data), "sha256": sha256(data)}

    def commit(self, unit: int) -> None:
        """Write a unit's manifest as it is now."""
        data = json.dumps(self.manifests[unit]).encode()
        self.write(f"{HARVEST}/units/{unit:06d}.json", data)

    def receipt(self, structure: str, unit: int = 0) -> dict[str, Any]:
        """Return the receipt of a structure's first file."""
        return next(f for f in self.manifests[unit]["files"] if f"/{structure}/" in f["key"])

    def rows(self, structure: str) -> list[Any]:
        """Return the records of unit 0's file of a structure."""
        data = (self.root / self.receipt(structure)["key"]).read_bytes()
        rows: list[Any] = json.loads(data)
        return rows

    def replace(self, structure: str, rows: list[Any], to: str | None = None) -> str:
        """Replace unit 0's file of a structure with one of these rows; return its key."""
        receipt = self.receipt(structure)
        (self.root / receipt["key"]).unlink()
        receipt |= self.file(0, to or structure, rows)
        self.commit(0)
        key: str = receipt["key"]
        return key


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a correct run."""
    return Run(tmp_path / "lake")


async def judged(run: Run) -> tuple[set[tuple[str, str]], Checked]:
    """Return the breaches of a run, checked to be distinct, and the counts of what was read."""
    checked = Checked()
    async with open_store(str(run.root)) as store:
        found: list[Breach] = [breach async for breach in verify_run(store, RUN, checked)]
    pairs = {(breach.where, breach.what) for breach in found}
    assert len(pairs) == len(found)
    return pairs, checked


async def breaches(run: Run) -> set[tuple[str, str]]:
    """Return the breaches of a run."""
    return (await judged(run))[0]


@pytest.mark.parametrize("layout", ["array", "lines"])
async def test_a_correct_run_has_no_breach(tmp_path: Path, layout: str) -> None:
    """The counts show that everything was read."""
    run = Run(tmp_path / "lake", layout)
    found, checked = await judged(run)
    assert found == set()
    files = [file for manifest in run.manifests for file in manifest["files"]]
    records = sum(file["records"] for file in files)
    assert checked == Checked(units=2, titles=103, files=len(files), records=records, pending=0)
    # 11 of 103 are unmatched, 11 failed: a find record of all but the failed, and two more each
    assert records == (103 - 11) + 2 * (103 - 11 - 11)


async def test_a_file_is_missing(run: Run) -> None:
    """One breach, not one more for each of the hundred records it held."""
    key = run.receipt("Find")["key"]
    (run.root / key).unlink()
    assert await breaches(run) == {(key, "is missing")}


@pytest.mark.parametrize("place", [0, 100, -1])
async def test_a_byte_is_flipped(run: Run, place: int) -> None:
    """Anywhere in a file, one bit is enough."""
    key = run.receipt("Movies/credits")["key"]
    data = bytearray((run.root / key).read_bytes())
    data[place] ^= 1
    run.write(key, bytes(data))
    assert await breaches(run) == {(key, "is not what its manifest says: other bytes")}


async def test_a_file_is_cut(run: Run) -> None:
    """A file that lost its end has different bytes, too."""
    key = run.receipt("Find")["key"]
    run.write(key, (run.root / key).read_bytes()[:-1])
    assert await breaches(run) == {(key, "is not what its manifest says: other bytes")}


async def test_a_record_is_there_twice(run: Run) -> None:
    """A title has exactly one record of an endpoint, in one file or in two."""
    rows = run.rows("Movies/details")
    run.replace("Movies/details", [*rows, rows[0]])
    title = rows[0]["imdb_id"]
    expected = {("unit 0", f"{title} has 2 details records, and must have 1")}
    assert await breaches(run) == expected
    run.replace("Movies/details", rows)
    run.manifests[0]["files"].append(run.file(0, "Movies/details", rows[:1], part=1))
    run.commit(0)
    assert await breaches(run) == expected


async def test_a_record_is_missing(run: Run) -> None:
    """A harvested title has a record of every endpoint."""
    rows = run.rows("Series/credits")
    run.replace("Series/credits", rows[1:])
    expected = f"{rows[0]['imdb_id']} has 0 credits records, and must have 1"
    assert await breaches(run) == {("unit 0", expected)}


async def test_an_unmatched_title_needs_its_find_record(run: Run) -> None:
    """It has no other record."""
    rows = [row for row in run.rows("Find") if row["imdb_id"] != "tt0000011"]
    run.replace("Find", rows)
    expected = "tt0000011 has 0 find records, and must have 1"
    assert await breaches(run) == {("unit 0", expected)}


async def test_a_failed_title_has_a_record(run: Run) -> None:
    """Atomic per title: a failed one has none, found or not."""
    row = {**run.rows("Find")[0], "imdb_id": "tt0000012", "tmdb_id": None, "media_type": None}
    run.replace("Find", [*run.rows("Find"), row][1:])
    lost = run.rows("Find")
    assert lost[-1]["imdb_id"] == "tt0000012"
    assert await breaches(run) == {
        ("unit 0", "tt0000001 has 0 find records, and must have 1"),
        ("unit 0", "tt0000012 has 1 find record, and must have 0"),
    }


async def test_an_outcome_is_missing(run: Run) -> None:
    """Every title of the plan has an outcome; a failed one leaves no other trace."""
    del run.manifests[0]["outcomes"]["tt0000002"]
    run.commit(0)
    assert await breaches(run) == {("unit 0", "tt0000002 has no outcome")}


async def test_an_outcome_is_of_another_unit(run: Run) -> None:
    """A manifest covers only its own titles."""
    failed = run.manifests[0]["outcomes"]["tt0000002"]
    run.manifests[1]["outcomes"]["tt0000002"] = failed
    run.commit(1)
    assert await breaches(run) == {("unit 1", "tt0000002 is not of this unit")}


async def test_a_record_is_of_a_foreign_title(run: Run) -> None:
    """A title that was not requested is reported once, with its file."""
    rows = run.rows("Find")
    key = run.replace("Find", [*rows, {**rows[0], "imdb_id": "tt9999999"}])
    assert await breaches(run) == {(key, "tt9999999 is not of this unit")}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"tmdb_id": 1}, "has another id or media type than its outcome"),
        ({"media_type": "tv"}, "has another id or media type than its outcome"),
        ({"response": {"id": 1}}, "has another title's response"),
        ({"response": {}}, "has another title's response"),
        ({"response": [4]}, "has a response that is no object"),
    ],
)
async def test_a_record_is_not_of_its_title(
    run: Run, change: dict[str, Any], expected: str
) -> None:
    """Envelope, response and outcome must agree on the title."""
    rows = run.rows("Movies/details")
    assert rows[0]["imdb_id"] == "tt0000004"
    key = run.replace("Movies/details", [{**rows[0], **change}, *rows[1:]])
    assert await breaches(run) == {(key, f"tt0000004 {expected}")}


async def test_a_record_of_an_endpoint_nobody_asked_for(run: Run) -> None:
    """Including an endpoint that TMDB does not have."""
    rows = run.rows("Movies/details")
    for endpoint in ("keywords", "nonsense", ["x"]):
        key = run.replace("Movies/details", [*rows, {**rows[0], "endpoint": endpoint}])
        expected = f"tt0000004 has a {endpoint} record that nobody asked for"
        assert await breaches(run) == {(key, expected)}


@pytest.mark.parametrize("row", [7, None, [], {}, {"imdb_id": "tt0000004"}])
async def test_an_element_is_no_record(run: Run, row: Any) -> None:
    """An element without the envelope is reported and does not raise an error."""
    key = run.replace("Find", [*run.rows("Find"), row])
    assert await breaches(run) == {(key, "holds what is no record")}


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"[{]", "is not JSON"), (b"{}", "holds no records"), (b"[]", "holds no records")],
)
async def test_a_file_is_no_array_of_records(run: Run, data: bytes, expected: str) -> None:
    """Whatever its manifest says, it holds no records."""
    receipt = run.receipt("Find")
    (run.root / receipt["key"]).unlink()
    receipt["key"] = receipt["key"].replace(receipt["sha256"][:8], sha256(data)[:8])
    run.write(receipt["key"], data)
    receipt |= {"bytes": len(data), "sha256": sha256(data), "records": 1}
    run.commit(0)
    assert await breaches(run) == {(receipt["key"], expected)}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"id":3,"x":"\\ud83d"}', None),
        (b'{"id":3,"x":1e999}', None),
        (b'{"id":3,"x":%b}' % (b"9" * 5_000), None),
        (b'{"id":3,"x":%b%b}' % (b"[" * 900, b"]" * 900), None),
        (b'{"id":3,"x":%b%b}' % (b"[" * 5_000, b"]" * 5_000), "is not JSON"),
        (b'{"id":3,"x":"\xff"}', "is not JSON"),
        (b'{"id":3}},{"\\ud83d":{"id":3}', "holds what is no record"),
    ],
)
async def test_bodies_that_0_1_0_took_as_they_came(
    run: Run, body: bytes, expected: str | None
) -> None:
    """Odd ones are read, others are breaches of their file; none is a traceback."""
    receipt = run.receipt("Series/details")
    row = {**run.rows("Series/details")[0], "response": None}
    data = b"[" + json.dumps(row).encode().replace(b"null}", body + b"}") + b"]"
    name = receipt["key"].rpartition("-")[0] + f"-{sha256(data)[:8]}.json"
    (run.root / receipt["key"]).unlink()
    run.write(name, data)
    receipt |= {"key": name, "records": 1, "bytes": len(data), "sha256": sha256(data)}
    run.commit(0)
    found = {what for where, what in await breaches(run) if where == name}
    assert found == (set() if expected is None else found)
    assert expected is None or expected in found


@pytest.mark.parametrize("value", ["tt\ud83d", "x" * 1_000, [[[1]]], None, "\x1b[2J"])
async def test_an_id_that_can_not_be_printed(run: Run, value: Any) -> None:
    """What stands in its place can be encoded, and is short."""
    rows = run.rows("Series/details")
    rows[0]["imdb_id"] = value
    run.replace("Series/details", rows)
    (what,) = [what for _, what in await breaches(run) if what.endswith("is not of this unit")]
    assert len(what.encode()) < 200


async def test_a_file_is_named_twice(run: Run) -> None:
    """Within one manifest: reported once, and its records count once."""
    receipt = run.receipt("Find")
    run.manifests[0]["files"].append(receipt)
    run.commit(0)
    assert await breaches(run) == {(receipt["key"], "is named twice")}


async def test_a_file_is_named_by_two_manifests(run: Run) -> None:
    """The file belongs to the first manifest only."""
    receipt = run.receipt("Find")
    run.manifests[1]["files"].append(receipt)
    run.commit(1)
    assert await breaches(run) == {(receipt["key"], "is named twice")}


@pytest.mark.parametrize("name", ["other-000000-0-1a2b3c4d.json", f"{RUN}-000001-0-1a2b3c4d.json"])
async def test_a_file_has_the_name_of_another_unit_or_run(run: Run, name: str) -> None:
    """The sweep of the other one would delete it."""
    receipt = run.receipt("Find")
    key = f"{JSON}/Find/2026/11/24/{name}"
    (run.root / receipt["key"]).rename(run.root / key)
    receipt["key"] = key
    run.commit(0)
    assert await breaches(run) == {(key, "is not named as a file of unit 0")}


async def test_a_stray_file_has_this_runs_name(run: Run) -> None:
    """A leftover that the finish should have swept, in any folder of the run."""
    strays = {
        f"{JSON}/{at}/2026/11/24/{RUN}-000001-3-1a2b3c4d.json" for at in ("Find", "Series/credits")
    }
    for key in strays:
        run.write(key, b"[]")
    assert await breaches(run) == {(key, "is named by no manifest") for key in strays}


@pytest.mark.parametrize(
    "name",
    [
        f"{RUN}-2-000000-0-1a2b3c4d.json",
        f"{RUN}-000000-0-1a2b3c4d-000000-0-1a2b3c4d.json",
        "20261124-000000-0-1a2b3c4d.json",
        f"{RUN}-notes.txt",
        f"{RUN}-000000-0-1a2b3c4d.json.bak",
    ],
)
async def test_a_stray_of_another_run_is_no_breach(run: Run, name: str) -> None:
    """Other runs share the folder, with ids of the same beginning; so may users' files."""
    run.write(f"{JSON}/Find/2026/11/24/{name}", b"[]")
    assert await breaches(run) == set()


async def test_a_record_lies_in_the_wrong_folder(run: Run) -> None:
    """One structure per folder: a movie's details among the series' are each reported by name."""
    rows = run.rows("Movies/details")[:1]
    rest = run.rows("Movies/details")[1:]
    run.replace("Movies/details", rest)
    receipt = run.file(0, "Series/details", rows, part=7)
    run.manifests[0]["files"].append(receipt)
    run.commit(0)
    expected = f"{rows[0]['imdb_id']} has its Movies/details record in another folder"
    assert await breaches(run) == {(receipt["key"], expected)}


async def test_a_file_lies_under_another_date(run: Run) -> None:
    """The date is the run's, fixed in its plan: under another no file of it is opened."""
    receipt = run.receipt("Series/details")
    key = receipt["key"].replace("/2026/11/24/", "/2026/11/25/")
    (run.root / key).parent.mkdir()
    (run.root / receipt["key"]).rename(run.root / key)
    receipt["key"] = key
    run.commit(0)
    assert await breaches(run) == {(key, "is not named as a file of unit 0")}


async def test_a_file_holds_more_than_a_hundred_records(run: Run) -> None:
    """The limit was given by the users, whatever the manifest says."""
    rows = run.rows("Find")
    more = 101 - len(rows)
    key = run.replace("Find", rows + rows[:more])
    found = await breaches(run)
    assert (key, "holds 101 records, and may hold 100") in found
    assert len(found) == 1 + more  # and these titles have two find records


async def test_a_file_has_ten_million_bytes(run: Run) -> None:
    """One byte less is fine."""
    rows = run.rows("Find")
    size = run.receipt("Find")["bytes"]
    for more, fine in ((0, False), (-1, True)):
        pad = 10_000_000 + more - size - len('"pad":"",')
        response = {"pad": "x" * pad, **rows[0]["response"]}
        key = run.replace("Find", [{**rows[0], "response": response}, *rows[1:]])
        assert run.receipt("Find")["bytes"] == 10_000_000 + more
        expected = (key, "has 10,000,000 bytes, and must have less than 10,000,000")
        assert await breaches(run) == (set() if fine else {expected})


async def test_a_manifest_miscounts(run: Run) -> None:
    """The count in the manifest is the count in the file."""
    receipt = run.receipt("Find")
    count = receipt["records"]
    receipt["records"] += 1
    run.commit(0)
    expected = f"holds {count} records, its manifest says {count + 1}"
    assert await breaches(run) == {(receipt["key"], expected)}


async def test_a_manifest_misstates_the_size(run: Run) -> None:
    """Reports add up bytes; a correct hash does not excuse a wrong size."""
    receipt = run.receipt("Find")
    receipt["bytes"] += 1
    run.commit(0)
    expected = "is not what its manifest says: other bytes"
    assert await breaches(run) == {(receipt["key"], expected)}


async def test_a_manifest_is_damaged(run: Run) -> None:
    """One breach that names it; its files are not reported as strays."""
    run.write(f"{HARVEST}/units/000000.json", b"{")
    ((where, what),) = await breaches(run)
    assert where == "unit 0"
    assert what.startswith(f"{HARVEST}/units/000000.json is damaged")


async def test_a_manifest_of_no_unit(run: Run) -> None:
    """A plan of two units has no third; the run still counts as finished."""
    run.write(
        f"{HARVEST}/units/000002.json", (run.root / HARVEST / "units/000000.json").read_bytes()
    )
    found, checked = await judged(run)
    assert found == {("unit 2", "the plan has no such unit")}
    assert checked.pending == 0


async def test_an_unfinished_run_is_no_breach(run: Run) -> None:
    """Without a manifest a unit is pending, and its files may still be named."""
    (run.root / HARVEST / "units/000001.json").unlink()
    found, checked = await judged(run)
    assert found == set()
    assert (checked.pending, checked.units, checked.titles) == (1, 1, 100)


MUTATIONS: dict[str, Callable[[Run], None]] = {
    "plan": lambda run: run.write(f"{HARVEST}/plan.json", b"{"),
    "titles": lambda run: run.write(f"{HARVEST}/plan-titles.jsonl", b"\n"),
    "no plan": lambda run: (run.root / HARVEST / "plan.json").unlink(),
}


@pytest.mark.parametrize("name", MUTATIONS)
async def test_without_its_plan_nothing_can_be_judged(run: Run, name: str) -> None:
    """That is an error that says what to do, not a list of breaches."""
    MUTATIONS[name](run)
    with pytest.raises(LakeError):
        await breaches(run)


@pytest.mark.parametrize("name", ["plan", "titles"])
async def test_documents_that_cannot_be_read_are_a_breach(run: Run, name: str) -> None:
    """The command finds them, whether the run is named or is the newest; no plan is no run."""
    MUTATIONS[name](run)
    async with open_store(str(run.root)) as store:
        for named in (RUN, None):
            found = await verify(store, named, Checked())
            (breach,) = found[1]
            assert (found[0], breach.where) == (RUN, f"run {RUN}")
            assert "is damaged" in breach.what
        MUTATIONS["no plan"](run)
        with pytest.raises(LakeError, match="holds no run"):
            await verify(store, RUN, Checked())


async def test_another_run_whose_plan_is_damaged(run: Run) -> None:
    """It may be the newest, so it is a breach where none is named; the newest other is judged."""
    run.write("Raw/TMDB/_harvest/bad/plan.json", b"{")
    async with open_store(str(run.root)) as store:
        checked = Checked()
        name, found = await verify(store, None, checked)
        assert (name, [one.where for one in found], checked.units) == (RUN, ["run bad"], 2)
        assert (await verify(store, RUN, Checked()))[1] == []


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"version":1,"run":7}'])
async def test_a_damaged_summary_is_a_breach(run: Run, data: bytes) -> None:
    """The rest of the run is judged all the same."""
    run.write(f"{HARVEST}/summary.json", data)
    found, checked = await judged(run)
    ((where, what),) = found
    assert where == "summary"
    assert what.startswith(f"{HARVEST}/summary.json is damaged: delete it")
    assert (checked.units, checked.pending) == (2, 0)
