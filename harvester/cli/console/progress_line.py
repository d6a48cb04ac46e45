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
from harvester.origins.tmdb.endpoints import FIND
from harvester.run.state import Event, Snapshot

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
        self._seen: Snapshot | None = None
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

    def observe(self, event: Event, snapshot: Snapshot) -> None:
        """Hear an event of the run."""
        match event:
            case "planned":
                self._seen = snapshot
                self._started = self._loop.time()
                self._say(first_line(snapshot))
                inputs = () if snapshot.plan is None else snapshot.plan.inputs
                for line in (*id_map_lines(snapshot), *reject_lines(inputs)):
                    self._say(line)
                if self._live_line:
                    self._live.start()
                self._tick()
            case "stopping":
                self._stopping = True
                self._say(f"stopping: what is in flight takes about {drain_time(snapshot)} more")
            case _:
                pass

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _tick(self) -> None:
        if self._seen is None:
            return
        now = self._loop.time()
        snapshot = self._seen.now()
        self._sent.append((now, snapshot.sent))
        while now - self._sent[0][0] > _RATE_WINDOW_SECONDS and len(self._sent) > 2:  # noqa: PLR2004
            self._sent.popleft()
        if self._live_line:
            self._live.update(self.line(snapshot, now), refresh=True)
            self._timer = self._loop.call_later(_TICK_SECONDS, self._tick)
        else:
            if now > self._started + 1:
                self._say(self._words(snapshot, now).plain)
            self._timer = self._loop.call_later(_PLAIN_LINE_SECONDS, self._tick)

    def line(self, snapshot: Snapshot, now: float) -> Table:
        """Return the live line: a bar where there is room, and words."""
        line = Table.grid(padding=(0, 1))
        words = self._words(snapshot, now)
        if self._console.width < _WIDE:
            line.add_row(words)
        else:
            done, total = snapshot.done, _total(snapshot)
            line.add_row(
                ProgressBar(total=total, completed=done, width=20, complete_style="cyan"), words
            )
        return line

    def _words(self, snapshot: Snapshot, now: float) -> Text:
        """Return the line's words; those that a narrow terminal must not cut come first."""
        done, total = snapshot.done, _total(snapshot)
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f"{done:,}/{total:,} titles", style="bold")
        if why := self._why_stopped(snapshot):
            text.append(f" · {why}", style="yellow")
        elif left := self._time_left(snapshot, now):
            text.append(f" · {left}")
        if self._was_throttled(snapshot, now):
            text.append(" · slower: TMDB answered 429", style="yellow")
        if snapshot.failed:
            text.append(f" · failed {snapshot.failed:,}", style="red")
        text.append(f" · {self._requests_per_second():.0f}")
        if snapshot.rate is not None:
            text.append(f" of {_rate(snapshot.rate)} requests/s")
        if snapshot.throttled:
            text.append(f" · 429s {snapshot.throttled:,}")
        return text

    def _why_stopped(self, snapshot: Snapshot) -> str:
        """Return what a person who sees nothing move wants to know; empty when all is well."""
        if snapshot.paused_for > 0:
            return f"paused {math.ceil(snapshot.paused_for)} s: TMDB asked"
        if snapshot.is_probing:
            return "TMDB does not answer: asking again"
        return f"stopping: {drain_time(snapshot)} more" if self._stopping else ""

    def _was_throttled(self, snapshot: Snapshot, now: float) -> bool:
        """Say whether a 429 still holds the pace back."""
        if snapshot.throttled > self._throttled:
            self._throttled = snapshot.throttled
            self._throttled_at = now
        return now - self._throttled_at < _SLOW_AFTER_429_SECONDS

    def _time_left(self, snapshot: Snapshot, now: float) -> str:
        """Return when it will be done, once that is more than a guess."""
        elapsed = now - self._started
        settled = sum(snapshot.settled.values())
        left = _total(snapshot) - snapshot.done
        if elapsed < _ETA_AFTER_SECONDS or settled < _ETA_AFTER_TITLES or left <= 0:
            return ""
        return f"{about_duration(left * elapsed / settled)} left"

    def _requests_per_second(self) -> float:
        (then, sent_then), (now, sent_now) = self._sent[0], self._sent[-1]
        return (sent_now - sent_then) / max(now - then, 1.0)  # a first burst is no rate


def first_line(snapshot: Snapshot) -> str:
    """Return what will be done: titles, repeats, rejected rows, and what it will take."""
    plan = snapshot.plan
    if plan is None:
        raise ValueError("nothing is planned yet")
    before = sum(snapshot.before.values())
    requests = snapshot.requests_left()
    appended = snapshot.requests_left("append")
    rate = 1.0 if snapshot.rate is None else round(snapshot.rate, 1)
    done = f", {before:,} of them done already" if before else ""
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


def drain_time(snapshot: Snapshot) -> str:
    """Return how long the units in flight take at most: their titles not yet fetched, paced."""
    if snapshot.rate is None:
        return about_duration(0)
    return about_duration(snapshot.requests_in_flight / snapshot.rate)


def id_map_lines(snapshot: Snapshot) -> list[str]:
    """Return a line on the id map that was given, if one was: of how much use it is."""
    shortcuts, plan = snapshot.shortcuts, snapshot.plan
    if shortcuts.id_map is None or plan is None:
        return []
    if FIND in plan.asked.endpoints:
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


def _total(snapshot: Snapshot) -> int:
    return snapshot.plan.titles if snapshot.plan is not None else 0
