"""An event loop whose clock jumps to the next timer when nothing is ready: a minute takes no time.

For code that waits only for timers and other tasks. A real socket would be late here.
"""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

P = ParamSpec("P")
Lag = Callable[[], float]


_A_TURN_TAKES = 1e-8
"""Seconds: without them, a timer set again for a float's residue from now would spin for ever."""


def _a_microsecond() -> float:
    """Return how late to wake: a little, as every real loop does."""
    return 1e-6


class _JumpingSelector(selectors.SelectSelector):
    """A selector that moves the clock instead of waiting."""

    def __init__(self, lag: Lag) -> None:
        super().__init__()
        self.now = 0.0
        self._lag = lag

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += _A_TURN_TAKES
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise RuntimeError("nothing is ready and no timer is set: this would wait for ever")
        self.now += timeout + self._lag()
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """A loop in virtual time; `lag` is how late each wake-up is."""

    def __init__(self, lag: Lag = _a_microsecond) -> None:
        self._clock = _JumpingSelector(lag)
        super().__init__(self._clock)

    def time(self) -> float:
        """Return the virtual time."""
        return self._clock.now


def run_in_virtual_time(main: Coroutine[Any, Any, Any], *, lag: Lag = _a_microsecond) -> Any:
    """Run a coroutine on a new loop, in virtual time from 0."""
    with asyncio.Runner(loop_factory=lambda: VirtualTimeLoop(lag)) as runner:
        return runner.run(main)


def in_virtual_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Make an async test a plain one that runs in virtual time."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        run_in_virtual_time(test(*args, **kwargs))

    return run


def now() -> float:
    """Return the running loop's time."""
    return asyncio.get_running_loop().time()
