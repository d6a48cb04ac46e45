"""From one title to its records or the reason for none, with a client that is a table."""

import itertools
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harvester.errors import TokenRefused
from harvester.lake import record_files
from harvester.model import Asked, Kind, MediaType, Outcome, RequestMode, Title, TitleResult
from harvester.origins.known_ids import KnownIds
from harvester.origins.shortcuts import Shortcuts
from harvester.origins.tmdb import answers, titles
from harvester.origins.tmdb.titles import TitleFetcher, resolve
from harvester.upstream.client import UNEXPECTED_SHAPE, Failure
from harvester.upstream.tally import Tally

ARRAYS = ("movie", "tv", "tv_episode", "tv_season", "person")
MOVIE = Title("tt0111161", "movie")
SERIES = Title("tt0903747", "series")
AT = "2026-11-24T07:00:00Z"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be one moment, unless a test says otherwise."""
    for module in (answers, titles):
        monkeypatch.setattr(module, "now", lambda: AT)


class Read(NamedTuple):
    """A record as a reader of the lake sees it; `id` is None where it has none."""

    id: str | None
    imdb_id: str | None
    tmdb_id: int | None
    media_type: str | None
    endpoint: str
    language: str | None
    fetched_at: str
    body: bytes


def records(result: TitleResult) -> list[Read]:
    """Return the records of a result, their envelopes read."""
    read = []
    for record in result.records:
        envelope: dict[str, Any] = json.loads(record.envelope + b"null}")
        del envelope["response"]
        envelope.setdefault("id", None)
        read.append(Read(**envelope, body=bytes(record.body)))
    return read


def failed(title: Title, reason: str) -> TitleResult:
    """Return what a failed title comes to."""
    return TitleResult(title, Outcome("failed", reason=reason, fetched_at=AT), ())


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
    """What `TitleFetcher` uses of `TmdbClient`: `get`, answered from a table of paths."""

    def __init__(self, table: Mapping[str, bytes | Failure]) -> None:
        self.table = table
        self.asked: list[tuple[str, str, dict[str, str], int | None]] = []

    async def get(
        self,
        endpoint: str,
        path: str,
        params: Mapping[str, str],
        *,
        expected: int | None,
        tally: Tally,
        is_answer: Callable[[bytes], bool] = bool,
    ) -> bytes | Failure:
        """Answer, and record what was asked."""
        tally.send(0.0, retry=False)
        self.asked.append((endpoint, path, dict(params), expected))
        answer = self.table[path]
        if isinstance(answer, bytes) and not is_answer(answer):
            return Failure(UNEXPECTED_SHAPE)  # after eight attempts, as the client has it
        return answer


def asked(*endpoints: str, language: str | None = None) -> Asked:
    """Return what a run asks for."""
    return Asked(endpoints, language, (), None, "array", "simulator")


async def fetched(
    client: Answers,
    title: Title,
    what: Asked,
    shortcuts: Shortcuts | None = None,
    *,
    version: int = 2,
) -> TitleResult:
    """Fetch a title from a table."""
    fetcher = TitleFetcher(
        client,  # type: ignore[arg-type]  # the only method called is `get`
        what,
        version,
        shortcuts or Shortcuts(),
    )
    return await fetcher.fetch(title, Tally())


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
    assert result.outcome == Outcome("harvested", "movie", 278, fetched_at=AT)
    assert [(record.endpoint, record.body) for record in records(result)] == [
        ("find", found),
        ("details", body(278)),
        ("credits", body(2)),
        ("watch_providers", body(3)),
    ]
    assert {(r.imdb_id, r.tmdb_id, r.media_type, r.language) for r in records(result)} == {
        ("tt0111161", 278, "movie", None)
    }
    assert client.asked[0] == ("find", "find/tt0111161", {"external_source": "imdb_id"}, None)
    assert {tmdb_id for *_, tmdb_id in client.asked[1:]} == {278}


async def test_a_record_says_when_it_was_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """UTC to the second, ending in Z."""
    monkeypatch.undo()  # by the real clock
    client = Answers({"find/tt0111161": find(movie=278)})
    result = await fetched(client, MOVIE, asked("find"))
    (record,) = records(result)
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
    assert result.outcome == Outcome("unmatched", reason=reason, fetched_at=AT)
    (record,) = records(result)
    assert (record.endpoint, record.tmdb_id, record.media_type) == ("find", None, None)
    assert record.body == found
    assert len(client.asked) == 1


async def test_find_leaves_no_record_when_it_is_not_asked_for() -> None:
    """It is requested anyway, for the id; matched or not, its body is not kept."""
    unmatched = Answers({"find/tt0111161": find()})
    assert (await fetched(unmatched, MOVIE, asked("details"))).records == ()
    matched = Answers({"find/tt0111161": find(movie=278), "movie/278": body(278)})
    result = await fetched(matched, MOVIE, asked("details"))
    assert [record.endpoint for record in records(result)] == ["details"]


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
    table[f"find/{title.id}"] = find(**results)
    client = Answers(table)
    what = asked("aggregate_credits", "release_dates", "content_ratings")
    result = await fetched(client, title, what)
    assert result.outcome.outcome == "harvested"
    assert [record.endpoint for record in records(result)] == names
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
    assert {record.endpoint for record in records(result) if record.language} == localised
    assert {r.language for r in records(result)} == {"pt-BR", None}
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
    assert result == failed(MOVIE, reason)


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
    size = max(len(record.envelope) + len(record.body) + 3 for record in kept.records)
    monkeypatch.setattr(record_files, "MAX_BYTES", size + 1)
    assert (await fetched(client, MOVIE, what)).outcome.outcome == outcome
    monkeypatch.setattr(record_files, "MAX_BYTES", size)
    result = await fetched(client, MOVIE, what)
    assert result == failed(MOVIE, "record_too_large")


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
        b'{"movie_results":[{"id":"278"}],"tv_results":[]}',
        b'{"movie_results":[{"id":true}],"tv_results":[]}',
        b'{"movie_results":[{"id":278.0}],"tv_results":[]}',
        b'{"movie_results":[{"id":0}],"tv_results":[]}',
        b'{"movie_results":[{"id":-278}],"tv_results":[]}',
        b'{"movie_results":[{"id":10000000000}],"tv_results":[]}',
        b'{"movie_results":[{"id":1e400}],"tv_results":[]}',
        b'{"movie_results":[{"id":"1/../../account"}],"tv_results":[]}',
        b'{"movie_results":[{"id":' + b"9" * 5000 + b'}],"tv_results":[]}',
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
    assert result == failed(MOVIE, "find: unexpected_shape")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
        max_leaves=3,
    )
)
@example(9_999_999_999)
@example(1)
def test_any_id_of_find_is_an_id_or_another_shape(value: object) -> None:
    """Only a whole number of 1 to 10 digits gets into a path; nothing is made one."""
    found = {"movie_results": [{"id": value}], "tv_results": []}
    if type(value) is int and 1 <= value <= 9_999_999_999:
        assert resolve(found, "movie") == ("movie", value, None)
    else:
        with pytest.raises((TypeError, ValueError)):
            resolve(found, "movie")


async def test_an_error_of_the_client_is_not_an_outcome() -> None:
    """An error that ends a run passes through: a refused token is not a failed title."""

    class Refusing(Answers):
        async def get(self, endpoint: str, *args: Any, **options: Any) -> bytes | Failure:
            if endpoint == "find":
                return await super().get(endpoint, *args, **options)
            raise TokenRefused

    with pytest.raises(ExceptionGroup) as caught:
        await fetched(Refusing({"find/tt0111161": find(movie=278)}), MOVIE, asked("details"))
    assert caught.group_contains(TokenRefused)


APPEND = Shortcuts("append")
NOT_DIRECT: dict[str, bytes | Failure] = {"movie/tt0111161": Failure("http_404")}


async def test_append_asks_details_with_the_rest_appended() -> None:
    """One request after find; the records are the same as from separate endpoints."""
    details = b'{"adult":false,"id":278,"credits":{"cast":[]},"watch/providers":{"results":{}}}'
    client = Answers({"find/tt0111161": find(movie=278), "movie/278": details})
    what = asked("find", "details", "credits", "watch_providers", language="pt-BR")
    result = await fetched(client, MOVIE, what, APPEND)
    assert result.outcome == Outcome("harvested", "movie", 278, fetched_at=AT)
    assert [(r.endpoint, r.language, r.body) for r in records(result)[1:]] == [
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
    assert [record.endpoint for record in records(result)] == ["credits", "keywords"]
    assert len(client.asked) == 2


@pytest.mark.parametrize("names", [("details",), ("credits",), ("credits", "content_ratings")])
async def test_one_endpoint_is_asked_plainly(names: tuple[str, ...]) -> None:
    """With only one request there is nothing to save; a movie has no content ratings."""
    client = Answers(
        {
            **NOT_DIRECT,
            "find/tt0111161": find(movie=278),
            "movie/278": body(278),
            "movie/278/credits": body(278),
        }
    )
    result = await fetched(client, MOVIE, asked(*names), APPEND)
    assert [record.body for record in result.records] == [body(278)]
    assert "append_to_response" not in client.asked[2][2]


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
        **NOT_DIRECT,
        "find/tt0111161": find(movie=278),
        "movie/278": details,
        "movie/278/credits": body(278),
    }
    client = Answers(table)
    what = asked("details", "credits", "keywords")
    result = await fetched(client, MOVIE, what, APPEND)
    assert [(record.endpoint, record.body) for record in records(result)] == [
        ("details", b'{"id":278}'),
        ("credits", body(278)),
        ("keywords", b'{"keywords":[],"id":278}'),
    ]
    assert [path for _, path, *_ in client.asked] == list(table)
    client = Answers(table | {"movie/278/credits": Failure("http_500")})
    result = await fetched(client, MOVIE, what, APPEND)
    assert result == failed(MOVIE, "credits: http_500")


@pytest.mark.parametrize(
    ("names", "reason"),
    [(("details", "credits", "keywords"), "gone"), (("credits", "keywords"), "credits: http_404")],
)
async def test_a_404_is_final_with_others_appended(names: tuple[str, ...], reason: str) -> None:
    """The title is gone: the result of each endpoint is known without asking."""
    table: dict[str, bytes | Failure] = {
        "find/tt0111161": find(movie=278),
        "movie/278": Failure("http_404"),
    }
    client = Answers(NOT_DIRECT | table)
    result = await fetched(client, MOVIE, asked(*names), APPEND)
    assert result == failed(MOVIE, reason)
    assert len(client.asked) == 3


async def test_what_fails_appended_is_asked_for_plainly() -> None:
    """One large request may be too much for TMDB while each endpoint still answers."""

    class Overtaxed(Answers):
        async def get(self, endpoint: str, path: str, params: Any, **rest: Any) -> bytes | Failure:
            answer = await super().get(endpoint, path, params, **rest)
            return Failure("http_504") if "append_to_response" in params else answer

    client = Overtaxed(
        {
            **NOT_DIRECT,
            "find/tt0111161": find(movie=278),
            "movie/278": b'{"id":278}',
            "movie/278/credits": body(278),
        }
    )
    result = await fetched(client, MOVIE, asked("details", "credits"), APPEND)
    assert [record.body for record in result.records] == [b'{"id":278}', body(278)]


DIRECT = b'{"id":278,"imdb_id":"tt0111161","credits":{"cast":[]}}'


async def test_a_movie_is_asked_for_by_its_imdb_id_at_once() -> None:
    """One request where `find` is not asked for its own sake; the records are those of `find`."""
    client = Answers({"movie/tt0111161": DIRECT})
    what = asked("details", "credits", language="pt-BR")
    result = await fetched(client, MOVIE, what, APPEND)
    assert [(one.tmdb_id, one.imdb_id, one.body) for one in records(result)] == [
        (278, "tt0111161", b'{"id":278,"imdb_id":"tt0111161"}'),
        (278, "tt0111161", b'{"cast":[],"id":278}'),
    ]
    params = {"append_to_response": "credits", "language": "pt-BR"}
    assert client.asked == [("details", "movie/tt0111161", params, None)]
    by_find = Answers(
        {
            "find/tt0111161": find(movie=278),
            "movie/278": b'{"id":278,"imdb_id":"tt0111161"}',
            "movie/278/credits": b'{"cast":[],"id":278}',
        }
    )
    assert (await fetched(by_find, MOVIE, what)).records == result.records


@pytest.mark.parametrize(
    "answer",
    [
        Failure("http_404"),
        Failure("http_504"),
        b'{"id":true,"imdb_id":"tt0111161"}',
        b'{"id":"278","imdb_id":"tt0111161"}',
        b'{"id":0,"imdb_id":"tt0111161"}',
        b'{"imdb_id":"tt0111161"}',
        b'{"id":279,"imdb_id":"tt0111162"}',
        b'{"id":279}',
    ],
)
async def test_a_direct_answer_that_does_not_name_both_ids_is_not_believed(
    answer: bytes | Failure,
) -> None:
    """Then `find` tells, as it does without this way."""
    found = {"find/tt0111161": find(movie=278), "movie/278": b'{"id":278}'}
    client = Answers({"movie/tt0111161": answer} | found)
    result = await fetched(client, MOVIE, asked("details"), APPEND)
    assert [path for _, path, *_ in client.asked] == ["movie/tt0111161", *found]
    assert [record.body for record in result.records] == [b'{"id":278}']


@pytest.mark.parametrize(
    "answer", [b'{"id":278,"imdb_id":"tt0111162"}', b'{"id":278,"imdb_id":null}', b'{"id":278}']
)
async def test_find_may_confirm_what_was_answered_directly(answer: bytes) -> None:
    """Two IMDb ids of one title do happen: the same TMDB id needs no third request."""
    client = Answers({"movie/tt0111161": answer, "find/tt0111161": find(movie=278)})
    result = await fetched(client, MOVIE, asked("details"), APPEND)
    assert len(client.asked) == 2
    assert [record.body for record in result.records] == [answer]
    client = Answers({"movie/tt0111161": answer, "find/tt0111161": find()})
    result = await fetched(client, MOVIE, asked("details"), APPEND)
    assert result.outcome.outcome == "unmatched"


async def test_what_a_direct_answer_lacks_is_asked_for_by_the_id_it_names() -> None:
    """TMDB silently drops an object, here, too."""
    table = {"movie/tt0111161": b'{"id":278,"imdb_id":"tt0111161"}', "movie/278/credits": body(278)}
    client = Answers(table)
    result = await fetched(client, MOVIE, asked("details", "credits"), APPEND)
    assert [record.body for record in result.records] == [*table.values()]


@pytest.mark.parametrize(
    ("title", "what", "shortcuts"),
    [
        (MOVIE, asked("find", "details"), APPEND),
        (MOVIE, asked("details"), Shortcuts()),
        (SERIES, asked("details"), APPEND),
        (MOVIE, asked("content_ratings"), APPEND),
    ],
)
async def test_what_else_begins_with_find(title: Title, what: Asked, shortcuts: Shortcuts) -> None:
    """`find` as an endpoint, the other mode, a series, and endpoints that no movie has."""
    client = Answers({f"find/{title.id}": find()})
    result = await fetched(client, title, what, shortcuts)
    assert result.outcome.outcome == "unmatched"
    assert [path for _, path, *_ in client.asked] == [f"find/{title.id}"]


FILM = Title("movie:278", "movie")
SHOW = Title("tv:1399", "series")
NAMED = b'{"id":278,"imdb_id":"tt0111161"}'
IDS = b'{"id":1399,"imdb_id":"tt0944947","tvdb_id":121361}'


@pytest.mark.parametrize("requests", ["fanout", "append"])
async def test_a_movie_by_tmdbs_id_is_not_looked_for(requests: RequestMode) -> None:
    """No find, though it is asked for; details name the IMDb id in every record and the outcome."""
    bodies = {
        "fanout": {"movie/278": NAMED, "movie/278/credits": body(278)},
        "append": {"movie/278": NAMED[:-1] + b',"credits":{"cast":[]}}'},
    }
    client = Answers(bodies[requests])
    what = asked("find", "details", "credits")
    result = await fetched(client, FILM, what, Shortcuts(requests))
    outcome = Outcome("harvested", "movie", 278, fetched_at=AT, imdb_id="tt0111161")
    assert (result.title, result.outcome) == (FILM, outcome)
    assert [record.endpoint for record in records(result)] == ["details", "credits"]
    assert {(r.id, r.imdb_id, r.tmdb_id, r.media_type) for r in records(result)} == {
        ("movie:278", "tt0111161", 278, "movie")
    }
    assert [path for _, path, *_ in client.asked] == list(bodies[requests])
    assert {tmdb_id for *_, tmdb_id in client.asked} == {278}


async def test_fanout_asks_a_series_for_its_imdb_id() -> None:
    """One request more; the answer names the IMDb id everywhere and leaves no record."""
    table = {
        "tv/1399": b'{"id":1399}',
        "tv/1399/credits": body(1399),
        "tv/1399/external_ids": IDS,
    }
    client = Answers(table)
    result = await fetched(client, SHOW, asked("find", "details", "credits"))
    outcome = Outcome("harvested", "tv", 1399, fetched_at=AT, imdb_id="tt0944947")
    assert (result.title, result.outcome) == (SHOW, outcome)
    assert [(r.id, r.imdb_id, r.endpoint) for r in records(result)] == [
        ("tv:1399", "tt0944947", "details"),
        ("tv:1399", "tt0944947", "credits"),
    ]
    assert sorted(path for _, path, *_ in client.asked) == sorted(table)


@pytest.mark.parametrize("names", [("details",), ("details", "credits")])
async def test_append_asks_a_series_for_its_imdb_id_along_with_the_rest(
    names: tuple[str, ...],
) -> None:
    """Not a request more: external ids are appended, and cut out of the details."""
    all_of_it = b'{"id":1399,"credits":{"cast":[]},"external_ids":{"imdb_id":"tt0944947"}}'
    client = Answers({"tv/1399": all_of_it})
    result = await fetched(client, SHOW, asked(*names), APPEND)
    assert result.outcome.imdb_id == "tt0944947"
    assert [record.endpoint for record in records(result)] == list(names)
    assert records(result)[0].imdb_id == "tt0944947"
    assert b"external_ids" not in records(result)[0].body
    appended = ",".join((*names[1:], "external_ids"))
    assert [(path, params) for _, path, params, _ in client.asked] == [
        ("tv/1399", {"append_to_response": appended})
    ]


async def test_external_ids_that_are_asked_for_are_kept_and_asked_once() -> None:
    """They name the IMDb id, and are a record like any other."""
    client = Answers({"tv/1399": b'{"id":1399}', "tv/1399/external_ids": IDS})
    result = await fetched(client, SHOW, asked("details", "external_ids"))
    assert [(r.endpoint, r.body) for r in records(result)][1:] == [("external_ids", IDS)]
    assert len(client.asked) == 2


@pytest.mark.parametrize(
    "ids",
    [b'{"id":1399,"imdb_id":null}', b'{"id":1399,"imdb_id":""}', Failure("http_404")],
)
async def test_a_title_whose_imdb_id_nobody_names_has_none(ids: bytes | Failure) -> None:
    """TMDB has titles that IMDb lacks: null in the record, and nothing in the outcome."""
    client = Answers({"tv/1399": b'{"id":1399}', "tv/1399/external_ids": ids})
    result = await fetched(client, SHOW, asked("details"))
    assert result.outcome == Outcome("harvested", "tv", 1399, fetched_at=AT)
    assert [(r.id, r.imdb_id) for r in records(result)] == [("tv:1399", None)]


async def test_external_ids_that_fail_fail_the_title() -> None:
    """Else its records would lack an id that TMDB has, and nobody would ask again."""
    client = Answers({"tv/1399": b'{"id":1399}', "tv/1399/external_ids": Failure("http_500")})
    result = await fetched(client, SHOW, asked("details"))
    assert result == failed(SHOW, "external_ids: http_500")


@pytest.mark.parametrize("requests", ["fanout", "append"])
@pytest.mark.parametrize("title", [FILM, SHOW])
@pytest.mark.parametrize("names", [("find", "details", "credits"), ("credits", "keywords")])
async def test_a_tmdb_id_that_is_not_there_is_unmatched(
    title: Title, names: tuple[str, ...], requests: RequestMode
) -> None:
    """It never was, as far as the run knows: `not_found`, not `gone`; and there is no record."""
    missing = Failure("http_404")
    path = title.id.replace(":", "/")
    table = {f"{path}{rest}": missing for rest in ("", "/credits", "/keywords", "/external_ids")}
    result = await fetched(Answers(table), title, asked(*names), Shortcuts(requests))
    outcome = Outcome("unmatched", reason="not_found", fetched_at=AT)
    assert result == TitleResult(title, outcome, ())


async def test_one_method_that_is_not_there_is_no_missing_title() -> None:
    """Details are there, so a 404 of another endpoint is a failure that names it."""
    client = Answers({"movie/278": NAMED, "movie/278/credits": Failure("http_404")})
    assert await fetched(client, FILM, asked("details", "credits")) == failed(
        FILM, "credits: http_404"
    )


@pytest.mark.parametrize("title", [MOVIE, FILM])
async def test_an_outcome_says_when_the_first_answer_came(
    monkeypatch: pytest.MonkeyPatch, title: Title
) -> None:
    """`find` where it was asked, else the earliest of the rest; each record keeps its own time."""
    times = (f"2026-11-24T07:00:{second:02d}Z" for second in itertools.count(1))
    for module in (answers, titles):
        monkeypatch.setattr(module, "now", lambda: next(times))
    client = Answers(
        {
            "find/tt0111161": find(movie=278),
            "movie/278": NAMED,
            "movie/278/credits": body(278),
        }
    )
    result = await fetched(client, title, asked("details", "credits"))
    assert result.outcome.fetched_at == "2026-11-24T07:00:01Z"
    first = 2 if title is MOVIE else 1
    assert sorted(record.fetched_at for record in records(result)) == [
        f"2026-11-24T07:00:{second:02d}Z" for second in (first, first + 1)
    ]


async def test_an_id_that_is_known_is_asked_for_without_find() -> None:
    """As from an id map; the title stays the one that was asked for."""
    known = KnownIds([111161])
    known.add(111161, 278, "movie")
    client = Answers({"movie/278": NAMED})
    result = await fetched(client, MOVIE, asked("details"), Shortcuts(known=known))
    assert result.outcome == Outcome("harvested", "movie", 278, fetched_at=AT)
    assert [(r.id, r.imdb_id) for r in records(result)] == [("tt0111161", "tt0111161")]
    assert len(client.asked) == 1


@pytest.mark.parametrize("version", [1, 2])
async def test_a_plan_of_version_1_goes_on_with_its_own_envelope(version: int) -> None:
    """A run has records of one form: an unfinished one of version 1 gets no `id`."""
    client = Answers({"find/tt0111161": find(movie=278), "movie/278": body(278)})
    result = await fetched(client, MOVIE, asked("find", "details"), version=version)
    envelopes = [json.loads(record.envelope + b"null}") for record in result.records]
    keys = ["imdb_id", "tmdb_id", "media_type", "endpoint", "language", "fetched_at", "response"]
    for envelope in envelopes:
        assert list(envelope) == (["id", *keys] if version == 2 else keys)
