"""An event loop whose clock is some times as fast as the wall's, for code that waits a lot.

Sockets and threads work as ever: what they take seems to take as many times longer.
"""

import asyncio
import selectors


class _FastSelector(selectors.DefaultSelector):
    """A selector that waits only a part of what it is told to."""

    factor = 1.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(None if timeout is None else timeout / self.factor)


class FastLoop(asyncio.SelectorEventLoop):
    """A loop with a clock `factor` times as fast."""

    def __init__(self, factor: float) -> None:
        self._factor = factor
        selector = _FastSelector()
        selector.factor = factor
        super().__init__(selector)

    def time(self) -> float:
        """Return the loop's time."""
        return super().time() * self._factor
