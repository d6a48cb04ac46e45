"""The limit on requests, as a token bucket."""

from typing import Final

BURST: Final = 5.0


class Bucket:
    """`BURST` tokens, filled at `rate` a second."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._tokens = BURST
        self._filled_at = 0.0

    def takes(self, now: float) -> bool:
        """Say whether a request at `now`, in seconds, is within the limit; count it if it is."""
        self._tokens = min(BURST, self._tokens + (now - self._filled_at) * self.rate)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
