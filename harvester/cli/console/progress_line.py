"""What a person sees of a run while it works: words and numbers, to a console on stderr."""

import asyncio
import math
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from harvester.cli.console.counts import known_id_lines, rows_read
from harvester.cli.console.terminal import Rows, say_on
from harvester.model import DEFAULT_ORIGIN, InputFacts
from harvester.run.connection import foreign_host
from harvester.run.left_out import left_out
from harvester.run.state import Event, Snapshot
from harvester.words import about_duration, counted

_TICK_SECONDS = 0.25
_PLAIN_LINE_SECONDS = 30.0
_RATE_WINDOW_SECONDS = 3.0
_ETA_AFTER_SECONDS = 5.0
_PRIOR_TITLES = 200  # as many as these weigh what was expected of a title, beside what it took
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
        self._committed = 0  # titles of this process, and
        self._taken = 0  # the requests that they took
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
                if self._timer is not None:  # of the run before, which had to be finished first
                    self._timer.cancel()
                self._sent.clear()
                self._throttled = self._committed = self._taken = 0
                self._seen = snapshot
                self._started = self._loop.time()
                inputs = () if snapshot.plan is None else snapshot.plan.inputs
                for line in answer_lines(inputs):
                    self._say(line)
                self._say(first_line(snapshot))
                for line in (*_known_ids(snapshot), *reject_lines(inputs)):
                    self._say(line)
                if self._live_line:
                    self._live.start()
                self._tick()
            case "committed" if snapshot.latest is not None:
                self._committed += len(snapshot.latest.outcomes)
                self._taken += snapshot.latest.requests["sent"]
            case "stopping":
                self._stopping = True
                self._say(f"Stopping: about {drain_time(snapshot)} left, for what is in flight")
            case _:
                pass

    def _say(self, text: str) -> None:
        say_on(self._console, text)

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
        line = Rows.grid(padding=(0, 1))
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
        text.append(f"{done:,}/{counted(total, 'title')}", style="bold")
        if why := self._why_stopped(snapshot):
            text.append(f" · {why}", style="yellow")
        elif left := self._time_left(snapshot, now):
            text.append(f" · {left}")
        if self._was_throttled(snapshot, now):
            text.append(f" · slower: {_origin(snapshot)} answered 429", style="yellow")
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
            return f"paused {math.ceil(snapshot.paused_for)} s: {_origin(snapshot)} asked"
        if snapshot.is_probing:
            return f"{_origin(snapshot)} does not answer: asking again"
        return f"stopping: about {drain_time(snapshot)} left" if self._stopping else ""

    def _was_throttled(self, snapshot: Snapshot, now: float) -> bool:
        """Say whether a 429 still holds the pace back."""
        if snapshot.throttled > self._throttled:
            self._throttled = snapshot.throttled
            self._throttled_at = now
        return now - self._throttled_at < _SLOW_AFTER_429_SECONDS

    def _time_left(self, snapshot: Snapshot, now: float) -> str:
        """Return when it will be done, once that is more than a guess.

        It goes by requests: titles come in bursts, as those of a unit are all looked up first. How
        many a title takes is what was expected, and more and more what committed titles took.
        """
        elapsed = now - self._started
        titles = _total(snapshot) - sum(snapshot.before.values())
        if elapsed < _ETA_AFTER_SECONDS or not snapshot.sent or snapshot.done >= _total(snapshot):
            return ""
        expected = snapshot.requests_left() / titles
        each = (_PRIOR_TITLES * expected + self._taken) / (_PRIOR_TITLES + self._committed)
        left = each * (titles - self._committed) - (snapshot.sent - self._taken)
        return f"{about_duration(max(left, 1) * elapsed / snapshot.sent)} left"

    def _requests_per_second(self) -> float:
        (then, sent_then), (now, sent_now) = self._sent[0], self._sent[-1]
        return (sent_now - sent_then) / max(now - then, 1.0)  # a first burst is no rate


def first_line(snapshot: Snapshot) -> str:
    """Return what will be done: titles, what gives none, and what it will take."""
    plan = snapshot.plan
    if plan is None:
        raise ValueError("nothing is planned yet")
    before = sum(snapshot.before.values())
    requests = snapshot.requests_left()
    appended = snapshot.requests_left("append")
    rate = 1.0 if snapshot.rate is None else snapshot.rate
    done = f", {before:,} of them done already" if before else ""
    saved = (
        f"; --requests append: {appended:,}, {about_duration(appended / rate)}"
        if appended < requests
        else ""
    )
    host = foreign_host(plan.asked)
    origin = plan.asked.origin
    of = "" if origin == DEFAULT_ORIGIN else f" of {origin}"
    where = "" if host is None else f" asks {host}, not {origin}"
    titles = titles_planned(plan.titles, plan.why)
    is_retry = plan.retry_of is not None
    apart = left_out(plan.inputs, plan.asked, plan.titles, is_retry=is_retry)
    return (
        f"run {plan.run}{of}{where}: {titles} in {rows_read(plan.inputs, apart)}"
        f"{done}; about {counted(requests, 'request')}, {about_duration(requests / rate)} "
        f"at {round(rate, 1 if rate >= 1 else 4):g} a second"
        f"{saved}"
    )


def titles_planned(titles: int, why: Mapping[str, int]) -> str:
    """Return how many titles there are, and why they are due where that is asked."""
    if not why:
        return counted(titles, "title")
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in why.items())
    return f"{counted(titles, 'title')} due ({reasons})"


def drain_time(snapshot: Snapshot) -> str:
    """Return how long the units in flight take at most: their titles not yet fetched, paced.

    Where they are given up earlier, that counts.
    """
    if snapshot.rate is None:
        return about_duration(0)
    seconds = snapshot.requests_in_flight / snapshot.rate
    return about_duration(seconds if snapshot.ends_in is None else min(seconds, snapshot.ends_in))


def _known_ids(snapshot: Snapshot) -> list[str]:
    shortcuts, plan = snapshot.shortcuts, snapshot.plan
    if plan is None:
        return []
    mapped = shortcuts.mapped
    known = len(shortcuts.known) - mapped
    return known_id_lines(
        plan.asked, plan.titles, known=known, mapped=mapped, id_map=shortcuts.id_map
    )


def answer_lines(inputs: Iterable[InputFacts]) -> list[str]:
    """Return a line for each question: what it was understood as, and how much it found."""
    return [
        f"{facts.answer}: {counted(facts.distinct, 'title')}"
        + (f"; {facts.rejected:,} more, without a date, are out of reach" if facts.rejected else "")
        for facts in inputs
        if facts.answer is not None
    ]


def reject_lines(inputs: Iterable[InputFacts]) -> list[str]:
    """Return a line for each of the first rejected rows of each input."""
    return [
        f"Skipped line {reject.line} of {facts.name}: {reject.why}"
        for facts in inputs
        for reject in facts.rejects
    ]


def _origin(snapshot: Snapshot) -> str:
    return DEFAULT_ORIGIN if snapshot.plan is None else snapshot.plan.asked.origin


def _rate(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"  # noqa: PLR2004 - two digits will do


def _total(snapshot: Snapshot) -> int:
    return snapshot.plan.titles if snapshot.plan is not None else 0
