"""From one title to its records or the reason for none, with a client that is a table."""

import itertools
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from harvester.errors import TokenRefused
from harvester.lake import record_files
from harvester.model import Asked, Kind, MediaType, Outcome, Title, TitleResult
from harvester.origins.tmdb.client import UNEXPECTED_SHAPE, Failure
from harvester.origins.tmdb.responses import Shows, shows_id
from harvester.origins.tmdb.shortcuts import Shortcuts
from harvester.origins.tmdb.titles import fetch_title, resolve
from harvester.upstream.tally import Tally

ARRAYS = ("movie", "tv", "tv_episode", "tv_season", "person")
MOVIE = Title("tt0111161", "movie")
SERIES = Title("tt0903747", "series")


def find_body(**results: int | list[int]) -> dict[str, Any]:
    """Return a find body: all five arrays, the named ones filled with items of these ids."""
    body: dict[str, Any] = {f"{name}_results": [] for name in ARRAYS}
    for name, ids in results.items():
        listed = ids if isinstance(ids, list) else [ids]
        body[f"{name}_results"] = [{"adult": False, "id": number} for number in listed]
    return body


def find(**results: int | list[int]) -> bytes:
    """Return a find body as bytes."""
    return json.dumps(find_body(**results)).encode()


class Answers:
    """What `fetch_title` uses of `TmdbClient`: `get`, answered from a table of paths."""

    def __init__(self, table: Mapping[str, bytes | Failure]) -> None:
        self.table = table
        self.asked: list[tuple[str, str, dict[str, str], int | None]] = []

    async def get(
        self,
        endpoint: str,
        path: str,
        params: Mapping[str, str],
        *,
        tmdb_id: int | None,
        tally: Tally,
        shows: Shows = shows_id,
        is_answer: Callable[[bytes], bool] = bool,
    ) -> bytes | Failure:
        """Answer, and record what was asked; the client checks a split body's id first."""
        tally.send(0.0, retry=False)
        self.asked.append((endpoint, path, dict(params), tmdb_id))
        answer = self.table[path]
        if shows is not shows_id and isinstance(answer, bytes):
            assert tmdb_id is not None
            assert shows(answer, tmdb_id)
        if isinstance(answer, bytes) and not is_answer(answer):
            return Failure(UNEXPECTED_SHAPE)  # after eight attempts, as the client has it
        return answer


def asked(*endpoints: str, language: str | None = None) -> Asked:
    """Return what a run asks for."""
    return Asked(endpoints, language, (), None, "array", "simulator")


async def fetched(
    client: Answers, title: Title, what: Asked, shortcuts: Shortcuts | None = None
) -> TitleResult:
    """Fetch a title from a table."""
    tally = Tally()
    return await fetch_title(
        client,  # type: ignore[arg-type]  # the only method called is `get`
        title,
        what,
        tally,
        shortcuts or Shortcuts(),
    )


def body(number: int) -> bytes:
    """Return a body that no JSON writer would produce: its bytes must survive."""
    return b'{ "id":%d,"t":"\\u0026\\/",\n "n":1.50}' % number


@pytest.mark.parametrize("filled", list(itertools.product([False, True], repeat=5)))
@pytest.mark.parametrize("own", ["movie", "tv"])
def test_resolve_prefers_the_own_kind_then_movie_then_tv(
    filled: tuple[bool, ...], own: MediaType
) -> None:
    """All 32 combinations of arrays: the first item of the first array that counts."""
    ids: dict[str, int | list[int]] = {"movie": [11, 12], "tv": [21, 22]}
    ids |= {"tv_episode": 31, "tv_season": 41, "person": 51}
    first = {"movie": 11, "tv": 21}
    has = dict(zip(ARRAYS, filled, strict=True))
    found = resolve(find_body(**{name: ids[name] for name in ARRAYS if has[name]}), own)
    if has[own]:
        assert found == (own, first[own], None)
    elif has["movie"]:
        assert found == ("movie", 11, None)
    elif has["tv"]:
        assert found == ("tv", 21, None)
    else:
        other = next((name for name in ARRAYS[2:] if has[name]), None)
        assert found == (None, None, "not_found" if other is None else f"only_{other}")


async def test_a_harvested_title_has_a_record_an_endpoint() -> None:
    """Find first, then the rest; bodies byte for byte, in the requested order."""
    found = find(movie=278)
    client = Answers(
        {
            "find/tt0111161": found,
            "movie/278": body(278),
            "movie/278/credits": body(2),
            "movie/278/watch/providers": body(3),
        }
    )
    result = await fetched(client, MOVIE, asked("find", "details", "credits", "watch_providers"))
    assert result.title == MOVIE
    assert result.outcome == Outcome("harvested", "movie", 278)
    assert [(record.endpoint, record.body) for record in result.records] == [
        ("find", found),
        ("details", body(278)),
        ("credits", body(2)),
        ("watch_providers", body(3)),
    ]
    assert {(r.imdb_id, r.tmdb_id, r.media_type, r.language) for r in result.records} == {
        ("tt0111161", 278, "movie", None)
    }
    assert client.asked[0] == ("find", "find/tt0111161", {"external_source": "imdb_id"}, None)
    assert {tmdb_id for *_, tmdb_id in client.asked[1:]} == {278}


async def test_a_record_says_when_it_was_fetched() -> None:
    """UTC to the second, ending in Z."""
    client = Answers({"find/tt0111161": find(movie=278)})
    result = await fetched(client, MOVIE, asked("find"))
    (record,) = result.records
    assert record.fetched_at[4:5] + record.fetched_at[10:11] + record.fetched_at[-1] == "-TZ"
    assert len(record.fetched_at) == len("2026-11-24T07:00:00Z")


@pytest.mark.parametrize(
    ("kind", "results", "path"),
    [
        ("movie", {"tv": 1396}, "tv/1396"),
        ("series", {"movie": 278}, "movie/278"),
        ("series", {"movie": 278, "tv": 1396}, "tv/1396"),
    ],
)
async def test_tmdbs_word_on_the_media_type_counts(
    kind: Kind, results: dict[str, int], path: str
) -> None:
    """A CSV's series that TMDB lists as a movie is harvested as a movie."""
    client = Answers({"find/tt0000001": find(**results), path: body(1)})
    result = await fetched(client, Title("tt0000001", kind), asked("details"))
    assert result.outcome.outcome == "harvested"
    assert client.asked[1][1] == path


@pytest.mark.parametrize(
    ("results", "reason"),
    [({}, "not_found"), ({"tv_episode": 5}, "only_tv_episode"), ({"person": 6}, "only_person")],
)
async def test_an_unmatched_title_keeps_its_find_record(
    results: dict[str, int], reason: str
) -> None:
    """The evidence that TMDB does not know it is kept, with null for what is unknown."""
    found = find(**results)
    client = Answers({"find/tt0111161": found})
    result = await fetched(client, MOVIE, asked("find", "details"))
    assert result.outcome == Outcome("unmatched", reason=reason)
    (record,) = result.records
    assert (record.endpoint, record.tmdb_id, record.media_type) == ("find", None, None)
    assert record.body == found
    assert len(client.asked) == 1


async def test_find_leaves_no_record_when_it_is_not_asked_for() -> None:
    """It is requested anyway, for the id; matched or not, its body is not kept."""
    unmatched = Answers({"find/tt0111161": find()})
    assert (await fetched(unmatched, MOVIE, asked("details"))).records == ()
    matched = Answers({"find/tt0111161": find(movie=278), "movie/278": body(278)})
    result = await fetched(matched, MOVIE, asked("details"))
    assert [record.endpoint for record in result.records] == ["details"]


@pytest.mark.parametrize(
    ("title", "results", "skipped", "names"),
    [
        (MOVIE, {"movie": 278}, {"aggregate_credits", "content_ratings"}, ["release_dates"]),
        (SERIES, {"tv": 1396}, {"release_dates"}, ["aggregate_credits", "content_ratings"]),
    ],
)
async def test_endpoints_that_a_media_type_lacks_are_skipped(
    title: Title, results: dict[str, int], skipped: set[str], names: list[str]
) -> None:
    """No request, no record, no failure: the title is harvested."""
    media_type, tmdb_id = next(iter(results.items()))
    table: dict[str, bytes | Failure] = {
        f"{media_type}/{tmdb_id}/{name}": body(tmdb_id) for name in names
    }
    table[f"find/{title.imdb_id}"] = find(**results)
    client = Answers(table)
    what = asked("aggregate_credits", "release_dates", "content_ratings")
    result = await fetched(client, title, what)
    assert result.outcome.outcome == "harvested"
    assert [record.endpoint for record in result.records] == names
    assert not skipped & {endpoint for endpoint, *_ in client.asked}


async def test_language_goes_only_where_tmdb_takes_it() -> None:
    """The record says which responses are in that language."""
    names = ("find", "details", "credits", "keywords", "external_ids", "images")
    table: dict[str, bytes | Failure] = {
        f"movie/278/{name}": body(278) for name in names if name not in {"find", "details"}
    }
    table |= {"find/tt0111161": find(movie=278), "movie/278": body(278)}
    client = Answers(table)
    result = await fetched(client, MOVIE, asked(*names, language="pt-BR"))
    localised = {"find", "details", "credits", "images"}
    assert {record.endpoint for record in result.records if record.language} == localised
    assert {r.language for r in result.records} == {"pt-BR", None}
    assert {name for name, _, params, _ in client.asked if params.get("language")} == localised


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({"find/tt0111161": Failure("http_500")}, "find: http_500"),
        ({"movie/278": Failure("http_404")}, "gone"),
        ({"movie/278": Failure("http_500")}, "details: http_500"),
        ({"movie/278/credits": Failure("http_404")}, "credits: http_404"),
        ({"movie/278/keywords": Failure("timeout")}, "keywords: timeout"),
        (
            {"movie/278": Failure("http_404"), "movie/278/credits": Failure("http_404")},
            "gone",
        ),
    ],
)
async def test_one_failed_request_fails_the_title_wholly(
    table: dict[str, bytes | Failure], reason: str
) -> None:
    """Atomic per title: no record, not even find's, and the reason names the endpoint."""
    good: dict[str, bytes | Failure] = {
        "find/tt0111161": find(movie=278),
        "movie/278": body(278),
        "movie/278/credits": body(278),
        "movie/278/keywords": body(278),
    }
    client = Answers(good | table)
    result = await fetched(client, MOVIE, asked("find", "details", "credits", "keywords"))
    assert result == TitleResult(MOVIE, Outcome("failed", reason=reason), ())


@pytest.mark.parametrize(
    ("large", "results", "outcome"),
    [
        ("find/tt0111161", {"movie": 278}, "harvested"),
        ("movie/278", {"movie": 278}, "harvested"),
        ("find/tt0111161", {}, "unmatched"),
    ],
)
async def test_a_record_too_large_for_a_file_fails_its_title(
    monkeypatch: pytest.MonkeyPatch, large: str, results: dict[str, int], outcome: str
) -> None:
    """The limit is `pack.fits`: one byte below it everything is kept, at it nothing is."""
    table = {"find/tt0111161": find(**results), "movie/278": body(278)}
    table[large] += b" " * 300
    client, what = Answers(table), asked("find", "details")
    kept = await fetched(client, MOVIE, what)
    size = max(len(record_files.envelope(record)) + len(record.body) + 3 for record in kept.records)
    monkeypatch.setattr(record_files, "MAX_BYTES", size + 1)
    assert (await fetched(client, MOVIE, what)).outcome.outcome == outcome
    monkeypatch.setattr(record_files, "MAX_BYTES", size)
    result = await fetched(client, MOVIE, what)
    assert result == TitleResult(MOVIE, Outcome("failed", reason="record_too_large"), ())


@pytest.mark.parametrize(
    "found",
    [
        b"[]",
        b"{}",
        b"null",
        b'{"movie_results":[]}',
        b'{"movie_results":{"id":1},"tv_results":[]}',
        b'{"movie_results":[1],"tv_results":[]}',
        b'{"movie_results":["x"],"tv_results":[]}',
        b'{"movie_results":[{"title":"x"}],"tv_results":[]}',
        b'{"movie_results":[{"id":null}],"tv_results":[]}',
        b'{"movie_results":[{"id":"x"}],"tv_results":[]}',
        b'{"movie_results":[}',
        b'{"movie_results":null,"tv_results":null,"person_results":null}',
        b'{"movie_results":null,"tv_results":[{"id":1396}]}',
        b'{"movie_results":[],"tv_results":[],"person_results":null}',
        b'{"success":false,"status_code":34,"status_message":"x"}',
    ],
)
async def test_a_find_body_of_another_shape_fails_the_title(found: bytes) -> None:
    """One odd response from TMDB is one failed title, never a crashed run."""
    result = await fetched(Answers({"find/tt0111161": found}), MOVIE, asked("find", "details"))
    assert result == TitleResult(MOVIE, Outcome("failed", reason="find: unexpected_shape"), ())


async def test_an_error_of_the_client_is_not_an_outcome() -> None:
    """An error that ends a run passes through: a refused token is not a failed title."""

    class Refusing(Answers):
        async def get(self, endpoint: str, *_: Any, **__: Any) -> bytes | Failure:
            if endpoint == "find":
                return find(movie=278)
            raise TokenRefused

    with pytest.raises(ExceptionGroup) as caught:
        await fetched(Refusing({}), MOVIE, asked("details"))
    assert caught.group_contains(TokenRefused)


APPEND = Shortcuts("append")


async def test_append_asks_details_with_the_rest_appended() -> None:
    """One request after find; the records are the same as from separate endpoints."""
    details = b'{"adult":false,"id":278,"credits":{"cast":[]},"watch/providers":{"results":{}}}'
    client = Answers({"find/tt0111161": find(movie=278), "movie/278": details})
    what = asked("find", "details", "credits", "watch_providers", language="pt-BR")
    result = await fetched(client, MOVIE, what, APPEND)
    assert result.outcome == Outcome("harvested", "movie", 278)
    assert [(r.endpoint, r.language, r.body) for r in result.records[1:]] == [
        ("details", "pt-BR", b'{"adult":false,"id":278}'),
        ("credits", "pt-BR", b'{"cast":[],"id":278}'),
        ("watch_providers", None, b'{"results":{},"id":278}'),
    ]
    appended = {"append_to_response": "credits,watch/providers", "language": "pt-BR"}
    assert client.asked[1:] == [("details", "movie/278", appended, 278)]


async def test_append_without_details_leaves_no_record_of_them() -> None:
    """Details still carry the others where that means fewer requests."""
    body_of_all = b'{"id":1396,"credits":{"cast":[]},"keywords":{"results":[]}}'
    client = Answers({"find/tt0903747": find(tv=1396), "tv/1396": body_of_all})
    what = asked("credits", "keywords", "release_dates")
    result = await fetched(client, SERIES, what, APPEND)
    assert [record.endpoint for record in result.records] == ["credits", "keywords"]
    assert len(client.asked) == 2


@pytest.mark.parametrize("names", [("details",), ("credits",), ("credits", "content_ratings")])
async def test_one_endpoint_is_asked_plainly(names: tuple[str, ...]) -> None:
    """With only one request there is nothing to save; a movie has no content ratings."""
    client = Answers(
        {
            "find/tt0111161": find(movie=278),
            "movie/278": body(278),
            "movie/278/credits": body(278),
        }
    )
    result = await fetched(client, MOVIE, asked(*names), APPEND)
    assert [record.body for record in result.records] == [body(278)]
    assert "append_to_response" not in client.asked[1][2]


@pytest.mark.parametrize(
    "details",
    [
        b'{"id":278,"keywords":{"keywords":[]}}',
        b'{"id":278,"credits":null,"keywords":{"keywords":[]}}',
        b'{"id":278,"credits":[],"keywords":{"keywords":[]}}',
        b'{"id":278,"credits":{"status_code":11},"keywords":{"keywords":[]}}',
    ],
)
async def test_what_append_did_not_bring_is_asked_for_by_itself(details: bytes) -> None:
    """TMDB silently drops an object; its own endpoint still answers, or fails the title."""
    table: dict[str, bytes | Failure] = {
        "find/tt0111161": find(movie=278),
        "movie/278": details,
        "movie/278/credits": body(278),
    }
    client = Answers(table)
    what = asked("details", "credits", "keywords")
    result = await fetched(client, MOVIE, what, APPEND)
    assert [(record.endpoint, record.body) for record in result.records] == [
        ("details", b'{"id":278}'),
        ("credits", body(278)),
        ("keywords", b'{"keywords":[],"id":278}'),
    ]
    assert [path for _, path, *_ in client.asked] == list(table)
    client = Answers(table | {"movie/278/credits": Failure("http_500")})
    result = await fetched(client, MOVIE, what, APPEND)
    assert result == TitleResult(MOVIE, Outcome("failed", reason="credits: http_500"), ())


@pytest.mark.parametrize(
    ("names", "reason"),
    [(("details", "credits", "keywords"), "gone"), (("credits", "keywords"), "credits: http_404")],
)
async def test_a_404_is_final_with_others_appended(names: tuple[str, ...], reason: str) -> None:
    """The title is gone: the result of each endpoint is known without asking."""
    client = Answers({"find/tt0111161": find(movie=278), "movie/278": Failure("http_404")})
    result = await fetched(client, MOVIE, asked(*names), APPEND)
    assert result == TitleResult(MOVIE, Outcome("failed", reason=reason), ())
    assert len(client.asked) == 2


async def test_what_fails_appended_is_asked_for_plainly() -> None:
    """One large request may be too much for TMDB while each endpoint still answers."""

    class Overtaxed(Answers):
        async def get(self, endpoint: str, path: str, params: Any, **rest: Any) -> bytes | Failure:
            answer = await super().get(endpoint, path, params, **rest)
            return Failure("http_504") if "append_to_response" in params else answer

    client = Overtaxed(
        {
            "find/tt0111161": find(movie=278),
            "movie/278": b'{"id":278}',
            "movie/278/credits": body(278),
        }
    )
    result = await fetched(client, MOVIE, asked("details", "credits"), APPEND)
    assert [record.body for record in result.records] == [b'{"id":278}', body(278)]
