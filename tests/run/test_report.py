"""The Report: the sum of the manifests, small whatever happened."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_report import manifest, plan_of

from harvester.lake.documents.plan import Plan
from harvester.lake.documents.summary import Report, ThisProcess
from harvester.model import InputFacts, Outcome, Reject
from harvester.run import report
from harvester.run.report import Totals, build_report


def built(plan: Plan, totals: Totals, **more: Any) -> Report:
    """Build a Report, with defaults for what does not matter here."""
    filled: dict[str, Any] = {
        "lake": "s3://bucket/prefix",
        "finish_reason": "finished",
        "this_process": ThisProcess(units=1, titles=2, requests=3, seconds=4.5),
        "finished_at": "2026-11-24T07:00:09Z",
    }
    return build_report(plan, totals, **(filled | more))


def test_a_report_is_what_its_module_says() -> None:
    """The complete object of a small run, as a reader of `summary.json` finds it."""
    totals = Totals()
    totals.add(
        manifest(
            0,
            {
                "tt0000001": Outcome("harvested", "movie", 1),
                "tt0000002": Outcome("unmatched", reason="not_found"),
                "tt0000003": Outcome("failed", reason="gone"),
            },
            files=2,
        )
    )
    found = built(plan_of(4), totals, finish_reason="deadline", message="Why.")
    content = json.loads(found.to_json())
    assert list(content.items()) == [
        ("version", 1),
        ("run", "20261124-1a2b3c4d"),
        ("lake", "s3://bucket/prefix"),
        ("synthetic", False),
        ("date", "2026-11-24"),
        (
            "asked",
            {
                "endpoints": ["find", "details"],
                "language": None,
                "genres": ["drama"],
                "limit": None,
                "format": "array",
                "host": "simulator",
                "origin": "TMDB",
                "where": [],
                "only": None,
                "max_age": None,
            },
        ),
        (
            "inputs",
            [
                {
                    "name": "m.csv",
                    "kind": "movie",
                    "bytes": 12,
                    "sha256": "a" * 64,
                    "rows": 3,
                    "distinct": 2,
                    "rejected": 1,
                    "rejects": [{"line": 4, "text": "x", "why": "no id"}],
                    "answer": None,
                    "shared": None,
                    "filtered": None,
                }
            ],
        ),
        ("inputs_total", 1),
        ("done", False),
        ("finish_reason", "deadline"),
        ("message", "Why."),
        ("titles", {"total": 4, "harvested": 1, "unmatched": 1, "failed": 1, "pending": 1}),
        (
            "reasons",
            {
                "unmatched": {"not_found": {"count": 1, "examples": ["tt0000002"]}},
                "failed": {"gone": {"count": 1, "examples": ["tt0000003"]}},
            },
        ),
        ("requests", {"sent": 7, "retried": 2, "throttled": 1}),
        ("files", 2),
        ("records", 20),
        ("bytes", 2000),
        ("this_process", {"units": 1, "titles": 2, "requests": 3, "seconds": 4.5}),
        ("started_at", "2026-11-24T07:00:00Z"),
        ("finished_at", "2026-11-24T07:00:09Z"),
        ("why", {}),
    ]
    assert found.finish_reason == "deadline"
    assert found.titles.failed == 1
    assert found.to_json().endswith(b"}\n")


OUTCOMES = st.sampled_from(
    [
        Outcome("harvested", "movie", 1),
        Outcome("unmatched", reason="not_found"),
        Outcome("unmatched", reason="only_person"),
        Outcome("failed", reason="gone"),
    ]
)


@given(st.lists(st.lists(OUTCOMES, max_size=12), max_size=6), st.integers(0, 9))
def test_totals_are_sums_and_a_unit_counts_once(units: list[list[Outcome]], pending: int) -> None:
    """Every title is counted under its outcome and its reason; a repeated manifest adds nothing."""
    totals = Totals()
    for times in range(2):
        for unit, outcomes in enumerate(units):
            ids = {f"tt{unit}{i:06d}": outcome for i, outcome in enumerate(outcomes)}
            totals.add(manifest(unit, ids))
        assert len(totals.units) == len(units), times
    every = [outcome for outcomes in units for outcome in outcomes]
    content = built(plan_of(len(every) + pending), totals).to_dict()
    assert content["titles"] == {
        "total": len(every) + pending,
        "pending": pending,
        **{
            name: sum(outcome.outcome == name for outcome in every)
            for name in ("harvested", "unmatched", "failed")
        },
    }
    assert content["done"] is (pending == 0)
    for name in ("unmatched", "failed"):
        for reason, row in content["reasons"][name].items():
            assert row["count"] == every.count(Outcome(name, reason=reason))
            assert len(set(row["examples"])) == min(5, row["count"])
        counted = sum(row["count"] for row in content["reasons"][name].values())
        assert counted == content["titles"][name]
    assert content["requests"]["sent"] == 7 * len(units)
    assert (content["files"], content["records"]) == (len(units), 10 * len(units))


def test_a_reason_keeps_its_first_five_examples() -> None:
    """Five, in the order of the plan, and the total count."""
    totals = Totals()
    for unit in range(3):
        ids = [f"tt{unit:03d}{i:04d}" for i in range(100)]
        totals.add(manifest(unit, dict.fromkeys(ids, Outcome("failed", reason="gone"))))
    assert built(plan_of(300), totals).to_dict()["reasons"]["failed"] == {
        "gone": {"count": 300, "examples": [f"tt000{i:04d}" for i in range(5)]}
    }


@pytest.mark.parametrize(
    "words", ["find: http_{}", "details: " + "é" * 200 + "{}", "{}" + "é" * 200]
)
def test_a_report_of_the_worst_run_stays_within_32_kb(words: str) -> None:
    """200,000 titles, thousands of reasons, 500 inputs with long names and rejected rows."""
    totals = Totals()
    for unit in range(2000):
        outcomes = {
            f"tt{unit * 100 + i:010d}": Outcome(
                "failed" if i % 2 else "unmatched", reason=words.format(unit * 100 + i)
            )
            for i in range(100)
        }
        totals.add(manifest(unit, outcomes, files=7))
    name = "é" * 200
    rejects = tuple(Reject(10**9 + i, "é" * 80, "no IMDb title id " * 3) for i in range(5))
    inputs = tuple(
        InputFacts(f"/{name}/{i}.csv", "movie", 10**12, "a" * 64, *(10**9,) * 3, rejects)
        for i in range(500)
    )
    found = built(plan_of(200_000, inputs), totals, message="x" * 300)
    data = found.to_json()
    assert len(data) <= 32_000
    content = json.loads(data)
    assert content["inputs_total"] == 500
    assert content["titles"]["unmatched"] == content["titles"]["failed"] == 100_000
    for rows in content["reasons"].values():
        assert sum(row["count"] for row in rows.values()) == 100_000
        assert len(rows) <= report.MAX_REASONS + 1
        assert all(len(row["examples"]) <= 5 for row in rows.values())


def test_of_many_inputs_the_first_are_listed() -> None:
    """At most twenty, in order, with the total; plan.json has them all."""
    inputs = tuple(InputFacts(f"{i}.csv", "movie", 1, "a" * 64, 1, 1, 0, ()) for i in range(500))
    content = built(plan_of(1, inputs), Totals()).to_dict()
    assert [row["name"] for row in content["inputs"]] == [f"{i}.csv" for i in range(20)]
    assert content["inputs_total"] == 500


def test_reasons_above_the_limit_are_counted_as_other() -> None:
    """No title is lost from the counts, and the first reasons keep their names."""
    totals = Totals()
    totals.add(manifest(0, {f"tt{i:07d}": Outcome("failed", reason=f"r{i}") for i in range(100)}))
    reasons = totals.reasons["failed"]
    assert list(reasons) == [*(f"r{i}" for i in range(40)), "other"]
    assert reasons["other"].count == 60
    totals.add(manifest(1, {"tt9999999": Outcome("failed", reason="r3")}))
    assert reasons["r3"].count == 2
