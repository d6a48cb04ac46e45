"""What a person sees of a run while it works: words and numbers, to a console on stderr."""

import asyncio
import math
from collections import deque
from collections.abc import Iterable
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from harvester.model import InputFacts
from harvester.origins.tmdb.shortcuts import uses_id_map
from harvester.run.state import Event, Progress

_TICK_SECONDS = 0.25
_PLAIN_LINE_SECONDS = 30.0
_RATE_WINDOW_SECONDS = 3.0
_ETA_AFTER_SECONDS = 5.0
_ETA_AFTER_TITLES = 20
_SLOW_AFTER_429_SECONDS = 5.0  # as long as the pace takes to climb back
_WIDE = 80  # columns; a narrower terminal has room for words alone


class ProgressLine:
    """One live line on a terminal, a plain line every 30 s elsewhere; use as a context manager.

    Times are the running loop's; nothing runs in another thread.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live_line = console.is_terminal and not console.is_dumb_terminal
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._loop = asyncio.get_running_loop()
        self._sent: deque[tuple[float, int]] = deque()
        self._progress: Progress | None = None
        self._started = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._throttled = 0
        self._throttled_at = -math.inf
        self._stopping = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._live.stop()

    def observe(self, event: Event, progress: Progress) -> None:
        """Hear an event of the run."""
        match event:
            case "planned":
                self._progress = progress
                self._started = self._loop.time()
                self._say(first_line(progress))
                inputs = () if progress.plan is None else progress.plan.inputs
                for line in (*id_map_lines(progress), *reject_lines(inputs)):
                    self._say(line)
                if self._live_line:
                    self._live.start()
                self._tick()
            case "stopping":
                self._stopping = True
                self._say(f"stopping: what is in flight takes about {drain_time(progress)} more")
            case _:
                pass

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _tick(self) -> None:
        if self._progress is None:
            return
        now = self._loop.time()
        self._sent.append((now, self._progress.tally.sent))
        while now - self._sent[0][0] > _RATE_WINDOW_SECONDS and len(self._sent) > 2:  # noqa: PLR2004
            self._sent.popleft()
        if self._live_line:
            self._live.update(self.line(self._progress, now), refresh=True)
            self._timer = self._loop.call_later(_TICK_SECONDS, self._tick)
        else:
            if now > self._started + 1:
                self._say(self._words(self._progress, now).plain)
            self._timer = self._loop.call_later(_PLAIN_LINE_SECONDS, self._tick)

    def line(self, progress: Progress, now: float) -> Table:
        """Return the live line: a bar where there is room, and words."""
        line = Table.grid(padding=(0, 1))
        words = self._words(progress, now)
        if self._console.width < _WIDE:
            line.add_row(words)
        else:
            done, total = _done(progress), _total(progress)
            line.add_row(
                ProgressBar(total=total, completed=done, width=20, complete_style="cyan"), words
            )
        return line

    def _words(self, progress: Progress, now: float) -> Text:
        """Return the line's words; those that a narrow terminal must not cut come first."""
        done, total = _done(progress), _total(progress)
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f"{done:,}/{total:,} titles", style="bold")
        if why := self._why_stopped(progress):
            text.append(f" · {why}", style="yellow")
        elif left := self._time_left(progress, now):
            text.append(f" · {left}")
        if self._was_throttled(progress, now):
            text.append(" · slower: TMDB answered 429", style="yellow")
        failed = progress.before["failed"] + progress.settled["failed"]
        if failed:
            text.append(f" · failed {failed:,}", style="red")
        text.append(f" · {self._requests_per_second():.0f}")
        client = progress.client
        if client is not None:
            text.append(f" of {_rate(client.pace.current)} requests/s")
        if progress.tally.throttled:
            text.append(f" · 429s {progress.tally.throttled:,}")
        return text

    def _why_stopped(self, progress: Progress) -> str:
        """Return what a person who sees nothing move wants to know; empty when all is well."""
        client = progress.client
        if client is not None and client.pace.paused_for > 0:
            return f"paused {math.ceil(client.pace.paused_for)} s: TMDB asked"
        if client is not None and client.is_probing:
            return "TMDB does not answer: asking again"
        return f"stopping: {drain_time(progress)} more" if self._stopping else ""

    def _was_throttled(self, progress: Progress, now: float) -> bool:
        """Say whether a 429 still holds the pace back."""
        if progress.tally.throttled > self._throttled:
            self._throttled = progress.tally.throttled
            self._throttled_at = now
        return now - self._throttled_at < _SLOW_AFTER_429_SECONDS

    def _time_left(self, progress: Progress, now: float) -> str:
        """Return when it will be done, once that is more than a guess."""
        elapsed = now - self._started
        settled = progress.settled.total()
        left = _total(progress) - _done(progress)
        if elapsed < _ETA_AFTER_SECONDS or settled < _ETA_AFTER_TITLES or left <= 0:
            return ""
        return f"{about_duration(left * elapsed / settled)} left"

    def _requests_per_second(self) -> float:
        (then, sent_then), (now, sent_now) = self._sent[0], self._sent[-1]
        return (sent_now - sent_then) / max(now - then, 1.0)  # a first burst is no rate


def first_line(progress: Progress) -> str:
    """Return what will be done: titles, repeats, rejected rows, and what it will take."""
    plan = progress.plan
    if plan is None:
        raise ValueError("nothing is planned yet")
    left = plan.titles - progress.before.total()
    requests = progress.shortcuts.about(plan.asked, left, plan.titles)
    appended = progress.shortcuts.about(plan.asked, left, plan.titles, "append")
    rate = round(progress.client.pace.current, 1) if progress.client is not None else 1.0
    done = f", {progress.before.total():,} of them done already" if progress.before.total() else ""
    saved = (
        f"; --requests append: {appended:,}, {about_duration(appended / rate)}"
        if appended < requests
        else ""
    )
    return (
        f"run {plan.run}: {counted(plan.titles, 'title')} in {rows_read(plan.inputs)}{done}; "
        f"about {counted(requests, 'request')}, {about_duration(requests / rate)} "
        f"at {rate:g} a second"
        f"{saved}"
    )


def drain_time(progress: Progress) -> str:
    """Return how long the units in flight take at most: their titles not yet fetched, paced."""
    if progress.client is None:
        return about_duration(0)
    return about_duration(progress.requests_in_flight / progress.client.pace.current)


def id_map_lines(progress: Progress) -> list[str]:
    """Return a line on the id map that was given, if one was: of how much use it is."""
    shortcuts, plan = progress.shortcuts, progress.plan
    if shortcuts.id_map is None or plan is None:
        return []
    if not uses_id_map(plan.asked):
        return [
            f"id map {shortcuts.id_map} not used: find is among the endpoints and is asked anyway"
        ]
    return [f"id map {shortcuts.id_map}: knows {len(shortcuts.known):,} of {plan.titles:,} titles"]


def rows_read(inputs: Iterable[InputFacts]) -> str:
    """Return how many rows were read, and how many of them give no title of their own."""
    inputs = tuple(inputs)
    rows = sum(facts.rows for facts in inputs)
    rejected = sum(facts.rejected for facts in inputs)
    repeats = rows - rejected - sum(facts.distinct for facts in inputs)
    odd = f" ({repeats:,} repeat a title, {rejected:,} rejected)" if repeats or rejected else ""
    return f"{counted(rows, 'row')}{odd}"


def reject_lines(inputs: Iterable[InputFacts]) -> list[str]:
    """Return a line for each of the first rejected rows of each input."""
    return [
        f"{facts.name}, line {reject.line} not taken: {reject.why}"
        for facts in inputs
        for reject in facts.rejects
    ]


def counted(number: int, noun: str) -> str:
    """Return `1 title`, `2,000 titles`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def about_duration(seconds: float) -> str:
    """Return a length of time as a person says it: `45 s`, `12 min`, `6 h 50 min`."""
    if seconds < 90:  # noqa: PLR2004 - a minute and a half is the last one told in seconds
        return f"{math.ceil(seconds)} s"
    minutes = round(seconds / 60)
    if minutes < 60:  # noqa: PLR2004
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def _rate(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"  # noqa: PLR2004 - two digits will do


def _done(progress: Progress) -> int:
    return progress.before.total() + progress.settled.total()


def _total(progress: Progress) -> int:
    return progress.plan.titles if progress.plan is not None else 0
