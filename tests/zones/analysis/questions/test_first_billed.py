"""The first ten billed are ten people of each title, whatever numbers TMDB gives them."""

from collections.abc import Sequence

import pytest
from made_star import Star, answers_of, make_star

from harvester.zones.analysis.queries import Answers

WOMEN = range(1, 21)
MEN = range(101, 121)


async def _answers(*casts: Sequence[tuple[int, int | None]]) -> Answers:
    """Answer of titles whose casts are these pairs of a person and a billing."""
    ids = [f"tt{n:07d}" for n in range(len(casts))]
    star: Star = {
        "dim_title": [
            {"title_id": id_, "kind": "movie", "in_csv": True, "outcome": "harvested", "year": 1994}
            for id_ in ids
        ],
        "dim_person": [
            {"person_id": n, "name": f"P{n:03}", "gender": "female" if n in WOMEN else "male"}
            for n in (*WOMEN, *MEN)
        ],
        "fact_cast": [
            {"title_id": id_, "person_id": person, "role": "cast", "job": "Actor",
             "character": str(n), "billing": billing}
            for id_, cast in zip(ids, casts, strict=True)
            for n, (person, billing) in enumerate(cast)
        ],
    }  # fmt: skip
    await make_star("l", star)
    return answers_of("l")


@pytest.mark.parametrize("step", [1, 3, 40])
@pytest.mark.parametrize("first", [0, 7, 500])
async def test_gaps_in_the_billing_do_not_matter(first: int, step: int) -> None:
    """Of ten women before ten men, all ten women count and no man."""
    cast = [(person, first + n * step) for n, person in enumerate((*WOMEN[:10], *MEN[:10]))]
    rows = (await _answers(*[cast] * 30)).rows
    (decade,) = rows["actresses"]["all"]
    assert (decade["share"], decade["credits"], decade["titles"]) == (1.0, 300, 30)
    assert (rows["people"]["all"][0]["tied"], rows["people"]["all"][0]["titles"]) == (10, 30)


async def test_a_person_of_two_roles_is_one() -> None:
    """Nine women, the first of them twelve times, and then one man, who is the tenth."""
    cast: list[tuple[int, int | None]] = [(1, n) for n in range(12)]
    cast += [(person, 12 + person) for person in WOMEN[1:9]]
    cast += [(MEN[0], 50), (MEN[1], 51), (MEN[2], None)]
    rows = (await _answers(*[cast] * 30)).rows
    (decade,) = rows["actresses"]["all"]
    assert (decade["share"], decade["credits"]) == (0.9, 300)


async def test_fewer_than_ten_all_count_and_a_tie_is_broken_by_the_id() -> None:
    """One cast is of two, one of twenty with one billing, of whom those of the least ids count."""
    few = [(MEN[1], 900), (MEN[2], 1_000)]
    tied = [(person, 500) for person in reversed((*WOMEN[:9], *MEN[:11]))]
    first = [row["name"] for row in (await _answers(few)).rows["people"]["all"]]
    assert first == ["P102", "P103"]
    (decade,) = (await _answers(*[tied] * 30)).rows["actresses"]["all"]
    assert (decade["share"], decade["credits"]) == (0.9, 300)
