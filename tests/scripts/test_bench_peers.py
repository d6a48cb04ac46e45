"""What the comparison with other tools counts: complete files, and the used share of a limit."""

import gzip
import json
from pathlib import Path

import pytest
from bench_peers import use_of_the_limit
from benchmarks.delivered import MARKS, dataset, delivered, lake, lines

BODIES: dict[str, dict[str, object]] = {
    "find": {"movie_results": [{"id": 5}]},
    "details": {"id": 5, "title": "Five"},
    "credits": {"id": 5, "cast": []},
    "keywords": {"id": 5, "keywords": []},
}


def _ids(folder: Path) -> Path:
    path = folder / "ids.csv"
    path.write_text("tt0000001\ntt0000002\n", encoding="ascii")
    return path


def _items() -> list[dict[str, object]]:
    """Return one complete title, and one whose credits are the body of a 429."""
    items: list[dict[str, object]] = [
        {"imdb_id": imdb_id, "endpoint": endpoint, "response": BODIES[endpoint]}
        for imdb_id in ("tt0000001", "tt0000002")
        for endpoint in MARKS
    ]
    items[-2]["response"] = {"success": False, "status_code": 25}
    return items


def test_lake_counts_whole_titles(tmp_path: Path) -> None:
    """A title without its credits does not count as delivered."""
    path = tmp_path / "lake/Raw/TMDB/JSON/Find/2026/11/24/a.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(_items()), encoding="utf-8")
    assert delivered(_ids(tmp_path), lake(tmp_path / "lake")) == 1


def test_lines_count_whole_titles_over_files(tmp_path: Path) -> None:
    """A title's bodies may be in several files."""
    texts = [json.dumps(item) + "\n" for item in _items()]
    (tmp_path / "1.jsonl").write_text("".join(texts[:2]), encoding="utf-8")
    (tmp_path / "2.jsonl").write_text("".join(texts[2:]), encoding="utf-8")
    assert delivered(_ids(tmp_path), lines(tmp_path)) == 1


def test_dataset_counts_whole_titles(tmp_path: Path) -> None:
    """A table is one endpoint, with an id column named after its parent."""
    for item in _items():
        endpoint = str(item["endpoint"])
        name = "imdb_id" if endpoint == "find" else "_find_imdb_id"
        row = {**BODIES[endpoint], name: item["imdb_id"]}
        if item["response"] == BODIES[endpoint]:
            path = tmp_path / "tmdb" / endpoint / f"{item['imdb_id']}.jsonl.gz"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(gzip.compress(json.dumps(row).encode(), mtime=0))
    assert delivered(_ids(tmp_path), dataset(tmp_path)) == 1


def test_a_cut_file_is_an_error(tmp_path: Path) -> None:
    """A file that does not parse is not skipped."""
    (tmp_path / "1.jsonl").write_text('{"imdb_id": "tt00', encoding="utf-8")
    with pytest.raises(ValueError, match="Unterminated"):
        delivered(_ids(tmp_path), lines(tmp_path))


def test_use_is_from_the_first_answer_to_the_last() -> None:
    """A program's start, and the files it writes at its end, don't count as unused limit."""
    seen = [(0.0, 0), (9.0, 1), (10.0, 2), (11.0, 27), (12.0, 52), (30.0, 52)]
    assert use_of_the_limit(seen) == pytest.approx(50)


def test_use_of_nothing_is_none() -> None:
    """A run that got no response has no measurable use."""
    assert use_of_the_limit([(0.0, 0), (1.0, 0)]) is None
    assert use_of_the_limit([]) is None
