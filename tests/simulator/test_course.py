"""What happens to titles over time: the same for a seed and a moment, and as often as asked for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import SettingError
from harvester.model import MediaType
from harvester.simulator import ChangeOptions
from harvester.simulator.course import SINCE, Course
from harvester.simulator.rhythm import DAY_SECONDS, Rhythm

START = int(SINCE.timestamp())
POPULATION = 5_000
MOVIES = range(800_000_000, 800_000_000 + POPULATION)
OFTEN = ChangeOptions(deleted=0.004, merged=0.004, away=0.02)


def day(number: int) -> tuple[int, int]:
    """Return the first and the last second of a day since the beginning, the latter excluded."""
    return START + number * DAY_SECONDS, START + (number + 1) * DAY_SECONDS


@given(
    seed=st.integers(-5, 5),
    share=st.sampled_from([0.0, 0.00003, 0.01, 0.3, 1.0]),
    title=st.integers(0, 10**10),
    begin=st.integers(0, 400 * DAY_SECONDS),
    lasts=st.integers(-5, 300 * DAY_SECONDS),
)
def test_counts_and_moments_of_a_rhythm_agree(
    seed: int, share: float, title: int, begin: int, lasts: int
) -> None:
    """As many moments in a span as the count grows by, in order, none before the beginning."""
    rhythm = Rhythm(seed, share, START)
    first, end = START - DAY_SECONDS + begin, START - DAY_SECONDS + begin + lasts
    moments = list(rhythm.moments(title, first, end))
    assert moments == sorted(moments)
    assert all(max(first, START) <= at < end for at in moments)
    if lasts > 0:
        assert len(moments) == rhythm.count(title, end - 1) - rhythm.count(title, first - 1)
        assert len(moments) <= share * lasts / DAY_SECONDS + 2
    if lasts > DAY_SECONDS and share == 1 and first >= START:
        assert moments


def test_about_one_in_a_hundred_changes_a_day() -> None:
    """Each day 1 %, within what chance allows; another seed has other ones."""
    course, other = (Course(seed, POPULATION, ChangeOptions()) for seed in (1, 2))
    counts = [len(course.changed("movie", *day(number))) for number in range(40, 140)]
    assert 0.009 * POPULATION < sum(counts) / 100 < 0.011 * 1.15 * POPULATION
    assert 20 < min(counts) <= max(counts) < 100
    assert course.changed("movie", *day(50)) != other.changed("movie", *day(50))
    assert course.changed("movie", *day(50)) == Course(1, POPULATION, ChangeOptions()).changed(
        "movie", *day(50)
    )


def test_nothing_happens_before_the_beginning_or_without_shares() -> None:
    """No list, no version, nobody gone or away."""
    course = Course(1, POPULATION, OFTEN)
    still = Course(1, POPULATION, ChangeOptions(changed=0, deleted=0, merged=0, away=0))
    assert course.changed("movie", START - 50 * DAY_SECONDS, START) == []
    for one, at in ((course, START - 1), (still, START + 300 * DAY_SECONDS)):
        assert still.changed("tv", *day(200)) == []
        assert all(one.version("movie", number, at) == 0 for number in MOVIES)
        assert not any(one.is_gone("movie", number, at) for number in MOVIES)
        assert not any(one.is_away("movie", number, at) for number in MOVIES)


@pytest.mark.parametrize("media_type", ["movie", "tv"])
def test_lists_tell_exactly_the_changes(media_type: MediaType) -> None:
    """Who is there and has another version at the end of the day than before it is in its list."""
    course = Course(3, POPULATION, OFTEN)
    first = {"movie": 800_000_000, "tv": 850_000_000}[media_type]
    titles = range(first, first + POPULATION)
    for number in (0, 33, 34, 120):
        begin, end = day(number)
        there = [one for one in titles if not course.is_gone(media_type, one, end - 1)]
        moved = {
            one
            for one in there
            if course.version(media_type, one, end - 1)
            > (0 if begin == START else course.version(media_type, one, begin - 1))
        }
        listed = course.changed(media_type, begin, end)
        assert len(listed) == len(set(listed))
        assert moved == set(listed) & set(there)
        gone = set(listed) & set(titles) - set(there)
        assert all(course.is_gone(media_type, one, end - 1) for one in gone)


def test_windows_add_up() -> None:
    """Two weeks list what their days list."""
    course = Course(1, POPULATION, OFTEN)
    days = {one for number in range(30, 44) for one in course.changed("movie", *day(number))}
    weeks = course.changed("movie", day(30)[0], day(43)[1])
    assert set(weeks) == days
    assert len(weeks) == len(days)


def test_what_is_gone_stays_gone_and_merged_ones_have_an_heir() -> None:
    """Deleted and merged about half each; an heir is there, and is another title."""
    course = Course(1, POPULATION, OFTEN)
    at = START + 60 * DAY_SECONDS
    gone = [number for number in MOVIES if course.is_gone("movie", number, at)]
    assert 0.4 * POPULATION < len(gone) < 0.56 * POPULATION
    assert all(course.is_gone("movie", number, at + 10**7) for number in gone)
    heirs = [course.heir("movie", number, at) for number in gone]
    merged = [heir for heir in heirs if heir is not None]
    assert 0.4 * len(gone) < len(merged) < 0.6 * len(gone)
    assert set(merged) <= set(MOVIES) - set(gone)


def test_every_second_deletion_is_told_and_no_merger() -> None:
    """On its own day; TMDB's users could not confirm that deletions always are."""
    course = Course(1, POPULATION, ChangeOptions(changed=0, deleted=0.004, merged=0.004))
    told = 0
    for number in range(60):
        begin, end = day(number)
        for one in course.changed("movie", begin, end):
            assert course.is_gone("movie", one, end - 1)
            assert not course.is_gone("movie", one, begin - 1)
            assert course.heir("movie", one, end - 1) is None
            told += 1
    gone = [one for one in MOVIES if course.is_gone("movie", one, day(60)[0] - 1)]
    deleted = [one for one in gone if course.heir("movie", one, day(60)[0] - 1) is None]
    assert 0.4 * len(deleted) < told < 0.6 * len(deleted) + 60


def test_who_is_away_comes_back_within_ten_hours() -> None:
    """Two to ten hours, then it answers again."""
    course = Course(1, POPULATION, OFTEN)
    begin, end = day(20)
    hours = range(begin, end, 3_600)
    away = {number: [course.is_away("movie", number, at) for at in hours] for number in MOVIES}
    seen = {number: sum(each) for number, each in away.items() if any(each)}
    assert 0.01 * POPULATION < len(seen) < 0.05 * POPULATION
    assert max(seen.values()) <= 10
    assert not any(course.is_away("movie", one, end + 10 * 3_600) for one in seen if away[one][-1])


def test_titles_of_no_list_never_change() -> None:
    """A list of changes could not tell them."""
    course = Course(1, 10, ChangeOptions(changed=1.0, deleted=1.0, away=1.0))
    at = START + 10 * DAY_SECONDS
    for number in (3_000_000, 800_000_010, 810_000_000):
        assert course.version("movie", number, at) == 0
        assert not course.is_gone("movie", number, at)
        assert not course.is_away("movie", number, at)
    assert course.version("movie", 111161, at) == 10  # the sample's are in all lists
    assert not course.is_gone("movie", 111161, at)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_answer_is_at_most_as_old_as_caches_allow(now: datetime) -> None:
    """Each request is cached by itself, and what it shows never goes back."""
    course = Course(1, 10, ChangeOptions(stale_hours=16))
    ages = []
    for target in ("movie/1", "movie/2", "movie/changes?page=1"):
        served = course.served_at(target, now)
        ages.append(int(now.timestamp()) - served)
        assert course.served_at(target, now + timedelta(hours=1)) >= served
    assert all(0 <= age < 16 * 3_600 for age in ages)
    assert len(set(ages)) == 3
    assert Course(1, 10, ChangeOptions()).served_at("movie/1", now) == int(now.timestamp())


@pytest.mark.parametrize(
    "options",
    [
        ChangeOptions(changed=1.5),
        ChangeOptions(deleted=-0.1),
        ChangeOptions(away=0.000001),
        ChangeOptions(stale_hours=17),
        ChangeOptions(stale_hours=-1),
    ],
)
def test_what_can_not_be_is_refused(options: ChangeOptions) -> None:
    """A sentence, not a strange simulation."""
    with pytest.raises(SettingError):
        options.check()
