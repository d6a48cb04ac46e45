"""Trusted: only what manifests name, typed, the newest version, and nothing lost."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from command_line import harvester
from csvs import shared
from made_lake import Made, csv, make, table

from harvester.stores import open_store
from harvester.zones.trusted.build import build_trusted

TMDB = "Trusted/TMDB/Parquet"
LOCAL = "Trusted/Local/Parquet"
OTHER = "another IMDb id named"
HEADER = (
    "id|tituloPincipal|tituloOriginal|anoLancamento|tempoMinutos|genero|notaMedia|numeroVotos|"
    "generoArtista|personagem|nomeArtista|anoNascimento|anoFalecimento|profissao|"
    "titulosMaisConhecidos"
)


async def _trusted(*, rebuild: bool = False) -> dict[str, Any]:
    async with open_store("l") as store:
        done = await build_trusted(store, "duckdb", rebuild=rebuild)
    assert not done.breaches, done.checks
    return done.plain()


def _details(**more: Any) -> dict[str, Any]:
    return {"id": 1, "title": "A", "budget": 0, **more}


async def test_a_movie_with_everything() -> None:
    """Each declared column is typed; what TMDB adds is ignored, what it lacks is null."""
    body = {
        "id": 7,
        "title": 'A "b" \\ \u00e9',
        "tagline": "",
        "release_date": "1999-10-15",
        "budget": 63000000,
        "runtime": 139.0,
        "popularity": 61.4,
        "adult": False,
        "genres": [{"id": 18, "name": "Drama", "new": 1}, {"id": 53, "name": None}],
        "origin_country": ["US", "DE"],
        "belongs_to_collection": {"id": 9, "name": "C", "poster_path": None},
        "softcore": {"unknown": []},
    }
    await make(Path("l"), [Made("tt0000007", tmdb_id=7, bodies={"details": body})])
    await _trusted()
    (row,) = table(Path("l"), f"{TMDB}/Movies/details")
    assert row["title"] == 'A "b" \\ \u00e9'
    assert row["release_date"] == date(1999, 10, 15)
    assert (row["budget"], row["runtime"], row["popularity"]) == (63000000, 139, 61.4)
    assert (row["adult"], row["tagline"], row["video"]) == (False, None, None)
    assert row["genres"] == [{"id": 18, "name": "Drama"}, {"id": 53, "name": None}]
    assert row["origin_country"] == ["US", "DE"]
    assert row["belongs_to_collection"] == {"id": 9, "name": "C"}
    assert row["fetched_at"] == datetime(2026, 11, 24, 7)  # noqa: DTZ001 - UTC, without a zone
    assert row["dt"] == date(2026, 11, 24)
    assert "softcore" not in row


async def test_types_that_do_not_fit() -> None:
    """Each record is rejected with the key and the value; one that fits is kept."""
    cases = [
        (_details(budget="5"), "budget: not a whole number", '"5"'),
        (_details(budget=1.5), "budget: not a whole number", "1.5"),
        (_details(title=5), "title: not text", "5"),
        (_details(title={"a": 1}), "title: not text", '{"a":1}'),
        (_details(adult=1), "adult: not true or false", "1"),
        (_details(release_date="1999-02-30"), "release_date: not a date", '"1999-02-30"'),
        (_details(genres={"id": 1}), "genres: not a list that fits", '{"id":1}'),
        (_details(genres=[{"id": "x"}]), "genres: not a list that fits", '[{"id":"x"}]'),
        (_details(genres=[None]), "genres: not a list that fits", "[null]"),
        (_details(popularity="93.4"), "popularity: not a number", '"93.4"'),
        (
            _details(belongs_to_collection=[]),
            "belongs_to_collection: not an object that fits",
            "[]",
        ),
    ]
    titles = [
        Made(f"tt00000{number}", bodies={"details": body})
        for number, (body, _, _) in enumerate(cases, 10)
    ]
    await make(Path("l"), [*titles, Made("tt0000002", bodies={"details": _details()})])
    await _trusted()
    assert [row["imdb_id"] for row in table(Path("l"), f"{TMDB}/Movies/details")] == ["tt0000002"]
    rejects = table(Path("l"), f"{TMDB}/Rejects")
    assert {row["table"] for row in rejects} == {"Movies/details"}
    assert {row["level"] for row in rejects} == {"record"}
    found = {row["imdb_id"]: (row["reason"], row["value"]) for row in rejects}
    assert found == {
        made.imdb_id: (reason, value)
        for made, (_, reason, value) in zip(titles, cases, strict=True)
    }


async def test_people_and_keywords_a_row_each() -> None:
    """Credits become one row per person and job; an item that is not a person is rejected alone."""
    credits_ = {
        "cast": [{"id": 5, "name": "P", "character": "X", "order": 0, "gender": 1}, {"name": "Q"}],
        "crew": [{"id": 5, "name": "P", "job": "Director", "department": "Directing"}, None],
    }
    keywords = {"results": [{"name": "k", "id": 3}]}
    series = {"credits": credits_, "keywords": keywords}
    movie = {"credits": {"cast": "none", "crew": []}, "keywords": {"keywords": [{"id": 4}]}}
    await make(
        Path("l"), [Made("tt0000001", "tv", 1, series), Made("tt0000002", "movie", 2, movie)]
    )
    await _trusted()
    rows = table(Path("l"), f"{TMDB}/Series/credits")
    assert sorted((row["part"], row["position"], row["person_id"], row["job"]) for row in rows) == [
        ("cast", 0, 5, None),
        ("crew", 0, 5, "Director"),
    ]
    (keyword,) = table(Path("l"), f"{TMDB}/Series/keywords")
    assert (keyword["keyword_id"], keyword["keyword"]) == (3, "k")
    (keyword,) = table(Path("l"), f"{TMDB}/Movies/keywords")
    assert (keyword["keyword_id"], keyword["keyword"]) == (4, None)
    rejects = table(Path("l"), f"{TMDB}/Rejects")
    assert sorted((row["imdb_id"], row["level"], row["reason"]) for row in rejects) == [
        ("tt0000001", "item", "an item: not an object"),
        ("tt0000001", "item", "id: missing"),
        ("tt0000002", "record", "cast: not an array"),
    ]


async def test_the_newest_of_a_title_and_language_within_a_date() -> None:
    """A retry's record replaces the run's; other languages and dates are kept beside it."""
    run = "20261124-0000000a"
    first = {"details": _details(title="old")}
    await make(Path("l"), [Made("tt0000001", bodies=first)], run=run)
    later = "2026-11-24T09:00:00Z"
    again = {"details": _details(title="new")}
    await make(Path("l"), [Made("tt0000001", bodies=again, fetched_at=later)], run=f"{run}-retry1")
    other = Made("tt0000001", bodies={"details": _details(title="outro")}, language="pt-BR")
    await make(Path("l"), [other], run="20261124-0000000b", suffix="jsonl")
    await make(
        Path("l"), [Made("tt0000001", bodies=first)], run="20261125-00", day=date(2026, 11, 25)
    )
    done = await _trusted()
    rows = table(Path("l"), f"{TMDB}/Movies/details")
    found = sorted((str(row["dt"]), row["language"] or "", row["title"]) for row in rows)
    assert found == [
        ("2026-11-24", "", "new"),
        ("2026-11-24", "pt-BR", "outro"),
        ("2026-11-25", "", "old"),
    ]
    superseded = {c["table"]: c["found"] for c in done["checks"] if c["name"] == "superseded"}
    assert superseded["Movies/details 2026-11-24"] == 1


async def test_only_what_manifests_name() -> None:
    """A stray record file, as left by a late process, is not read."""
    await make(Path("l"), [Made("tt0000001", bodies={"details": _details()})])
    (named,) = Path("l/Raw/TMDB/JSON/Movies/details/2026/11/24").iterdir()
    named.with_name("20261124-00000000-000000-1-abcdef01.json").write_bytes(named.read_bytes())
    await _trusted()
    assert len(table(Path("l"), f"{TMDB}/Movies/details")) == 1


async def test_a_record_file_that_lost_a_record_is_a_breach() -> None:
    """Fewer records than the manifest counts: exit 3, and the check says so."""
    titles = [Made(f"tt000000{n}", bodies={"details": _details()}) for n in (1, 2)]
    await make(Path("l"), titles)
    (named,) = Path("l/Raw/TMDB/JSON/Movies/details/2026/11/24").iterdir()
    named.write_bytes(named.read_bytes().partition(b",\n")[0] + b"]")
    ended = await harvester("trusted", "--lake", "l")
    assert ended.code == 3
    breaches = [line for line in ended.out.splitlines() if line.startswith("BREACH")]
    assert len(breaches) == 1
    assert "records = manifests' records" in breaches[0]


async def test_only_what_is_new_is_built() -> None:
    """A second build does nothing; a new date, a new run of a date and --rebuild build again."""
    await make(Path("l"), [Made("tt0000001", bodies={"details": _details()})], run="20261124-0a")
    assert (await _trusted())["built"] == ["local", "2026-11-24"]
    again = await _trusted()
    assert (again["built"], again["kept"]) == ([], ["local", "2026-11-24"])
    await make(Path("l"), [Made("tt0000002")], run="20261125-0a", day=date(2026, 11, 25))
    assert (await _trusted())["built"] == ["2026-11-25"]
    await make(Path("l"), [Made("tt0000003", bodies={"details": _details()})], run="20261124-0b")
    assert (await _trusted())["built"] == ["2026-11-24"]
    assert len(table(Path("l"), f"{TMDB}/Movies/details")) == 2
    assert (await _trusted(rebuild=True))["built"] == ["local", "2026-11-24", "2026-11-25"]
    assert not list(Path("l").glob(".zones-*"))


async def test_csvs_typed() -> None:
    """One row per title, and one per title and artist; bad values and broken rows are rejects."""
    rows = [
        HEADER,
        r"tt0000009|Miss J|Miss J|1894|45|Romance,Drama|5.3|200|actress|B|Blanche|1878|\N||tt1,tt2",
        r"tt0000009|Miss J|Miss J|1894|45|Romance,Drama|5.3|200|actor|\N|William|\N|\N|actor|\N",
        r'tt12|"Quoted|\N|\N|\N|\N|\N|\N|\N|\N|\N|\N|\N||\N',
        r"tt0000010|X|X|18x4|45|\N|5.3|200|actor|\N|W|\N|\N|actor|\N",
        "tt0000011|cut",
        r"nothing|X|X|1894|45|\N|5.3|200|actor|\N|W|\N|\N|actor|\N",
        "",
    ]
    csv(Path("l"), "Movies/m.csv", "\n".join(rows))
    series = f"{HEADER.replace('|tempoM', '|anoTermino|tempoM')}\r\n".replace("|", ";")
    csv(Path("l"), "Series/s.csv", f'\ufeff{series}tt2;"A;\n""b""";A;1999;2001;\\N;;;;;;;;;;\r\n')
    await _trusted()
    movies = {row["imdb_id"]: row for row in table(Path("l"), f"{LOCAL}/Movies")}
    assert set(movies) == {"tt0000009", "tt0000012"}
    assert movies["tt0000009"]["genres"] == ["Romance", "Drama"]
    assert (movies["tt0000009"]["rating"], movies["tt0000009"]["votes"]) == (5.3, 200)
    assert movies["tt0000012"]["title"] == '"Quoted'
    (series_row,) = table(Path("l"), f"{LOCAL}/Series")
    assert (series_row["imdb_id"], series_row["end_year"]) == ("tt0000002", 2001)
    assert series_row["title"] == 'A;\n"b"'
    cast = {row["artist"]: row for row in table(Path("l"), f"{LOCAL}/Cast")}
    assert set(cast) == {"Blanche", "William"}
    assert (cast["Blanche"]["professions"], cast["Blanche"]["known_for"]) == (None, ["tt1", "tt2"])
    rejects = table(Path("l"), f"{LOCAL}/Rejects")
    assert sorted(row["reason"] for row in rejects) == [
        "2 columns where the header has 15",
        "anoLancamento: not a whole number",
        "id: not an IMDb title id",
    ]


async def test_the_real_csv_samples() -> None:
    """The shared samples pass through; a title's figures match its lines."""
    folder = shared("csv")
    for kind in ("movies", "series"):
        text = (folder / f"{kind}.csv").read_text(encoding="utf-8")
        csv(Path("l"), f"{kind.title()}/{kind}.csv", text)
    await _trusted()
    movies = {row["imdb_id"]: row for row in table(Path("l"), f"{LOCAL}/Movies")}
    jilbab = movies["tt10356932"]
    assert (jilbab["start_year"], jilbab["runtime_minutes"]) == (2016, 112)
    assert (jilbab["genres"], jilbab["rating"], jilbab["votes"]) == (["Drama", "Romance"], 6.0, 28)
    cast = table(Path("l"), f"{LOCAL}/Cast")
    lines = (folder / "movies.csv").read_text(encoding="utf-8").splitlines()
    assert sum(row["imdb_id"] == "tt10356932" for row in cast) == sum(
        line.startswith("tt10356932|") for line in lines
    )
    assert not table(Path("l"), f"{LOCAL}/Rejects")
    assert len(cast) == len(lines) - 1 + 368


async def test_ids_are_kept_as_they_were_asked_for() -> None:
    """One title asked for in two ways on one date stays two records, each with its run."""
    named = Made("tt0111161", "movie", 278, {"details": _details(id=278)}, id="movie:278")
    series = Made(None, "tv", 5, {"keywords": {"results": [{"id": 3}, {}]}}, id="tv:5")
    await make(Path("l"), [named, series], run="20261124-0a", unmatched=("movie:9", "tt0000009"))
    asked = Made("tt0111161", "movie", 278, {"details": _details(id=278)})
    await make(Path("l"), [asked], run="20261124-0b")
    await _trusted()
    keys = ("title_id", "imdb_id", "run", "synthetic")
    details = [
        tuple(row[key] for key in keys) for row in table(Path("l"), f"{TMDB}/Movies/details")
    ]
    assert sorted(details) == [
        ("movie:278", "tt0111161", "20261124-0a", False),
        ("tt0111161", "tt0111161", "20261124-0b", False),
    ]
    (keyword,) = table(Path("l"), f"{TMDB}/Series/keywords")
    (reject,) = table(Path("l"), f"{TMDB}/Rejects")
    for row in (keyword, reject):
        assert tuple(row[key] for key in keys) == ("tv:5", None, "20261124-0a", False)
    outcomes = {row["title_id"]: row for row in table(Path("l"), f"{TMDB}/Outcomes")}
    assert {key: (row["imdb_id"], row["kind"]) for key, row in outcomes.items()} == {
        "movie:278": ("tt0111161", "movie"),
        "tv:5": (None, "series"),
        "movie:9": (None, "movie"),
        "tt0000009": ("tt0000009", "movie"),
        "tt0111161": ("tt0111161", "movie"),
    }
    assert outcomes["tt0111161"]["run"] == "20261124-0b"


async def test_details_that_name_another_imdb_id() -> None:
    """They are kept, marked and counted; padding, no name or no IMDb id is none of the kind."""
    named = {
        "tt0000001": "tt0000002",
        "tt0000002": "tt0000002",
        "tt0000003": "tt3",
        "tt0000004": "",
        "tt0000005": None,
        "tt0000006": "nm0000001",
    }
    titles = [
        Made(asked, "movie", 7, {"details": _details(imdb_id=name)})
        for asked, name in named.items()
    ]
    own = Made("tt0000009", "movie", 8, {"details": _details(imdb_id="tt0000009")}, id="movie:8")
    series = Made("tt0000010", "tv", 9, {"details": {"id": 9, "imdb_id": "tt0000011"}})
    await make(Path("l"), [*titles, own, series])
    done = await _trusted()
    rows = table(Path("l"), f"{TMDB}/Movies/details")
    assert {row["title_id"]: row["names_other_imdb_id"] for row in rows} == {
        **dict.fromkeys([*named, "movie:8"], False),
        "tt0000001": True,
    }
    counted = {c["table"]: c["found"] for c in done["checks"] if c["name"] == OTHER}
    assert counted == {"Movies/details 2026-11-24": 1}
    ended = await harvester("refined", "--lake", "l", "--json")
    checks = {check["name"]: check["found"] for check in json.loads(ended.out)["checks"]}
    assert checks["named by TMDB with another IMDb id"] == 1
    titles_found = {
        row["title_id"]: row["names_other_imdb_id"]
        for row in table(Path("l"), "Refined/Parquet/dim_title")
    }
    assert (titles_found["tt0000001"], titles_found["tt0000002"]) == (True, False)
    assert titles_found["tt0000010"] is None


async def test_a_lake_of_version_1() -> None:
    """Records and plans without `id` give the same tables as those of version 2, but its key."""
    titles = [
        Made("tt0000001", bodies={"details": _details(), "keywords": {"keywords": [{"id": 3}]}}),
        Made("tt0000002", "tv", 2, {"details": {"id": 2, "name": 5}}),
    ]
    for version, lake in ((1, "l"), (2, "m")):
        await make(Path(lake), titles, unmatched=("tt0000003",), version=version)
        async with open_store(lake) as store:
            assert not (await build_trusted(store, "duckdb", rebuild=False)).breaches
    plan = Path("l/Raw/TMDB/_harvest/20261124-00000000/plan.json").read_text("utf-8")
    assert '"version":1' in plan
    for name in ("Movies/details", "Movies/keywords", "Outcomes", "Rejects"):
        rows, others = (table(Path(lake), f"{TMDB}/{name}") for lake in "lm")
        if name == "Outcomes":  # 0.1.0 noted no time of a title, but its unit's
            assert {str(row.pop("fetched_at")) for row in rows} == {"2026-11-24 08:00:00"}
            assert {str(row.pop("fetched_at")) for row in others} == {
                "2026-11-24 07:00:00",
                "2026-11-24 08:00:00",
            }
        assert rows == others
        assert rows
        assert all(row["title_id"] == row["imdb_id"] for row in rows)


async def test_real_data_wins() -> None:
    """The first real run leaves every simulated one out, of any date, and removes its rows."""
    body = {"details": _details()}
    await make(Path("l"), [Made("tt0000001", bodies=body)], run="20261124-0a", synthetic=True)
    later = date(2026, 11, 25)
    fake = Made("tt0000001", bodies=body, fetched_at="2026-11-25T09:00:00Z")
    await make(Path("l"), [fake], run="20261125-0a", day=later, synthetic=True)
    done = await _trusted()
    assert (done["simulated_runs_left_out"], len(done["built"])) == (0, 3)
    rows = table(Path("l"), f"{TMDB}/Movies/details")
    assert [row["synthetic"] for row in rows] == [True, True]

    real = Made("tt0000001", bodies={"details": _details(title="real")})
    await make(Path("l"), [real], run="20261125-0b", day=later)
    done = await _trusted()
    assert (done["simulated_runs_left_out"], done["built"]) == (2, ["2026-11-25"])
    for name in ("Movies/details", "Outcomes"):
        (row,) = table(Path("l"), f"{TMDB}/{name}")
        assert (row["run"], row["synthetic"]) == ("20261125-0b", False)
    assert table(Path("l"), f"{TMDB}/Movies/details")[0]["title"] == "real"
    assert not list(Path("l").rglob("dt=2026-11-24"))

    await make(Path("l"), [Made("tt0000002", bodies=body)], run="20261126-0a", synthetic=True)
    done = await _trusted()
    assert (done["simulated_runs_left_out"], done["built"]) == (3, [])
    ended = await harvester("trusted", "--lake", "l")
    assert "3 simulated runs are left out, since the lake has real ones" in ended.err
    ended = await harvester("refined", "--lake", "l", "--json")
    assert json.loads(ended.out)["simulated_runs_left_out"] == 3
    assert "3 simulated runs are left out" in ended.err
    (title,) = table(Path("l"), "Refined/Parquet/dim_title")
    assert title["title"] == "real"


async def test_a_rebuild_removes_what_no_run_gives_any_longer() -> None:
    """A partition of a date whose runs are gone is removed, though the state says nothing of it."""
    await make(Path("l"), [Made("tt0000001", bodies={"details": _details()})])
    await _trusted()
    left = Path(f"l/{TMDB}/Movies/details/dt=2020-01-01/part-0.parquet")
    left.parent.mkdir()
    left.write_bytes(next(Path(f"l/{TMDB}/Movies/details").rglob("*.parquet")).read_bytes())
    await _trusted(rebuild=True)
    assert len(table(Path("l"), f"{TMDB}/Movies/details")) == 1


async def test_a_real_run_without_a_unit_wins_nothing() -> None:
    """A planned run of which nothing is committed leaves the simulated data where they are."""
    simulated = Made("tt0000001", bodies={"details": _details()})
    await make(Path("l"), [simulated], run="20261124-0a", synthetic=True)
    await make(Path("l"), [simulated], run="20261124-0b")
    for manifest in Path("l/Raw/TMDB/_harvest/20261124-0b/units").iterdir():
        manifest.unlink()
    assert (await _trusted())["simulated_runs_left_out"] == 0
    assert len(table(Path("l"), f"{TMDB}/Movies/details")) == 1
